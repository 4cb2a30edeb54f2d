package main

// How C is compiled: as build.rs compiles it for the reference. The objects depend on what is symlinked here, the headers too,
// so that the build cache sees a change in csrc/.

// #cgo CFLAGS: -std=gnu11 -O2 -g -fomit-frame-pointer -fasynchronous-unwind-tables -Wall -Wextra
// #cgo LDFLAGS: -ldl
import "C"

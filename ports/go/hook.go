package main

// #include "ffi.h"
import "C"

import (
	"runtime"
	"unsafe"
)

// hookVersion is the layout of the functions' arguments, those of foreign_traceback.h.
const hookVersion = 0

// hooked registers a program's functions, each of which may be nil. A process runs one program: it is called once.
func hooked(
	traceback C.foreign_traceback_fn, context C.foreign_context_fn, symbolizer C.foreign_symbolizer_fn,
) func() error {
	return func() error {
		runtime.SetCgoTraceback(
			hookVersion, unsafe.Pointer(traceback), unsafe.Pointer(context), unsafe.Pointer(symbolizer))
		return nil
	}
}

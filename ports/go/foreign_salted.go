//@ case: foreign.salted
//@ says: A hook's frames have the names that the program's library has for them, which are others in each run.
//@ origin: control
//@ needs: hook
//@ lib: lib/foreign_salted.c
//@ salt: cpuHog cpuHog2
// 100 signals, at the rate that ticks allow.
//@ hz: 250
//@ cpu: 400ms
//@ stack: main > ... > host::foreign_salted > ... > cpuHog2 > cpuHog
//@ every cpuHog: main > ... > host::foreign_salted > ... > cpuHog2 > cpuHog
// Also where the leaf is not C.
//@ every: main > ...
//@ top: cpuHog

// foreign_salted: foreign_hook with the C in a library that is compiled for the run, under names that nobody can know.
package main

// #include "ffi.h"
import "C"

var foreignSaltedProgram = program{
	name:    "foreign_salted",
	hasHook: true,
	prepare: prepareSalted,
	run:     foreignSalted,
}

// salted is the library, which stays open: its hog, and how that is called this time.
var salted struct {
	run  C.fc_function
	leaf string
}

func prepareSalted() error {
	path, err := readLib()
	if err != nil {
		return err
	}
	opened, err := openLibrary(path)
	if err != nil {
		return err
	}
	// testprogs/lib/foreign_salted.c has two pointers to functions and a string.
	run, err := opened.symbol("foreign_salted_run")
	if err != nil {
		return err
	}
	traceback, err := opened.symbol("foreign_salted_traceback")
	if err != nil {
		return err
	}
	leaf, err := opened.symbol("foreign_salted_leaf")
	if err != nil {
		return err
	}
	salted.run = *(*C.fc_function)(run)
	salted.leaf = C.GoString((*C.char)(leaf))
	return hooked(*(*C.foreign_traceback_fn)(traceback), nil, nil)()
}

//go:noinline
func foreignSalted(s *session) error {
	for phase := s.phase(salted.leaf, s.cpuNS); phase.more(); {
		C.fc_call(salted.run)
	}
	return nil
}

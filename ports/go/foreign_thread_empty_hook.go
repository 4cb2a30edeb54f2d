//@ case: foreign.thread_empty_hook
//@ says: A hook that answers nothing for the thread that C made costs no stack, and no sample is empty.
//@ origin: never checked in Go
//@ needs: threads, hook, native-c
// Three fifths of the time are the C thread's, the rest is the main thread's: 44 samples are needed of each.
//@ hz: 250
//@ cpu: 600ms
//@ stack: cpuHogThreadMain > cpuHogThread
//@ every cpuHogThread: cpuHogThreadMain > cpuHogThread
//@ every main.hog: main > ... > host::foreign_thread_empty_hook > main.hog
//@ never: runtime._ExternalCode > ...
//@ never: ... > cpuHogThread2 > ...

// foreign_thread_empty_hook: a hook that answers nothing for the thread that C made. Nothing is no answer: the stack is
// unwound, and no sample is empty.
package main

// #include "ffi.h"
import "C"

var foreignThreadEmptyHookProgram = program{
	name:    "foreign_thread_empty_hook",
	hasHook: true,
	prepare: hooked(C.foreign_thread_traceback_nothing, nil, nil),
	run:     foreignThreadEmptyHook,
}

//go:noinline
func foreignThreadEmptyHook(s *session) error {
	usedNS := C.foreign_thread_run(C.uint64_t(s.cpuNS/5*3), nil)
	if usedNS == 0 {
		return errNoThread
	}
	s.truth.addThreads("cpuHogThread", leafTime{"cpuHogThread", uint64(usedNS)})
	for phase := s.phase("main.hog", s.cpuNS/5*2); phase.more(); {
		hog(1)
	}
	return nil
}

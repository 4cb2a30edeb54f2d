//@ case: foreign.thread_hook
//@ says: A thread that C made has the frames that the hook answers for it, C only.
//@ origin: go TestCgoPprofThread, golang/go#15994, golang/go#43174, golang/go#52726
//@ needs: threads, hook
// Three fifths of the time are the C thread's, the rest is the main thread's: 44 samples are needed of each.
//@ hz: 250
//@ cpu: 600ms
//@ stack: cpuHogThread2 > cpuHogThread
//@ every cpuHogThread: cpuHogThread2 > cpuHogThread
//@ every main.hog: main > ... > host::foreign_thread_hook > main.hog
//@ never: runtime._ExternalCode > ...
//@ never: ... > cpuHogThreadMain > cpuHogThread

// foreign_thread_hook: a thread that C makes after the start. The hook answers for it, and the sample is the hook's
// frames, C only; the host's threads are none of its business.
package main

// #include "ffi.h"
import "C"

import "errors"

var foreignThreadHookProgram = program{
	name:    "foreign_thread_hook",
	hasHook: true,
	prepare: hooked(C.foreign_thread_traceback, nil, nil),
	run:     foreignThreadHook,
}

var errNoThread = errors.New("a thread could not be made")

//go:noinline
func foreignThreadHook(s *session) error {
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

//@ case: foreign.thread_contention
//@ says: Four threads that C made are sampled at once, and each has all of its own frames, always.
//@ origin: never checked in Go
//@ needs: threads, hook
// A quarter of the time each: 100 signals a thread, and 44 are needed.
//@ hz: 250
//@ cpu: 1600ms
//@ every hog1: cpuHogThread2 > caller1 > hog1
//@ every hog2: cpuHogThread2 > caller2 > hog2
//@ every hog3: cpuHogThread2 > caller3 > hog3
//@ every hog4: cpuHogThread2 > caller4 > hog4
//@ never: runtime._ExternalCode > ...

// foreign_thread_contention: four threads that C makes, and a hook that is slow to answer for each. Each thread's samples
// have all of its own frames, whoever else is being sampled at the moment.
package main

// #include "ffi.h"
import "C"

var foreignThreadContentionProgram = program{
	name:    "foreign_thread_contention",
	hasHook: true,
	prepare: hooked(C.foreign_thread_contention_traceback, nil, nil),
	run:     foreignThreadContention,
}

//go:noinline
func foreignThreadContention(s *session) error {
	usedNS := uint64(C.foreign_thread_contention_run(C.uint64_t(s.cpuNS / 4)))
	if usedNS == 0 {
		return errNoThread
	}
	// Each of them stops by its own clock after a quarter, which it looks at every 10 ms.
	s.truth.addThreads("contender",
		leafTime{"hog1", usedNS / 4}, leafTime{"hog2", usedNS / 4},
		leafTime{"hog3", usedNS / 4}, leafTime{"hog4", usedNS / 4})
	return nil
}

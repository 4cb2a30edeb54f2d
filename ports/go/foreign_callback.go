//@ case: foreign.callback
//@ says: C thread > host > C > host are in order, none twice, and host code on a thread that C made is host code.
//@ origin: golang/go#72870
//@ needs: threads, native-c
// 100 signals, at the rate that ticks allow.
//@ hz: 250
//@ cpu: 400ms
// The two spins are one function called from two places, half of the time each.
//@ stack: callbackThreadMain > main.first > ... > main.spin > main.hog
//@ stack: callbackThreadMain > main.first > ... > main.callee > ... > bounce > main.second > ... > main.spinAgain > main.hog
//@ every main.hog: callbackThreadMain > main.first > ... > main.callee > ... > main.spin|main.spinAgain > main.hog
//@ never: runtime._ExternalCode > ...
//@ top: main.hog

// foreign_callback: C thread > host > C > host, without a hook: everything is to be unwound, and host code on a thread that C made
// is host code. The innermost host returns, and its caller goes on spinning.
package main

// #include "ffi.h"
//
// void first(void);
// void second(void);
import "C"

var foreignCallbackProgram = program{
	name: "foreign_callback",
	run:  foreignCallback,
}

//go:noinline
func foreignCallback(s *session) error {
	usedNS := C.foreign_callback_run(C.uint64_t(s.cpuNS), C.fc_function(C.first))
	if usedNS == 0 {
		return errNoThread
	}
	s.truth.addThreads("callback", leafTime{"main.hog", uint64(usedNS)})
	return nil
}

//export first
func first() {
	callee()
}

//go:noinline
func callee() {
	C.fc_call_back(C.foreign_callback_bounce, C.fc_function(C.second))
	spin()
}

//export second
func second() {
	spinAgain()
}

//go:noinline
func spin() {
	hog(1)
}

//go:noinline
func spinAgain() {
	hog(2)
}

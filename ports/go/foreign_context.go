//@ case: foreign.context
//@ says: Host and C frames interleave in true order, the C from recorded contexts, which are released last in first out.
//@ origin: go TestCgoTracebackContext
//@ needs: hook, context
// A third of the time in each of the three hogs, with turns of 0.1 to 0.2 ms; 44 samples are needed of each leaf.
//@ hz: 250
//@ cpu: 800ms
//@ every cpuHog: main > ... > host::foreign_context > ... > first1 > first2 > ... > main.middle > ... > second1 > second2 > ... > main.innermost > ... > cpuHog2 > cpuHog
//@ stack: main > ... > host::foreign_context > ... > first1 > first2 > ... > main.middle > main.hog
//@ stack: main > ... > host::foreign_context > ... > first1 > first2 > ... > main.middle > ... > second1 > second2 > ... > main.innermost > main.hog
//@ every main.hog: main > ... > host::foreign_context > ... > first1 > first2 > ... > main.middle > ... > main.hog
// What is really there, and was not to be unwound.
//@ never: ... > outer > ...
//@ never: ... > inner > ...
//@ never: ... > staleContext > ...
//@ self: released

// foreign_context: host > C > host > C > host > C, with a context function. The C between two hosts is what the hook answers
// for the context that was recorded on the way back, in its own place on the stack; records are released in reverse order.
package main

// #include "ffi.h"
//
// void enterMiddle(void);
// void enterInnermost(void);
import "C"

import "fmt"

var foreignContextProgram = program{
	name:    "foreign_context",
	hasHook: true,
	prepare: hooked(C.foreign_context_traceback, C.foreign_context_context, nil),
	run:     foreignContext,
}

//go:noinline
func foreignContext(s *session) error {
	for phase := s.phase("hogs", s.cpuNS); phase.more(); {
		C.fc_call_back(C.foreign_context_outer, C.fc_function(C.enterMiddle))
	}
	wrong, recorded := C.foreign_context_wrong(), C.foreign_context_records()
	s.check("released", wrong == 0 && recorded >= 2,
		fmt.Sprintf("of %d contexts %d were released out of order or not at all", recorded, wrong))
	return nil
}

//export enterMiddle
func enterMiddle() {
	middle()
}

//go:noinline
func middle() {
	hog(1)
	C.fc_call_back(C.foreign_context_inner, C.fc_function(C.enterInnermost))
}

//export enterInnermost
func enterInnermost() {
	innermost()
}

//go:noinline
func innermost() {
	hog(2)
	C.fc_call(C.foreign_context_hog)
}

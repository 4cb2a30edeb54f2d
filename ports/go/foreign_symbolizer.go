//@ case: foreign.symbolizer
//@ says: A program's symbolizer names the hook's frames, inlined ones too, and nobody else does.
//@ origin: go tcSymbolizer, CgoCrashTraceback
//@ needs: hook, symbolizer
// 100 signals, at the rate that ticks allow.
//@ hz: 250
//@ cpu: 400ms
//@ stack: main > ... > host::foreign_symbolizer > ... > symbolizedCaller > outlinedHog > inlinedHog
//@ every inlinedHog: main > ... > host::foreign_symbolizer > ... > symbolizedCaller > outlinedHog > inlinedHog
//@ top: inlinedHog
// What the executable calls them.
//@ never: ... > symHog
//@ never: ... > symCaller > ...
//@ never: ... > dataLost > ...
// Also where the leaf is not C.
//@ every: main > ...

// foreign_symbolizer: the program names its own frames, two functions for one address. What the executable calls them is
// in no sample.
package main

// #include "ffi.h"
import "C"

var foreignSymbolizerProgram = program{
	name:    "foreign_symbolizer",
	hasHook: true,
	prepare: hooked(C.foreign_symbolizer_traceback, nil, C.foreign_symbolizer_symbolizer),
	run:     foreignSymbolizer,
}

//go:noinline
func foreignSymbolizer(s *session) error {
	for phase := s.phase("inlinedHog", s.cpuNS); phase.more(); {
		C.fc_call(C.foreign_symbolizer_run)
	}
	return nil
}

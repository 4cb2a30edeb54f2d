//@ case: foreign.hook_once
//@ says: What a hook answered belongs to one sample, and to none outside the foreign call.
//@ origin: the seed's cgoCallers[0] = 0
//@ needs: hook
// Turns are drawn from one distribution for both sides: half of the samples each, and 44 are needed of each.
//@ hz: 250
//@ cpu: 600ms
//@ every cpuHog: main > ... > host::foreign_hook_once > main.inside > ... > cpuHog2 > cpuHog
//@ every main.outside: main > ... > host::foreign_hook_once > main.outside
//@ never: ... > main.outside > ... > cpuHog > ...
// Also where the leaf is not C.
//@ every: main > ...

// foreign_hook_once: inside and outside the foreign call in turn. What a hook answered belongs to one sample, and to none
// outside.
package main

// #include "ffi.h"
import "C"

var foreignHookOnceProgram = program{
	name:    "foreign_hook_once",
	hasHook: true,
	prepare: hooked(C.foreign_hook_once_traceback, nil, nil),
	run:     foreignHookOnce,
}

// Half a period at 100 Hz: consecutive samples fall on different sides as often as on the same.
const turnNS = 5_000_000

//go:noinline
func foreignHookOnce(s *session) error {
	for leftNS := s.cpuNS; leftNS > 0; {
		insideNS := min(s.random.ditheredNS(turnNS), leftNS)
		for phase := s.phase("cpuHog", insideNS); phase.more(); {
			inside()
		}
		leftNS -= insideNS
		outsideNS := min(s.random.ditheredNS(turnNS), leftNS)
		for phase := s.phase("main.outside", outsideNS); phase.more(); {
			outside(1)
		}
		leftNS -= outsideNS
	}
	return nil
}

//go:noinline
func inside() {
	C.fc_call(C.foreign_hook_once_run)
}

// outside is Go's own work, as hog is.
//
//go:noinline
func outside(salt uint64) uint64 {
	value := salt
	for range hogTurns {
		value ^= value << 13
		value ^= value >> 7
		value ^= value << 17
	}
	return value
}

//@ case: foreign.hook_real
//@ says: A hook that walks the real C stack gives the true chain, whole, under the whole host stack.
//@ origin: nsrip-dd/cgotraceback
//@ needs: hook
// 100 signals, at the rate that ticks allow.
//@ hz: 250
//@ cpu: 400ms
//@ stack: main > ... > host::foreign_hook_real > ... > level1 > level2 > cpuHog
//@ every cpuHog: main > ... > host::foreign_hook_real > ... > level1 > level2 > cpuHog
// Also where the leaf is not C.
//@ every: main > ...
//@ never: ... > level1 > cpuHog
//@ top: cpuHog

// foreign_hook_real: C functions three deep, and a hook that walks the real C stack, exact at every instruction.
package main

// #include "ffi.h"
import "C"

var foreignHookRealProgram = program{
	name:    "foreign_hook_real",
	hasHook: true,
	prepare: prepareHookReal,
	run:     foreignHookReal,
}

// prepareHookReal looks up the unwind tables that the hook walks by.
func prepareHookReal() error {
	if C.foreign_hook_real_prepare() != 0 {
		return setUp("csrc/foreign_hook_real.c has no unwind tables that its hook can read: " +
			"compile it with gcc or clang and -fasynchronous-unwind-tables")
	}
	return hooked(C.foreign_hook_real_traceback, nil, nil)()
}

//go:noinline
func foreignHookReal(s *session) error {
	for phase := s.phase("cpuHog", s.cpuNS); phase.more(); {
		C.fc_call(C.foreign_hook_real_run)
	}
	return nil
}

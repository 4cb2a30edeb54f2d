//@ case: foreign.hook
//@ says: A hook's frames stand below the whole host stack, on every foreign sample.
//@ origin: the seed, go TestCgoPprof, golang/go#29034
//@ needs: hook
//@ stack: main > ... > host::foreign_hook > ... > cpuHog2 > cpuHog
//@ every cpuHog: main > ... > host::foreign_hook > ... > cpuHog2 > cpuHog
// Also where the leaf is not C.
//@ every: main > ...
//@ top: cpuHog

// foreign_hook: a C hog under a hook that always answers `cpuHog2 > cpuHog`, although only cpuHog is ever called. What
// the profile shows of C came through the hook.
package main

// #include "ffi.h"
import "C"

var foreignHookProgram = program{
	name:    "foreign_hook",
	hasHook: true,
	prepare: hooked(C.foreign_hook_traceback, nil, nil),
	run:     foreignHook,
}

// The same with a hook that does not know of sig_context: on a Go that has it, its answer goes astray.
var oldLayoutProgram = program{
	name:    "foreign_hook",
	hasHook: true,
	prepare: hooked(C.old_layout_traceback, nil, nil),
	run:     foreignHook,
}

//go:noinline
func foreignHook(s *session) error {
	for phase := s.phase("cpuHog", s.cpuNS); phase.more(); {
		C.fc_call(C.foreign_hook_run)
	}
	return nil
}

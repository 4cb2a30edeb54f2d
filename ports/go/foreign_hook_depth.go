//@ case: foreign.hook_depth
//@ says: Hooks that answer 0, 1, 2, 31, 32 and 33 frames into room for 32 cost no host frame, and none beyond the room appears.
//@ origin: never checked in Go
//@ needs: hook, native-c
// A seventh of the time each, dithered by a fifth: 500 signals are at least 50 a mode (0.8 / (0.8 + 6 × 1.2) of them), and 44 are needed.
//@ hz: 250
//@ cpu: 2s
// Without an answer the profiler finds the leaf by itself.
//@ every hog0: main > ... > host::foreign_hook_depth > host::*? > host::*? > host::*? > host::*? > hog0
//@ every hog1: main > ... > host::foreign_hook_depth > host::*? > host::*? > host::*? > host::*? > hog1
//@ every hog2: main > ... > host::foreign_hook_depth > host::*? > host::*? > host::*? > host::*? > frame1 > hog2
//@ every hog31: main > ... > host::foreign_hook_depth > host::*? > host::*? > host::*? > host::*? > frame30 > frame29 > frame28 > frame27 > frame26 > frame25 > frame24 > frame23 > frame22 > frame21 > frame20 > frame19 > frame18 > frame17 > frame16 > frame15 > frame14 > frame13 > frame12 > frame11 > frame10 > frame9 > frame8 > frame7 > frame6 > frame5 > frame4 > frame3 > frame2 > frame1 > hog31
//@ every hog32: main > ... > host::foreign_hook_depth > host::*? > host::*? > host::*? > host::*? > frame31 > frame30 > frame29 > frame28 > frame27 > frame26 > frame25 > frame24 > frame23 > frame22 > frame21 > frame20 > frame19 > frame18 > frame17 > frame16 > frame15 > frame14 > frame13 > frame12 > frame11 > frame10 > frame9 > frame8 > frame7 > frame6 > frame5 > frame4 > frame3 > frame2 > frame1 > hog32
//@ every hog32open: main > ... > host::foreign_hook_depth > host::*? > host::*? > host::*? > host::*? > frame31 > frame30 > frame29 > frame28 > frame27 > frame26 > frame25 > frame24 > frame23 > frame22 > frame21 > frame20 > frame19 > frame18 > frame17 > frame16 > frame15 > frame14 > frame13 > frame12 > frame11 > frame10 > frame9 > frame8 > frame7 > frame6 > frame5 > frame4 > frame3 > frame2 > frame1 > hog32open
//@ every hog33: main > ... > host::foreign_hook_depth > host::*? > host::*? > host::*? > host::*? > frame31 > frame30 > frame29 > frame28 > frame27 > frame26 > frame25 > frame24 > frame23 > frame22 > frame21 > frame20 > frame19 > frame18 > frame17 > frame16 > frame15 > frame14 > frame13 > frame12 > frame11 > frame10 > frame9 > frame8 > frame7 > frame6 > frame5 > frame4 > frame3 > frame2 > frame1 > hog33
//@ never: ... > frame32 > ...
// Also where the leaf is not C.
//@ every: main > ...
//@ self: room

// foreign_hook_depth: hooks that answer 0, 1, 2, 31, 32 and 33 frames into room for 32. Adding foreign frames must never
// cost a host frame, and none beyond the room may appear.
package main

// #include "ffi.h"
import "C"

import "fmt"

var foreignHookDepthProgram = program{
	name:    "foreign_hook_depth",
	hasHook: true,
	prepare: hooked(C.foreign_hook_depth_traceback, nil, nil),
	run:     foreignHookDepth,
}

// The leaves, in the order of the modes in csrc/foreign_hook_depth.c.
var depthModes = []string{"hog0", "hog1", "hog2", "hog31", "hog32", "hog32open", "hog33"}

//go:noinline
func foreignHookDepth(s *session) error {
	meanNS := s.cpuNS / uint64(len(depthModes))
	for mode, name := range depthModes {
		C.foreign_hook_depth_mode(C.uintptr_t(mode))
		for phase := s.phase(name, s.random.between(meanNS*4/5, meanNS*6/5+1)); phase.more(); {
			C.fc_call_depth(C.uintptr_t(mode))
		}
	}
	if wrong := C.foreign_hook_depth_wrong_max(); wrong != 0 {
		s.check("room", false, fmt.Sprintf("the hook was given room for %d frames instead of 32", wrong))
	} else {
		s.check("room", true, "the hook was given room for 32 frames")
	}
	return nil
}

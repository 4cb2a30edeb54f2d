//@ case: foreign.none
//@ says: Host code only, the control: a profiler that shows a C frame here makes it up.
//@ origin: control
// 100 signals, at the rate that ticks allow.
//@ hz: 250
//@ cpu: 400ms
//@ stack: main > ... > host::foreign_none > main.level > main.hog
//@ every main.hog: main > ... > host::foreign_none > main.level > main.hog
//@ never: ... > cpuHog > ...
//@ never: ... > cpuHog2 > ...
//@ top: main.hog

// foreign_none: host code only, the control. A profiler that shows a C frame here makes them up.
package main

var foreignNoneProgram = program{
	name: "foreign_none",
	run:  foreignNone,
}

//go:noinline
func foreignNone(s *session) error {
	for phase := s.phase("main.hog", s.cpuNS); phase.more(); {
		level(1)
	}
	return nil
}

//go:noinline
func level(salt uint64) uint64 {
	return hog(salt) + 1
}

// Turns of a hog: 0.2 ms.
const hogTurns = 100_000

// hog is a xorshift, in operators of the language alone.
//
//go:noinline
func hog(salt uint64) uint64 {
	value := salt
	for range hogTurns {
		value ^= value << 13
		value ^= value >> 7
		value ^= value << 17
	}
	return value
}

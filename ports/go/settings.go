package main

import (
	"math/rand/v2"
	"os"
	"strconv"
)

// The only clock that there is: a timer of each thread of Go's, and setitimer for those that are not.
const clockName = "thread"

// settings are how a program is run, as the environment says it.
type settings struct {
	cpuNS uint64
	hz    int
	seed  uint64
	// Where the truth goes, if not beside the profile.
	truth string
}

func readSettings() (settings, error) {
	var s settings
	cpuMS, err := number("FRAMECHECK_CPU_MS", 1, 600_000, 1000)
	if err != nil {
		return s, err
	}
	hz, err := number("FRAMECHECK_HZ", 1, 10_000, 100)
	if err != nil {
		return s, err
	}
	s = settings{cpuNS: cpuMS * 1_000_000, hz: int(hz), truth: os.Getenv("FRAMECHECK_TRUTH")}
	if s.seed, err = readSeed(); err != nil {
		return s, err
	}
	if _, isSet := os.LookupEnv("FRAMECHECK_TRUTH"); isSet && s.truth == "" {
		return s, malformed("FRAMECHECK_TRUTH", "", "the path of a file")
	}
	return s, checkClock()
}

// checkClock refuses the clocks that Go does not have.
func checkClock() error {
	name, isSet := os.LookupEnv("FRAMECHECK_CLOCK")
	if isSet && name != clockName && name != "best" {
		return malformed("FRAMECHECK_CLOCK", name, "thread or best, for Go's profiler has no other")
	}
	return nil
}

// readSeed makes one up where none is set; the truth says what it was.
func readSeed() (uint64, error) {
	value, isSet := os.LookupEnv("FRAMECHECK_SEED")
	if !isSet {
		return rand.Uint64(), nil
	}
	seed, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return 0, malformed("FRAMECHECK_SEED", value, "a whole number, 0 to 2^64-1")
	}
	return seed, nil
}

// readLib is the library of a case that has one.
func readLib() (string, error) {
	path := os.Getenv("FRAMECHECK_LIB")
	if path == "" {
		return "", setUp("FRAMECHECK_LIB is not set; it takes the library of the case's `lib:` line: `framecheck run` builds it")
	}
	return path, nil
}

func number(name string, low, high, absent uint64) (uint64, error) {
	value, isSet := os.LookupEnv(name)
	if !isSet {
		return absent, nil
	}
	read, err := strconv.ParseUint(value, 10, 64)
	if err != nil || read < low || read > high {
		return 0, malformed(name, value, "a whole number, "+strconv.FormatUint(low, 10)+" to "+strconv.FormatUint(high, 10))
	}
	return read, nil
}

func malformed(name, value, takes string) error {
	return setUp("%s is %q; it takes %s: correct it, or unset it for the default", name, value, takes)
}

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
)

// The rate of StartCPUProfile, which takes no other.
const usualHz = 100

// profileProgram runs a program under the profiler and prints where the profile is.
func profileProgram(chosen program) error {
	from, err := readSettings()
	if err != nil {
		return err
	}
	return withFiles(chosen.name, from, func(f *files) error {
		if chosen.prepare != nil {
			if err := chosen.prepare(); err != nil {
				return err
			}
		}
		var profile bytes.Buffer
		if err := start(from.hz, &profile); err != nil {
			return err
		}
		measured := newSession(chosen.name, from)
		checked := chosen.run(measured)
		measured.end()
		pprof.StopCPUProfile()
		if checked != nil {
			return checkFailed("%s: %v", chosen.name, checked)
		}
		if err := f.write(profile.Bytes()); err != nil {
			return err
		}
		return f.writeTruth(&measured.truth)
	})
}

// profileArtefact runs a C case's library under the profiler. The library's runtime writes the truth when it is closed.
func profileArtefact(path string) error {
	from, err := readSettings()
	if err != nil {
		return err
	}
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return withFiles(stem, from, func(f *files) error {
		// C's environment too, in a program with C.
		if err := os.Setenv("FRAMECHECK_TRUTH", f.truth); err != nil {
			return err
		}
		artefact, err := openArtefact(path)
		if err != nil {
			return err
		}
		var profile bytes.Buffer
		if err := start(from.hz, &profile); err != nil {
			return err
		}
		runSo(artefact)
		pprof.StopCPUProfile()
		f.truthWritten = true
		artefact.close()
		return f.write(profile.Bytes())
	})
}

// withFiles makes the files first: where they cannot be, nothing is run. They are gone where it went wrong.
func withFiles(name string, from settings, run func(*files) error) error {
	f, err := createFiles(name, from)
	if err != nil {
		return err
	}
	if err = run(f); err == nil {
		err = f.keep()
	}
	if err != nil {
		f.discard()
	}
	return err
}

// start begins a profile. The rate that was set first is kept; that StartCPUProfile then sets its own again is something that
// the runtime complains of on stderr.
func start(hz int, to *bytes.Buffer) error {
	if hz != usualHz {
		runtime.SetCPUProfileRate(hz)
	}
	if err := pprof.StartCPUProfile(to); err != nil {
		return setUp("the profiler does not start: %v", err)
	}
	return nil
}

// framecheck-go speaks FrameCheck's executable protocol for runtime/pprof, the CPU profiler of Go's own runtime.
//
// This package is flat, for a program's functions have the names that claims have for them, main.hog:
//
//   - main, failure: the arguments and the exit codes; describe, flavour: who this is, as what.
//   - table: the programs; foreign_*.go: one each, its case at the top.
//   - profile: a run under the profiler; files: what it leaves; run_so, library: the host of C cases.
//   - settings: the environment; session, truth, random, meter: CPU time, measured and dithered.
//   - ffi.h, cflags: the C side, which is that of the Rust programs, symlinked.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
)

func init() {
	// The programs measure themselves by the clock of one thread, the process's first, and run on no other.
	runtime.LockOSThread()
}

func main() {
	// What kills the process is to be seen as that: the runtime otherwise exits with 2, which says that it was not set up.
	debug.SetTraceback("crash")
	// A reader that is gone is an error, after which the files are removed, and not the end.
	signal.Ignore(syscall.SIGPIPE)
	err := dispatch(os.Args[1:])
	if err == nil {
		return
	}
	// An error of somebody else's may have several lines.
	line := strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "; ")
	fmt.Fprintf(os.Stderr, "framecheck-go: %s\n", line)
	os.Exit(exitCode(err))
}

func dispatch(args []string) error {
	chosen := flavours[0]
	if len(args) > 0 && strings.HasPrefix(args[0], flavourFlag) {
		var err error
		if chosen, err = findFlavour(strings.TrimPrefix(args[0], flavourFlag)); err != nil {
			return err
		}
		args = args[1:]
	}
	switch {
	case len(args) == 1 && args[0] == "describe":
		return describe(chosen)
	case len(args) == 1:
		chosen, err := chosen.find(args[0])
		if err != nil {
			return err
		}
		return profileProgram(chosen)
	case len(args) == 2 && args[0] == "run-so":
		if !chosen.runsArtefacts {
			return noProgram("--flavour=%s runs no libraries", chosen.name)
		}
		return profileArtefact(args[1])
	}
	return setUp("name one program: %s, or describe, or run-so FILE; %sNAME may stand before it",
		strings.Join(chosen.programNames(), ", "), flavourFlag)
}

package main

// program is a test program.
type program struct {
	// The argument that runs it.
	name string
	// Whether it registers a hook: one that does not is every flavour's.
	hasHook bool
	// What has to be done before the profiler starts, if anything.
	prepare func() error
	// Uses the session's CPU time. An error is a check of its own that failed.
	run func(*session) error
}

// In the order of the Rust programs.
var programs = []program{
	foreignHookProgram,
	foreignHookRealProgram,
	foreignHookDepthProgram,
	foreignHookOnceProgram,
	foreignContextProgram,
	foreignSymbolizerProgram,
	foreignThreadHookProgram,
	foreignThreadEmptyHookProgram,
	foreignThreadContentionProgram,
	foreignCallbackProgram,
	foreignNoneProgram,
	foreignSaltedProgram,
}

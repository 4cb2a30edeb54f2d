package main

import "strings"

// flavourFlag stands before a flavour's name, as the first argument.
const flavourFlag = "--flavour="

// flavour is one way to use Go's profiler: each is a port of its own.
type flavour struct {
	name          string
	capabilities  []string
	programs      []program
	runsArtefacts bool
}

// What the profiler has whoever uses it. Not native-c: it does not unwind C, which is its caller's, runtime.cgocall, without
// a hook. Not labels: they are set by goroutines for themselves, and none says which thread it is.
var always = []string{
	"threads", "runtime", "sigprof-in-process", "accepts-self-sent", "lines", "inlines",
}

// The first is what is meant where none is named.
var flavours = []flavour{
	{
		name:          "hook",
		capabilities:  append([]string{"hook", "context", "symbolizer"}, always...),
		programs:      programs,
		runsArtefacts: true,
	},
	{
		name:          "no-hook",
		capabilities:  always,
		programs:      withoutHook(programs),
		runsArtefacts: true,
	},
	{
		name:         "old-layout",
		capabilities: append([]string{"hook"}, always...),
		programs:     []program{oldLayoutProgram},
	},
}

func withoutHook(all []program) []program {
	var kept []program
	for _, one := range all {
		if !one.hasHook {
			kept = append(kept, one)
		}
	}
	return kept
}

func findFlavour(name string) (flavour, error) {
	var names []string
	for _, one := range flavours {
		if one.name == name {
			return one, nil
		}
		names = append(names, one.name)
	}
	return flavour{}, setUp("%s%s: there are %s", flavourFlag, name, strings.Join(names, ", "))
}

func (f flavour) find(name string) (program, error) {
	for _, one := range f.programs {
		if one.name == name {
			return one, nil
		}
	}
	return program{}, noProgram("no such program for --flavour=%s: %q", f.name, name)
}

func (f flavour) programNames() []string {
	var names []string
	for _, one := range f.programs {
		names = append(names, one.name)
	}
	return names
}

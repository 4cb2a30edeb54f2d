package main

import (
	"encoding/json"
	"syscall"
)

// truthVersion is that of the truth file.
const truthVersion = 1

// mainThread is what the truth calls the process's first thread.
const mainThread = "main"

// truth is what a run measured of itself, by its threads' own clocks: INTERPRETING.md has the format. What the runtime's
// threads use, for the garbage collector, sysmon and the writing of the profile, is not in it.
type truth struct {
	Version int           `json:"version"`
	Program string        `json:"program"`
	Seed    uint64        `json:"seed"`
	Hz      int           `json:"hz"`
	Clock   string        `json:"clock"`
	Threads []truthThread `json:"threads"`
	Phases  []truthPhase  `json:"phases"`
	Self    []truthCheck  `json:"self"`
}

type truthThread struct {
	Name  string `json:"name"`
	TID   int    `json:"tid"`
	CPUNS uint64 `json:"cpu_ns"`
	Count int    `json:"count"`
}

type truthPhase struct {
	Name         string `json:"name"`
	Thread       string `json:"thread"`
	CPUNS        uint64 `json:"cpu_ns"`
	Visits       uint64 `json:"visits"`
	PlannedMinNS uint64 `json:"planned_min_ns"`
	PlannedMaxNS uint64 `json:"planned_max_ns"`
}

type truthCheck struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	Says string `json:"says"`
}

// leafTime is a leaf function and the CPU time that a thread has spent in it.
type leafTime struct {
	name  string
	cpuNS uint64
}

func newTruth(program string, from settings) truth {
	return truth{
		Version: truthVersion,
		Program: program,
		Seed:    from.seed,
		Hz:      from.hz,
		Clock:   clockName,
		Threads: []truthThread{},
		Phases:  []truthPhase{},
		Self:    []truthCheck{},
	}
}

// addPhase adds a visit; phases of one name add up.
func (t *truth) addPhase(name string, plannedNS, cpuNS uint64) {
	for i := range t.Phases {
		if one := &t.Phases[i]; one.Name == name && one.Thread == mainThread {
			one.CPUNS += cpuNS
			one.Visits++
			one.PlannedMinNS = min(one.PlannedMinNS, plannedNS)
			one.PlannedMaxNS = max(one.PlannedMaxNS, plannedNS)
			return
		}
	}
	t.Phases = append(t.Phases, truthPhase{
		Name: name, Thread: mainThread, CPUNS: cpuNS, Visits: 1, PlannedMinNS: plannedNS, PlannedMaxNS: plannedNS,
	})
}

// addThreads adds threads of one name that measured themselves and are gone, a leaf each.
func (t *truth) addThreads(name string, leaves ...leafTime) {
	thread := truthThread{Name: name, Count: len(leaves)}
	for _, leaf := range leaves {
		thread.CPUNS += leaf.cpuNS
		t.Phases = append(t.Phases, truthPhase{Name: leaf.name, Thread: name, CPUNS: leaf.cpuNS, Visits: 1})
	}
	t.Threads = append(t.Threads, thread)
}

func (t *truth) encode() ([]byte, error) {
	return json.Marshal(t)
}

func threadID() int {
	return syscall.Gettid()
}

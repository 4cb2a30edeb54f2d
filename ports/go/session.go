package main

// session is one run of a program, as the program sees it.
type session struct {
	// CPU time that it is to use in all.
	cpuNS  uint64
	random random
	truth  truth
	// The thread's clock as the session began.
	beginNS uint64
}

func newSession(program string, from settings) *session {
	return &session{
		cpuNS:   from.cpuNS,
		random:  random(from.seed),
		truth:   newTruth(program, from),
		beginNS: threadCPUNS(),
	}
}

// phase begins a stretch of cpuNS of the thread's CPU time, named after the leaf function that it is spent in.
func (s *session) phase(name string, cpuNS uint64) *phase {
	return &phase{truth: &s.truth, name: name, beginNS: threadCPUNS(), cpuNS: cpuNS}
}

// check adds the outcome of a check that the case has as `self: NAME`, and what was found.
func (s *session) check(name string, ok bool, says string) {
	s.truth.Self = append(s.truth.Self, truthCheck{Name: name, OK: ok, Says: says})
}

// end ends the measurement: what follows is not of the run.
func (s *session) end() {
	s.truth.Threads = append(s.truth.Threads, truthThread{
		Name: mainThread, TID: threadID(), CPUNS: threadCPUNS() - s.beginNS, Count: 1,
	})
}

// How often the clock is asked on the way to the end, for each halving of what is left (and a little more).
const checks = 8

// phase is one kind of work: for phase.more() { … }.
type phase struct {
	truth          *truth
	name           string
	beginNS, cpuNS uint64
	// Batches begun, and those that may begin before the clock is asked again.
	batches, unchecked uint64
}

// more says whether there is time for another batch. The clock is a system call: the next one comes when an eighth of what is
// left should be over, as in testprogs/session.rs.
func (p *phase) more() bool {
	if p.unchecked > 0 {
		p.unchecked--
		p.batches++
		return true
	}
	usedNS := threadCPUNS() - p.beginNS
	if usedNS >= p.cpuNS {
		p.truth.addPhase(p.name, p.cpuNS, usedNS)
		return false
	}
	if p.batches > 0 {
		p.unchecked = (p.cpuNS - usedNS) / checks / max(usedNS/p.batches, 1)
	}
	p.batches++
	return true
}

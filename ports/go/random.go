package main

// random is a stream of numbers from a seed, SplitMix64, as the Rust programs have it: runs of one seed plan the same.
type random uint64

func (r *random) next() uint64 {
	*r += 0x9e37_79b9_7f4a_7c15
	z := uint64(*r)
	z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9
	z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11eb
	return z ^ (z >> 31)
}

// between is uniform in [low, high).
func (r *random) between(low, high uint64) uint64 {
	return low + r.next()%(high-low)
}

// ditheredNS is uniform between 0.2 and 1.8 times the mean: phases of a fixed length fall into step with the tick.
func (r *random) ditheredNS(meanNS uint64) uint64 {
	return r.between(meanNS/5, meanNS*9/5+1)
}

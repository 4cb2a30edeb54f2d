//! Random numbers from a seed that the run logs: phases of a fixed length fall into step with the tick, and then a
//! perfect profiler looks wrong.

/// SplitMix64 (Steele, Lea and Flood, 2014): any seed will do, and two that differ by one give unrelated numbers.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [`low`, `high`). The bias of the remainder is 2⁻²⁰ for a span of seconds in nanoseconds.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        assert!(low < high);
        low + self.next() % (high - low)
    }

    /// `mean_ns` dithered: uniform between 0.2 and 1.8 times it.
    pub(super) fn dithered_ns(&mut self, mean_ns: u64) -> u64 {
        self.between(mean_ns / 5, mean_ns * 9 / 5 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides() {
        let draw = |seed| Random::new(seed).between(0, 1 << 40);
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn dithering_keeps_the_mean() {
        let mut random = Random::new(1);
        let draws: Vec<u64> = (0..10_000).map(|_| random.dithered_ns(1000)).collect();
        assert!(draws.iter().all(|&ns| (200..=1800).contains(&ns)));
        // The standard deviation of the mean is 1600 / √12 / √10000 = 4.6: the bounds lie at 6 of them.
        let mean = draws.iter().sum::<u64>() / 10_000;
        assert!((972..=1028).contains(&mean), "{mean}");
    }
}

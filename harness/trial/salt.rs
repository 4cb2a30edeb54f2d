//! Names that are different in each run: a profiler that makes up `cpuHog` is found out where it is called otherwise.

use crate::case::Case;

/// What a name is called in the run with this seed. The same seed gives the same names.
pub fn salted(name: &str, seed: u64) -> String {
    // Eight digits of a seed that a hasher made: the same twice in 4·10⁹ runs.
    format!("{name}_{:08x}", (seed ^ (seed >> 32)) as u32)
}

/// The case's salted names, each with what it is called.
pub fn names(case: &Case, seed: u64) -> Vec<(String, String)> {
    let pair = |name: &String| (name.clone(), salted(name, seed));
    case.salt.iter().map(pair).collect()
}

/// The case as it is judged in the run with this seed.
pub fn case(case: &Case, seed: u64) -> Case {
    case.salted(&|name| match case.salt.iter().any(|salt| salt == name) {
        true => salted(name, seed),
        false => name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_the_name() {
        assert_eq!(salted("hog", 5), "hog_00000005");
        assert_ne!(salted("hog", 5), salted("hog", 6));
    }
}

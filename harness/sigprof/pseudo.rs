//! Frames that are not code: roots of stacks that could not be unwound, as Go's runtime has them
//! (`runtime._ExternalCode` and its like in runtime/proc.go), and what stands for samples that were lost.
//!
//! In a record a pseudo frame is an address at the very end of the address space, where no code can be.

/// One pseudo frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pseudo {
    /// The root of code of which nothing more is known.
    ExternalCode,
    /// The root of code in the kernel's page of fast system calls.
    Vdso,
    /// The root of what is no user code at all.
    System,
    /// Accepted signals whose samples did not fit.
    Lost,
}

impl Pseudo {
    const ALL: [Pseudo; 4] = [
        Pseudo::ExternalCode,
        Pseudo::Vdso,
        Pseudo::System,
        Pseudo::Lost,
    ];

    /// The function name in the profile.
    pub fn name(self) -> &'static str {
        match self {
            Pseudo::ExternalCode => "_ExternalCode",
            Pseudo::Vdso => "_VDSO",
            Pseudo::System => "_System",
            Pseudo::Lost => "lost samples",
        }
    }

    /// What stands for it among addresses.
    pub const fn address(self) -> u64 {
        u64::MAX - self as u64
    }

    /// The pseudo frame that `address` stands for.
    pub fn of_address(address: u64) -> Option<Pseudo> {
        Pseudo::ALL
            .into_iter()
            .find(|pseudo| pseudo.address() == address)
    }

    /// The root for a lone `pc`: `is_vdso` and whether it is in user space decide.
    pub fn root_of(pc: u64, is_vdso: bool) -> Pseudo {
        /// The first address that is not canonical: user space ends below it.
        const USER_LIMIT: u64 = 1 << 47;
        if is_vdso {
            Pseudo::Vdso
        } else if pc != 0 && pc < USER_LIMIT {
            Pseudo::ExternalCode
        } else {
            Pseudo::System
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_pseudo_frames_go_both_ways() {
        for pseudo in Pseudo::ALL {
            assert_eq!(Pseudo::of_address(pseudo.address()), Some(pseudo));
        }
        assert_eq!(Pseudo::of_address(0x40_0000), None);
    }

    #[test]
    fn the_root_says_where_the_lone_pc_was() {
        assert_eq!(Pseudo::root_of(0x7fff_0000_1000, true), Pseudo::Vdso);
        assert_eq!(Pseudo::root_of(0x40_0000, false), Pseudo::ExternalCode);
        assert_eq!(
            Pseudo::root_of(0xffff_ffff_ff60_0000, false),
            Pseudo::System
        );
        assert_eq!(Pseudo::root_of(0, false), Pseudo::System);
    }
}

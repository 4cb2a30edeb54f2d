//! The defects that can be switched on in the reference, one bit each: what `harness/mutant` is made of.
//!
//! A defect here is one that has to be committed where the frames are put together; what can be done to a finished
//! profile is done there. The unmodified reference has none of them.

/// One known way to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Defect {
    /// golang/go#29034, the seed's own bug: frames that the hook adds are paid for with frames of the root.
    DropRootPerForeign = 1,
    /// Foreign frames are never looked at.
    DropForeign = 1 << 1,
    /// The seed without `cgoCallers[0] = 0`: the buffer is used again by samples that it is not about.
    StaleForeign = 1 << 2,
    /// The seed without `cgoCallersUse`: the buffer is written while somebody else is at it.
    IgnoreInUse = 1 << 3,
    /// At most 16 frames are taken from the hook.
    TruncateForeign16 = 1 << 4,
    /// A block is allocated and freed in the handler, as pprof-rs#281 did.
    MallocInHandler = 1 << 5,
}

/// A set of [`Defect`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Defects(u32);

impl Defects {
    /// No defect.
    pub const NONE: Defects = Defects(0);

    /// This set and `defect`.
    #[must_use]
    pub const fn with(self, defect: Defect) -> Defects {
        Defects(self.0 | defect as u32)
    }

    /// Whether `defect` is switched on.
    pub const fn has(self, defect: Defect) -> bool {
        self.0 & defect as u32 != 0
    }
}

//! The defects that can be switched on in the reference, one bit each: what `harness/mutant` is made of.
//!
//! A defect here is one that has to be committed where the frames are put together; what can be done to a finished
//! profile is done there. The unmodified reference has none of them.

/// One known way to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
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
    /// What hooks answered for recorded contexts is put to the leaf, not between the host frames that it belongs to.
    FlattenContexts = 1 << 16,
    /// Only the main thread is sampled.
    MainThreadOnly = 1 << 17,
    /// A hook that answers nothing on a C thread is taken at its word.
    EmptyStack = 1 << 18,
    /// Go's extra M: a C thread that has called into the host once is not asked about again.
    ForgetEnteredThreads = 1 << 19,
    /// Go's `sigprofCallers`: C threads share one buffer.
    OneGlobalBuffer = 1 << 20,
    /// golang/go#72870: host code on a C thread is taken for external code.
    ExternalRootAlways = 1 << 21,
    /// The symbolizer's `more` is not looked at.
    DropInlines = 1 << 22,
    /// The symbolizer's next function is taken for the one that was asked for.
    SymbolOfNext = 1 << 23,
    /// The child of a fork goes on as if it were the profiled process.
    TimerInChild = 1 << 6,
    /// ITIMER_PROF is not stopped before exec.
    TimerSurvivesExec = 1 << 7,
    /// The handler uses 16 KiB of the interrupted stack.
    BigHandlerFrame = 1 << 8,
    /// The handler is installed without SA_RESTART.
    NoSaRestart = 1 << 9,
    /// The handler leaves errno as its own system calls did.
    ClobberErrno = 1 << 10,
    /// What is missing is not declared in the profile.
    SilentZero = 1 << 11,
    /// Timers are not deleted at stop.
    LeakTimer = 1 << 12,
    /// What handlers use is freed at exit, while they run.
    CrashAtExit = 1 << 13,
    /// A boundary counts for as long as its call has not returned.
    BoundaryNotPopped = 1 << 14,
    /// Memory is read as if it were mapped.
    UnguardedRead = 1 << 15,
    /// The old handler is not put back.
    ForgetRestore = 1 << 24,
    /// What does not fit the ring is not counted.
    LoseSilently = 1 << 25,
    /// Where there was no handler, the default action is put back: a signal that is still on its way ends the process.
    DefaultAfterStop = 1 << 26,
    /// The program's own ITIMER_PROF is not put back.
    ForgetTimer = 1 << 27,
    /// The collector's thread goes on after the stop.
    LeakThread = 1 << 28,
    /// A child of vfork stops its parent's clock before it execs.
    StopInVforkChild = 1 << 29,
    /// The handler uses thread-local storage that is made when it is first touched.
    LazyThreadLocal = 1 << 30,
    /// What is not ours is not handed on.
    SwallowSignals = 1 << 31,
    /// A thread that /proc does not show, or cannot show, is taken for gone.
    BelieveListing = 1 << 32,
    /// golang/go#37201: SIGPROFs that the profiler has not asked for are samples too.
    CountEverySignal = 1 << 33,
    /// The hook is called once more when the profiler has stopped.
    HookAfterStop = 1 << 34,
}

/// A set of [`Defect`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Defects(u64);

impl Defects {
    /// No defect.
    pub const NONE: Defects = Defects(0);

    /// This set and `defect`.
    #[must_use]
    pub const fn with(self, defect: Defect) -> Defects {
        Defects(self.0 | defect as u64)
    }

    /// Whether `defect` is switched on.
    pub const fn has(self, defect: Defect) -> bool {
        self.0 & defect as u64 != 0
    }
}

//! A stack as [`capture`](super::capture) gives it: code addresses, nothing named.

/// One frame of a [`Stack`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackFrame {
    /// The address to look up: a call's own address, never the one behind it, so that no caller of this type
    /// subtracts anything (Go's `runtime.Callers` hands out return addresses and leaves the subtraction to you).
    pub address: usize,
    /// Whether the foreign traceback hook answered it. Where no hook did, C and host frames alike were unwound.
    pub is_answered: bool,
}

/// The mixed stack of a thread at one moment, leaf first: frames of host and foreign code in true order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stack {
    /// The frames.
    pub frames: Vec<StackFrame>,
}

impl Stack {
    /// The addresses that the hook answered, leaf first, wherever on the stack they stand.
    pub fn answered(&self) -> Vec<usize> {
        self.addresses(true)
    }

    /// The addresses that were unwound, leaf first.
    pub fn unwound(&self) -> Vec<usize> {
        self.addresses(false)
    }

    fn addresses(&self, is_answered: bool) -> Vec<usize> {
        let frames = self.frames.iter();
        frames
            .filter(|frame| frame.is_answered == is_answered)
            .map(|frame| frame.address)
            .collect()
    }
}

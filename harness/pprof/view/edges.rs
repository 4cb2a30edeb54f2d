//! Edges by caller and callee: the table that a pass over all frames looks into once a frame.
//!
//! Open addressing with the sums in the slots themselves, so that a look costs one cache miss and not one for the
//! table and another for what it leads to. It knows numbers of nodes and nothing of what they are.

use std::hash::BuildHasher;

use hashbrown::DefaultHashBuilder;

/// Calls of one node by another.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    pub(super) caller: u32,
    pub(super) callee: u32,
    pub(super) weight: i64,
    /// The callee was inlined in all of them.
    pub(super) inline: bool,
    /// The last sample that was counted, so that recursion counts once.
    sample: u32,
}

const NOBODY: u32 = u32::MAX;

const EMPTY: Edge = Edge {
    caller: NOBODY,
    callee: NOBODY,
    weight: 0,
    inline: true,
    sample: u32::MAX,
};

/// Edges in the making.
pub(super) struct Edges {
    /// A power of two of them.
    slots: Vec<Edge>,
    len: usize,
    hasher: DefaultHashBuilder,
}

impl Edges {
    pub(super) fn new() -> Edges {
        Edges {
            slots: vec![EMPTY; 64],
            len: 0,
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// Counts an edge of a sample, once.
    #[inline]
    pub(super) fn add(
        &mut self,
        (caller, callee): (u32, u32),
        weight: i64,
        inline: bool,
        sample: u32,
    ) {
        let mut at = self.find(caller, callee);
        if self.slots[at].caller == NOBODY {
            if self.len >= self.slots.len() / 2 {
                self.grow();
                at = self.find(caller, callee);
            }
            self.len += 1;
            self.slots[at].caller = caller;
            self.slots[at].callee = callee;
        }
        let edge = &mut self.slots[at];
        if edge.sample != sample {
            edge.weight = edge.weight.wrapping_add(weight);
            edge.inline &= inline;
            edge.sample = sample;
        }
    }

    /// The edges, in no order that means anything.
    pub(super) fn into_found(self) -> Vec<Edge> {
        let mut found = self.slots;
        found.retain(|edge| edge.caller != NOBODY);
        found
    }

    /// The slot of the edge, or the empty one where it belongs.
    #[inline]
    fn find(&self, caller: u32, callee: u32) -> usize {
        let mask = self.slots.len() - 1;
        let key = u64::from(caller) << 32 | u64::from(callee);
        // Seeded by chance: nobody can make a profile whose edges all want the same slot.
        let mut at = self.hasher.hash_one(key) as usize & mask;
        loop {
            let slot = &self.slots[at];
            if (slot.caller == caller && slot.callee == callee) || slot.caller == NOBODY {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let larger = vec![EMPTY; self.slots.len() * 2];
        for edge in std::mem::replace(&mut self.slots, larger) {
            if edge.caller != NOBODY {
                let at = self.find(edge.caller, edge.callee);
                self.slots[at] = edge;
            }
        }
    }
}

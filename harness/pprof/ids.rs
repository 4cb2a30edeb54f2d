//! From the ids of a file to indices.
//!
//! Ids are any 64-bit numbers; writers nearly always count from 1, and then a table replaces the hash map.

use hashbrown::HashMap;

use super::model::NONE;

/// The index of each id; of several with the same id, the last.
pub(super) struct IdMap {
    /// For ids up to the number of elements.
    dense: Vec<u32>,
    sparse: HashMap<u64, u32>,
}

impl IdMap {
    pub(super) fn new(ids: impl ExactSizeIterator<Item = u64>) -> IdMap {
        let mut map = IdMap {
            dense: vec![NONE; ids.len() + 1],
            sparse: HashMap::new(),
        };
        for (index, id) in ids.enumerate() {
            match usize::try_from(id)
                .ok()
                .and_then(|id| map.dense.get_mut(id))
            {
                Some(slot) => *slot = index as u32,
                None => {
                    map.sparse.insert(id, index as u32);
                }
            }
        }
        // 0 means "none", whatever an element with that id says.
        map.dense[0] = NONE;
        map
    }

    /// The index, or [`NONE`].
    #[inline]
    pub(super) fn get(&self, id: u64) -> u32 {
        if id < self.dense.len() as u64 {
            return self.dense[id as usize];
        }
        if self.sparse.is_empty() {
            return NONE;
        }
        self.sparse.get(&id).copied().unwrap_or(NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dense_and_sparse_ids_are_found_and_zero_never_is() {
        let map = IdMap::new([2, 0, u64::MAX, 2].into_iter());
        assert_eq!(map.get(2), 3);
        assert_eq!(map.get(u64::MAX), 2);
        assert_eq!(map.get(0), NONE);
        assert_eq!(map.get(1), NONE);
        assert_eq!(map.get(77), NONE);
    }
}

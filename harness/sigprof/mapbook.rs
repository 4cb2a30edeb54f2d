//! Every mapping that there was while a profiler ran, each with a number: an address keeps the mapping that it had, also
//! when its library was closed and another one took the place.

use super::maps::Map;

/// A mapping's number in the book.
pub type Page = u32;

/// The book.
#[derive(Debug, Default)]
pub struct MapBook {
    /// All executable mappings there ever were.
    pages: Vec<Map>,
    /// Those that are there now, by address.
    current: Vec<Page>,
}

impl MapBook {
    /// Takes down what is mapped now.
    pub fn read(&mut self, now: Vec<Map>) {
        let before = std::mem::take(&mut self.current);
        for map in now.into_iter().filter(|map| map.is_executable) {
            // A mapping that has stayed, or has come back as it was, keeps its number.
            let known = before
                .iter()
                .copied()
                .find(|page| self.pages[*page as usize] == map);
            let known = known.or_else(|| {
                self.pages
                    .iter()
                    .position(|page| *page == map)
                    .map(|index| index as Page)
            });
            self.current.push(known.unwrap_or(self.pages.len() as Page));
            if known.is_none() {
                self.pages.push(map);
            }
        }
        let pages = &self.pages;
        self.current.sort_by_key(|page| pages[*page as usize].start);
    }

    /// The mapping that `address` lies in now.
    pub fn at(&self, address: u64) -> Option<Page> {
        let next = self
            .current
            .partition_point(|page| self.pages[*page as usize].start <= address);
        let page = *self.current.get(next.checked_sub(1)?)?;
        (address < self.pages[page as usize].limit).then_some(page)
    }

    /// The mapping of that number.
    pub fn map(&self, page: Page) -> Option<&Map> {
        self.pages.get(page as usize)
    }

    /// All of them, by number.
    pub fn pages(&self) -> &[Map] {
        &self.pages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(start: u64, limit: u64, file: &str) -> Map {
        Map {
            start,
            limit,
            file_offset: 0,
            is_executable: true,
            file: file.to_owned(),
        }
    }

    #[test]
    fn an_address_keeps_the_mapping_it_had() {
        let mut book = MapBook::default();
        book.read(vec![map(0x5000, 0x6000, "b"), map(0x1000, 0x2000, "a")]);
        let old = book.at(0x5800).unwrap();
        // b is closed and c takes its place; a stays.
        let a = book.at(0x1000).unwrap();
        book.read(vec![map(0x1000, 0x2000, "a"), map(0x5000, 0x7000, "c")]);
        let new = book.at(0x5800).unwrap();
        assert_eq!(book.map(old).unwrap().file, "b");
        assert_eq!(book.map(new).unwrap().file, "c");
        assert_eq!(book.at(0x1fff), Some(a));
        // b comes back.
        book.read(vec![map(0x5000, 0x6000, "b")]);
        assert_eq!(book.at(0x5800), Some(old));
        assert_eq!(
            (book.at(0x1000), book.at(0x6000), book.at(0)),
            (None, None, None)
        );
        assert_eq!(book.pages().len(), 3);
    }
}

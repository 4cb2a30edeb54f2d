//! Comparing outputs.

/// The first line in which two outputs differ, with its number.
pub fn first_difference(expected: &[u8], found: &[u8]) -> Option<String> {
    if expected == found {
        return None;
    }
    let (mut a, mut b) = (
        expected.split(|&b| b == b'\n'),
        found.split(|&b| b == b'\n'),
    );
    let mut number = 0;
    loop {
        number += 1;
        let (a, b) = (a.next(), b.next());
        if a != b {
            let text =
                |line: Option<&[u8]>| line.map(|line| String::from_utf8_lossy(line).into_owned());
            return Some(format!(
                "line {number}\n  expected {:?}\n  found    {:?}",
                text(a),
                text(b)
            ));
        }
    }
}

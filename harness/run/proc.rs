//! What /proc says of processes and threads (proc(5)). Where there is none, or where a process has just gone, there is nothing.

use std::fs;
use std::path::Path;

/// A line of /proc/PID/stat, or of /proc/PID/task/TID/stat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Its id.
    pub id: i32,
    /// Its name, at most 15 bytes.
    pub name: String,
    /// `R`, `S`, `D`, `Z`, `T` and others.
    pub state: char,
    /// The parent's id.
    pub parent: i32,
    /// The process group's id.
    pub group: i32,
    /// The session's id.
    pub session: i32,
    /// User and system time, in clock ticks.
    pub cpu_ticks: u64,
    /// When it began, in clock ticks since boot. With the id it names a process for good.
    pub start_ticks: u64,
}

/// Of the process or thread with this folder in /proc.
pub fn stat(folder: &Path) -> Option<Stat> {
    let text = fs::read(folder.join("stat")).ok()?;
    parse(&String::from_utf8_lossy(&text))
}

/// All processes that there are.
pub fn processes() -> Vec<Stat> {
    numbered(Path::new("/proc"))
        .into_iter()
        .filter_map(|id| stat(Path::new(&format!("/proc/{id}"))))
        .collect()
}

/// The threads of a process.
pub fn threads(process: i32) -> Vec<i32> {
    numbered(Path::new(&format!("/proc/{process}/task")))
}

/// A file of a thread's or a process's, as text, without the newline at its end.
pub fn text(folder: &Path, file: &str) -> Option<String> {
    let bytes = fs::read(folder.join(file)).ok()?;
    Some(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}

fn numbered(folder: &Path) -> Vec<i32> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut ids: Vec<i32> = entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    ids.sort_unstable();
    ids
}

fn parse(text: &str) -> Option<Stat> {
    // The name stands in parentheses and may have some itself.
    let (id, rest) = text.split_once(" (")?;
    let (name, rest) = rest.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    // proc(5) counts from 1, and the state is its field 3.
    let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    let signed = |field: usize| fields.get(field - 3)?.parse::<i32>().ok();
    Some(Stat {
        id: id.parse().ok()?,
        name: name.to_owned(),
        state: fields.first()?.chars().next()?,
        parent: signed(4)?,
        group: signed(5)?,
        session: signed(6)?,
        cpu_ticks: number(14)? + number(15)?,
        start_ticks: number(22)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_spaces_is_read_whole() {
        let line = "42 (a ) (b) c) S 1 7 8 0 -1 4194304 1 2 3 4 50 6 0 0 20 0 1 0 99 5 6\n";
        let stat = parse(line).unwrap();
        assert_eq!(stat.name, "a ) (b) c");
        assert_eq!(
            (stat.id, stat.state, stat.parent, stat.group, stat.session),
            (42, 'S', 1, 7, 8)
        );
        assert_eq!((stat.cpu_ticks, stat.start_ticks), (56, 99));
        assert_eq!(parse("42 (cut off"), None);
    }
}

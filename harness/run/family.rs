//! The processes of a run: the child, its group, and whoever came of it and left the group. It finds them, ends them and
//! reaps those that were left to us; which runs there are it does not know.
//!
//! Somebody who has made a session of his own and whose parent is gone is told by what he still has of the run: its TMPDIR in his
//! environment, its folder as the current one, or its output open for writing. Who has given up all of that as well is not
//! found, unless he was seen when his parents were alive.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid,
};

use super::proc::{self, Stat};

/// How long a killed process may take to go. Only one that waits for a device takes longer than a moment.
const DEADLINE: Duration = Duration::from_secs(5);
/// Between two looks at who is still there.
const PAUSE: Duration = Duration::from_millis(1);

/// Whether orphans of our children become our own children rather than init's.
static ADOPTS: AtomicBool = AtomicBool::new(false);

/// From now on orphans are left to us, where the system has that: so they are found, and reaped.
pub fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    if rustix::process::set_child_subreaper(Some(rustix::process::getpid())).is_ok() {
        ADOPTS.store(true, Ordering::Relaxed);
    }
}

/// The processes of a run.
#[derive(Debug)]
pub struct Family {
    /// The child itself. It is reaped by its owner, after all others: until then its id is its own.
    leader: Pid,
    folder: Option<PathBuf>,
    pipes: Vec<String>,
    /// Whoever was found before: by id and beginning.
    known: HashMap<i32, u64>,
    /// Groups and sessions that are the family's own.
    circles: HashSet<i32>,
}

impl Family {
    /// The family of a child, which leads its group: with the folder that is its TMPDIR, and the pipes it writes to.
    pub fn new(leader: &Child, folder: Option<PathBuf>, pipes: Vec<String>) -> Self {
        let leader = Pid::from_child(leader);
        Family {
            leader,
            folder,
            pipes,
            known: HashMap::new(),
            circles: HashSet::from([leader.as_raw_nonzero().get()]),
        }
    }

    /// Who is there now, zombies included.
    pub fn look(&mut self) -> Vec<Stat> {
        let all = proc::processes();
        let us = std::process::id() as i32;
        let Some(own) = all.iter().find(|stat| stat.id == us).cloned() else {
            return Vec::new();
        };
        let environ = fs::read("/proc/self/environ").unwrap_or_default();
        let ours = descendants(&all, us);
        let mut members: HashMap<i32, &Stat> = HashMap::new();
        let mut others: Vec<&Stat> = ours.iter().map(|&index| &all[index]).collect();
        loop {
            let (found, rest): (Vec<_>, Vec<_>) = others.into_iter().partition(|stat| {
                self.is_known(stat)
                    || members.contains_key(&stat.parent)
                    || self.is_marked(stat, &environ)
            });
            if found.is_empty() {
                break;
            }
            others = rest;
            members.extend(found.iter().map(|stat| (stat.id, *stat)));
            for stat in found {
                self.known.insert(stat.id, stat.start_ticks);
                for circle in [stat.group, stat.session] {
                    let is_own = circle == own.group || circle == own.session;
                    let is_led_by_other =
                        !members.contains_key(&circle) && all.iter().any(|stat| stat.id == circle);
                    if !is_own && !is_led_by_other {
                        self.circles.insert(circle);
                    }
                }
            }
        }
        let mut members: Vec<Stat> = members.into_values().cloned().collect();
        members.sort_by_key(|stat| (stat.id != self.leader_id(), stat.start_ticks, stat.id));
        members
    }

    /// Ends all of them, and reaps whom nobody else reaps but for the leader.
    pub fn end(&mut self) -> io::Result<()> {
        self.kill_group();
        let begin = Instant::now();
        loop {
            let mut left: Vec<Stat> = self.look();
            left.retain(|stat| stat.id != self.leader_id() || !is_dead(stat));
            if left.is_empty() {
                return Ok(());
            }
            if begin.elapsed() > DEADLINE {
                return Err(io::Error::other(format!(
                    "{} cannot be ended: {}",
                    if left.len() == 1 {
                        "a process"
                    } else {
                        "processes"
                    },
                    names(&left)
                )));
            }
            for stat in &left {
                self.end_one(stat);
            }
            thread::sleep(PAUSE);
        }
    }

    /// What can be done at once and without a look.
    pub fn kill_group(&self) {
        // An error here is a group that has no process left.
        let _ = kill_process_group(self.leader, Signal::KILL);
    }

    fn end_one(&self, stat: &Stat) {
        let Some(pid) = Pid::from_raw(stat.id) else {
            return;
        };
        if !is_dead(stat) {
            // Gone in between, at worst; ids are not given out again that fast.
            let _ = kill_process(pid, Signal::KILL);
        } else if stat.parent == std::process::id() as i32 {
            // An orphan that was left to us. Who is still another's child comes to us when that one is gone.
            let _ = waitid(
                WaitId::Pid(pid),
                WaitIdOptions::EXITED | WaitIdOptions::NOHANG,
            );
        }
    }

    fn leader_id(&self) -> i32 {
        self.leader.as_raw_nonzero().get()
    }

    fn is_known(&self, stat: &Stat) -> bool {
        stat.id == self.leader_id()
            || self.known.get(&stat.id) == Some(&stat.start_ticks)
            || self.circles.contains(&stat.group)
            || self.circles.contains(&stat.session)
    }

    fn is_marked(&self, stat: &Stat, own_environ: &[u8]) -> bool {
        let process = PathBuf::from(format!("/proc/{}", stat.id));
        let Ok(environ) = fs::read(process.join("environ")) else {
            return false;
        };
        if let Some(folder) = &self.folder {
            let tmpdir = [b"TMPDIR=", folder.as_os_str().as_encoded_bytes()].concat();
            let is_here =
                || fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder));
            if environ
                .split(|&byte| byte == 0)
                .any(|entry| entry == tmpdir)
                || is_here()
            {
                return true;
            }
        }
        // Between fork and exec a child of anybody here has all our descriptors, and our environment.
        environ != own_environ && writes_to(&process, &self.pipes)
    }
}

/// A zombie, with no thread left: a process whose first thread has ended is shown as one too.
fn is_dead(stat: &Stat) -> bool {
    matches!(stat.state, 'Z' | 'X') && proc::threads(stat.id).len() <= 1
}

fn names(stats: &[Stat]) -> String {
    let name = |stat: &Stat| format!("{} {:?} ({})", stat.id, stat.name, stat.state);
    stats.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Whose parents lead to `root`: everybody who came of us, where orphans are left to us; elsewhere all that there are.
fn descendants(all: &[Stat], root: i32) -> Vec<usize> {
    let is_adopting = ADOPTS.load(Ordering::Relaxed);
    let parents: HashMap<i32, i32> = all.iter().map(|stat| (stat.id, stat.parent)).collect();
    let leads_to_root = |mut id: i32| {
        // Read one after the other, the lines may be of different times: a circle is possible in theory.
        for _ in 0..all.len() {
            match parents.get(&id) {
                Some(&parent) if parent == root => return true,
                Some(&parent) => id = parent,
                None => return false,
            }
        }
        false
    };
    (0..all.len())
        .filter(|&index| all[index].id != root && (!is_adopting || leads_to_root(all[index].id)))
        .collect()
}

fn writes_to(process: &Path, pipes: &[String]) -> bool {
    let fds = fs::read_dir(process.join("fd"))
        .into_iter()
        .flatten()
        .flatten();
    fds.into_iter().any(|fd| {
        let is_pipe = fs::read_link(fd.path())
            .is_ok_and(|link| pipes.iter().any(|pipe| link.as_os_str() == pipe.as_str()));
        is_pipe && is_open_for_writing(&process.join("fdinfo").join(fd.file_name()))
    })
}

/// `flags:` of /proc/PID/fdinfo/FD, in octal; its last digit has the access mode, 1 or 2 for writing.
fn is_open_for_writing(fdinfo: &Path) -> bool {
    fs::read_to_string(fdinfo).is_ok_and(|text| {
        text.lines()
            .find_map(|line| line.strip_prefix("flags:"))
            .is_some_and(|flags| matches!(flags.trim_end().as_bytes().last(), Some(b'1' | b'2')))
    })
}

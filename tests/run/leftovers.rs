//! Nothing is left behind: no process, also none that has left its group, and no folder, whichever way the run ends.

use std::env;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use framecheck::run::live;
use framecheck::run::program::{self, Ended, Endpoint, Job, Request};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::Test;

/// How long anything may take that takes a moment.
const DEADLINE: Duration = Duration::from_secs(60);

/// What the helper does once its children hang.
const HELPER: &str = "FRAMECHECK_TEST_HELPER";
/// Where the children write their ids.
const READY: &str = "FRAMECHECK_TEST_READY";

/// In a session of its own: a child; an orphan that has of the run no more than its environment; one that has no more than the
/// current folder; one that has no more than the output. And a child in the group.
const SCRIPT: &str = r#"
    cry='echo $$ >>$FRAMECHECK_TEST_READY; exec sleep 600'
    clean="env -i PATH=$PATH FRAMECHECK_TEST_READY=$FRAMECHECK_TEST_READY"
    setsid sh -c "$cry" &
    (cd /; setsid sh -c "$cry" >/dev/null 2>&1 &)
    ($clean setsid sh -c "$cry" >/dev/null 2>&1 &)
    (cd /; $clean setsid sh -c "$cry" &)
    sh -c "$cry" &
    sh -c 'while [ $(wc -l <$FRAMECHECK_TEST_READY) -lt 5 ]; do sleep 0.01; done'
"#;
const CHILDREN: usize = 6;

pub fn tests() -> Vec<Test> {
    vec![
        ("leftovers::a_run_that_ends_leaves_nobody", ends),
        ("leftovers::a_run_that_hangs_leaves_nobody", hangs),
        ("leftovers::sigint_leaves_nothing", || {
            interrupted(Signal::INT)
        }),
        ("leftovers::sigterm_leaves_nothing", || {
            interrupted(Signal::TERM)
        }),
        ("leftovers::sighup_leaves_nothing", || {
            interrupted(Signal::HUP)
        }),
        ("leftovers::a_panic_of_main_leaves_nothing", panicked),
        ("leftovers::an_ignored_signal_stays_ignored", ignored),
    ]
}

fn script(last: &str) -> Endpoint {
    let script = format!("{SCRIPT}\n{last}");
    Endpoint {
        exe: "/bin/sh".into(),
        args: vec!["-c".into(), script.into(), "sh".into()],
    }
}

const HANG: &str = "echo $$ >>$FRAMECHECK_TEST_READY; exec sleep 600";

fn run(last: &str, ready: &Path, deadline: Duration) -> Ended {
    let request = Request {
        job: Job::Program("x".into()),
        env: vec![(READY.into(), ready.into())],
        deadline,
    };
    program::run(&script(last), &request).expect("the shell can be run")
}

/// The ids that have been written so far.
fn ids(ready: &Path) -> Vec<i32> {
    let text = fs::read_to_string(ready).unwrap_or_default();
    text.lines()
        .map(|line| line.parse().expect("an id"))
        .collect()
}

/// A zombie is dead: whose it is decides when it goes.
fn is_alive(id: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let state = stat
        .rsplit_once(") ")
        .and_then(|(_, rest)| rest.chars().next());
    !matches!(state, None | Some('Z' | 'X'))
}

/// Where a test fails, nothing may be left behind either.
fn kill(ids: &[i32]) {
    for pid in ids.iter().filter_map(|&id| Pid::from_raw(id)) {
        let _ = kill_process(pid, Signal::KILL);
    }
}

fn assert_gone(ready: &Path, children: usize) {
    let ids = ids(ready);
    assert_eq!(ids.len(), children, "{ids:?}");
    let alive: Vec<i32> = ids.into_iter().filter(|&id| is_alive(id)).collect();
    kill(&alive);
    assert_eq!(alive, Vec::<i32>::new(), "still alive");
}

fn ends() {
    let folder = TempDir::new().unwrap();
    let ready = folder.path().join("ready");
    fs::write(&ready, "").unwrap();
    assert_eq!(
        run("exit 127", &ready, DEADLINE),
        Ended::Unsupported(String::new())
    );
    assert_gone(&ready, CHILDREN - 1);
}

fn hangs() {
    let folder = TempDir::new().unwrap();
    let ready = folder.path().join("ready");
    fs::write(&ready, "").unwrap();
    let ended = run(HANG, &ready, Duration::from_secs(3));
    let Ended::TimedOut { hang, .. } = ended else {
        panic!("{ended:?}");
    };
    let ids = ids(&ready);
    for id in &ids {
        assert!(
            hang.threads.iter().any(|thread| thread.pid == *id),
            "{id} is not in\n{hang}"
        );
    }
    assert_gone(&ready, CHILDREN);
}

/// A process that runs hanging children, and where they would leave something.
struct Helper {
    process: Child,
    /// Its temporary folder.
    folder: TempDir,
    ready: TempDir,
}

impl Helper {
    /// Started, and all its children are there.
    fn start(how: &str, wrapper: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let ready = TempDir::new().unwrap();
        let exe = env::current_exe().unwrap();
        let mut words = wrapper
            .iter()
            .map(|word| word.as_ref())
            .chain([exe.as_os_str()]);
        let mut command = Command::new(words.next().unwrap());
        command
            .args(words)
            .env(HELPER, how)
            .env("TMPDIR", folder.path());
        command.stdin(Stdio::null()).stderr(Stdio::null());
        let path = ready.path().join("ready");
        fs::write(&path, "").unwrap();
        let process = command.env(READY, &path).spawn().unwrap();
        let helper = Helper {
            process,
            folder,
            ready,
        };
        wait_for("its children", || {
            let ids = ids(&path);
            (ids.len() == CHILDREN).then(|| assert!(ids.into_iter().all(is_alive)))
        });
        helper
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }

    fn end(mut self) -> ExitStatus {
        let process = &mut self.process;
        let status = wait_for("the end of the helper", || process.try_wait().unwrap());
        assert_gone(&self.ready.path().join("ready"), CHILDREN);
        let left: Vec<_> = fs::read_dir(self.folder.path()).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
        status
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let mut ids = ids(&self.ready.path().join("ready"));
        ids.retain(|&id| is_alive(id));
        kill(&ids);
    }
}

fn wait_for<T>(what: &str, mut is: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(value) = is() {
            return value;
        }
        assert!(begin.elapsed() < DEADLINE, "no {what} after {DEADLINE:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Bits of the signals that this process, and so the helper, ignores.
fn is_ignored(signal: Signal) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok());
    mask.unwrap_or_default() & (1 << (signal.as_raw() - 1)) != 0
}

fn interrupted(signal: Signal) {
    if is_ignored(signal) {
        eprintln!(
            "SKIPPED: {signal:?} is ignored here; run it in the foreground and without nohup"
        );
        return;
    }
    let helper = Helper::start("hang", &[]);
    assert!(fs::read_dir(helper.folder.path()).unwrap().next().is_some());
    helper.signal(signal);
    assert_eq!(helper.end().signal(), Some(signal.as_raw()));
}

fn panicked() {
    let helper = Helper::start("panic", &[]);
    fs::write(helper.ready.path().join("go"), "").unwrap();
    let status = helper.end();
    assert_eq!(status.code(), Some(101));
}

fn ignored() {
    let ignoring = "trap '' HUP; exec \"$@\"";
    let helper = Helper::start("hang", &["/bin/sh", "-c", ignoring, "sh"]);
    helper.signal(Signal::HUP);
    // Signals are taken in the order of their numbers, HUP before INT: it has been there and done nothing.
    helper.signal(Signal::TERM);
    assert_eq!(helper.end().signal(), Some(Signal::TERM.as_raw()));
}

/// What the helper is: `None` in the process that tests.
pub fn helper() -> Option<ExitCode> {
    let how = env::var(HELPER).ok()?;
    let ready = env::var_os(READY).expect("where the children write their ids");
    let hang = move || run(HANG, Path::new(&ready), Duration::from_secs(600));
    if how == "panic" {
        let ready = env::var_os(READY).expect("where the children write their ids");
        let _guard = live::guard();
        thread::spawn(hang);
        let go = Path::new(&ready).with_file_name("go");
        wait_for("word to go", || go.exists().then_some(()));
        panic!("on purpose");
    }
    hang();
    Some(ExitCode::FAILURE)
}

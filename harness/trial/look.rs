//! One run of a case, and what its profile is worth.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::artefact::Built;
use super::profile::seen;
use super::{LOOKS, Outcome, Trial, salt};
use crate::case::Case;
use crate::case::truth::Truth;
use crate::corpus::{Source, snapshot};
use crate::judge::{self, ALPHA, Finding, Layer, Question, Seen, Unreadable, Verdict};
use crate::port::How;
use crate::programs::settings::{CPU_MS, HZ};
use crate::run::program::{self, Ended, Job, Request};
use crate::run::wrapper;
use crate::sigprof::Clock;

/// Wall time for one second of CPU time: thirty times that, for a machine where others compile at the same time.
const DEADLINE_PER_CPU_SECOND: u32 = 30;

/// The tick that is assumed where it cannot be asked for: the lowest one that Linux is configured with, for which
/// the fewest signals are independent.
const TICK_HZ_UNKNOWN: f64 = 100.0;

pub(super) struct Look<'a> {
    pub trial: &'a Trial<'a>,
    pub artefact: &'a Built,
    /// The case's CPU time, so many times.
    pub times: u64,
}

impl Look<'_> {
    /// Runs, judges, and writes over what an earlier look has told.
    pub fn tell(&self, outcome: &mut Outcome) {
        let request = self.request();
        let command = self.command(&request);
        let compiled = self.artefact.artefact.iter().flat_map(|artefact| {
            artefact
                .argv
                .iter()
                .map(|argv| argv.iter().map(text).collect::<Vec<_>>())
        });
        outcome.evidence.commands = compiled.chain([command]).collect();
        let mut tell = |verdict, says: String, details: String| {
            outcome.verdict = verdict;
            outcome.evidence.says = says;
            outcome.evidence.details = details;
        };
        match self.run(&request) {
            Err(error) => tell(Verdict::Broken, error.to_string(), String::new()),
            Ok(Ended::Profile { profile, truth }) => {
                self.judged(outcome, &profile, truth.as_deref())
            }
            Ok(Ended::CheckFailed(says)) => {
                let says = first_line_of(&says);
                tell(
                    Verdict::Fail,
                    format!("the program says: {}", says.0),
                    says.1,
                );
            }
            Ok(Ended::SetUpFailed(says) | Ended::OffProtocol(says)) => {
                let says = first_line_of(&says);
                tell(Verdict::Broken, says.0, says.1);
            }
            Ok(Ended::Unsupported(says)) => tell(Verdict::Unsupported, says, String::new()),
            Ok(Ended::Crashed { crash, said }) => {
                let (says, details) = first_line_of(&crash.to_string());
                tell(Verdict::Crash, says, lines(&[&details, &said]));
            }
            Ok(Ended::TimedOut { wall, hang, said }) => tell(
                Verdict::Timeout,
                format!("not done after {:.1} s", wall.as_secs_f64()),
                lines(&[&hang.to_string(), &said]),
            ),
        }
    }

    fn run(&self, request: &Request) -> io::Result<Ended> {
        match &self.trial.port.how {
            How::Endpoint(endpoint) => program::run(endpoint, request),
            How::Wrapper(wrapper) => wrapper::run(wrapper, self.built(), self.hz(), request),
        }
    }

    /// Samples a second of CPU time that are asked for.
    fn hz(&self) -> u32 {
        self.trial.entry.case.hz.unwrap_or(HZ)
    }

    /// What was compiled.
    fn built(&self) -> &Path {
        let artefact = self.artefact.artefact.as_ref();
        artefact.map_or(Path::new(""), |artefact| &artefact.path)
    }

    fn request(&self) -> Request {
        let (trial, case) = (self.trial, &self.trial.entry.case);
        let env = |key: &str, value: String| (OsString::from(key), OsString::from(value));
        let cpu_ms = case.cpu_ms.unwrap_or(CPU_MS) * self.times;
        let mut environment = vec![
            env("FRAMECHECK_CLOCK", trial.clock.to_owned()),
            env("FRAMECHECK_CPU_MS", cpu_ms.to_string()),
            env("FRAMECHECK_HZ", self.hz().to_string()),
            // Another look is another run: with the same lengths it would be the same evidence.
            env(
                "FRAMECHECK_SEED",
                trial.seed.wrapping_add(self.times - 1).to_string(),
            ),
        ];
        let lib = self.artefact.lib.as_deref();
        environment.extend(lib.map(|lib| ("FRAMECHECK_LIB".into(), lib.into())));
        environment.extend(
            trial
                .mutant
                .map(|mutant| env("FRAMECHECK_MUTANT", mutant.to_owned())),
        );
        let job = match &trial.entry.source {
            Source::Program(program) => Job::Program(program.clone()),
            Source::C { .. } => Job::RunSo(self.built().to_owned()),
        };
        let patience = Duration::from_millis(cpu_ms.max(1000)) * DEADLINE_PER_CPU_SECOND;
        Request {
            job,
            env: environment,
            deadline: case.finishes.unwrap_or(patience),
        }
    }

    /// As a person would type it.
    fn command(&self, request: &Request) -> Vec<String> {
        let command = match &self.trial.port.how {
            How::Wrapper(wrapper) => wrapper.line(self.built(), self.hz()),
            How::Endpoint(endpoint) => {
                let job = match &request.job {
                    Job::Program(name) => vec![name.clone()],
                    Job::RunSo(path) => vec!["run-so".into(), path.display().to_string()],
                };
                let exe = endpoint.exe.display().to_string();
                let words = [exe].into_iter().chain(endpoint.args.iter().map(text));
                words.chain(job).collect()
            }
        };
        request
            .env
            .iter()
            .map(|(key, value)| format!("{}={}", text(key), text(value)))
            .chain(command)
            .collect()
    }

    fn judged(&self, outcome: &mut Outcome, profile: &[u8], truth: Option<&str>) {
        match seen(self.trial.port, profile, self.hz()) {
            Err(unreadable) => unusable(outcome, &unreadable),
            Ok(seen) => match truth.map(Truth::parse).transpose() {
                Ok(truth) => self.judged_by(outcome, &seen, truth.as_ref()),
                Err(error) => {
                    outcome.verdict = Verdict::Broken;
                    outcome.evidence.says = format!("its truth file: {error}");
                }
            },
        }
    }

    fn judged_by(&self, outcome: &mut Outcome, seen: &Seen, truth: Option<&Truth>) {
        let trial = self.trial;
        let case = salt::case(&trial.entry.case, trial.seed);
        // On the wall a few samples may weigh a twentieth of all by chance, and sleepers are in it for what the handler takes: what a
        // snapshot leaves out as rare is not rare there.
        let is_compared = trial.port.is_reference && trial.clock != Clock::Wall.name();
        let snapshot = match is_compared {
            true => Some(snapshot(&case.id, trial.variant).unwrap_or_default()),
            false => None,
        };
        let findings = judge::judge(&Question {
            case: &case,
            seen,
            truth,
            hosts: &*trial.port.hosts,
            run: &trial.entry.source.run(),
            alpha: ALPHA,
            looks: LOOKS.len(),
            tick_hz: tick_hz(trial.clock),
            snapshot,
            was_run: true,
        });
        settle(outcome, &case, seen, findings);
    }
}

/// The verdict that findings come to.
pub fn settle(outcome: &mut Outcome, case: &Case, seen: &Seen, findings: Vec<Finding>) {
    let samples = seen.samples();
    let worst = findings.iter().map(|finding| finding.verdict).max();
    let floor = match samples == 0 && !case.none_ok {
        true => Verdict::Inconclusive,
        false => Verdict::Pass,
    };
    outcome.verdict = worst.unwrap_or(Verdict::Inconclusive).max(floor);
    outcome.layers = judge::layers(&findings);
    outcome.findings = findings;
    outcome.evidence.samples = samples;
    outcome.evidence.says = match seen.lost {
        0 => format!("{samples} samples"),
        lost => format!("{samples} samples, {lost} lost"),
    };
}

/// A profile that cannot be judged fails in the layer that it does not reach.
pub fn unusable(outcome: &mut Outcome, unreadable: &Unreadable) {
    outcome.verdict = Verdict::Fail;
    outcome.findings = Vec::new();
    (outcome.layers, outcome.evidence.says) = match unreadable {
        Unreadable::Undecodable(why) => (
            vec![(Layer::L0, Verdict::Fail)],
            format!("its profile does not decode: {why}"),
        ),
        Unreadable::Malformed(why) => (
            vec![(Layer::L0, Verdict::Pass), (Layer::L1, Verdict::Fail)],
            format!("its profile is malformed: {why}"),
        ),
    };
}

/// The rate that no signal of a clock goes beyond; None for one that knows no tick. A clock that is not known is taken
/// to be driven by the tick.
pub fn tick_hz(clock: &str) -> Option<f64> {
    match clock.parse::<Clock>() {
        Ok(Clock::Perf | Clock::Wall) => None,
        _ => Some(host_tick_hz().unwrap_or(TICK_HZ_UNKNOWN)),
    }
}

#[cfg(sigprof)]
fn host_tick_hz() -> Option<f64> {
    crate::sigprof::host::tick_ns().map(|tick_ns| 1e9 / tick_ns.max(1) as f64)
}

#[cfg(not(sigprof))]
fn host_tick_hz() -> Option<f64> {
    None
}

fn first_line_of(says: &str) -> (String, String) {
    let (first, rest) = says.split_once('\n').unwrap_or((says, ""));
    (first.to_owned(), rest.to_owned())
}

fn lines(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .map(|part| part.trim_end())
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("\n")
}

fn text(part: &OsString) -> String {
    part.to_string_lossy().into_owned()
}

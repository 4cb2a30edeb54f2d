//! Results for CI servers: JUnit's XML, a suite a port, a test a case and variant.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report as Xml, TestCase, TestCaseStatus, TestSuite};

use super::summary::Summary;
use super::{Report, text};
use crate::judge::Verdict;
use crate::trial::Outcome;

/// Writes all at the end: the head of the file counts what is in it.
pub struct Junit<W> {
    out: W,
    xml: Xml,
}

impl<W: Write> Junit<W> {
    /// Nothing yet.
    pub fn new(out: W) -> Self {
        Junit {
            out,
            xml: Xml::new("framecheck"),
        }
    }

    fn suite(&mut self, port: &str) -> &mut TestSuite {
        let suites = &mut self.xml.test_suites;
        let at = match suites.iter().position(|suite| suite.name.as_str() == port) {
            Some(at) => at,
            None => {
                suites.push(TestSuite::new(port));
                suites.len() - 1
            }
        };
        &mut suites[at]
    }
}

impl<W: Write + Send> Report for Junit<W> {
    fn outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        let name = format!("{} {}", outcome.case, outcome.variant);
        let mut case = TestCase::new(name, status(outcome));
        case.set_classname(format!("{}.{}", outcome.port, outcome.case));
        case.set_time(outcome.evidence.wall);
        self.suite(&outcome.port).add_test_case(case);
        Ok(())
    }

    fn end(&mut self, _summary: &Summary) -> io::Result<()> {
        // The counts of the head are those of what was added.
        let suites = std::mem::take(&mut self.xml.test_suites);
        self.xml.add_test_suites(suites);
        self.xml
            .serialize(&mut self.out)
            .map_err(io::Error::other)?;
        writeln!(self.out)?;
        self.out.flush()
    }
}

/// A test that was not run or not judged is skipped; BROKEN is an error, and what else is not expected a failure.
fn status(outcome: &Outcome) -> TestCaseStatus {
    let says = format!("{}: {}", outcome.verdict, outcome.evidence.says);
    let mut status = match outcome.verdict {
        Verdict::Pass => return TestCaseStatus::success(),
        _ if outcome.is_expected() => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(says);
            return skipped;
        }
        Verdict::Broken => TestCaseStatus::non_success(NonSuccessKind::Error),
        _ => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    status.set_message(says);
    status.set_type(outcome.verdict.name());
    status.set_description(text::shown(outcome));
    status
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Level;
    use crate::trial::Evidence;

    #[test]
    fn each_verdict_is_what_a_ci_server_takes_it_for() {
        let mut out = Vec::new();
        let mut report = Junit::new(&mut out);
        for (port, verdict) in [
            ("one", Verdict::Pass),
            ("one", Verdict::Fail),
            ("one", Verdict::Xfail),
            ("two", Verdict::Unsupported),
            ("two", Verdict::Broken),
        ] {
            let outcome = Outcome {
                case: "a.b".into(),
                file: "a_b.c".into(),
                level: Level::Must,
                variant: "o2".into(),
                port: port.into(),
                clock: "thread".into(),
                verdict,
                layers: vec![],
                findings: vec![],
                evidence: Evidence {
                    says: "5 < 7".into(),
                    ..Evidence::default()
                },
            };
            report.outcome(&outcome).unwrap();
        }
        report.end(&Summary::default()).unwrap();
        let xml = String::from_utf8(out).unwrap();
        for part in [
            r#"<testsuites name="framecheck" tests="5" skipped="2" failures="1" errors="1""#,
            r#"<testsuite name="one" tests="3""#,
            r#"<testcase name="a.b o2" classname="two.a.b""#,
            r#"<failure message="FAIL: 5 &lt; 7" type="FAIL">"#,
            r#"<skipped message="XFAIL: 5 &lt; 7""#,
            r#"<skipped message="UNSUPPORTED: 5 &lt; 7""#,
            r#"<error message="BROKEN: 5 &lt; 7" type="BROKEN">"#,
        ] {
            assert!(xml.contains(part), "{part}\n{xml}");
        }
    }
}

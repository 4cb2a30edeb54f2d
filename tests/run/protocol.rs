//! The protocol, spoken with the `testprog` executable.

use std::time::Duration;

use framecheck::run::describe::{PROTOCOL, describe};
use framecheck::run::probe::probe;
use framecheck::run::program::{Ended, Endpoint};

use crate::Test;
use crate::child;

pub fn tests() -> Vec<Test> {
    vec![
        ("protocol::testprog_describes_itself", described),
        ("protocol::testprog_refuses_what_nobody_has", probed),
        ("protocol::a_profile_comes_back_with_its_truth", profiled),
    ]
}

fn testprog() -> Endpoint {
    Endpoint {
        exe: env!("CARGO_BIN_EXE_testprog").into(),
        args: vec![],
    }
}

fn described() {
    let description = describe(&testprog()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(description.protocol, PROTOCOL);
    assert_eq!(description.name, "framecheck-sigprof");
    assert!(
        description
            .capabilities
            .iter()
            .any(|name| name == "threads")
    );
}

fn probed() {
    let probe = probe(&testprog()).unwrap();
    assert!(probe.is_refused(), "{probe}");
}

fn profiled() {
    let ended = child::ask(&testprog(), "foreign_none", Duration::from_secs(120));
    match ended {
        Ended::Profile { profile, truth } => {
            assert!(!profile.is_empty());
            let truth = truth.expect("a truth file");
            assert!(truth.contains("\"program\": \"foreign_none\""), "{truth}");
        }
        Ended::Unsupported(why) => eprintln!("SKIPPED: {why}"),
        other => panic!("{other:?}"),
    }
}

//! Bytes as a profile: decode, check, lint, encode and decode again, and every view of what is valid.
#![no_main]

use std::borrow::Cow;
use std::io;

use framecheck::pprof::Profile;
use framecheck::pprof::view::{self, Granularity, Options, View};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(profile) = Profile::decode(data) else {
        return;
    };
    let valid = profile.check_valid();
    let again = Profile::decode(&profile.encode()).expect("what we wrote");
    assert_eq!(valid, again.check_valid(), "an encoding changes no verdict");
    assert_eq!(profile.encode(), again.encode(), "an encoding keeps everything");
    if valid.is_err() {
        return;
    }
    let findings = profile.lint();
    std::hint::black_box(findings);
    let mut pruned = profile.clone();
    pruned.remove_uninteresting();
    show(&profile, &Options::default());
    show(
        &pruned,
        &Options {
            granularity: Granularity::Addresses,
            mean: true,
            no_inlines: true,
            node_count: Some(3),
            ..Options::default()
        },
    );
});

fn show(profile: &Profile, options: &Options) {
    let views = [
        View::Top,
        View::Traces,
        View::Tree,
        View::Peek("a|b".to_owned()),
        View::Raw,
        View::Tags,
        View::Comments,
    ];
    for view in views {
        // Options that a profile has no answer for are an error; only a panic is a defect.
        let _ = view::show(
            &view,
            Cow::Borrowed(profile),
            options,
            &mut io::sink(),
            &mut |_| {},
        );
    }
}

//! The test binary is its own fixture: it looks up functions of which it knows the addresses.

use super::super::{Builder, NewMapping, Profile};
use super::*;

#[inline(never)]
fn landmark(seed: u64) -> u64 {
    std::hint::black_box(seed).wrapping_mul(3)
}

/// A profile with one sample at a running address, and the mapping that the kernel says it lies in.
fn profile_at(address: u64) -> Profile {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux");
    let hex = |text: &str| u64::from_str_radix(text, 16).expect("hexadecimal");
    let mut builder = Builder::new(&[("samples", "count")], ("", ""), 0);
    for line in maps.lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (start, limit) = fields[0].split_once('-').expect("a range");
        let (start, limit, file_offset) = (hex(start), hex(limit), hex(fields[2]));
        if (start..limit).contains(&address) {
            let file = fields.get(5).copied().unwrap_or_default();
            let mapping = builder.mapping(NewMapping {
                start,
                limit,
                file_offset,
                file,
                build_id: "",
            });
            let location = builder.location(Some(mapping), address);
            builder.sample(&[location], &[1], &[]);
        }
    }
    builder.finish()
}

#[test]
fn our_own_functions_have_names_files_and_lines() {
    assert_eq!(landmark(2), 6);
    let mut profile = profile_at(landmark as *const () as u64);
    let failures = local(&mut profile, &Options::default());
    assert!(failures.is_empty(), "{failures:?}");
    let stack = profile.stack(&profile.samples()[0]);
    let leaf = &stack[stack.len() - 1];
    assert_eq!(
        leaf.function,
        "framecheck::pprof::symbolize::tests::landmark"
    );
    assert!(leaf.file.ends_with("symbolize/tests.rs"), "{}", leaf.file);
    assert!(
        (6..12).contains(&leaf.line),
        "landmark is near the top of this file, not on line {}",
        leaf.line
    );
    let mapping = &profile.mappings()[0];
    assert!(mapping.has_functions && mapping.has_filenames && mapping.has_line_numbers);
}

#[test]
fn a_stripped_library_has_its_dynamic_symbols() {
    let mut profile = profile_at(libc::getpid as *const () as u64);
    local(&mut profile, &Options::default());
    let stack = profile.stack(&profile.samples()[0]);
    // A libc with debug information may know it by its internal name.
    assert!(
        ["getpid", "__getpid", "__GI_getpid"].contains(&&*stack[0].function),
        "{}",
        stack[0].function
    );
}

#[test]
fn what_is_not_found_stays_and_marks_nothing() {
    let mut builder = Builder::new(&[("samples", "count")], ("", ""), 0);
    let exe = std::env::current_exe().expect("this binary");
    let file = exe.to_str().expect("UTF-8");
    let new = NewMapping {
        start: 0x1000,
        limit: 0x2000,
        file_offset: 1 << 40,
        file,
        build_id: "",
    };
    let here = builder.mapping(new);
    let gone = builder.mapping(NewMapping {
        file: "/nonexistent/x.so",
        ..new
    });
    let vdso = builder.mapping(NewMapping {
        file: "[vdso]",
        ..new
    });
    let locations = [here, gone, vdso].map(|mapping| builder.location(Some(mapping), 0x1234));
    builder.sample(&locations, &[1], &[]);
    let mut profile = builder.finish();
    let failures = local(&mut profile, &Options::default());
    assert_eq!(failures.len(), 1);
    assert_eq!(
        failures[0].cause,
        "open /nonexistent/x.so: no such file or directory"
    );
    assert!(
        profile
            .stack(&profile.samples()[0])
            .iter()
            .all(|frame| frame.function.is_empty())
    );
    assert!(
        profile
            .mappings()
            .iter()
            .all(|mapping| !mapping.has_functions)
    );
}

//! What the views print, against what go tool pprof printed: the project's own files in `tests/pprof`, and the golden
//! folder that FRAMECHECK_GOLDEN names.

#[path = "support/difference.rs"]
mod difference;
#[path = "support/pprof.rs"]
mod pprof;
#[path = "support/profiles.rs"]
mod profiles;

use std::path::{Path, PathBuf};

use difference::first_difference;
use pprof::ours;

/// A row of an index: the profile, the flags and the file with the output, relative to the index.
struct Row {
    id: String,
    profile: String,
    flags: Vec<String>,
    golden: String,
}

/// Columns `id`, `profile`, `options` and `golden`, wherever they are.
fn rows(index: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(index)
        .unwrap_or_else(|error| panic!("{}: {error}", index.display()));
    let mut lines = text.lines();
    let titles: Vec<&str> = lines.next().expect("a title line").split('\t').collect();
    let column = |name: &str| {
        let at = titles.iter().position(|title| *title == name);
        at.unwrap_or_else(|| panic!("{}: no column {name}", index.display()))
    };
    let (id, profile) = (column("id"), column("profile"));
    let (options, golden) = (column("options"), column("golden"));
    lines
        .filter(|line| !line.is_empty())
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            Row {
                id: fields[id].to_owned(),
                profile: fields[profile].to_owned(),
                flags: fields[options]
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect(),
                golden: fields[golden].to_owned(),
            }
        })
        .collect()
}

/// Holds every row of an index; the failure has the first line that differs of each.
fn check(folder: &Path) -> usize {
    let rows = rows(&folder.join("INDEX.tsv"));
    assert!(
        !rows.is_empty(),
        "{}: an index without rows",
        folder.display()
    );
    let mut failures = Vec::new();
    for row in &rows {
        let expected = std::fs::read(folder.join(&row.golden)).expect("a golden file");
        let mut args = row.flags.clone();
        args.extend(row.profile.split(' ').map(str::to_owned));
        let output = ours(&args, folder);
        if let Some(difference) = first_difference(&expected, &output.stdout) {
            let stderr = String::from_utf8_lossy(&output.stderr);
            failures.push(format!(
                "{} {}: {difference}\n  {stderr}",
                row.id,
                args.join(" ")
            ));
        }
    }
    let count = failures.len();
    assert!(
        failures.is_empty(),
        "{count} of {} rows differ\n{}",
        rows.len(),
        failures.join("\n")
    );
    rows.len()
}

fn own_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pprof")
}

/// The folder of goldens beside the project, if there is one.
fn golden_folder() -> Option<PathBuf> {
    let folder = std::env::var_os("FRAMECHECK_GOLDEN").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SKIPPED: FRAMECHECK_GOLDEN is not set; it names a folder with INDEX.tsv");
    }
    folder
}

#[test]
fn our_own_profiles_are_what_the_generator_makes() {
    let bless = std::env::var_os("FRAMECHECK_BLESS").is_some();
    for (name, profile) in profiles::all() {
        let path = own_folder().join(name);
        if bless {
            std::fs::write(&path, &profile).expect("a file in tests/pprof");
        }
        let committed = std::fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(
            committed == profile,
            "{name} is not what the generator makes: scripts/bless-pprof writes it anew"
        );
    }
}

#[test]
fn the_views_of_our_own_profiles_are_pprofs() {
    check(&own_folder());
}

#[test]
fn the_views_of_the_goldens_are_pprofs() {
    let Some(folder) = golden_folder() else {
        return;
    };
    let rows = check(&folder);
    eprintln!("{rows} rows");
}

/// What pprof refuses is refused in one line, and what it takes is taken.
#[test]
fn malformed_profiles_are_refused_as_pprof_refuses_them() {
    let Some(folder) = golden_folder() else {
        return;
    };
    let folder = folder.join("malformed");
    let text = std::fs::read_to_string(folder.join("EXPECTED.tsv")).expect("EXPECTED.tsv");
    let mut failures = Vec::new();
    for line in text.lines().skip(1) {
        let mut fields = line.split('\t');
        let (Some(file), Some(code)) = (fields.next(), fields.next()) else {
            panic!("{line}: a file and an exit code")
        };
        let code: i32 = code.parse().expect("an exit code");
        let args = ["-top", "-symbolize=none", file].map(str::to_owned);
        let output = ours(&args, &folder);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let is_one_line = code == 0 || (stderr.lines().count() == 1 && output.stdout.is_empty());
        if output.status.code() != Some(code) || !is_one_line {
            failures.push(format!(
                "{file}: {:?} and not {code}: {stderr}",
                output.status.code()
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

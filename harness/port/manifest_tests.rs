//! Tests of manifests.

use super::*;

const TEXT: &str = r#"
name = "x"
version = "2"
install = ["apt-get install x"]
capabilities = ["threads"]
wrapper = ["{exe}"]
format = "gperftools"
env = { A = "1" }

[flavour.one]
clock = "thread"

[flavour.two]
env = { B = "2" }
capabilities = ["native-c"]
convert = ["c"]
"#;

fn parse(text: &str) -> Result<Vec<Manifest>, String> {
    Manifest::parse(Path::new("ports/x/port.toml"), text).map_err(|error| error.to_string())
}

#[test]
fn each_flavour_is_a_port_with_what_it_says_otherwise() {
    let ports = parse(TEXT).unwrap();
    let names: Vec<&str> = ports.iter().map(|port| port.name.as_str()).collect();
    assert_eq!(names, ["x:one", "x:two"]);
    let [one, two] = &ports[..] else { panic!() };
    assert_eq!((one.clock, two.clock), (Clock::Thread, Clock::Process));
    assert_eq!(one.capabilities, [Capability::Threads]);
    assert_eq!(two.capabilities, [Capability::NativeC]);
    let Command::Wrapper {
        command,
        env,
        convert,
    } = &two.command
    else {
        panic!("{two:?}")
    };
    assert_eq!(
        (&command[..], &convert[..]),
        (&["{exe}".to_owned()][..], &["c".to_owned()][..])
    );
    let env: Vec<String> = env
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    assert_eq!(env, ["A=1", "B=2"]);
    assert_eq!(two.folder(), Path::new("ports/x"));
}

#[test]
fn a_port_without_flavours_is_one() {
    let text = "name = \"x\"\nversion = \"\"\ninstall = [\"i\"]\nexecutable = [\"./x\"]\n";
    let ports = parse(text).unwrap();
    assert_eq!((ports.len(), ports[0].name.as_str()), (1, "x"));
    assert!(matches!(&ports[0].command, Command::Executable(command) if command == &["./x"]));
}

#[test]
fn what_is_wrong_is_said_with_file_and_line() {
    for (from, to, says) in [
        ("version = \"2\"", "", "port.toml:"),
        ("clock = \"thread\"", "clock = \"sun\"", "clock \"sun\""),
        (
            "\"threads\"",
            "\"thread\"",
            "\"thread\" is no capability; there are threads, ",
        ),
        ("\"gperftools\"", "\"x\"", "format \"x\""),
        ("wrapper = [\"{exe}\"]", "", "it needs either `executable`"),
        ("[\"apt-get install x\"]", "[]", "`install` has no line"),
        ("[flavour.one]", "[flavour.one]\nclok = \"x\"", "port.toml:"),
    ] {
        let text = TEXT.replace(from, to);
        assert_ne!(text, TEXT);
        let error = parse(&text).unwrap_err();
        assert!(
            error.starts_with("ports/x/port.toml") && error.contains(says),
            "{error}"
        );
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

//! What belongs together is there together: an import and its implementation, a code and its test.

use std::collections::BTreeSet;
use std::fs;

use super::report;
use super::source::{sources, workspace};

/// What every plugin has.
const PLUGIN_FILES: &[&str] = &["Cargo.toml", "README.md", "src/lib.rs", "src/rules.rs"];

/// Codes that no end-to-end test can bring about.
const NOT_PROVOKED: &[(&str, &str)] = &[("internal", "a mistake in the server that nobody knows of yet")];

fn read(path: &str) -> String {
    fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn exists(path: &str) -> bool {
    workspace().join(path).is_file()
}

#[test]
fn every_import_of_the_interface_has_its_files() {
    let mut complaints = Vec::new();
    let world = read("wit/world.wit");
    let imports = world.lines().filter_map(|line| line.trim().strip_prefix("import ")?.strip_suffix(';'));
    for import in imports {
        let file = import.replace('-', "_");
        let places =
            [format!("wit/{import}.wit"), format!("host/plugin/src/host/{file}.rs"), format!("sdk/src/{file}.rs")];
        let missing = places.iter().filter(|place| !exists(place));
        complaints.extend(missing.map(|place| format!("wit/world.wit imports `{import}`, but there is no {place}")));
    }
    report("An import has one file in the interface, in the host and in the SDK.", &complaints);
}

#[test]
fn every_plugin_has_the_same_files() {
    let mut complaints = Vec::new();
    let plugins = fs::read_dir(workspace().join("plugins")).expect("there are plugins");
    for name in plugins.map(|entry| entry.expect("a plugin").file_name().to_string_lossy().into_owned()) {
        let missing = PLUGIN_FILES.iter().map(|file| format!("plugins/{name}/{file}")).filter(|path| !exists(path));
        complaints.extend(missing.map(|path| format!("{path} is missing")));
    }
    report("Plugins are built alike.", &complaints);
}

/// The part of a table's row between two marks.
fn between<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

#[test]
fn every_code_that_a_client_can_be_told_has_a_test() {
    let is_story = |path: &str| path.starts_with("tests/it/") && !path.starts_with("tests/it/tidy/");
    let tests: String =
        sources().into_iter().filter(|source| is_story(&source.path)).map(|source| source.text).collect();
    // A close code is a number, and "14001" is another one.
    let words: BTreeSet<&str> = tests.split(|char: char| !char.is_alphanumeric()).collect();
    let mut complaints = Vec::new();
    let mut check = |path: &str, code: &str, is_tested: bool| {
        let excused = NOT_PROVOKED.iter().any(|(name, _reason)| *name == code);
        if !excused && !is_tested {
            complaints.push(format!("{path} has the code {code}, which no test brings about"));
        }
    };

    let codes = "host/src/protocol/code.rs";
    let table = read(codes);
    let rows = table.lines().filter(|line| line.ends_with("false;") || line.ends_with("true;"));
    let names: Vec<&str> = rows.filter_map(|line| between(line, " = \"", "\"")).collect();
    assert!(names.len() > 20, "the table of codes is written in another way now: {names:?}");
    names.iter().for_each(|name| check(codes, name, tests.contains(&format!("\"{name}\""))));

    let closes = "host/src/protocol/close.rs";
    let table = read(closes);
    let numbers = table.lines().filter_map(|line| between(line, "=> (", ","));
    let numbers: Vec<&str> = numbers.filter(|number| number.parse::<u16>().is_ok()).collect();
    assert!(numbers.len() > 8, "the table of close codes is written in another way now: {numbers:?}");
    numbers.iter().for_each(|number| check(closes, number, words.contains(number)));

    report("Every code has a test.", &complaints);
}

//! One word for a thing, as far as a machine can tell: no two types of one name in a crate, and no names that say nothing.
//!
//! What the words mean, and which names are retired, stands in the glossary of ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use syn::Item;

use super::modules::{attributes_of, is_for_tests};
use super::report;
use super::source::{Source, sources, workspace};
use super::web::scripts;

/// What the table of retired names stands below.
const RETIRED_HEAD: &str = "\n### Retired names\n";

/// Names that stand for the same in every module, which says of what: the name, and its one meaning.
const ONE_MEANING: &[(&str, &str)] =
    &[("Dependencies", "what a part is given when it is made"), ("Responder", "the way back for an answer of a task")];

/// The names that a guide retires: those in the first column of its table.
fn retired_in(guide: &str) -> BTreeSet<&str> {
    let (_, table) = guide.split_once(RETIRED_HEAD).expect("the guide has a table of retired names");
    let rows = table.lines().take_while(|line| !line.starts_with('#'));
    let firsts = rows.filter_map(|row| row.strip_prefix("| ")?.split_once(" |"));
    firsts.flat_map(|(names, _)| names.split('`').skip(1).step_by(2)).collect()
}

/// The retired names in a script, with their lines: where a comment's tag or a class names a type.
fn retired_in_script<'t>(text: &'t str, retired: &BTreeSet<&str>) -> Vec<(usize, &'t str)> {
    let ends_word = |char: char| !char.is_alphanumeric() && char != '_';
    let lines = text.lines().enumerate().filter(|(_, line)| line.contains('@') || line.contains("class "));
    let words = lines.flat_map(|(at, line)| line.split(ends_word).map(move |word| (at + 1, word)));
    words.filter(|(_, word)| retired.contains(*word)).collect()
}

/// Each type that the items define: its name, and the line.
fn types(items: &[Item]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for item in items.iter().filter(|item| !is_for_tests(attributes_of(item))) {
        let name = match item {
            Item::Enum(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::Mod(item) => {
                found.extend(item.content.iter().flat_map(|(_, items)| types(items)));
                continue;
            }
            _ => continue,
        };
        found.push((name.to_string(), name.span().start().line));
    }
    found
}

/// Every type of the product: crate and name, and the places where it is defined.
fn definitions() -> BTreeMap<(String, String), Vec<String>> {
    let mut all: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for source in sources().iter().filter(|source| is_product(source)) {
        let Some((package, inside)) = source.path.split_once("/src/") else { continue };
        // A binary is a crate of its own beside the library of its package.
        let package = if inside == "main.rs" { source.path.as_str() } else { package };
        let file = syn::parse_file(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.path));
        for (name, line) in types(&file.items) {
            all.entry((package.to_owned(), name)).or_default().push(format!("{}:{line}", source.path));
        }
    }
    all
}

fn is_product(source: &Source) -> bool {
    !source.product_code().is_empty() && !source.path.starts_with("tests/") && !source.path.contains("/examples/")
}

#[test]
fn a_type_has_a_name_of_its_own() {
    let is_shared = |name: &str| ONE_MEANING.iter().any(|(shared, _meaning)| *shared == name);
    let twice = definitions().into_iter().filter(|((_, name), places)| places.len() > 1 && !is_shared(name));
    let complaints: Vec<String> = twice.map(|((_, name), places)| format!("{} `{name}`", places.join(", "))).collect();
    report("No two types of one name in a crate.", &complaints);
}

#[test]
fn names_that_say_nothing_do_not_come_back() {
    let guide = fs::read_to_string(workspace().join("ARCHITECTURE.md")).expect("the guide");
    let retired = retired_in(&guide);
    assert!(retired.len() >= 10, "the guide retires only {retired:?}");
    let types = definitions().into_iter().filter(|((_, name), _)| retired.contains(name.as_str()));
    let mut complaints: Vec<String> =
        types.map(|((_, name), places)| format!("{} `{name}`", places.join(", "))).collect();
    for (path, text) in scripts() {
        let found = retired_in_script(&text, &retired).into_iter();
        complaints.extend(found.map(|(line, name)| format!("host/web/{path}:{line} `{name}`")));
    }
    report("Nothing has a retired name.", &complaints);
}

#[test]
fn a_retired_name_is_read_in_the_guide_and_found_in_a_script() {
    let guide = "| `Not` | it |\n\n### Retired names\n\nWhy.\n\n| retired | in its place |\n| --- | --- |\n\
        | `Doors`, `Slot` | `Way` |\n## Next\n| `Nor` | it |\n";
    let retired = retired_in(guide);
    assert_eq!(retired, BTreeSet::from(["Doors", "Slot"]));
    let script = "// Doors open.\n/** @typedef {object} Doors */\nclass Slot {}\n/** @param {Slots} slots */\n";
    assert_eq!(retired_in_script(script, &retired), [(2, "Doors"), (3, "Slot")]);
}

#[test]
fn every_kind_of_type_counts_and_tests_do_not() {
    let text = "struct A; enum B {} trait C {} type D = u8; mod m { pub union E { x: u8 } }
        #[cfg(test)] mod tests { struct F; } impl A { const G: u8 = 0; } fn f() { struct H; }";
    let names: Vec<String> =
        types(&syn::parse_file(text).expect("Rust").items).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["A", "B", "C", "D", "E"]);
}

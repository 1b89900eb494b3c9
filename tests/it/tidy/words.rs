//! One word for a thing, as far as a machine can tell: no two types of one name in a crate, and no names that say nothing.
//!
//! What the words mean stands in the glossary of ARCHITECTURE.md.

use std::collections::BTreeMap;

use syn::Item;

use super::modules::{attributes_of, is_for_tests};
use super::report;
use super::source::{Source, sources};

/// Names that had several meanings, or that say only that something is inside. Nothing in the product has them.
const RETIRED: &[&str] =
    &["Asking", "Doors", "Inner", "Needs", "Parts", "Running", "Seat", "Slot", "Start", "Surroundings"];

/// Names that stand for the same in every module, which says of what: the name, and its one meaning.
const ONE_MEANING: &[(&str, &str)] = &[("Dependencies", "what a part is given when it is made")];

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
    let retired = definitions().into_iter().filter(|((_, name), _)| RETIRED.contains(&name.as_str()));
    let complaints: Vec<String> =
        retired.map(|((_, name), places)| format!("{} `{name}`", places.join(", "))).collect();
    report("Nothing has a retired name.", &complaints);
}

#[test]
fn every_kind_of_type_counts_and_tests_do_not() {
    let text = "struct A; enum B {} trait C {} type D = u8; mod m { pub union E { x: u8 } }
        #[cfg(test)] mod tests { struct F; } impl A { const G: u8 = 0; } fn f() { struct H; }";
    let names: Vec<String> =
        types(&syn::parse_file(text).expect("Rust").items).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["A", "B", "C", "D", "E"]);
}

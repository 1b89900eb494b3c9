//! One word for a thing, as far as a machine can tell: no two types of one name in a crate, nor in a package and one that it
//! is built upon, and no names that say nothing.
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

/// Names of two packages, one of which is built upon the other, that stand for the two sides of one thing: the name, and its one
/// meaning.
const TWO_SIDES: &[(&str, &str)] = &[
    ("Audience", "who receives an event that an activity emits"),
    ("AuditLine", "one thing that an administrator did: as it is stored, and as their program reads it"),
    ("AuditQuery", "which lines of the audit log somebody asks for: as it is sent, and as the store is asked"),
    ("Counters", "the numbers of a version since the server started: as they are counted, and as a program reads them"),
    ("Member", "somebody in a conference: as the server knows them, and as plugins do"),
    ("Person", "somebody with a name to show: as the server knows them, and as a view lists them"),
    ("PluginLogLine", "a line that a plugin logged, with where it did: as it is told, and as a program reads it"),
    ("PluginStatus", "a plugin with its versions, for administrators: as it is told, and as a program reads it"),
    ("PluginVersion", "a version of a plugin, for administrators: as it is told, and as a program reads it"),
    ("Problem", "what a client is told when something did not work: as it is told, and as a program reads it"),
    ("Role", "what a member may do in a conference: as the server knows it, and as plugins do"),
];

/// The types of each package, those of its binary among them: by name, with the places where they are defined.
type TypesOfPackages = BTreeMap<String, BTreeMap<String, Vec<String>>>;

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

/// The same by package: whoever reads a binary reads the library beside it.
fn by_package(definitions: BTreeMap<(String, String), Vec<String>>) -> TypesOfPackages {
    let mut packages = TypesOfPackages::new();
    for ((of, name), places) in definitions {
        let package = of.strip_suffix("/src/main.rs").unwrap_or(&of).to_owned();
        packages.entry(package).or_default().entry(name).or_default().extend(places);
    }
    packages
}

/// Whether a manifest names a package among those that it is built upon; what its tests use does not count.
fn depends(manifest: &str, package: &str) -> bool {
    let table = manifest.split_once("\n[dependencies]\n").map_or("", |(_, table)| table);
    let mut lines = table.lines().take_while(|line| !line.starts_with('['));
    lines.any(|line| line.split(['.', ' ', '=']).next() == Some(package))
}

/// Which of these folders of packages is built upon which other one. The authors' `sdk` is apart: plugins have its words.
fn uses<'p>(folders: impl Iterator<Item = &'p String>) -> Vec<(&'p str, &'p str)> {
    let named = folders.filter_map(|folder| {
        let manifest = fs::read_to_string(workspace().join(folder).join("Cargo.toml")).ok()?;
        let name = manifest.lines().find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))?.to_owned();
        Some((folder.as_str(), name, manifest))
    });
    let named: Vec<_> = named.filter(|(folder, ..)| *folder != "sdk").collect();
    let mut uses = Vec::new();
    for (user, _, manifest) in &named {
        let used = named.iter().filter(|(_, name, _)| depends(manifest, name));
        uses.extend(used.map(|(used, ..)| (*user, *used)));
    }
    uses
}

/// Each name that a package shares with one that it uses, and the places.
fn shared(packages: &TypesOfPackages, uses: &[(&str, &str)]) -> BTreeMap<String, BTreeSet<String>> {
    let mut shared: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (user, used) in uses {
        let (Some(ours), Some(theirs)) = (packages.get(*user), packages.get(*used)) else { continue };
        for (name, places) in ours {
            if let Some(other_places) = theirs.get(name) {
                shared.entry(name.clone()).or_default().extend(places.iter().chain(other_places).cloned());
            }
        }
    }
    shared
}

/// The shared names that a table does not explain, and those that it explains though nobody shares them.
fn unexplained(shared: &BTreeMap<String, BTreeSet<String>>, table: &[(&str, &str)]) -> Vec<String> {
    let is_explained = |name: &str| table.iter().any(|(explained, _meaning)| *explained == name);
    let unknown = shared.iter().filter(|(name, _)| !is_explained(name));
    let unknown = unknown.map(|(name, places)| {
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        format!("{} `{name}`", places.join(", "))
    });
    let in_vain = table.iter().filter(|(name, _)| !shared.contains_key(*name));
    unknown.chain(in_vain.map(|(name, _)| format!("`{name}` is explained and not shared"))).collect()
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
fn packages_built_upon_each_other_share_no_names_but_of_one_thing() {
    let packages = by_package(definitions());
    let shared = shared(&packages, &uses(packages.keys()));
    let rule = "A type's name is not a type's of a package below, unless both are sides of one thing: `TWO_SIDES`.";
    report(rule, &unexplained(&shared, TWO_SIDES));
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
    report("No type has a retired name.", &complaints);
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

#[test]
fn a_shared_name_is_found_and_what_is_explained_passes() {
    let place = |of: &str, name: &str| ((of.to_owned(), name.to_owned()), vec![format!("{of}/{name}")]);
    let types = [place("a", "Form"), place("a/src/main.rs", "Role"), place("b", "Form"), place("b", "Role")];
    let packages = by_package(types.into_iter().chain([place("c", "Form")]).collect());
    let shared = shared(&packages, &[("a", "b")]);
    assert_eq!(unexplained(&shared, &[("Role", "")]), ["a/Form, b/Form `Form`"]);
    let table = [("Form", ""), ("Role", ""), ("Seat", "")];
    assert_eq!(unexplained(&shared, &table), ["`Seat` is explained and not shared"]);
}

#[test]
fn a_package_is_built_upon_its_dependencies_and_not_upon_those_of_its_tests() {
    let manifest = "[package]\nname = \"a\"\n\n[dependencies]\nb.workspace = true\nc = { path = \"c\" }\nd-e = \"1\"\n\n\
        [dev-dependencies]\nf.workspace = true\n";
    let used: Vec<&str> = ["a", "b", "c", "d", "f"].into_iter().filter(|name| depends(manifest, name)).collect();
    assert_eq!(used, ["b", "c"]);
    let folders = ["host", "host/client", "host/plugin", "sdk", "sdk/cargo-hezi"].map(str::to_owned);
    let expected = [
        ("host", "host/client"),
        ("host", "host/plugin"),
        ("host/client", "host/plugin"),
        ("sdk/cargo-hezi", "host/client"),
        ("sdk/cargo-hezi", "host/plugin"),
    ];
    assert_eq!(uses(folders.iter()), expected);
}

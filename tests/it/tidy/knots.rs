//! No import circle anywhere in the product: neither between files nor between the modules at the top of a crate.
//!
//! A circle is broken by moving what both sides need into a file that both may import. Whoever reads a folder can then
//! begin with the file that imports nothing, or with the one that nothing imports.

use std::collections::BTreeSet;

use super::allowed::{KNOTS, MODULE_KNOTS};
use super::modules::{Crate, Import, Module, crates, knots};
use super::report;

/// Files, or modules, that import each other in a circle.
struct Knot {
    /// The folder of the crate.
    folder: String,
    names: BTreeSet<String>,
    /// Who names whom in it, one a line.
    imports: String,
}

/// The knots of a crate; `name` says what a file counts as.
fn knots_in(krate: &Crate, name: impl Fn(&Module) -> Module) -> Vec<Knot> {
    let imports = krate.imports();
    let between = |import: &Import| (name(&import.from), name(&import.to));
    let known_as = |module: &Module| if module.is_empty() { "the root".to_owned() } else { module.join("/") };
    let mut all = Vec::new();
    for knot in knots(imports.iter().map(between).filter(|(from, to)| from != to)) {
        let inside = imports.iter().filter(|import| {
            let (from, to) = between(import);
            from != to && knot.contains(&from) && knot.contains(&to)
        });
        let places = inside.map(|import| format!("\n    {} names {}", import.place, known_as(&import.to))).collect();
        all.push(Knot { folder: krate.folder.clone(), names: knot.iter().map(known_as).collect(), imports: places });
    }
    all
}

/// Complains about each knot that is not part of an allowed one, and about each allowed one that is untied.
fn compare(found: &[Knot], allowed: &[(&str, &str)]) -> Vec<String> {
    let is_part_of = |knot: &Knot, (folder, names): (&str, &str)| {
        let names: Vec<&str> = names.split(", ").collect();
        knot.folder == folder && knot.names.iter().all(|name| names.contains(&name.as_str()))
    };
    let new = found.iter().filter(|knot| !allowed.iter().any(|allowed| is_part_of(knot, *allowed)));
    let names = |knot: &Knot| knot.names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let new = new.map(|knot| format!("{}: {}{}", knot.folder, names(knot), knot.imports));
    let gone = allowed.iter().filter(|allowed| !found.iter().any(|knot| is_part_of(knot, **allowed)));
    let gone =
        gone.map(|(folder, names)| format!("{folder}: {names}: untied, take it out of tests/it/tidy/allowed.rs"));
    new.chain(gone).collect()
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let found = crates().iter().flat_map(|krate| knots_in(krate, Module::clone)).collect::<Vec<_>>();
    report("Files import each other in one direction.", &compare(&found, KNOTS));
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let top = |module: &Module| module.iter().take(1).cloned().collect();
    let found = crates().iter().flat_map(|krate| knots_in(krate, top)).collect::<Vec<_>>();
    report("Modules import each other in one direction.", &compare(&found, MODULE_KNOTS));
}

#[test]
fn every_file_is_part_of_a_crate() {
    let crates = crates();
    let strays = crates.iter().flat_map(Crate::strays).map(|path| format!("{path}:1 is declared by no module"));
    report("No file is left lying about.", &strays.collect::<Vec<_>>());
}

#[test]
fn a_file_that_nothing_declares_is_found() {
    let files = [("lib.rs", "mod a;"), ("a.rs", "mod b;"), ("a/b.rs", ""), ("a/c.rs", ""), ("b.rs", "")];
    assert_eq!(Crate::of("", files.into_iter()).strays(), ["a/c.rs", "b.rs"]);
}

/// The knots of a crate of these files.
fn knots_of(files: &[(&str, &str)]) -> Vec<Knot> {
    knots_in(&Crate::of("", files.iter().copied()), Module::clone)
}

/// The names in the only knot of a crate of these files.
fn the_knot_of(files: &[(&str, &str)]) -> Vec<String> {
    let knots = knots_of(files);
    assert_eq!(knots.len(), 1, "{files:?}");
    knots.into_iter().flat_map(|knot| knot.names).collect()
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    for back in [
        "use super::one::One;",
        "use crate::a::one;",
        "use crate::{a::{one::One, other}};",
        "use super::super::a::one::One;",
        "fn f() -> u8 { super::one::f() }",
        "fn f() { let x: Vec<crate::a::one::One> = vec![]; }",
        "fn f() { assert!(super::one::f() == 1) }",
        "mod inner { use super::super::one::One; }",
        // Through a name that the parent hands on.
        "use super::One;",
    ] {
        let files = [
            ("lib.rs", "mod a;"),
            ("a.rs", "mod one; mod two; pub use self::one::One;"),
            ("a/one.rs", "use super::two::Two; pub struct One;"),
            ("a/two.rs", back),
        ];
        assert_eq!(the_knot_of(&files), ["a/one", "a/two"], "{back}");
    }
}

#[test]
fn a_parent_and_its_child_are_two_files() {
    let child = ("a/one.rs", "use super::Shared; pub fn f(shared: Shared) {}");
    let tied = ("a.rs", "mod one; pub struct Shared; fn g(shared: Shared) { one::f(shared) }");
    assert_eq!(the_knot_of(&[("lib.rs", "mod a;"), tied, child]), ["a", "a/one"]);
    let handed_on = ("a.rs", "mod one; pub use one::f; pub struct Shared;");
    assert!(knots_of(&[("lib.rs", "mod a;"), handed_on, child]).is_empty(), "handing a name on needs nothing of it");
    let in_tests = ("a.rs", "mod one; pub struct Shared; #[cfg(test)] mod tests { use super::one::f; }");
    assert!(knots_of(&[("lib.rs", "mod a;"), in_tests, child]).is_empty(), "a test may use what it likes");
}

#[test]
fn an_allowed_knot_that_is_gone_has_to_leave_the_list() {
    let tied = |one, other| knots_of(&[("lib.rs", ""), ("a.rs", one), ("b.rs", other), ("c.rs", "")]);
    let found = tied("use crate::b::B;", "\nuse crate::a::A;");
    assert!(compare(&found, &[("", "a, b")]).is_empty());
    assert!(compare(&found, &[("", "a, b, c")]).is_empty(), "it has become smaller");
    assert_eq!(compare(&found, &[]), [": a, b\n    a.rs:1 names b\n    b.rs:2 names a"]);
    assert_eq!(compare(&found, &[("x", "a, b")]).len(), 2, "in another crate");
    assert_eq!(compare(&found, &[("", "a, b"), ("", "b, c")]).len(), 1, "one is untied");
    assert_eq!(compare(&tied("use crate::b::B;", ""), &[("", "a, b")]).len(), 1, "the last one is");
}

//! No import circle anywhere in the product: neither between files nor between the modules at the top of a crate.
//!
//! A circle is broken by moving what both sides need into a file that both may import. Whoever reads a folder can then
//! begin with the file that imports nothing, or with the one that nothing imports.

use std::collections::BTreeSet;

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

/// A complaint about each knot in the product.
fn complaints(name: impl Fn(&Module) -> Module) -> Vec<String> {
    let knots = crates().into_iter().flat_map(|krate| knots_in(&krate, &name));
    let names = |knot: &Knot| knot.names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    knots.map(|knot| format!("{}: {}{}", knot.folder, names(&knot), knot.imports)).collect()
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    report("Files import each other in one direction.", &complaints(Module::clone));
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let top = |module: &Module| module.iter().take(1).cloned().collect();
    report("Modules import each other in one direction.", &complaints(top));
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
        // Through the name of a module, of which another file is what stands behind it.
        "use crate::a; fn f() { a::make() }",
        "use crate::a as known; fn f() { assert!(known::make() == 1) }",
        "fn f() { use crate::a; a::One::make() }",
    ] {
        let files = [
            ("lib.rs", "mod a;"),
            ("a.rs", "mod one; mod two; pub use self::one::{One, make};"),
            ("a/one.rs", "use super::two::Two; pub struct One; pub fn make() -> u8 { 1 }"),
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
fn a_knot_is_told_with_the_places_that_tie_it() {
    let files =
        [("lib.rs", ""), ("a.rs", "use crate::b::B;"), ("b.rs", "\nuse crate::a::A;"), ("c.rs", "use crate::a::A;")];
    let knots = knots_of(&files);
    let told: Vec<&str> = knots.iter().map(|knot| knot.imports.as_str()).collect();
    assert_eq!(told, ["\n    a.rs:1 names b\n    b.rs:2 names a"]);
}

//! Modules import only modules of a strictly lower rank, so that the path of an action reads one way.
//!
//! The ranks stand in one place: the table at the head of the crate's `lib.rs`, `| rank | `module`, `other` | … |`. A crate
//! without a table has no ranks, but it has no circles either (`knots`).

use std::collections::BTreeMap;

use super::modules::{Crate, crates};
use super::report;
use super::source::{sources, workspace};

/// Crates whose order is promised, and so has to be written down.
const RANKED: &[&str] = &["host/src", "host/plugin/src", "sdk/cargo-hezi/src"];

/// The rank of each module of a crate.
type Ranks = BTreeMap<String, u8>;

/// Reads the table at the head of a crate.
fn ranks_in(head: &str) -> Ranks {
    let mut ranks = Ranks::new();
    for line in head.lines().filter_map(|line| line.strip_prefix("//! | ")) {
        let mut columns = line.split(" | ");
        let Some(rank) = columns.next().and_then(|rank| rank.parse().ok()) else { continue };
        let names = columns.next().unwrap_or_default().split('`').skip(1).step_by(2);
        ranks.extend(names.map(|name| (name.to_owned(), rank)));
    }
    ranks
}

/// What is wrong with the order of one crate.
fn complaints_about(krate: &Crate, ranks: &Ranks) -> Vec<String> {
    let mut complaints = Vec::new();
    for module in krate.modules().filter(|module| !ranks.contains_key(*module)) {
        complaints.push(format!("{}/lib.rs:1 gives `{module}` no rank", krate.folder));
    }
    for import in krate.imports() {
        // The root wires what it likes; nobody names what stands there.
        let (Some(from), to) = (import.from.first(), import.to.first()) else { continue };
        let own = ranks.get(from).copied().unwrap_or(u8::MAX);
        let theirs = to.map_or(Some(u8::MAX), |to| ranks.get(to).copied()).unwrap_or(u8::MAX);
        if Some(from) != to && theirs >= own {
            let to = to.map_or("the root of the crate", String::as_str);
            complaints.push(format!("{} `{from}` (rank {own}) imports `{to}` (rank {theirs})", import.place));
        }
    }
    complaints
}

#[test]
fn modules_import_only_what_stands_below_them() {
    let mut complaints = Vec::new();
    for krate in crates() {
        let head = std::fs::read_to_string(workspace().join(&krate.folder).join("lib.rs")).unwrap_or_default();
        let ranks = ranks_in(&head);
        if !ranks.is_empty() {
            complaints.extend(complaints_about(&krate, &ranks));
        } else if RANKED.contains(&krate.folder.as_str()) {
            complaints.push(format!("{}/lib.rs:1 has no table of ranks that can be read", krate.folder));
        }
    }
    report("A module imports only modules of a strictly lower rank.", &complaints);
}

#[test]
fn nobody_climbs_two_floors() {
    let mut complaints = Vec::new();
    for source in sources() {
        for (at, _) in source.product_code().match_indices("super::super") {
            complaints.push(format!("{} name the module from `crate::`", source.place(at)));
        }
    }
    report("No `super::super`.", &complaints);
}

/// What is said of a crate in which `low` (rank 1) has one file with this text, below `high` (rank 2).
fn with_a_low_file(path: &str, text: &str) -> Vec<String> {
    let head = "//! | rank | module |\n//! | 2 | [`high`], `other` | `x` |\n//! | 1 | [`low`] | y |\n";
    let files = [("lib.rs", head), ("low.rs", ""), ("high.rs", "pub struct High;"), ("other.rs", ""), (path, text)];
    complaints_about(&Crate::of("", files.into_iter()), &ranks_in(head))
}

#[test]
fn an_import_upward_is_found_however_it_is_written() {
    for text in [
        "use crate::high::High;",
        "use crate::{high::High};",
        "use super::super::high::High;",
        "fn f() { crate::high::g() }",
        "fn f(x: Option<super::super::high::High>) {}",
        "fn f() { println!(\"{}\", crate::high::g()) }",
        "impl super::super::high::High { fn f() {} }",
        "mod inside { use super::super::super::high::High; }",
    ] {
        assert_eq!(with_a_low_file("low/file.rs", text).len(), 1, "{text}: {:?}", with_a_low_file("low/file.rs", text));
    }
    let upward = with_a_low_file("low/file.rs", "\nuse crate::high::High;");
    assert_eq!(upward, ["low/file.rs:2 `low` (rank 1) imports `high` (rank 2)"]);
}

#[test]
fn what_is_level_or_has_no_rank_is_found_too() {
    assert_eq!(with_a_low_file("other/file.rs", "use crate::high::High;").len(), 1, "level");
    assert_eq!(with_a_low_file("unranked.rs", "").len(), 1, "without a rank");
    for allowed in ["use super::other;", "#[cfg(test)] mod tests { use crate::high::High; }", "use std::high::High;"] {
        assert!(with_a_low_file("low/file.rs", allowed).is_empty(), "{allowed}");
    }
    assert!(with_a_low_file("high/file.rs", "use crate::low::Low;").is_empty(), "downward");
}

//! Modules of the host import only modules of a strictly lower rank, so that the path of an action reads one way.

use super::report;
use super::source::{Source, sources};

/// The rank of each module of the host. What must travel upward travels as a return value or through a channel.
const RANKS: &[(&str, u8)] = &[
    ("main", 10),
    ("lib", 10),
    ("app", 9),
    ("http", 8),
    ("ws", 7),
    ("sign_in", 7),
    ("session", 6),
    ("room", 5),
    ("activity", 4),
    ("plugin", 3),
    ("wecom", 3),
    ("access", 2),
    ("store", 2),
    ("console", 2),
    ("protocol", 1),
    ("clock", 1),
    ("config", 1),
    ("telemetry", 1),
    ("pace", 1),
    ("domain", 0),
];

const HOST: &str = "host/src/";

fn rank(module: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == module).map(|(_, rank)| *rank)
}

/// The module that a file of the host belongs to.
fn module_of(path: &str) -> Option<&str> {
    path.strip_prefix(HOST)?.split(['/', '.']).next()
}

/// The modules that stand behind a `crate::`: one, or several in braces.
fn modules_behind(code: &str) -> Vec<String> {
    let name = |text: &str| text.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect::<String>();
    let Some(list) = code.strip_prefix('{') else { return vec![name(code)] };
    let mut depth = 0;
    let mut modules = Vec::new();
    let mut rest = list;
    while let Some(char) = rest.chars().next() {
        match char {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            _ if depth == 0 && char.is_alphabetic() => {
                let found = name(rest);
                rest = &rest[found.len()..];
                modules.push(found);
                let end = rest.find([',', '{', '}']).unwrap_or(rest.len());
                rest = &rest[end..];
                continue;
            }
            _ => {}
        }
        rest = &rest[char.len_utf8()..];
    }
    modules
}

/// Every module that the file names, with the place where it does.
fn imports(source: &Source) -> Vec<(usize, String)> {
    let is_path =
        |at: &usize| source.code[at + "crate".len()..].starts_with("::") && !source.code[..*at].ends_with('$');
    let places = source.words(&source.code, "crate").filter(is_path);
    let named = places.map(|at| (at, modules_behind(&source.code[at + "crate::".len()..])));
    named.flat_map(|(at, modules)| modules.into_iter().map(move |module| (at, module))).collect()
}

#[test]
fn modules_import_only_what_stands_below_them() {
    let mut complaints = Vec::new();
    for source in sources() {
        let Some(module) = module_of(&source.path) else { continue };
        let Some(own) = rank(module) else {
            complaints.push(format!("{}:1 `{module}` has no rank: give it one", source.path));
            continue;
        };
        for (at, imported) in imports(&source) {
            let Some(theirs) = rank(&imported) else { continue };
            if imported != module && theirs >= own {
                let place = source.place(at);
                complaints.push(format!("{place} `{module}` (rank {own}) imports `{imported}` (rank {theirs})"));
            }
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

#[test]
fn a_list_of_imports_is_read_whole() {
    assert_eq!(
        modules_behind("{domain::{id, member}, protocol::code::Code, store}; x"),
        ["domain", "protocol", "store"]
    );
    assert_eq!(modules_behind("room::Room;"), ["room"]);
}

//! The interface between host and plugins is frozen: what a plugin was built against goes on working.

use std::fs;

use sha2::{Digest, Sha256};

use super::report;
use super::source::workspace;

/// What to do when the folder differs from its frozen text.
const RULE: &str = "`wit/` is frozen: components that people have built stand on it. Nothing that is there is changed or taken \
    away; a function of an imported interface, an imported interface or an optional exported one may be added, as the head \
    of wit/world.wit says, and anything else is a new version of the package beside this one. Whoever adds, or makes a \
    comment clearer, writes the digest down here.";

/// The files and their SHA-256.
const FROZEN: &[(&str, &str)] = &[
    ("activity.wit", "4369689396b8314e9421606953a45020c07fbbbf876e736035fed8b6bdc0cdb4"),
    ("attendance.wit", "2a8c17c94254a32d5ef5f99cb03bc906ca7b62b4a247874677bdfee9855c832d"),
    ("clock.wit", "6b96624f09909b281a969c81a2539f89281cc009f8e3d43a15d6d05651975e1b"),
    ("confirmation.wit", "999a01e7f40ec592f19c3d1e04d9108a667675d6638f93df218c1c10c51e930a"),
    ("locale.wit", "b8900bd4695bce8d13828af02aea9264c9b80505f1df6f1643449bdc1ac529dd"),
    ("log.wit", "322f8968dcb76f500695c92cbb1ff0cebadaabfd1ca507c7b24b266938c41dce"),
    ("random.wit", "b14dd3f49f6c53a0ef5856c8b2e58b28270f02029622c7cc3119f6450c409477"),
    ("room.wit", "0308885ca50921fc67e7ce230069b9fa03706e594524cd551144ff100ba497fd"),
    ("state.wit", "c5bf86aaf79eb59c6654052534f8ce78b681fedb43e25dfa0926bd14cf06ca13"),
    ("timer.wit", "562e5c1e3df7d0c1795432fba18af6414d575dfa6f7c10128aebed16bcd69e85"),
    ("types.wit", "be87be2c72c28d677c2b2742006e592a61f31ba3760588934864167416be6412"),
    ("world.wit", "d25abb12315ea40c7c9723986886ee2150e4e647297da840a2230aea184db011"),
];

/// In which the files of a folder, with their texts, differ from the frozen ones.
fn complaints_about(files: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (name, text) in files {
        let digest = hex::encode(Sha256::digest(text));
        match FROZEN.iter().find(|(frozen, _)| frozen == name) {
            None => complaints.push(format!("wit/{name} is new: {digest}")),
            Some((_, frozen)) if *frozen != digest => complaints.push(format!("wit/{name} has changed: {digest}")),
            Some(_) => {}
        }
    }
    let is_gone = |name: &&str| !files.iter().any(|(there, _)| there == name);
    let gone = FROZEN.iter().map(|(name, _)| *name).filter(is_gone);
    complaints.extend(gone.map(|name| format!("wit/{name} is gone")));
    complaints
}

fn folder() -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(workspace().join("wit")).expect("the interface");
    let file = |entry: fs::DirEntry| {
        (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).expect("a file"))
    };
    entries.map(|entry| file(entry.expect("an entry"))).collect()
}

#[test]
fn the_interface_is_as_it_was_frozen() {
    report(RULE, &complaints_about(&folder()));
}

#[test]
fn a_changed_a_new_and_a_missing_file_are_seen() {
    let mut files = folder();
    assert!(files.len() > 5, "{files:?}");
    files[0].1.push(b'\n');
    let gone = files.pop().expect("a file");
    files.push(("new.wit".into(), Vec::new()));
    let complaints = complaints_about(&files);
    assert_eq!(complaints.len(), 3, "{complaints:?}");
    assert!(complaints.iter().any(|text| *text == format!("wit/{} is gone", gone.0)), "{complaints:?}");
}

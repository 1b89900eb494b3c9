//! Tests of the catalog: changes in any order, as the writer makes them.

use proptest::prelude::*;

use super::super::origin::Downgrade;
use super::*;

/// A version in memory, for tests: nobody calls it.
#[derive(Debug, PartialEq, Eq)]
struct Fake(String);

type Known = Catalog<Fake>;

fn reference(name: &str, version: &str, hash: &str) -> PluginRef {
    PluginRef { name: name.into(), version: version.into(), hash: hash.into(), state_version: 1 }
}

/// Hands a component over as the writer does; true if it was stored.
fn hand_over(known: &mut Known, reference: &PluginRef, origin: &Origin, now_ms: u64) -> Result<bool, PluginError> {
    let Some(stored) = known.storing(reference, 1, origin, now_ms)? else { return Ok(false) };
    known.keep(&stored.hash, Arc::new(Fake(stored.hash.clone())));
    known.put(stored);
    Ok(true)
}

/// Makes a version active as the writer does.
fn make_active(known: &mut Known, name: &str, target: &Target, now_ms: u64) -> Result<String, PluginError> {
    let version = known.target(name, target)?.clone();
    known.keep(&version.hash, Arc::new(Fake(version.hash.clone())));
    known.put(known.activation(&version, now_ms));
    Ok(version.version)
}

fn remove(known: &mut Known, name: &str, version: &str) -> Result<(), PluginError> {
    let stored = known.removal(name, version)?.clone();
    known.remove(&stored);
    Ok(())
}

fn admin(activate: bool) -> Origin {
    Origin::Admin { who: "token".into(), activate, downgrade: Downgrade::Wanted }
}

/// Three versions of a plugin that became active one after the other, and one that waits.
fn four_versions() -> Known {
    let mut known = Known::default();
    for (n, activate) in [(1, true), (2, true), (3, true), (4, false)] {
        let version = n.to_string();
        hand_over(&mut known, &reference("vote", &version, &version), &admin(activate), 10 * n).expect("stored");
    }
    known
}

#[test]
fn it_goes_back_to_the_one_that_was_active_last() {
    let mut known = four_versions();
    assert_eq!(known.target("vote", &Target::Earlier).expect("one").version, "2");
    known.switch_off("vote");
    assert_eq!(known.target("vote", &Target::Earlier).expect("one").version, "3", "the last one itself");
    assert_eq!(make_active(&mut known, "vote", &Target::Earlier, 50).expect("active"), "3");
    assert_eq!(make_active(&mut known, "vote", &Target::Earlier, 60).expect("active"), "2");
    assert_eq!(make_active(&mut known, "vote", &Target::Earlier, 70).expect("active"), "3", "back to the beginning");
    assert!(matches!(known.target("quiz", &Target::Earlier), Err(PluginError::Unknown(_))));

    let mut one = Known::default();
    hand_over(&mut one, &reference("vote", "1", "a"), &admin(true), 10).expect("stored");
    assert!(matches!(one.target("vote", &Target::Earlier), Err(PluginError::NothingEarlier(_))));
}

#[test]
fn times_of_activation_only_grow() {
    let mut known = four_versions();
    let mut time = |now_ms| {
        make_active(&mut known, "vote", &Target::Earlier, now_ms).expect("active");
        known.versions.values().filter_map(|stored| stored.activated_at_ms).max().expect("a time")
    };
    assert_eq!(time(31), 31);
    assert_eq!(time(31), 32, "within one millisecond");
    assert_eq!(time(5), 33, "after the clock was set back");
}

#[test]
fn what_is_active_or_held_cannot_be_removed() {
    let mut known = four_versions();
    assert!(matches!(remove(&mut known, "vote", "3"), Err(PluginError::InUse { .. })), "active");
    let held = known.loaded("2").cloned().expect("in memory");
    assert!(matches!(remove(&mut known, "vote", "2"), Err(PluginError::InUse { .. })), "an activity runs on it");
    let an_older_moment = known.clone();
    drop(held);
    remove(&mut known, "vote", "2").expect("nobody holds it but an older moment");
    assert_eq!(an_older_moment.loaded("2").map(|it| it.0.as_str()), Some("2"), "which does not change");
    assert!(matches!(remove(&mut known, "vote", "2"), Err(PluginError::UnknownVersion { .. })));
}

#[test]
fn replaced_bytes_stay_in_memory_as_long_as_something_runs_on_them() {
    let mut known = Known::default();
    for hash in ["a", "b", "c"] {
        hand_over(&mut known, &reference("vote", "1", hash), &Origin::Watch, 10).expect("stored");
    }
    let held = known.loaded("b").cloned();
    assert_eq!(known.sweep(), ["a"]);
    assert!(known.loaded("b").is_some() && known.active("vote").is_some_and(|active| active.0 == "c"));
    drop(held);
    assert_eq!(known.sweep(), ["b"]);
    assert_eq!(known.sweep(), [""; 0]);
}

#[test]
fn a_version_that_does_not_load_is_stored_as_active_and_offered_to_nobody() {
    let mut known = four_versions();
    let stored = known.version("vote", "3").expect("stored").clone();
    let mut restarted = Known::default();
    restarted.put(stored);
    assert!(restarted.active("vote").is_none() && restarted.is_on("vote").expect("known"));
    known.rest("4".into(), 1_000, 0);
    assert!(known.resting().check("4", 0).is_err());
    make_active(&mut known, "vote", &Target::Version("4".into()), 50).expect("active");
    assert!(known.resting().check("4", 0).is_ok(), "an administrator's word ends the rest");
}

/// A change that somebody wants, on one of few names, numbers and bytes.
#[derive(Debug, Clone)]
enum Wish {
    HandOver(usize, u8, u8, Origin),
    Activate(usize, u8),
    RollBack(usize),
    Disable(usize),
    Remove(usize, u8),
    Sweep,
    Hold(usize),
    LetGo,
}

fn wish() -> impl Strategy<Value = Wish> {
    let origin = prop_oneof![Just(Origin::Folder), Just(Origin::Watch), any::<bool>().prop_map(admin),];
    let (name, number) = (0_usize..2, 0_u8..3);
    prop_oneof![
        4 => (name.clone(), number.clone(), 0_u8..3, origin).prop_map(|(n, v, b, o)| Wish::HandOver(n, v, b, o)),
        2 => (name.clone(), number.clone()).prop_map(|(n, v)| Wish::Activate(n, v)),
        1 => name.clone().prop_map(Wish::RollBack),
        1 => name.clone().prop_map(Wish::Disable),
        2 => (name.clone(), number).prop_map(|(n, v)| Wish::Remove(n, v)),
        1 => Just(Wish::Sweep),
        1 => name.prop_map(Wish::Hold),
        1 => Just(Wish::LetGo),
    ]
}

const NAMES: [&str; 2] = ["vote", "quiz"];

/// Makes a change, refused or not.
fn fulfil(known: &mut Known, held: &mut Vec<Arc<Fake>>, wish: Wish, now_ms: u64) {
    match wish {
        Wish::HandOver(name, version, bytes, origin) => {
            let (version, hash) = (version.to_string(), format!("{name}-{version}-{bytes}"));
            drop(hand_over(known, &reference(NAMES[name], &version, &hash), &origin, now_ms));
        }
        Wish::Activate(name, version) => {
            drop(make_active(known, NAMES[name], &Target::Version(version.to_string()), now_ms));
        }
        Wish::RollBack(name) => drop(make_active(known, NAMES[name], &Target::Earlier, now_ms)),
        Wish::Disable(name) => known.switch_off(NAMES[name]),
        Wish::Remove(name, version) => drop(remove(known, NAMES[name], &version.to_string())),
        Wish::Sweep => drop(known.sweep()),
        Wish::Hold(name) => held.extend(known.active(NAMES[name]).cloned()),
        Wish::LetGo => held.clear(),
    }
}

proptest! {
    #[test]
    fn whatever_is_done_what_is_active_is_one_stored_version_in_memory(
        wishes in prop::collection::vec((wish(), 0_u64..50), 0..60),
    ) {
        let (mut known, mut held) = (Known::default(), Vec::new());
        for (wish, now_ms) in wishes {
            fulfil(&mut known, &mut held, wish, now_ms);
            for name in NAMES {
                let stored: Vec<_> = known.versions.values().filter(|stored| stored.name == name).collect();
                let active: Vec<_> = stored.iter().filter(|stored| stored.active).map(|it| it.hash.as_str()).collect();
                prop_assert!(active.len() <= 1);
                prop_assert_eq!(known.active(name).map(|it| it.0.as_str()), active.first().copied());
                prop_assert!(active.iter().all(|hash| known.loaded(hash).is_some()));
                let times: Vec<_> = stored.iter().filter_map(|stored| stored.activated_at_ms).collect();
                prop_assert_eq!(times.iter().collect::<HashSet<_>>().len(), times.len(), "no two times are alike");
            }
            let lost = held.iter().find(|it| !known.loaded(&it.0).is_some_and(|kept| Arc::ptr_eq(kept, it)));
            prop_assert!(lost.is_none(), "what is held stays in memory: {:?}", lost);
        }
    }
}

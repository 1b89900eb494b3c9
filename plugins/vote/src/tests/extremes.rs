//! The largest votes that there can be: nothing that people configure, send or are called passes a limit of the host.
//!
//! The test room refuses what the host refuses: a view, a reply, an event or a page of a report that is too large fails here.

use super::*;

/// Characters that are short, long, or long in JSON.
fn a_filling() -> impl Strategy<Value = char> {
    prop::sample::select(vec!['a', '面', '🎉', '"', '\\', '\u{1}', '\u{7f}'])
}

fn long(start: impl ToString, filling: char, chars: usize) -> String {
    start.to_string().chars().chain(std::iter::repeat(filling)).take(chars).collect()
}

fn play(filling: char, options: usize, max_choices: usize, config: Value, voters: usize) -> Room<Vote> {
    let names: Vec<String> = (0..options).map(|n| long(format!("{n:02}"), filling, 100)).collect();
    let mut all = json!({ "question": long("", filling, 500), "options": names, "max_choices": max_choices });
    all.as_object_mut().unwrap().extend(config.as_object().unwrap().clone());
    let mut room = open(all);
    for n in 0..voters {
        let member = room.join(&long(format!("{n:05}"), '"', 64), &long("", filling, 64));
        let choose: Vec<&String> = names.iter().cycle().skip(n).take(1 + n % max_choices).collect();
        room.act(&member, json!({ "choose": choose })).unwrap();
        if n < 3 {
            room.view_of(&member).unwrap();
        }
    }
    room.view().unwrap();
    room.report().unwrap();
    room
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_vote_passes_a_limit(
        filling in a_filling(), options in 2_usize..=50, most in 1_usize..=50, live: bool, anonymous: bool, revisable: bool,
    ) {
        let results = if live { "live" } else { "after_close" };
        let config = json!({ "results": results, "anonymous": anonymous, "revisable": revisable });
        let mut room = play(filling, options, most.min(options), config, 60);
        room.close().unwrap();
        room.view().unwrap();
        room.report().unwrap();
    }
}

#[test]
fn a_report_of_ten_thousand_long_ballots_has_numbers_for_names() {
    let room = &mut play('🎉', 50, 50, json!({ "revisable": true }), 3_000);
    let report = room.report().unwrap();
    assert_eq!(report.summary["numbered"], true);
    assert_eq!(report.rows[1][2], "2、3", "the second one chose the second and the third option");
    let few = &mut play('🎉', 50, 50, json!({}), 10);
    assert!(few.report().unwrap().summary.get("numbered").is_none());
}

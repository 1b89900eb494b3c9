//! The largest ratings that there can be: nothing that people configure, send or are called passes a limit of the host.
//!
//! The test room refuses what the host refuses: a view, a reply, an event or a page of a report that is too large fails here.

use proptest::prelude::*;

use super::*;

fn long(start: impl ToString, filling: char, chars: usize) -> String {
    start.to_string().chars().chain(std::iter::repeat(filling)).take(chars).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_rating_passes_a_limit(
        filling in prop::sample::select(vec!['a', '评', '🎉', '"', '\\', '\u{1}']),
        min in -100_000_000_i64..=100_000_000, step in 1_i64..=1_000_000, levels in 2_i64..=1_001, revisable: bool,
        scores in prop::collection::vec(0_i64..1_001, 0..80),
    ) {
        let max = (min + (levels - 1) * step).min(100_000_000);
        prop_assume!(min < max && step <= max - min);
        let decimal = |hundredths: i64| hundredths as f64 / 100.0;
        let mut room = Room::<Rating>::new();
        let config = json!({
            "subject": long("", filling, 500), "min": decimal(min), "max": decimal(max), "step": decimal(step),
            "revisable": revisable,
        });
        room.open(config).unwrap();
        let levels = (max - min) / step + 1;
        for (n, level) in scores.iter().enumerate() {
            let member = room.join(&long(format!("{n:05}"), '"', 64), &long("", filling, 64));
            room.act(&member, json!({ "score": decimal(min + level % levels * step) })).unwrap();
            room.view_of(&member).unwrap();
        }
        room.view().unwrap();
        room.report().unwrap();
        room.close().unwrap();
        room.view().unwrap();
        room.report().unwrap();
    }
}

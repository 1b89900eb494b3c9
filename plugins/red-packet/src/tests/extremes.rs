//! The largest packets that there can be: nothing that people configure or are called passes a limit of the host.
//!
//! The test room refuses what the host refuses: a view, a reply, an event or a page of a report that is too large fails here.

use super::*;

fn long(start: impl ToString, filling: char, chars: usize) -> String {
    start.to_string().chars().chain(std::iter::repeat(filling)).take(chars).collect()
}

fn play(filling: char, total_cents: u64, shares: u32, mode: &str, grabs: u32) {
    let greeting = long("", filling, 100);
    let mut room = open(json!({
        "total_cents": total_cents, "shares": shares, "mode": mode, "greeting": greeting, "expires_in_s": 2_592_000,
    }));
    for n in 0..grabs.min(shares) {
        let member = room.join(&long(format!("{n:05}"), '"', 64), &long("", filling, 64));
        grab(&mut room, &member).unwrap();
        if n.is_multiple_of(50) {
            room.view_of(&member).unwrap();
        }
    }
    room.view().unwrap();
    room.report().unwrap();
    room.close().unwrap();
    room.view().unwrap();
    room.report().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_packet_passes_a_limit(
        filling in prop::sample::select(vec!['a', '喜', '🎉', '"', '\\', '\u{1}']),
        shares in prop::sample::select(vec![1_u32, 3, 500, 10_000]), more in 0_u64..9_999_990_000, lucky: bool,
        grabs in prop::sample::select(vec![0_u32, 1, 250, 600]),
    ) {
        play(filling, u64::from(shares) + more, shares, if lucky { "lucky" } else { "equal" }, grabs);
    }
}

#[test]
fn a_packet_of_ten_thousand_shares_with_long_names_is_shown() {
    play('🎉', 10_000_000_000, 10_000, "lucky", 10_000);
}

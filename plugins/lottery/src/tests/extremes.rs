//! The largest lotteries that there can be: nothing that people configure, type in or are called passes a limit of the host.
//!
//! The test room refuses what the host refuses: a view, a reply, an event or a page of a report that is too large fails here.

use super::*;

/// Characters that are short, long, or long in JSON.
fn a_filling() -> impl Strategy<Value = char> {
    prop::sample::select(vec!['a', '奖', '🎉', '"', '\\', '\u{1}', '\u{7f}'])
}

fn long(start: impl ToString, filling: char, chars: usize) -> String {
    start.to_string().chars().chain(std::iter::repeat(filling)).take(chars).collect()
}

/// Looks at everything that there is to look at.
fn look(hall: &mut Hall, viewer: &Member) {
    hall.room.view().unwrap();
    hall.room.view_of(viewer).unwrap();
    let host = hall.host.clone();
    hall.room.view_of(&host).unwrap();
    for page in 0..2 {
        hall.room.view_of_page(viewer, &format!("pool/{page}")).unwrap();
    }
}

fn play(filling: char, prizes: usize, repeat_winners: bool, people: u32, draws: &[(usize, u32, usize)]) {
    let name = |n: usize| long(format!("{n:02}"), filling, 60);
    let list: Vec<Value> = (0..prizes).map(|n| json!({ "name": name(n), "count": 10_000 })).collect();
    let config = json!({ "title": long("", filling, 200), "prizes": list, "repeat_winners": repeat_winners });
    let mut hall = Hall::new(config, 0);
    let members: Vec<Member> =
        (0..people).map(|n| hall.room.join(&long(format!("{n:05}"), '"', 64), &long("", filling, 64))).collect();
    hall.act(json!({ "freeze": {} })).unwrap();
    for (n, (prize, count, entropy)) in draws.iter().enumerate() {
        hall.room.advance_ms(1_000).unwrap();
        let entropy = long(n, filling, *entropy);
        let drawn = hall.draw(&name(prize % prizes), *count, &entropy);
        if let Ok(winners) = drawn
            && n.is_multiple_of(3)
        {
            hall.redraw(&winners[0]).ok();
        }
        look(&mut hall, &members[0]);
    }
    hall.room.report().unwrap();
    hall.room.close().unwrap();
    look(&mut hall, &members[0]);
    hall.room.report().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_lottery_passes_a_limit(
        filling in a_filling(), prizes in 1_usize..=50, repeat_winners: bool, people in 1_u32..400,
        draws in prop::collection::vec((0_usize..50, 1_u32..=100, prop::sample::select(vec![0_usize, 1, 200])), 1..60),
    ) {
        play(filling, prizes, repeat_winners, people, &draws);
    }
}

#[test]
fn fifty_prizes_with_an_entropy_each_draw_are_shown() {
    // Seen: after 22 draws the view had 101 blocks, and five looks at it put the plugin out of service.
    let draws: Vec<(usize, u32, usize)> = (0..60).map(|n| (n, 1, 200)).collect();
    play('奖', 50, true, 30, &draws);
    let draws: Vec<(usize, u32, usize)> = (0..120).map(|n| (n, 100, 200)).collect();
    play('🎉', 50, true, 400, &draws);
}

#[test]
fn the_latest_winners_are_shown_and_the_others_are_counted() {
    let prizes: Vec<Value> = (0..50).map(|n| json!({ "name": format!("奖{n:02}"), "count": 10 })).collect();
    let mut hall = Hall::frozen(json!({ "title": "年会", "prizes": prizes, "repeat_winners": true }), 30);
    for n in 0..50 {
        hall.draw(&format!("奖{n:02}"), 5, &n.to_string()).unwrap();
        hall.room.advance_ms(1_000).unwrap();
    }
    let view = hall.room.view().unwrap();
    let (shown, words) = (view.all_people().count(), view.to_string());
    assert!((5..200).contains(&shown), "{shown}");
    assert!(words.contains(&format!("共 250 位中奖者，这里显示最近 {shown} 位")), "{words}");
    assert!(words.contains("奖00: 已抽 5/10") && words.contains("奖49: 已抽 5/10"), "every prize has its figure");
    assert!(words.contains("附加熵（第 246 个起）：49") && words.contains("更早的附加熵见活动报告"), "{words}");
    assert!(view.all_people().any(|person| person.detail == "第 250 个抽出"), "the latest winner is shown");
    assert_eq!(hall.room.report().unwrap().rows.len(), 250 + 30, "the report has them all");
}

//! Ranking: the sum of all ranks is fixed by the number of orders, and nobody learns a sum too early.

use futures_util::future::join_all;
use hezi_tests::{Activity, Conference, Host, Launch, User, View};
use serde_json::{Value, json};

const OPTIONS: [&str; 4] = ["café", "شاي", "水", "茶"];

async fn opened(config: Value) -> (Host, User, Conference, Activity) {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut whole = json!({ "question": "喝什么", "options": OPTIONS });
    whole.as_object_mut().expect("an object").extend(config.as_object().cloned().expect("an object"));
    let ranking = wang.open(&room.number, "ranking", whole).await;
    (host, wang, room, ranking)
}

/// The options beginning with this one, round and round.
fn turned(by: usize) -> Vec<&'static str> {
    (0..OPTIONS.len()).map(|place| OPTIONS[(place + by) % OPTIONS.len()]).collect()
}

fn rows(report: &Value) -> Vec<Vec<String>> {
    serde_json::from_value(report["rows"].clone()).expect("rows of texts")
}

/// Points and first places of the options, in the order of [`OPTIONS`].
fn results(summary: &Value) -> Vec<(u64, u64)> {
    let results = summary["results"].as_array().unwrap_or_else(|| panic!("results: {summary}"));
    let of = |option: &str| results.iter().find(|one| one["option"] == option).expect("a result an option");
    let figures = |one: &Value| (one["points"].as_u64().expect("points"), one["firsts"].as_u64().expect("firsts"));
    OPTIONS.iter().map(|option| figures(of(option))).collect()
}

#[tokio::test]
async fn sums_are_those_of_the_last_orders_and_come_at_the_end() {
    let (host, wang, room, ranking) = opened(json!({ "results": "after_close" })).await;
    let members = host.members(&room.number, 24).await;
    let mut hall = members[0].connect(&room.number).await;

    // Everybody ranks as their neighbour would, and then as they do themselves.
    join_all(members.iter().enumerate().map(|(n, member)| {
        let (room, ranking) = (&room, &ranking);
        async move {
            let mut socket = member.connect(&room.number).await;
            for (id, order) in [("1", turned(n + 1)), ("2", if n < 18 { turned(0) } else { turned(n) })] {
                let reply = socket.do_act(id, &ranking.id, json!({ "order": order })).await;
                assert_eq!(reply.ok(), &json!({ "order": order }));
            }
        }
    }))
    .await;

    let early = wang.report(&ranking).await;
    assert_eq!((&early["summary"]["ballots"], early["summary"].get("results")), (&json!(24), None));
    assert!(rows(&early).iter().all(|row| row[2..].iter().all(|cell| cell == "结束后公布")), "{early}");
    let seen = members[3].look_at(&ranking).await.view;
    assert!(View::of(&seen).bars().is_empty() && View::of(&seen).words().contains("你的排序"), "{seen}");

    wang.close(&ranking).await;

    // 18 in the order of the options, and the six others once round: 2, 3, 0, 1, 2, 3 turns.
    let report = wang.report(&ranking).await;
    let told = results(&report["summary"]);
    assert_eq!(told.iter().map(|(points, _)| points).sum::<u64>(), 24 * (3 + 2 + 1), "{told:?}");
    assert_eq!(told.iter().map(|(_, firsts)| *firsts).collect::<Vec<_>>(), [19, 1, 2, 2]);
    let ranks =
        rows(&report).into_iter().map(|row| row[2..].iter().map(|cell| cell.parse().expect("a rank")).collect());
    let ranks: Vec<Vec<u64>> = ranks.collect();
    for (option, (points, firsts)) in told.iter().enumerate() {
        assert_eq!(ranks.iter().map(|row| 4 - row[option]).sum::<u64>(), *points, "a point for each one below");
        assert_eq!(ranks.iter().filter(|row| row[option] == 1).count() as u64, *firsts);
    }
    let is_result = |frame: &Value| frame["kind"] == "emit" && frame["event"]["result"].is_object();
    let heard = hall.expect("the result", is_result).await;
    assert_eq!(heard["event"]["result"]["top"], report["summary"]["results"]);
}

#[tokio::test]
async fn an_order_that_is_no_permutation_is_refused_and_changes_nothing() {
    let (host, wang, room, ranking) = opened(json!({})).await;
    let li = host.user("小李").await.join(&room.number).await;
    li.act(&ranking, json!({ "order": turned(0) })).await;
    let before = wang.report(&ranking).await;

    let [coffee, tea, water, green] = OPTIONS;
    for order in [
        vec![],
        vec![coffee],
        vec![coffee, tea, water],
        vec![coffee, coffee, tea, water],
        vec![coffee, tea, water, green, coffee],
        vec![coffee, tea, water, "酒"],
        vec![coffee, tea, water, ""],
        vec![coffee, tea, water, "\u{200b}"],
        vec![coffee, tea, water, &"茶".repeat(10_000)],
        vec![green; 10_000],
    ] {
        li.try_act(&ranking, json!({ "order": order })).await.problem(422, "invalid");
    }
    for action in [json!({}), json!({ "order": "café" }), json!({ "order": [[coffee]] }), json!({ "rank": turned(0) })]
    {
        li.try_act(&ranking, action).await.problem(422, "invalid");
    }
    assert_eq!(wang.report(&ranking).await, before);
}

#[tokio::test]
async fn what_looks_the_same_is_the_same_option() {
    let (host, wang, room, ranking) = opened(json!({})).await;
    let li = host.user("小李").await.join(&room.number).await;

    // An accent of its own, an embedding of the right-to-left word, and something that nobody sees.
    let typed = ["cafe\u{301}", "\u{202b}شاي\u{202c}", "水\u{200b}", "\u{feff}茶"];
    let acted = li.act(&ranking, json!({ "order": typed })).await;

    assert_eq!(acted.reply, json!({ "order": OPTIONS }));
    assert_eq!(rows(&wang.report(&ranking).await)[0][2..], ["1", "2", "3", "4"]);
    let twice = json!({ "plugin": "ranking", "config": { "question": "?", "options": ["café", "cafe\u{301}"] } });
    wang.post(&room.path("/activities"), &twice).await.problem(422, "invalid");
}

#[tokio::test]
async fn an_order_that_is_final_stays() {
    let (host, wang, room, ranking) = opened(json!({ "revisable": false, "min_ranked": 2 })).await;
    let li = host.user("小李").await.join(&room.number).await;
    li.act(&ranking, json!({ "order": [OPTIONS[3], OPTIONS[1]] })).await;
    li.try_act(&ranking, json!({ "order": turned(0) })).await.problem(409, "conflict");

    let report = wang.report(&ranking).await;
    // Doubled, since orders may leave options out: 6 and 4 for the two places, and the two others share 2 and 0.
    assert_eq!(results(&report["summary"]), [(1, 0), (4, 0), (1, 0), (6, 1)]);
    assert_eq!(rows(&report)[0][2..], ["", "2", "", "1"]);
}

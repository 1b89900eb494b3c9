//! The vote: one ballot a member, counts that add up, and results that stay hidden when they should.

use std::time::Instant;

use futures_util::future::join_all;
use hezi_tests::{Activity, Conference, Host, Launch, User, View};
use serde_json::{Value, json};

fn counts(activity: &Activity) -> Vec<(String, u64)> {
    View::of(&activity.view).bars()
}

fn bars(counts: &[(&str, u64)]) -> Vec<(String, u64)> {
    counts.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect()
}

async fn host_with_conference() -> (Host, User, Conference) {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    (host, wang, room)
}

#[tokio::test]
async fn forty_people_vote_at_once_and_every_ballot_counts_once() {
    let (host, wang, room) = host_with_conference().await;
    let members = host.members(&room.number, 40).await;
    let sockets = join_all(members.iter().map(|member| member.connect(&room.number))).await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B", "C"] })).await;
    let mut screen = wang.connect(&room.number).await;

    let began = Instant::now();
    let ballots = sockets.into_iter().enumerate().map(|(n, mut socket)| {
        let vote = &vote;
        async move {
            let choice = ["A", "B", "C"][n % 3];
            let reply = socket.do_act("first", &vote.id, json!({ "choose": [choice] })).await;
            assert_eq!(reply.ok(), &json!({ "chosen": [choice] }));
            assert_eq!(socket.do_act("second", &vote.id, json!({ "choose": ["A"] })).await.error(), "conflict");
            reply.seq()
        }
    });
    let seqs = join_all(ballots).await;

    let expected = bars(&[("A", 14), ("B", 13), ("C", 13)]);
    let shown = screen.expect_view(&vote.id, |view| View::of(view).bars() == expected).await;
    assert!(shown["as_of"].as_u64() >= seqs.iter().max().copied(), "a view says what it stands for: {shown}");
    assert_eq!(counts(&wang.look_at(&vote).await), expected);
    let frames = screen.untaken("view").len();
    let at_most = 10 * (began.elapsed().as_secs() as usize + 1) + 2;
    assert!(frames <= at_most, "{frames} views, at most ten a second is {at_most}");
}

#[tokio::test]
async fn a_double_vote_changes_nothing_over_http_either() {
    let (host, wang, room) = host_with_conference().await;
    let li = host.user("小李").await.join(&room.number).await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;

    let attempts = join_all((0..12).map(|_| li.try_act(&vote, json!({ "choose": ["B"] })))).await;

    let accepted = attempts.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(accepted, 1);
    attempts.iter().filter(|answer| answer.status != 200).for_each(|answer| {
        answer.problem(409, "conflict");
    });
    assert_eq!(counts(&wang.look_at(&vote).await), bars(&[("A", 0), ("B", 1)]));
}

#[tokio::test]
async fn a_ballot_that_breaks_the_rules_does_not_count() {
    let (_host, wang, room) = host_with_conference().await;
    let config = json!({ "question": "?", "options": ["A", "B", "C"], "max_choices": 2 });
    let vote = wang.open(&room.number, "vote", config).await;

    for choice in [json!([]), json!(["D"]), json!(["A", "A"]), json!(["A", "B", "C"]), json!("A"), json!([1])] {
        wang.try_act(&vote, json!({ "choose": choice })).await.problem(422, "invalid");
    }
    assert_eq!(counts(&wang.look_at(&vote).await), bars(&[("A", 0), ("B", 0), ("C", 0)]));
    wang.act(&vote, json!({ "choose": ["C", "A"] })).await;
    assert_eq!(counts(&wang.look_at(&vote).await), bars(&[("A", 1), ("B", 0), ("C", 1)]));
}

#[tokio::test]
async fn a_ballot_can_be_changed_where_the_vote_allows_it() {
    let (host, wang, room) = host_with_conference().await;
    let config = json!({ "question": "?", "options": ["A", "B"], "revisable": true });
    let vote = wang.open(&room.number, "vote", config).await;
    let members = host.members(&room.number, 5).await;

    for choice in ["A", "B"] {
        join_all(members.iter().map(|member| member.act(&vote, json!({ "choose": [choice] })))).await;
    }
    members[0].act(&vote, json!({ "choose": ["A"] })).await;

    assert_eq!(counts(&wang.look_at(&vote).await), bars(&[("A", 1), ("B", 4)]));
}

/// What everybody but the voters themselves can find out about a vote.
async fn everything_known(vote: &Activity, room: &Conference, organizer: &User, observer: &User) -> Value {
    let listed = observer.get(&room.path("/activities")).await.ok(200);
    let socket = observer.connect(&room.number).await;
    let of_this = |list: &Value| {
        let activities = list.as_array().expect("a list").clone();
        activities.into_iter().find(|one| one["id"] == vote.id.as_str()).expect("the vote")["view"].clone()
    };
    let csv = organizer.get(&vote.path("/report?format=csv")).await;
    json!({
        "seen by an organizer": organizer.look_at(vote).await.view,
        "seen by a member": observer.look_at(vote).await.view,
        "seen in the list": of_this(&listed["activities"]),
        "seen in the welcome": of_this(&socket.welcome["activities"]),
        "reported": organizer.report(vote).await,
        "reported as a table": csv.text(),
    })
}

#[tokio::test]
async fn hidden_results_are_hidden_everywhere_until_the_vote_is_closed() {
    let (host, wang, room) = host_with_conference().await;
    let observer = host.user("旁观者").await.join(&room.number).await;
    let mut screen = observer.connect(&room.number).await;
    let members = host.members(&room.number, 10).await;
    let config = json!({ "question": "?", "options": ["A", "B"], "results": "after_close" });
    let one = wang.open(&room.number, "vote", config.clone()).await;
    let other = wang.open(&room.number, "vote", config).await;

    // The same people vote in both, the other way round: whoever cannot tell the two apart knows no result.
    for (n, member) in members.iter().enumerate() {
        let (choice, opposite) = if n < 7 { ("A", "B") } else { ("B", "A") };
        member.act(&one, json!({ "choose": [choice] })).await;
        member.act(&other, json!({ "choose": [opposite] })).await;
    }
    let said = screen.say("c1", "投完了").await.seq();
    for vote in [&one, &other] {
        screen.expect_view(&vote.id, |view| view.to_string().contains(r#""value":"10""#)).await;
    }

    let known = everything_known(&one, &room, &wang, &observer).await;
    assert_eq!(known, everything_known(&other, &room, &wang, &observer).await);
    let events = screen.events_through(said).await;
    assert!(events.iter().all(|event| event["kind"] != "emit"), "{events:?}");
    for view in screen.untaken("view") {
        assert!(View::of(&view["view"]).bars().iter().all(|(_, count)| *count == 0), "a count leaks: {view}");
    }

    assert_eq!(counts(&wang.close(&one).await), bars(&[("A", 7), ("B", 3)]));
    wang.close(&other).await;
    assert_eq!(counts(&observer.look_at(&other).await), bars(&[("A", 3), ("B", 7)]));
}

#[tokio::test]
async fn an_anonymous_vote_never_says_who_chose_what() {
    let (host, wang, room) = host_with_conference().await;
    let members = host.members(&room.number, 6).await;
    let config = json!({ "question": "?", "options": ["A", "B"], "anonymous": true });
    let vote = wang.open(&room.number, "vote", config).await;
    for (n, member) in members.iter().enumerate() {
        let choice = if n % 2 == 0 { "A" } else { "B" };
        member.act(&vote, json!({ "choose": [choice] })).await;
    }

    let closed = wang.close(&vote).await;

    assert_eq!(counts(&closed), bars(&[("A", 3), ("B", 3)]));
    let rows = wang.report(&vote).await["rows"].to_string();
    for member in &members {
        let named = rows.contains(&member.id) || rows.contains(&format!("\"{}\"", member.name));
        let with_choice = rows.contains("\"A\"") || rows.contains("\"B\"");
        assert!(!(named && with_choice), "the report links people to choices: {rows}");
    }
}

//! What each role is told on the routes of a conference before and after its end: who asks comes first, whatever the conference
//! does. Who may do what, on every route and with every command, is `matrix`.

use hezi_tests::{Activity, Caller, Conference, Host, Launch, User, guest};
use serde_json::{Value, json};

/// Those who ask.
const ROLES: [&str; 5] = ["nobody", "stranger", "somebody of another conference", "participant", "organizer"];

/// What an answer comes down to: `ok`, or the code of the problem.
type Outcome = &'static str;

/// A route, what is sent, and what comes of it for each role, in the order of [`ROLES`].
struct Row {
    method: &'static str,
    path: &'static str,
    body: Option<Value>,
    outcomes: [Outcome; 5],
}

fn row(method: &'static str, path: &'static str, body: Option<Value>, outcomes: [Outcome; 5]) -> Row {
    Row { method, path, body, outcomes }
}

const IN: &str = "not_signed_in";
const MEMBER: &str = "not_member";
const ORGANIZER: &str = "not_organizer";

/// Routes while the conference goes on. What changes the most comes last.
fn rows() -> Vec<Row> {
    let act = Some(json!({ "choose": ["A"] }));
    let new = Some(json!({ "plugin": "vote", "config": { "question": "?", "options": ["A", "B"] } }));
    let nobody_there = Some(json!({ "member": "nobody-of-this-name" }));
    vec![
        // What a link shows before one joins.
        row("GET", "/api/conferences/{n}", None, [IN, "ok", "ok", "ok", "ok"]),
        row("GET", "/api/conferences/{n}/qr", None, [IN, "ok", "ok", "ok", "ok"]),
        row("GET", "/api/conferences/{n}/members", None, [IN, MEMBER, MEMBER, "ok", "ok"]),
        row("GET", "/api/conferences/{n}/journal", None, [IN, MEMBER, MEMBER, "ok", "ok"]),
        row("GET", "/api/conferences/{n}/activities", None, [IN, MEMBER, MEMBER, "ok", "ok"]),
        row("GET", "/api/activities/{a}", None, [IN, MEMBER, MEMBER, "ok", "ok"]),
        row("GET", "/api/activities/{a}/report", None, [IN, MEMBER, MEMBER, ORGANIZER, "ok"]),
        row("POST", "/api/activities/{a}/actions", act, [IN, MEMBER, MEMBER, "ok", "ok"]),
        row("POST", "/api/conferences/{n}/activities", new, [IN, MEMBER, MEMBER, ORGANIZER, "ok"]),
        row("POST", "/api/conferences/{n}/organizers", nobody_there, [IN, MEMBER, MEMBER, "denied", "unknown_member"]),
        row("POST", "/api/activities/{a}/open", None, [IN, MEMBER, MEMBER, ORGANIZER, "wrong_phase"]),
        row("POST", "/api/activities/{a}/close", None, [IN, MEMBER, MEMBER, ORGANIZER, "ok"]),
        row("POST", "/api/conferences/{n}/leave", None, [IN, MEMBER, MEMBER, "untried", "untried"]),
        row("POST", "/api/conferences/{n}/end", None, [IN, MEMBER, MEMBER, ORGANIZER, "ok"]),
    ]
}

/// The same routes when the conference has ended: who asks still comes first.
fn rows_after_the_end() -> Vec<Row> {
    const ENDED: &str = "conference_ended";
    let after = |row: Row| {
        let is_read = row.method == "GET";
        // Members know of the end, and commands of members are told of it before anything else.
        let is_command = ["/open", "/close", "/organizers"].iter().any(|end| row.path.ends_with(end));
        let outcome = |of: Outcome| match of {
            ORGANIZER | "denied" if is_command => ENDED,
            "ok" | "unknown_member" | "wrong_phase" | "untried" if !is_read => ENDED,
            other => other,
        };
        Row { outcomes: row.outcomes.map(outcome), ..row }
    };
    rows().into_iter().map(after).collect()
}

struct Meeting {
    host: Host,
    room: Conference,
    vote: Activity,
    askers: [Caller; 5],
}

async fn meeting() -> Meeting {
    let host = Host::start().await;
    let (wang, zhao) = (host.user("小王").await, host.user("小赵").await);
    let room = wang.create_conference("周会").await;
    zhao.create_conference("别的会").await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    let li = host.user("小李").await.join(&room.number).await;
    let stranger = host.user("陌生人").await;
    let caller = |user: &User| Caller::clone(user);
    let askers = [host.anonymous(), caller(&stranger), caller(&zhao), caller(&li), caller(&wang)];
    Meeting { host, room, vote, askers }
}

impl Meeting {
    async fn ask(&self, who: &Caller, row: &Row, when: &str) -> String {
        let path = row.path.replace("{n}", &self.room.number).replace("{a}", &self.vote.id);
        let request = who.request(row.method, &path).header("idempotency-key", &format!("{when}:{}", row.path));
        let request = match &row.body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await;
        match answer.status {
            200..300 => "ok".to_owned(),
            _ => answer.json()["code"].as_str().unwrap_or_default().to_owned(),
        }
    }

    /// What is not as it should be.
    async fn complaints(&self, when: &str, rows: &[Row]) -> Vec<String> {
        let mut complaints = Vec::new();
        for row in rows {
            for (who, (role, outcome)) in self.askers.iter().zip(ROLES.iter().zip(row.outcomes)) {
                if outcome == "untried" {
                    continue;
                }
                let came = self.ask(who, row, when).await;
                if came != outcome {
                    complaints.push(format!("{} {} as {role}: {came}, not {outcome}", row.method, row.path));
                }
            }
        }
        complaints
    }
}

#[tokio::test]
async fn every_role_gets_what_is_theirs_on_every_route_before_and_after_the_end() {
    let meeting = meeting().await;

    let before = meeting.complaints("before", &rows()).await;
    assert!(before.is_empty(), "{before:#?}");
    let after = meeting.complaints("after", &rows_after_the_end()).await;
    assert!(after.is_empty(), "after the end: {after:#?}");
    assert!(meeting.host.log().is_empty() || !meeting.host.log().contains("panicked"));
}

#[tokio::test]
async fn a_stranger_is_refused_also_while_the_conference_is_ending_for_its_owner() {
    let launch = Launch::new().set("limits.plugin.call_cpu_ms", 300).set("limits.plugin.call_wall_ms", 600_000);
    let host = launch.start().await;
    host.administrator().upload(guest("hostile")).await.ok(201);
    let (wang, stranger) = (host.user("小王").await, host.user("陌生人").await);
    let room = wang.create_conference("周会").await;
    wang.open(&room.number, "hostile", json!({ "do": { "close": "spin" } })).await;
    let end = {
        let (wang, path) = (wang.clone(), room.path("/end"));
        tokio::spawn(async move { wang.post_empty(&path).await })
    };
    // Once it is ending nobody joins any more, and the activity that closes slowly keeps it so for a while.
    while wang.post_empty(&room.path("/join")).await.status == 200 {}

    let answers = [
        stranger.post_empty(&room.path("/end")).await,
        stranger.post_empty(&room.path("/leave")).await,
        stranger.get(&room.path("/members")).await,
    ];

    for answer in answers {
        answer.problem(403, "not_member");
    }
    assert_eq!(end.await.expect("an answer").ok(200)["state"], "ended");
}

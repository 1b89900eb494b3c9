//! Anonymous activities: everybody can act once, come back and change their mind; who took part is told at the end; and whoever
//! reads everything that there is learns nothing of who chose what.

mod kept;
mod links;

use hezi_tests::{Activity, Host, Launch, Socket, User, View, altered, guest};
use serde_json::{Value, json};

use self::kept::{Kept, read};
use self::links::{Item, Secret, links};

/// The people of the story: ids and names that occur nowhere else.
const PEOPLE: [(&str, &str); 4] =
    [("id-of-wang", "Name Wang"), ("id-of-li", "Name Li"), ("id-of-zhao", "Name Zhao"), ("id-of-chen", "Name Chen")];
/// What each of them chooses, says or writes, in their order.
const CHOICES: [&str; 4] = ["apple-of-one", "brick-of-two", "cloud-of-three", "drum-of-four"];

/// The plugins that allow it, how each is configured, and what the person at this place does in it.
fn activities() -> Vec<(&'static str, Value)> {
    let vote = json!({ "question": "?", "options": CHOICES, "revisable": true, "results": "after_close" });
    let survey = json!({ "title": "?", "questions": [{ "text": "Why?", "kind": "text" }] });
    vec![
        ("vote", vote),
        ("rating", json!({ "subject": "?" })),
        ("ranking", json!({ "question": "?", "options": CHOICES })),
        ("word-cloud", json!({ "question": "?" })),
        ("qa", json!({ "title": "?", "names": "choice" })),
        ("survey", survey),
    ]
}

fn deed(plugin: &str, place: usize) -> Value {
    let own = CHOICES[place];
    match plugin {
        "vote" => json!({ "choose": [own] }),
        "rating" => json!({ "score": place + 1 }),
        "ranking" => json!({ "order": (0..4).map(|n| CHOICES[(place + n) % 4]).collect::<Vec<_>>() }),
        "word-cloud" => json!({ "say": { "words": own } }),
        "qa" => json!({ "ask": { "text": own } }),
        "survey" => json!({ "answer": { "q1": own } }),
        other => panic!("{other} is not known here"),
    }
}

fn anonymous(plugin: &str, config: &Value) -> Value {
    json!({ "plugin": plugin, "config": config, "open": true, "anonymous": true })
}

async fn make(user: &User, number: &str, body: &Value) -> Activity {
    let made = user.post(&format!("/api/conferences/{number}/activities"), body).await.ok(201);
    assert_eq!(made["anonymous"], true, "{made}");
    serde_json::from_value(made).expect("an activity")
}

/// Four people in a meeting on a disk, and a socket of each.
async fn meeting() -> (Host, Vec<User>, String) {
    let host = Launch::new().durable().unhurried().start().await;
    let mut people: Vec<User> = Vec::new();
    for (id, name) in PEOPLE {
        people.push(host.person(id, name).await);
    }
    let room = people[0].create_conference("Meeting").await;
    for place in 1..people.len() {
        let user = host.person(PEOPLE[place].0, PEOPLE[place].1).await;
        people[place] = user.join(&room.number).await;
    }
    (host, people, room.number)
}

/// What somebody is told in a vote that they chose; nothing if they are not.
async fn chosen(user: &User, vote: &Activity) -> String {
    let words = View::of(&user.look_at(vote).await.view).words();
    words
        .split_once("你的选择：")
        .map(|(_, rest)| rest.lines().next().unwrap_or_default().to_owned())
        .unwrap_or_default()
}

/// Everything that this person can get about the conference, in pieces that say one thing each.
async fn everything(user: &User, number: &str, all: &[Activity], socket: &mut Socket) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let whose = |what: &str| format!("{what} of {}", user.name);
    for entry in user.journal(number).await {
        socket.events_through(entry["seq"].as_u64().filter(|_| is_event(&entry)).unwrap_or(0)).await;
        items.push(Item::of(whose("journal"), &entry));
    }
    for kind in ["view", "event", "presence", "reply"] {
        items.extend(socket.untaken(kind).into_iter().map(|frame| Item::of(whose(kind), frame)));
    }
    let listed = user.get(&format!("/api/conferences/{number}/activities")).await.ok(200);
    items.extend(listed["activities"].as_array().into_iter().flatten().map(|one| Item::of(whose("list"), one)));
    for activity in all {
        items.push(Item::of(whose("activity"), &user.get(&activity.path("")).await.ok(200)));
        for format in ["json", "csv", "xlsx"] {
            let report = user.get(&activity.path(&format!("/report?format={format}"))).await;
            match format {
                _ if report.status == 403 => {}
                "json" => {
                    let report = report.ok(200);
                    let rows = report["rows"].as_array().cloned().unwrap_or_default();
                    items.extend(rows.iter().map(|row| Item::of(whose("row of a report"), row)));
                    items.push(Item::of(whose("summary of a report"), &report["summary"]));
                }
                "csv" => items.extend(report.text().lines().map(|line| Item::new(whose("csv"), line))),
                // Its parts are packed; that it has the same rows is said by the tests of reports.
                _ => assert_eq!(report.status, 200, "{report:?}"),
            }
        }
    }
    items
}

/// Whether sockets see this entry.
fn is_event(entry: &Value) -> bool {
    ["chat", "emit", "activity"].iter().any(|kind| entry["kind"] == **kind)
}

/// Every person, with the pseudonyms that they had, and every set of choices.
fn secret(people: &[User], kept: &Kept) -> Secret {
    let ids = people.iter().map(|user| vec![user.id.clone(), user.name.clone()]).collect();
    let pseudonyms = people.iter().flat_map(|user| kept.pseudonyms_of(&user.id)).collect();
    Secret { people: ids, pseudonyms, choices: CHOICES.map(str::to_owned).to_vec() }
}

/// Everybody comes, and all but the last one act in every activity.
async fn all_but_the_last_act(people: &[User], number: &str, all: &[Activity]) -> Vec<Socket> {
    let mut sockets = sockets_of(people, number).await;
    for (activity, (plugin, _)) in all.iter().zip(activities()) {
        for (place, socket) in sockets.iter_mut().enumerate().take(3) {
            let said = socket.do_act(&format!("{plugin}-{place}"), &activity.id, deed(plugin, place)).await;
            assert!(said.is_ok(), "{plugin}: {said:?}");
        }
    }
    sockets
}

async fn sockets_of(people: &[User], number: &str) -> Vec<Socket> {
    let mut sockets = Vec::new();
    for user in people {
        sockets.push(user.connect(number).await);
    }
    sockets
}

#[tokio::test]
async fn whoever_reads_everything_learns_who_took_part_and_not_who_chose_what() {
    let (mut host, people, number) = meeting().await;
    let mut all = Vec::new();
    for (plugin, config) in activities() {
        all.push(make(&people[0], &number, &anonymous(plugin, &config)).await);
    }
    let mut sockets = all_but_the_last_act(&people, &number, &all).await;
    people[0].get(&all[0].path("/report")).await.problem(409, "wrong_phase");
    for (user, socket) in people.iter().zip(&mut sockets) {
        socket.say("last", "done").await.ok();
        let items = everything_open(user, &number, &all).await;
        assert_eq!(links(&items, &secret(&people, &Kept::default())), Vec::<String>::new());
    }

    host.ask_to_stop().await;
    assert!(host.ended().await.success());
    let open = read(host.launched_by().data_folder()).await;
    assert_eq!(open.veils.len(), all.len(), "each has its own");
    host.restart().await;

    // What was answered before is answered again, and one person has one vote also afterwards.
    let mut li = people[1].connect(&number).await;
    let again = li.do_act("vote-1", &all[0].id, deed("vote", 1)).await;
    assert_eq!(again.ok(), &json!({ "chosen": [CHOICES[1]] }));
    assert_eq!(li.do_act("vote-1", &all[0].id, deed("vote", 2)).await.error(), "id_reused");
    li.do_act("vote-again", &all[0].id, deed("vote", 3)).await.ok();
    assert!(chosen(&people[1], &all[0]).await.contains(CHOICES[3]), "they see what they chose");
    let mut sockets = sockets_of(&people, &number).await;
    for activity in &all {
        let closed = people[0].close(activity).await;
        assert_eq!(closed.phase, "closed");
    }
    let report = people[0].report(&all[0]).await;
    assert_eq!((report["summary"]["voters"].as_u64(), report["rows"].as_array().map(Vec::len)), (Some(3), Some(3)));

    let secret = secret(&people, &open);
    for (user, socket) in people.iter().zip(&mut sockets) {
        let items = everything(user, &number, &all, socket).await;
        assert!(items.len() > 30, "there is something to look at: {}", items.len());
        assert_eq!(links(&items, &secret), Vec::<String>::new());
    }
    told_who_took_part(&people, &number, all.len()).await;
    host.ask_to_stop().await;
    assert!(host.ended().await.success());
    let closed = read(host.launched_by().data_folder()).await;
    assert!(closed.veils.is_empty(), "no secret is left");
    assert!(closed.items.len() > 60, "there is something to look at: {}", closed.items.len());
    assert_eq!(links(&closed.items, &secret), Vec::<String>::new());
    let words: Vec<&str> = closed.items.iter().map(|item| item.text.as_str()).collect();
    assert!(open.veils.iter().all(|veil| !words.iter().any(|text| text.contains(veil.as_str()))));
    let tried = closed.commands_found(&people, ["vote-0", "vote-1", "vote-2", "vote-again", "qa-1"]);
    assert_eq!(tried, 0, "whoever knows the ids of commands finds none of them in the index");
    assert_eq!(closed.commands_found(&people, ["last"]), 4, "as they do for what is not anonymous");
}

/// What somebody can get while it is open.
async fn everything_open(user: &User, number: &str, all: &[Activity]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for entry in user.journal(number).await {
        assert!(!matches!(entry["kind"].as_str(), Some("acted" | "took_part")), "{entry}");
        items.push(Item::of(format!("journal of {}", user.name), &entry));
    }
    for activity in all {
        items.push(Item::of(format!("view of {}", user.name), &user.get(&activity.path("")).await.ok(200)));
    }
    items
}

/// Organizers are told who took part, in the order of their ids, and nobody else is.
async fn told_who_took_part(people: &[User], number: &str, activities: usize) {
    let told = |entries: Vec<Value>| -> Vec<Value> {
        entries.into_iter().filter(|entry| entry["kind"] == "took_part").collect()
    };
    let entries = told(people[0].journal(number).await);
    assert_eq!(entries.len(), activities);
    let mut expected: Vec<Value> = people[..3].iter().map(|u| json!({ "id": u.id, "name": u.name })).collect();
    expected.sort_by_key(|person| person["id"].as_str().map(str::to_owned));
    assert!(entries.iter().all(|entry| entry["people"] == json!(expected)), "{entries:?}");
    assert!(told(people[1].journal(number).await).is_empty());
}

#[tokio::test]
async fn it_is_shown_wherever_an_activity_is_and_absent_from_others() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    let (plugin, config) = activities().swap_remove(0);
    let vote = make(&wang, &room.number, &anonymous(plugin, &config)).await;
    let opened = socket.expect("opened", |frame| frame["change"] == "opened").await;
    assert_eq!(opened["activity"]["anonymous"], true, "{opened}");
    let view = socket.expect("a view", |frame| frame["type"] == "view" && frame["activity"] == vote.id.as_str()).await;
    assert_eq!(view["anonymous"], true, "{view}");
    let plain = wang.open(&room.number, "vote", config).await;

    let shown = wang.get(&room.path("/activities")).await.ok(200);
    let welcome = wang.connect(&room.number).await.welcome.clone();
    for activities in [&shown["activities"], &welcome["activities"]] {
        assert_eq!((&activities[0]["anonymous"], activities[1].get("anonymous")), (&json!(true), None), "{activities}");
        assert_eq!(activities[1]["id"], plain.id.as_str());
    }
    let copied = wang.post(&room.path("/copy"), &json!({})).await.ok(201);
    assert_eq!(copied["activities"][0]["anonymous"], true, "{copied}");
    assert!(copied["activities"][1].get("anonymous").is_none(), "{copied}");
}

#[tokio::test]
async fn what_would_tell_who_is_who_is_refused_with_a_sentence() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let lottery = json!({ "title": "抽奖", "prizes": [{ "name": "书", "count": 1 }] });
    let answer = wang.post(&room.path("/activities"), &anonymous("lottery", &lottery)).await.problem(422, "invalid");
    assert!(answer["detail"].as_str().is_some_and(|text| text.contains("anonymous") && text.contains("lottery")));
    let (plugin, config) = activities().swap_remove(0);
    let mut unclear = anonymous(plugin, &config);
    unclear["anonymous"] = json!("yes");
    let answer = wang.post(&room.path("/activities"), &unclear).await.problem(422, "invalid");
    assert!(answer["detail"].as_str().is_some_and(|text| text.contains("`anonymous`")), "{answer}");
    assert_eq!(wang.get(&room.path("/activities")).await.ok(200)["activities"], json!([]), "nothing was made");

    let vote = make(&wang, &room.number, &anonymous(plugin, &config)).await;
    let for_li = vote.path(&format!("/actions?member={}", li.id));
    let answer = wang.post(&for_li, &deed("vote", 0)).await.problem(422, "invalid");
    assert!(answer["detail"].as_str().is_some_and(|text| text.contains("`member`")), "{answer}");
    li.act(&vote, deed("vote", 1)).await;
    let key = json!({ "plugin": plugin, "config": config, "open": true });
    let request =
        |body: &Value| wang.request("POST", &room.path("/activities")).header("idempotency-key", "k").json(body);
    request(&key).send().await.ok(201);
    request(&anonymous(plugin, &config)).send().await.problem(409, "id_reused");
}

#[tokio::test]
async fn one_that_its_time_closes_tells_who_took_part_too() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let (plugin, config) = activities().swap_remove(0);
    let mut socket = wang.connect(&room.number).await;
    let vote = make(&wang, &room.number, &anonymous(plugin, &config)).await;
    socket.do_act("v", &vote.id, deed("vote", 0)).await.ok();
    let own = chosen(&wang, &vote).await;
    let times = wang.request("PUT", &vote.path("/schedule")).json(&json!({ "open_for_ms": 300 })).send().await;
    times.ok(200);
    socket.expect("closed", |frame| frame["change"] == "closed").await;
    let told = wang.get(&room.path("/journal?kind=took_part")).await.ok(200);
    assert_eq!(told["entries"][0]["people"], json!([{ "id": wang.id, "name": wang.name }]), "{told}");
    assert!(own.contains(CHOICES[0]), "{own}");
    assert_eq!(chosen(&wang, &vote).await, "", "there is no mark of their own");
    // A command that comes again after the close is not known any more, and changes nothing.
    assert_eq!(socket.do_act("v", &vote.id, deed("vote", 0)).await.error(), "wrong_phase");
}

#[tokio::test]
async fn it_moves_to_versions_that_allow_it_and_to_no_other() {
    let host = Launch::new().unhurried().start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    admin.upload(guest("tally")).await.ok(201);
    let tally = make(&wang, &room.number, &anonymous("tally", &json!({}))).await;
    let add = || li.act(&tally, json!({ "add": {} }));
    assert_eq!(add().await.reply, json!({ "n": 1, "version": "0.1.0" }));
    let moved = admin.upload(guest("tally-next")).await.ok(201);
    assert_eq!(moved["swap"]["moved"], 1, "{moved}");
    assert_eq!(add().await.reply, json!({ "n": 2, "version": "0.2.0" }));

    let named = altered(&guest("tally-next"), b"hezi-tally/0.2.0/works..", b"hezi-tally/0.3.0/named..");
    let pushed = admin.upload(named).await.ok(201);
    let failed = &pushed["swap"]["failed"][0];
    assert_eq!(failed["activity"], tally.id.as_str(), "{pushed}");
    assert!(failed["why"].as_str().is_some_and(|why| why.contains("anonymous")), "{pushed}");
    assert_eq!(add().await.reply, json!({ "n": 3, "version": "0.2.0" }));
    let another = anonymous("tally", &json!({}));
    wang.post(&room.path("/activities"), &another).await.problem(422, "invalid");

    wang.close(&tally).await;
    let rows = wang.report(&tally).await["rows"].clone();
    assert_eq!((rows.as_array().map(Vec::len), &rows[0][1]), (Some(1), &json!("3")), "one person is one: {rows}");
    assert_ne!(rows[0][0], li.id.as_str());
}

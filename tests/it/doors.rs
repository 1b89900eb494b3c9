//! How fast people and addresses may go: what one of them does must not be taken from the others.

use futures_util::future::join_all;
use hezi_tests::{ADMIN_TOKEN, Answer, Caller, Conference, Host, Launch, User};
use serde_json::{Value, json};

async fn create(user: &User, title: &str) -> Answer {
    user.post("/api/conferences", &json!({ "title": title })).await
}

/// A number that is not the conference's.
fn other_number(room: &Conference, step: u32) -> String {
    let number: u32 = room.number.parse().expect("a number");
    format!("{:05}", (number + step) % 100_000)
}

/// Asks for something as somebody behind a proxy, which says where they are.
async fn get_from(caller: &Caller, forwarded_for: &str, path: &str) -> Answer {
    caller.request("GET", path).header("x-forwarded-for", forwarded_for).send().await
}

#[tokio::test]
async fn a_person_owns_a_few_conferences_at_a_time_also_when_they_ask_for_all_at_once() {
    let host = Launch::new().set("limits.person.open_conferences", 3).start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);

    let answers = join_all((0..12).map(|_| create(&wang, "周会"))).await;

    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 3);
    for answer in &refused {
        let problem = answer.problem(409, "too_many");
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.contains("limits.person.open_conferences") && detail.contains("end"), "{problem}");
    }
    create(&li, "别人的").await.ok(201);
    let room = made[0].ok(201);
    let li = li.join(room["number"].as_str().expect("a number")).await;
    create(&li, "joining is not owning").await.ok(201);
    wang.end(room["number"].as_str().expect("a number")).await;
    create(&wang, "one is over").await.ok(201);
}

#[tokio::test]
async fn a_person_makes_so_many_conferences_an_hour_and_a_retry_is_none() {
    let host = Launch::new().set("limits.person.conferences_per_hour", 2).start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let keyed = |key: &'static str| {
        let request = wang.request("POST", "/api/conferences").header("idempotency-key", key);
        request.json(&json!({ "title": "周会" })).send()
    };

    let first = keyed("k1").await.ok(201);
    create(&wang, "").await.problem(422, "invalid");
    create(&wang, "年会").await.ok(201);
    wang.end(first["number"].as_str().expect("a number")).await;

    create(&wang, "月会").await.too_fast("limits.person.conferences_per_hour");
    assert_eq!(keyed("k1").await.ok(201)["id"], first["id"], "what was made is found again");
    keyed("k2").await.too_fast("limits.person.conferences_per_hour");
    create(&li, "别人的").await.ok(201);
}

#[tokio::test]
async fn whoever_guesses_numbers_waits_and_whoever_is_in_a_conference_does_not() {
    let host = Launch::new().set("limits.person.wrong_numbers_per_minute", 2).start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let (secret, common) = (wang.create_conference("秘密").await, wang.create_conference("周会").await);
    let li = li.join(&common.number).await;
    let wrong = (1..).map(|step| other_number(&secret, step)).find(|number| *number != common.number);
    let wrong = format!("/api/conferences/{}", wrong.expect("there are more numbers"));

    for _ in 0..2 {
        li.get(&wrong).await.problem(404, "unknown_conference");
    }

    let setting = "limits.person.wrong_numbers_per_minute";
    for path in [&wrong, &secret.path(""), &secret.path("/qr"), &secret.path("/members")] {
        li.get(path).await.too_fast(setting);
    }
    li.knock(&secret.path("/socket"), None).await.too_fast(setting);
    li.post_empty(&secret.path("/join")).await.too_fast(setting);
    assert_eq!(li.get(&format!("/c/{}", secret.number)).await.status, 429, "the page is no way around");
    li.get(&common.path("/members")).await.ok(200);
    li.connect(&common.number).await.say("c1", "我在里面").await.ok();
    host.user("小张").await.join(&secret.number).await;
}

#[tokio::test]
async fn many_accounts_at_one_address_guess_no_faster_and_nobody_else_waits() {
    let host = Launch::new()
        .set("limits.address.wrong_numbers_per_minute", 2)
        .set("http.trusted_proxies", "[\"127.0.0.0/8\"]")
        .start()
        .await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let wrong = format!("/api/conferences/{}", other_number(&room, 1));
    let (first, second, third) = (host.user("一").await, host.user("二").await, host.user("三").await);

    for (guesser, claims) in [(&first, "1.2.3.4, 203.0.113.7"), (&second, "5.6.7.8, 203.0.113.7")] {
        get_from(guesser, claims, &wrong).await.problem(404, "unknown_conference");
    }

    let setting = "limits.address.wrong_numbers_per_minute";
    get_from(&third, "9.9.9.9, 203.0.113.7", &wrong).await.too_fast(setting);
    get_from(&third, "203.0.113.7", &room.path("")).await.too_fast(setting);
    get_from(&third, "203.0.113.8", &wrong).await.problem(404, "unknown_conference");
    get_from(&third, "203.0.113.8", &room.path("")).await.ok(200);
    get_from(&wang, "203.0.113.7", &room.path("")).await.ok(200);
}

#[tokio::test]
async fn what_a_client_says_of_its_address_counts_only_behind_a_proxy() {
    let host = Launch::new().set("limits.address.wrong_numbers_per_minute", 1).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let wrong = format!("/api/conferences/{}", other_number(&room, 1));
    let li = host.user("小李").await;

    get_from(&li, "203.0.113.1", &wrong).await.problem(404, "unknown_conference");

    get_from(&li, "203.0.113.2", &wrong).await.too_fast("limits.address.wrong_numbers_per_minute");
}

/// The lines of the audit about strangers, newest first, as an administrator elsewhere sees them.
async fn guesses_in_audit(host: &Host) -> Vec<String> {
    let log = get_from(&host.administrator(), "198.51.100.1", "/api/admin/audit").await.ok(200);
    let lines = log["audit"].as_array().expect("lines").iter().filter(|line| line["who"] == "stranger");
    lines.map(|line| line["what"].as_str().expect("what").to_owned()).collect()
}

#[tokio::test]
async fn whoever_guesses_the_administrators_token_waits_and_stands_in_the_audit() {
    let launch = Launch::new()
        .durable()
        .set("limits.address.wrong_tokens_per_minute", 2)
        .set("http.trusted_proxies", "[\"127.0.0.1\"]");
    let mut host = launch.start().await;
    let guess = |n: u32| host.anonymous().with_bearer(&format!("a-guess-at-the-token-{n:04}"));

    for n in 0..2 {
        get_from(&guess(n), "203.0.113.7", "/api/admin/plugins").await.problem(401, "not_signed_in");
    }
    for n in 2..30 {
        get_from(&guess(n), "203.0.113.7", "/api/admin/plugins")
            .await
            .too_fast("limits.address.wrong_tokens_per_minute");
    }
    let right = host.anonymous().with_bearer(ADMIN_TOKEN);
    let unseen = get_from(&right, "203.0.113.7", "/api/admin/plugins").await;
    unseen.too_fast("limits.address.wrong_tokens_per_minute");
    get_from(&right, "198.51.100.1", "/api/admin/plugins").await.ok(200);
    assert_eq!(guesses_in_audit(&host).await, ["showed a wrong administrator's token, from 203.0.113.7"]);

    host.ask_to_stop().await;
    assert!(host.ended().await.success());
    host.restart().await;
    let lines = guesses_in_audit(&host).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("30 times, from 203.0.113.7"), "{lines:?}");
}

#[tokio::test]
async fn joining_and_leaving_in_a_loop_makes_few_entries_and_leaving_is_always_possible() {
    let host = Launch::new().set("limits.person.rejoins_per_minute", 1).start().await;
    let (wang, zhang) = (host.user("小王").await, host.user("小张").await);
    let (room, other) = (wang.create_conference("周会").await, wang.create_conference("月会").await);
    let li = host.user("小李").await.join(&room.number).await.join(&other.number).await;

    li.leave(&room.number).await;

    for _ in 0..20 {
        let wait_ms = li.post_empty(&room.path("/join")).await.too_fast("limits.person.rejoins_per_minute");
        assert!(wait_ms <= 60_000, "{wait_ms}");
        li.knock(&room.path("/socket"), None).await.too_fast("limits.person.rejoins_per_minute");
    }
    li.connect(&other.number).await.say("c1", "我还在").await.ok();
    li.post_empty(&other.path("/join")).await.ok(200);
    li.leave(&other.number).await;
    zhang.join(&room.number).await;
    let kinds: Vec<Value> = wang.journal(&room.number).await.iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, ["joined", "joined", "left", "joined"]);
}

#[tokio::test]
async fn a_conference_that_nobody_uses_ends_by_itself_and_one_with_somebody_in_it_does_not() {
    let host = Launch::new().set("conference.idle_end_s", 1).start().await;
    let wang = host.user("小王").await;
    let (used, forgotten) = (wang.create_conference("有人").await, wang.create_conference("没人").await);
    let socket = wang.connect(&used.number).await;

    wang.poll(&forgotten.path(""), "the end of the forgotten one", |seen| seen["state"] == "ended").await;

    let journal = wang.journal(&forgotten.number).await;
    assert_eq!(journal.last().expect("entries")["kind"], "ended");
    assert_eq!(wang.get(&used.path("")).await.ok(200)["state"], "open");
    wang.post_empty(&forgotten.path("/join")).await.problem(409, "conference_ended");
    socket.leave_politely().await;
    wang.poll(&used.path(""), "the end of the one that was left", |seen| seen["state"] == "ended").await;
}

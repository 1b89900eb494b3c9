//! What the server says to people, in the language that they read.

use hezi_tests::{Answer, Caller, Host, Launch, guest};
use serde_json::json;

async fn get_in(caller: &Caller, path: &str, languages: &str) -> Answer {
    caller.request("GET", path).header("accept-language", languages).send().await
}

fn has_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[tokio::test]
async fn a_problem_is_worded_in_the_language_that_was_asked_for_and_its_code_in_none() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    for (languages, tag) in [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("en-GB,zh;q=0.5", "en"),
        ("fr", "en"),
        ("", "en"),
    ] {
        let answer = get_in(&wang, "/api/conferences/99999", languages).await;
        let problem = answer.problem(404, "unknown_conference");
        assert_eq!(answer.header("content-language"), tag, "{languages}");
        assert!(answer.headers("vary").iter().any(|vary| vary.contains("accept-language")), "{languages}");
        let words = format!("{}{}", problem["title"], problem["detail"]);
        assert_eq!(has_chinese(&words), tag == "zh-Hans", "{languages}: {problem}");
        assert_eq!(problem["type"], "urn:hezi:problem:unknown_conference");
    }
    let fields = wang.request("POST", "/api/conferences").header("accept-language", "zh");
    let problem = fields.json(&json!({ "title": 7 })).send().await.problem(422, "invalid");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.starts_with("`title` 不合要求")), "{problem}");
    assert_eq!(problem["errors"][0]["pointer"], "/title", "{problem}");
    let fine = get_in(&wang, "/api/me", "zh").await;
    assert_eq!((fine.status, fine.headers("content-language").len()), (200, 0));
}

#[tokio::test]
async fn the_setting_decides_where_nobody_asks() {
    let host = Launch::new().set("language", "zh-Hans").start().await;
    let problem = host.anonymous().get("/api/me").await.problem(401, "not_signed_in");
    assert!(has_chinese(&problem["detail"].to_string()), "{problem}");
    let problem = get_in(&host.anonymous(), "/api/me", "en").await.problem(401, "not_signed_in");
    assert!(!has_chinese(&problem["detail"].to_string()), "{problem}");
    let refused = Launch::new().set("language", "klingon").refuse().await;
    assert!(refused.refusal().contains("language"), "{}", refused.refusal());
}

#[tokio::test]
async fn a_page_is_told_it_in_every_language_for_its_reader_may_choose_another() {
    let host = Host::start().await;
    for languages in ["zh-CN", "en", "fr"] {
        let page = get_in(&host.anonymous(), "/c/12", languages).await;
        assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
        assert_eq!(page.header("content-language"), "", "it is put into words where it is read");
        for words in ["unknown_conference", "会议号是五位数字", "a conference number has exactly five digits"] {
            assert!(page.text().contains(words), "{languages}: {}", page.text());
        }
    }
}

#[tokio::test]
async fn a_socket_refuses_in_the_language_of_its_client() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut chinese = wang.connect_with(&room.number, "lang=zh-CN").await;
    let mut english = wang.connect_with(&room.number, "lang=en").await;
    for (socket, is_chinese) in [(&mut chinese, true), (&mut english, false)] {
        // One that the room refuses, and one that cannot be read.
        let empty = socket.say("c1", " ").await;
        socket.send(&json!({ "type": "sing", "id": "c2" })).await;
        let unknown = socket.reply("c2").await;
        for reply in [empty, unknown] {
            assert_eq!(reply.error(), "invalid");
            let detail = reply.frame["error"]["detail"].as_str().expect("a detail");
            assert_eq!(has_chinese(detail), is_chinese, "{detail}");
            assert!(detail.contains("`text`") || detail.contains("`sing`"), "what is wrong is named: {detail}");
        }
    }
}

#[tokio::test]
async fn a_fault_is_told_to_members_and_to_organizers_as_each_can_use_it() {
    let host = Launch::new().unhurried().start().await;
    host.administrator().upload(guest("hostile")).await.ok(201);
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let activity = wang.open(&room.number, "hostile", json!({})).await;
    let li = host.user("小李").await.join(&room.number).await;

    let trap = json!({ "do": "trap" });
    let told = |answer: Answer| answer.problem(503, "plugin_fault")["detail"].as_str().expect("a detail").to_owned();
    let member = told(li.try_act(&activity, trap.clone()).await);
    let organizer = told(wang.try_act(&activity, trap.clone()).await);
    assert!(member.contains("tell a host") && !member.contains("trap"), "{member}");
    assert!(organizer.contains("trapped") && organizer.contains("close it"), "{organizer}");
    for raw in ["wasm", "unreachable", "backtrace"] {
        assert!(!member.contains(raw) && !organizer.contains(raw), "{member} {organizer}");
    }
    for _ in 0..3 {
        li.try_act(&activity, trap.clone()).await.problem(503, "plugin_fault");
    }
    let member = told(li.try_act(&activity, json!({ "do": "nothing" })).await);
    let organizer = told(wang.try_act(&activity, json!({ "do": "nothing" })).await);
    assert!(member.contains("out of service") && !member.contains("administrator"), "{member}");
    assert!(organizer.contains("make another one") && organizer.contains("administrator"), "{organizer}");
    wang.close(&activity).await;
}

#[tokio::test]
async fn a_number_is_found_however_it_is_typed() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let number = wang.create_conference("周会").await.number;
    let (front, back) = number.split_at(2);
    let wide: String = number.chars().filter_map(|c| char::from_u32(u32::from(c) - 0x30 + 0xff10)).collect();
    let arabic: String = number.chars().filter_map(|c| char::from_u32(u32::from(c) - 0x30 + 0x660)).collect();
    let canonical = format!("/c/{number}");
    for typed in
        [number.clone(), format!("{front} {back}"), format!("{front}-{back}"), wide, arabic, format!("{number}/")]
    {
        let query: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let found = wang.get(&format!("/c?number={query}")).await;
        assert_eq!((found.status, found.header("location")), (302, canonical.as_str()), "{typed}");
        let path = query.replace('+', "%20").replace("%2F", "/");
        let page = wang.get(&format!("/c/{path}")).await;
        // A slash at the end is no other address; what reads otherwise leads to the one that people share.
        match typed.trim_end_matches('/') == number {
            true => assert_eq!(page.status, 200, "{typed}: {page:?}"),
            false => assert_eq!((page.status, page.header("location")), (302, canonical.as_str()), "{typed}"),
        }
    }
}

#[tokio::test]
async fn what_stands_there_already_is_shown_to_whoever_comes_in_their_own_language() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["1", "2"] })).await;
    let mut chinese = wang.connect_with(&room.number, "lang=zh-CN").await;
    chinese.expect_view(&vote.id, |view| has_chinese(&view.to_string())).await;

    // Nothing happens in it any more.
    let mut english = wang.connect_with(&room.number, "lang=en").await;
    english.expect_view(&vote.id, |view| !has_chinese(&view.to_string())).await;

    chinese.say("c1", "1").await.ok();
    assert!(chinese.untaken("view").is_empty(), "who has seen it is not shown it once more");
    wang.close(&vote).await;
    for (socket, is_chinese) in [(&mut chinese, true), (&mut english, false)] {
        socket.expect_view(&vote.id, |view| has_chinese(&view.to_string()) == is_chinese).await;
    }
}

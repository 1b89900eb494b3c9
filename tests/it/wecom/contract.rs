//! The stand-in itself: it refuses what WeCom refuses, so that a story that goes well here says something.

mod program;

use std::collections::BTreeMap;
use std::time::Duration;

use hezi_tests::{AGENT_ID, CORP_ID, Call, Fault, Rules, SECRET, StandIn, UNTRUSTED_IP};
use serde_json::{Value, json};

use self::program::{Program, code_of};

const CALLBACK: &str = "https://meet.example.com/auth/callback";

#[tokio::test]
async fn a_token_is_the_same_until_it_is_too_old_or_revoked() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);

    let token = program.token().await;
    assert_eq!(token, program.token().await, "asking again gives the same one");
    assert_eq!(code_of(&program.user(&token, "wangwei").await), 0);

    wecom.advance(Duration::from_secs(7_200));
    assert_eq!(code_of(&program.user(&token, "wangwei").await), 42001);
    let next = program.token().await;
    assert_ne!(next, token);
    assert_eq!(code_of(&program.user(&token, "wangwei").await), 42001, "the old one stays too old");

    wecom.revoke_tokens();
    assert_eq!(code_of(&program.user(&next, "wangwei").await), 40014);
    assert_ne!(program.token().await, next);
    assert_eq!(code_of(&program.user("", "wangwei").await), 41001);
    assert_eq!((wecom.calls(Call::GetToken), wecom.answered(Call::GetUser, 42001)), (4, 2));
}

#[tokio::test]
async fn only_the_right_secret_of_the_right_corp_gets_a_token() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);

    for (query, code) in [
        (vec![("corpid", CORP_ID), ("corpsecret", "guessed")], 40001),
        (vec![("corpid", "ww000"), ("corpsecret", SECRET)], 40013),
        (vec![("corpsecret", SECRET)], 41002),
        (vec![("corpid", CORP_ID)], 41004),
    ] {
        assert_eq!(code_of(&program.get(Call::GetToken, &query).await), code, "{query:?}");
    }
}

#[tokio::test]
async fn a_code_is_good_once_and_for_five_minutes() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);
    let token = program.token().await;

    let code = program.code("wangwei", Some("snsapi_base")).await;
    assert_eq!(program.whose(&token, &code).await, json!({ "errcode": 0, "errmsg": "ok", "userid": "WangWei" }));
    assert_eq!(code_of(&program.whose(&token, &code).await), 40029);
    assert_eq!(code_of(&program.whose(&token, "made-up").await), 40029);
    assert_eq!(code_of(&program.whose(&token, "").await), 41008);

    let code = program.code("wangwei", None).await;
    assert_eq!(code_of(&program.whose("made-up", &code).await), 40014, "a bad token does not use up the code");
    wecom.advance(Duration::from_secs(300));
    assert_eq!(code_of(&program.whose(&token, &code).await), 42003);
}

#[tokio::test]
async fn details_are_told_inside_wecom_to_those_who_asked_for_them_about_those_whom_the_app_may_see() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);
    let token = program.token().await;

    for (who, scope, told) in [
        ("WangWei", Some("snsapi_privateinfo"), true),
        ("WangWei", Some("snsapi_base"), false),
        ("WangWei", None, false),
        ("SunQi", Some("snsapi_privateinfo"), false),
    ] {
        let code = program.code(who, scope).await;
        let whose = program.whose(&token, &code).await;
        assert_eq!(whose["userid"], who);
        assert_eq!(whose["user_ticket"].is_string(), told, "{who} with {scope:?}: {whose}");
        if told {
            let detail =
                program.post(Call::GetUserDetail, &token, &json!({ "user_ticket": whose["user_ticket"] })).await;
            assert_eq!((code_of(&detail), &detail["userid"]), (0, &json!("WangWei")));
            assert!(detail["avatar"].is_string() && detail["name"].is_null(), "{detail}");
        }
    }
    let refused = program.post(Call::GetUserDetail, &token, &json!({ "user_ticket": "made-up" })).await;
    assert_eq!(code_of(&refused), 84015);
}

#[tokio::test]
async fn who_is_no_member_has_another_kind_of_id() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);
    let token = program.token().await;

    let stranger = program.code("oAAAAAStrangerOpenId", Some("snsapi_base")).await;
    let stranger = program.whose(&token, &stranger).await;
    assert_eq!((&stranger["openid"], &stranger["userid"]), (&json!("oAAAAAStrangerOpenId"), &Value::Null));
    assert!(stranger["external_userid"].is_null(), "{stranger}");

    let customer = program.code("oBBBBBCustomerOpenId", Some("snsapi_base")).await;
    assert_eq!(program.whose(&token, &customer).await["external_userid"], "wmCustomer0001");
}

#[tokio::test]
async fn the_pages_of_sign_in_check_what_they_are_asked() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);
    let agent = AGENT_ID.to_string();
    let right = BTreeMap::from([
        ("appid", CORP_ID),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "snsapi_base"),
        ("agentid", &agent),
        ("state", "0123abcXYZ"),
        ("as", "WangWei"),
    ]);
    let long = "a".repeat(129);
    for (name, value, code) in [
        ("appid", "ww000", "40013"),
        ("redirect_uri", "https://meet.example.com:8443/auth/callback", "50001"),
        ("redirect_uri", "https://evil.example/auth/callback", "50001"),
        ("response_type", "token", "40058"),
        ("scope", "snsapi_everything", "40058"),
        ("agentid", "7", "40056"),
        ("state", "with-a-dash", "40058"),
        ("state", &long, "40058"),
    ] {
        let mut query = right.clone();
        query.insert(name, value);
        let query: Vec<_> = query.into_iter().collect();
        let (status, text) = program.knock(Call::Authorize, &query).await;
        assert!(status == 400 && text.contains(code), "{name}={value}: {status} {text}");
    }
    let right: Vec<_> = right.into_iter().collect();
    assert_eq!(program.knock(Call::Authorize, &right).await.0, 302);
    let (status, text) = program.knock(Call::WebLogin, &right).await;
    assert!(status == 400 && text.contains("login_type"), "{status} {text}");
}

#[tokio::test]
async fn people_choose_who_they_are_on_a_page_or_refuse() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);
    let agent = AGENT_ID.to_string();
    let mut query =
        vec![("login_type", "CorpApp"), ("appid", CORP_ID), ("agentid", &agent), ("redirect_uri", CALLBACK)];
    query.push(("state", "a1"));

    let (status, page) = program.knock(Call::WebLogin, &query).await;
    assert_eq!(status, 200);
    assert!(page.contains("王伟 (WangWei)") && page.contains("as=WangWei"), "{page}");

    query.push(("as", "-"));
    assert_eq!(program.knock(Call::WebLogin, &query).await, (302, format!("{CALLBACK}?state=a1")));
}

#[tokio::test]
async fn calls_are_limited_except_with_good_codes() {
    let wecom = StandIn::with(Rules { calls_per_minute: 20, ..Rules::default() });
    let program = Program::of(&wecom);
    let token = program.token().await;

    for _ in 0..20 {
        assert_eq!(code_of(&program.user(&token, "WangWei").await), 0);
        assert_eq!(code_of(&program.whose(&token, "made-up").await), 40029);
    }
    assert_eq!(code_of(&program.user(&token, "WangWei").await), 45009);
    assert_eq!(code_of(&program.whose(&token, "made-up").await), 45009);
    for _ in 0..25 {
        let code = program.code("WangWei", Some("snsapi_base")).await;
        assert_eq!(code_of(&program.whose(&token, &code).await), 0);
    }
    wecom.advance(Duration::from_secs(60));
    assert_eq!(code_of(&program.user(&token, "WangWei").await), 0);
    assert_eq!(Rules::default().calls_per_minute, 10_000, "what WeCom documents is what stories run with");
}

#[tokio::test]
async fn a_hundred_tickets_an_hour_and_no_more() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);
    let token = program.token().await;

    let ticket = program.get(Call::GetJsTicket, &[("access_token", &token)]).await;
    assert_eq!(ticket["ticket"].as_str().map(str::to_owned), wecom.js_ticket());
    for _ in 1..100 {
        let again = program.get(Call::GetJsTicket, &[("access_token", &token)]).await;
        assert_eq!(again["ticket"], ticket["ticket"]);
    }
    assert_eq!(code_of(&program.get(Call::GetJsTicket, &[("access_token", &token)]).await), 45009);
}

#[tokio::test]
async fn who_asks_with_a_wrong_secret_two_thousand_times_is_locked_out() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);

    for _ in 0..2_000 {
        program.get(Call::GetToken, &[("corpid", CORP_ID), ("corpsecret", "guessed")]).await;
    }

    let right = [("corpid", CORP_ID), ("corpsecret", SECRET)];
    assert_eq!(code_of(&program.get(Call::GetToken, &right).await), 45009);
    wecom.advance(Duration::from_secs(3_600));
    assert_eq!(code_of(&program.get(Call::GetToken, &right).await), 0);
}

#[tokio::test]
async fn it_fails_as_often_as_it_is_told_to_and_in_that_order() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);
    let token = program.token().await;
    wecom.fail_times(Call::GetUser, 2, Fault::Busy);
    wecom.fail_next(Call::GetUser, Fault::RateLimited);

    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(code_of(&program.user(&token, "wangwei").await));
    }
    assert_eq!(codes, [-1, -1, 45009, 0]);

    wecom.fail(Call::GetUser, Fault::UntrustedIp);
    for _ in 0..3 {
        let refused = program.user(&token, "wangwei").await;
        assert!(refused["errmsg"].as_str().is_some_and(|text| text.contains(UNTRUSTED_IP)), "{refused}");
    }
    wecom.heal();
    assert_eq!(code_of(&program.user(&token, "wangwei").await), 0);
    assert_eq!(wecom.refusals(), [(Call::GetUser, -1, 2), (Call::GetUser, 45009, 1), (Call::GetUser, 60020, 3)]);
}

#[tokio::test]
async fn it_can_answer_with_nothing_with_rubbish_and_late() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);
    let token = program.token().await;
    let url = program.url(Call::GetUser, &[("access_token", &token), ("userid", "wangwei")]);

    wecom.fail_next(Call::GetUser, Fault::ClosedConnection);
    let cut = match program.client.get(&url).send().await {
        Ok(answer) => answer.bytes().await.map(drop),
        Err(error) => Err(error),
    };
    assert!(cut.is_err(), "no answer: {cut:?}");

    wecom.fail_next(Call::GetUser, Fault::Garbage);
    let text = program.client.get(&url).send().await.expect("an answer").text().await.expect("a text");
    assert!(serde_json::from_str::<Value>(&text).is_err(), "{text}");

    let late = Duration::from_millis(300);
    wecom.fail_next(Call::GetUser, Fault::Late(late));
    let asked = std::time::Instant::now();
    assert_eq!(code_of(&program.user(&token, "wangwei").await), 0);
    assert!(asked.elapsed() >= late, "{:?}", asked.elapsed());
}

#[tokio::test]
async fn old_programs_find_their_fields_where_they_count_them_off() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);
    let token = program.token().await;

    let code = program.code("WangWei", Some("snsapi_privateinfo")).await;
    let url = program.url(Call::OldGetUserInfo, &[("access_token", &token), ("code", &code)]);
    let text = program.client.get(url).send().await.expect("an answer").text().await.expect("a text");
    let ticket = text.split('"').nth(17).expect("that many quotes").to_owned();

    let detail = program.post(Call::OldGetUserDetail, &token, &json!({ "user_ticket": ticket })).await;
    assert_eq!((code_of(&detail), &detail["userid"]), (0, &json!("WangWei")), "{text}");
}

#[tokio::test]
async fn messages_reach_those_whom_the_app_may_see() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);
    let token = program.token().await;
    let card = json!({ "title": "周会", "description": "现在开始", "url": "https://meet.example.com/c/00042" });
    let message =
        |to: &str| json!({ "touser": to, "agentid": AGENT_ID, "msgtype": "textcard", "textcard": card.clone() });

    let sent = program.post(Call::SendMessage, &token, &message("wangwei|NoBody|SunQi")).await;
    assert_eq!((code_of(&sent), &sent["invaliduser"]), (0, &json!("nobody|sunqi")));
    let messages = wecom.messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(
        (messages[0].to.as_slice(), messages[0].leads_to()),
        (&["WangWei".to_owned()][..], "https://meet.example.com/c/00042")
    );

    assert_eq!(code_of(&program.post(Call::SendMessage, &token, &message("NoBody")).await), 81013);
    assert_eq!(code_of(&program.post(Call::SendMessage, &token, &message("")).await), 82001);
    let mut foreign = message("wangwei");
    foreign["agentid"] = json!(7);
    assert_eq!(code_of(&program.post(Call::SendMessage, &token, &foreign).await), 40056);
    assert_eq!(wecom.messages().len(), 1, "what is refused is not sent");
}

#[tokio::test]
async fn every_secret_is_found_in_a_text() {
    let wecom = StandIn::start();
    let program = Program::of(&wecom);
    let token = program.token().await;
    let code = program.code("WangWei", Some("snsapi_privateinfo")).await;
    let ticket = program.whose(&token, &code).await["user_ticket"].as_str().expect("a ticket").to_owned();
    program.get(Call::GetJsTicket, &[("access_token", &token)]).await;
    let js_ticket = wecom.js_ticket().expect("a ticket");

    for secret in [SECRET, &token, &code, &ticket, &js_ticket] {
        let leaks = wecom.leaks(&format!("2026-11-22 INFO request failed url=/x?t={secret}&y=1\n"));
        assert_eq!(leaks.len(), 1, "{secret}");
        assert!(leaks[0].contains("request failed"), "{leaks:?}");
    }
    assert_eq!(wecom.leaks("a log without secrets"), Vec::<String>::new());
}

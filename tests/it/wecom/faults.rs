//! WeCom fails: what the person sees, what the administrator is told, and that it is over when WeCom works again.

use std::time::{Duration, Instant};

use hezi_tests::{Answer, Browser, Call, DEADLINE, Fault, Launch, Person, SECRET, StandIn, UNTRUSTED_IP};
use serde_json::json;

use super::Office;

/// The settings with a short patience, so that a late answer is late soon.
fn impatient(launch: Launch) -> Launch {
    launch.set("wecom.timeout_ms", 400)
}

/// Checks that a person is told on a page that it does not work now.
fn assert_out_of_service(what: &str, answer: &Answer, browser: &Browser) {
    assert_eq!(answer.status, 503, "{what}: {answer:?}");
    assert!(answer.header("content-type").starts_with("text/html"), "{what}: a person reads it: {answer:?}");
    assert!(!answer.text().contains("errcode"), "{what}: in words: {}", answer.text());
    assert_eq!(browser.session(), None, "{what}");
}

/// Waits until the server says that it is not ready, and gives its words.
async fn not_ready(office: &Office) -> String {
    let nobody = office.host.anonymous();
    let until = Instant::now() + DEADLINE;
    loop {
        let answer = nobody.get("/health/ready").await;
        if answer.status == 503 {
            let problem = answer.problem(503, "unavailable");
            return problem["detail"].as_str().expect("words").to_owned();
        }
        assert!(Instant::now() < until, "the server stays ready: {answer:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn ready(office: &Office) {
    let nobody = office.host.anonymous();
    let until = Instant::now() + 2 * DEADLINE;
    while nobody.get("/health/ready").await.status != 200 {
        assert!(Instant::now() < until, "the server does not find out that WeCom works again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn what_passes_by_itself_is_not_noticed() {
    let office = Office::with(impatient).await;
    let passing = [Fault::Busy, Fault::ClosedConnection, Fault::OldFieldNames, Fault::Late(Duration::from_millis(50))];

    for (n, fault) in passing.into_iter().enumerate() {
        for (m, call) in [Call::GetUserInfo, Call::GetUser].into_iter().enumerate() {
            // Somebody new each time, or nobody would ask for a name.
            let (who, name) = (format!("Case{n}{m}"), format!("第{n}{m}位"));
            office.wecom.hire(Person::member(&who, &name));
            office.wecom.fail_next(call, fault.clone());
            let user = office.signed_in(&who).await;
            assert_eq!(user.id, who.to_lowercase(), "{fault:?} of {call:?}");
            office.named(&user, &name).await;
        }
    }
    assert_eq!(office.host.anonymous().get("/health/ready").await.status, 200);
}

#[tokio::test]
async fn what_does_not_pass_is_said_on_a_page_and_is_over_when_wecom_works_again() {
    for fault in [
        Fault::Busy,
        Fault::RateLimited,
        Fault::Garbage,
        Fault::ClosedConnection,
        Fault::Late(Duration::from_secs(60)),
        Fault::Code(99_999),
    ] {
        let office = Office::with(impatient).await;
        office.signed_in("LiNa").await;
        office.wecom.fail(Call::GetUserInfo, fault.clone());
        let what = format!("{fault:?}");

        let phone = office.phone("WangWei");
        let asked = Instant::now();
        let visit = phone.sign_in().await;
        assert_out_of_service(&what, &visit.answer, &phone);
        assert!(asked.elapsed() < Duration::from_secs(8), "{what}: nobody waits that long: {:?}", asked.elapsed());
        assert!(office.wecom.calls(Call::GetUserInfo) <= 6, "{what}: {}", office.wecom.calls(Call::GetUserInfo));

        office.wecom.heal();
        let visit = phone.sign_in().await;
        assert_eq!(visit.answer.status, 200, "{what} is over: {visit:?}");
        assert_eq!(phone.user().await.id, "wangwei");
        assert_eq!(office.wecom.calls(Call::GetToken), 1, "{what} says nothing about the token");
    }
}

#[tokio::test]
async fn who_is_signed_in_does_not_notice_that_wecom_is_gone() {
    let office = Office::with(impatient).await;
    let wang = office.signed_in("WangWei").await;
    let room = wang.create_conference("周会").await;
    for call in [Call::GetToken, Call::GetUserInfo, Call::GetUser] {
        office.wecom.fail(call, Fault::ClosedConnection);
    }
    let phone = office.phone("LiNa");
    assert_out_of_service("WeCom is gone", &phone.sign_in().await.answer, &phone);

    let mut socket = wang.connect(&room.number).await;
    socket.say("c1", "我们继续").await.ok();
    assert_eq!(wang.get("/api/me").await.ok(200)["id"], "wangwei");
}

#[tokio::test]
async fn a_wrong_secret_is_said_to_the_administrator() {
    let wecom = StandIn::start();
    wecom.fail(Call::GetToken, Fault::BadSecret);
    let office = Office::served_by(wecom, |launch| launch).await;

    for _ in 0..20 {
        let phone = office.phone("WangWei");
        let visit = phone.sign_in().await;
        assert_out_of_service("a wrong secret", &visit.answer, &phone);
        assert!(!visit.answer.text().contains("wecom.secret"), "people cannot do anything about it");
    }
    let words = not_ready(&office).await;

    assert!(words.contains("wecom.secret") && words.contains("40001"), "{words}");
    assert!(!words.contains(SECRET), "{words}");
    assert!(office.host.log().contains("wecom.secret"), "{}", office.host.log());
    let asked = office.wecom.calls(Call::GetToken);
    assert!(asked <= 6, "WeCom locks out who asks {asked} times with a wrong secret");

    office.wecom.heal();
    ready(&office).await;
    assert_eq!(office.signed_in("WangWei").await.id, "wangwei", "it finds out by itself");
}

#[tokio::test]
async fn an_address_that_wecom_does_not_trust_is_named() {
    let wecom = StandIn::start();
    // WeCom gives out tokens all the same: a token alone is no proof that it works again.
    let calls = [Call::GetUserInfo, Call::GetUser, Call::GetUserDetail, Call::GetJsTicket, Call::SendMessage];
    calls.into_iter().for_each(|call| wecom.fail(call, Fault::UntrustedIp));
    let office = Office::served_by(wecom, |launch| launch).await;

    let phone = office.phone("WangWei");
    let visit = phone.sign_in().await;
    assert_out_of_service("an untrusted address", &visit.answer, &phone);
    assert!(!visit.answer.text().contains(UNTRUSTED_IP), "people need not know it");
    let words = not_ready(&office).await;
    assert!(words.contains(UNTRUSTED_IP), "{words}");
    assert!(office.host.log().contains(UNTRUSTED_IP), "{}", office.host.log());
    assert_eq!(office.host.anonymous().get("/health/live").await.status, 200, "the process lives");
    let until = Instant::now() + Duration::from_secs(5);
    while Instant::now() < until {
        assert_eq!(office.host.anonymous().get("/health/ready").await.status, 503, "nothing has changed");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(office.wecom.calls(Call::GetUserInfo) <= 6, "asked {} times", office.wecom.calls(Call::GetUserInfo));

    office.wecom.heal();
    ready(&office).await;
    assert_eq!(office.signed_in("WangWei").await.id, "wangwei", "it finds out by itself");
}

#[tokio::test]
async fn a_wrong_corp_or_app_is_said_to_the_administrator() {
    for (call, errcode, setting) in [
        (Call::GetToken, 40013, "wecom.corp_id"),
        (Call::GetUserInfo, 40056, "wecom.agent_id"),
        (Call::GetUserInfo, 50001, "public_url"),
    ] {
        let wecom = StandIn::start();
        wecom.fail(call, Fault::Code(errcode));
        let office = Office::served_by(wecom, |launch| launch).await;

        let phone = office.phone("WangWei");
        assert_out_of_service(setting, &phone.sign_in().await.answer, &phone);

        let words = not_ready(&office).await;
        assert!(words.contains(setting) && words.contains(&errcode.to_string()), "{words}");
        assert!(office.host.log().contains(setting), "{}", office.host.log());
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_fetched_is_not_asked_for_in_a_storm() {
    let wecom = StandIn::start();
    wecom.fail(Call::GetToken, Fault::RateLimited);
    let office = Office::served_by(wecom, |launch| launch).await;

    for _ in 0..30 {
        let phone = office.phone("WangWei");
        assert_out_of_service("no token", &phone.sign_in().await.answer, &phone);
    }

    assert!(office.wecom.calls(Call::GetToken) <= 4, "{}", office.wecom.calls(Call::GetToken));
    assert_eq!(office.wecom.calls(Call::GetUserInfo), 0, "codes stay good while there is no token");
}

#[tokio::test]
async fn old_field_names_are_the_same_people() {
    let office = Office::open().await;
    office.wecom.fail(Call::GetUserInfo, Fault::OldFieldNames);

    assert_eq!(office.signed_in("WangWei").await.id, "wangwei");
    let stranger = office.phone("oAAAAAStrangerOpenId");
    assert_eq!(stranger.sign_in().await.answer.status, 403);
}

#[tokio::test]
async fn no_failure_tells_a_secret() {
    // Everything that our code and the HTTP client would ever log.
    let filter = "hezi=trace,reqwest=trace,hyper_util=trace,hyper=trace,info,surrealdb=warn,surrealdb_core=warn";
    let office =
        Office::with(|launch| impatient(launch).set("log.filter", filter).set("wecom.scope", "snsapi_privateinfo"))
            .await;
    let wang = office.signed_in("WangWei").await;
    let room = wang.create_conference("周会").await;
    let faults = [
        Fault::Garbage,
        Fault::ClosedConnection,
        Fault::Late(Duration::from_secs(60)),
        Fault::Code(40014),
        Fault::Busy,
    ];

    let mut told = String::new();
    for fault in faults {
        for call in [Call::GetUserInfo, Call::GetUserDetail, Call::GetUser, Call::GetJsTicket, Call::SendMessage] {
            office.wecom.fail(call, fault.clone());
        }
        let visit = office.phone("LiNa").sign_in().await;
        let signed = wang.get("/api/wecom/jssdk?url=https://meet.example.com/").await;
        let invited = wang.post(&room.path("/invite"), &json!({ "members": ["zhangmin"] })).await;
        for answer in [&visit.answer, &signed, &invited] {
            assert!(answer.status >= 500, "{fault:?}: {answer:?}");
            told.push_str(answer.text());
        }
        office.wecom.heal();
    }
    told.push_str(office.host.anonymous().get("/metrics").await.text());
    assert_eq!(office.wecom.leaks(&told), Vec::<String>::new());
    assert!(office.host.log().contains("TRACE") || office.host.log().contains("DEBUG"), "the log was worth a search");
}

//! Names come when WeCom gives them: until then a person is their id, and then the room is told.

use std::time::{Duration, Instant};

use hezi_tests::{Call, DEADLINE, Fault, Person, Rules, StandIn, User};
use serde_json::{Value, json};

use super::Office;

fn has(presence: &Value, id: &str, name: &str) -> bool {
    presence["recent"].as_array().is_some_and(|recent| recent.contains(&json!({ "id": id, "name": name })))
}

async fn name_in_room(user: &User, number: &str, id: &str) -> String {
    let members = user.get(&format!("/api/conferences/{number}/members")).await.ok(200);
    let found = members["members"].as_array().and_then(|all| all.iter().find(|member| member["id"] == id));
    found.and_then(|member| member["name"].as_str()).unwrap_or_else(|| panic!("{id} in {members}")).to_owned()
}

#[tokio::test]
async fn a_name_that_comes_late_reaches_the_room() {
    let office = Office::with(|launch| launch.set("wecom.timeout_ms", 30_000)).await;
    let wang = office.signed_in("WangWei").await;
    office.named(&wang, "王伟").await;
    let room = wang.create_conference("周会").await;
    let mut screen = wang.connect(&room.number).await;

    // Every one: a request of the first person's may have asked once more, just before their name was known.
    office.wecom.fail(Call::GetUser, Fault::Late(Duration::from_secs(4)));
    let phone = office.phone("LiNa");
    phone.visit(&room.join_url).await;
    let li = phone.user().await.join(&room.number).await;

    assert_eq!(li.name, "lina", "the id, as long as there is no name");
    screen.expect_presence(|presence| has(presence, "lina", "lina")).await;
    assert_eq!(name_in_room(&wang, &room.number, "lina").await, "lina");

    screen.expect_presence(|presence| has(presence, "lina", "李娜")).await;
    assert_eq!(name_in_room(&wang, &room.number, "lina").await, "李娜");
    assert_eq!(li.get("/api/me").await.ok(200)["name"], "李娜");
    li.connect(&room.number).await.say("c1", "到了").await.ok();
    assert_eq!(screen.expect_event("chat").await["from"]["name"], "李娜");
}

#[tokio::test]
async fn nobody_waits_for_a_name() {
    let office = Office::open().await;
    office.wecom.fail(Call::GetUser, Fault::Late(Duration::from_secs(60)));

    let asked = Instant::now();
    let wang = office.signed_in("WangWei").await;

    assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
    assert_eq!(wang.name, "wangwei");
}

#[tokio::test]
async fn a_name_is_asked_for_again_when_its_person_signs_in_and_when_it_is_old() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;
    office.named(&wang, "王伟").await;

    assert_eq!(office.signed_in("WangWei").await.name, "王伟", "it is known at once");
    office.wecom.hire(Person::member("WangWei", "王大伟"));
    let again = office.signed_in("WangWei").await;
    office.named(&again, "王大伟").await;

    let forgetful = Office::with(|launch| launch.set("wecom.name_ttl_s", 1)).await;
    let li = forgetful.signed_in("LiNa").await;
    forgetful.named(&li, "李娜").await;
    forgetful.wecom.hire(Person::member("LiNa", "李娜娜"));
    let until = Instant::now() + DEADLINE;
    while li.get("/api/me").await.ok(200)["name"] != "李娜娜" {
        assert!(Instant::now() < until, "the new name does not come");
    }
}

#[tokio::test]
async fn names_are_asked_for_at_the_rate_that_is_set() {
    let people = (0..30).map(|n| Person::member(&format!("Member{n:02}"), &format!("成员{n}"))).collect();
    let wecom = StandIn::with(Rules { people, ..Rules::default() });
    let office = Office::served_by(wecom, |launch| launch.set("wecom.names_per_minute", 10)).await;

    let began = Instant::now();
    for n in 0..30 {
        let user = office.signed_in(&format!("Member{n:02}")).await;
        assert_eq!(user.id, format!("member{n:02}"), "nobody waits for the rate");
    }

    // As many as a minute has, all at once, and what comes in while the test runs.
    let most = 10 + began.elapsed().as_secs() / 6 + 1;
    assert!(office.wecom.calls(Call::GetUser) <= most, "{} names", office.wecom.calls(Call::GetUser));
}

#[tokio::test]
async fn whom_wecom_does_not_show_is_not_asked_for_again_and_again() {
    let office = Office::open().await;
    let sun = office.signed_in("SunQi").await;
    let until = Instant::now() + DEADLINE;
    while office.wecom.calls(Call::GetUser) == 0 {
        assert!(Instant::now() < until, "nobody is asked about");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    for _ in 0..20 {
        assert_eq!(sun.get("/api/me").await.ok(200)["name"], "sunqi");
    }
    // Asked about after whatever was wanted before: then all that has been asked.
    let li = office.signed_in("LiNa").await;
    office.named(&li, "李娜").await;

    // About each once, and once more at most where the answer came before their sign-in was written down.
    let asked = office.wecom.calls(Call::GetUser);
    assert!(asked <= 4, "{asked} times, whatever else they do");
}

#[tokio::test]
async fn one_person_about_whom_wecom_fails_keeps_nobody_waiting() {
    let office = Office::open().await;
    office.wecom.fail_next(Call::GetUser, Fault::Code(99_999));
    office.signed_in("WangWei").await;
    let until = Instant::now() + DEADLINE;
    while office.wecom.calls(Call::GetUser) == 0 {
        assert!(Instant::now() < until, "nobody is asked about");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    let asked = Instant::now();
    let li = office.signed_in("LiNa").await;
    office.named(&li, "李娜").await;

    assert!(asked.elapsed() < Duration::from_secs(4), "the next one is asked about at once: {:?}", asked.elapsed());
    let wang = office.signed_in("WangWei").await;
    office.named(&wang, "王伟").await;
}

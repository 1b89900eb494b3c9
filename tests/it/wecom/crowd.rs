//! Ten thousand people come at once: one token, no limit of WeCom's touched, everybody is in.

use std::time::Instant;

use futures_util::{StreamExt, stream};
use hezi_tests::{Browser, Call, Person, Rules, StandIn};

use super::Office;

const PEOPLE: usize = 10_000;
/// Phones that are on their way at the same time.
const AT_ONCE: usize = 64;

fn id(n: usize) -> String {
    format!("Staff{n:05}")
}

/// From the link to the session, without the page that follows.
async fn arrive(phone: Browser) -> bool {
    let callback = phone.callback("/").await;
    let answer = phone.open_from_elsewhere(&callback).await;
    matches!(answer.status, 302 | 303) && phone.session().is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_sign_in_with_one_token_and_within_all_limits() {
    let people = (0..PEOPLE).map(|n| Person::member(&id(n), &format!("员工{n}"))).collect();
    let wecom = StandIn::with(Rules { people, ..Rules::default() });
    let office = Office::served_by(wecom, |launch| launch).await;
    let first = office.phone(&id(0));

    let began = Instant::now();
    let arrivals = stream::iter(0..PEOPLE).map(|n| arrive(first.another(&id(n))));
    let arrived = arrivals.buffer_unordered(AT_ONCE).filter(|arrived| std::future::ready(*arrived)).count().await;
    let took = began.elapsed();

    // How long it takes is the machine's business: it is printed, and what must hold on every machine is asserted.
    eprintln!("{PEOPLE} sign-ins in {:.1} s", took.as_secs_f64());
    assert_eq!(arrived, PEOPLE);
    assert_eq!(office.wecom.calls(Call::GetToken), 1);
    assert_eq!(office.wecom.answered(Call::GetUserInfo, 0), PEOPLE as u64);
    assert_eq!(office.wecom.refusals(), [], "WeCom refused nothing, so no limit was touched");
    let names = office.wecom.calls(Call::GetUser);
    assert!(names > 0 && names <= PEOPLE as u64, "{names} names were asked for");
    assert_eq!(office.host.anonymous().get("/health/ready").await.status, 200);
}

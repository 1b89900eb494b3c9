//! Settings of WeCom: what is missing or unsafe is said in one line at the start, without telling the secret.

use hezi_tests::{Launch, SECRET, StandIn};

#[tokio::test]
async fn what_is_missing_is_named() {
    let wecom = StandIn::start();

    for (missing, named) in
        [("wecom.corp_id", "wecom.corp_id"), ("wecom.agent_id", "wecom.agent_id"), ("wecom.secret", "wecom.secret")]
    {
        let launch = Launch::new().set("public_url", wecom.public_url());
        let settings = wecom.settings().into_iter().filter(|(name, _)| *name != missing);
        let exit = settings.fold(launch, |launch, (name, value)| launch.set(name, value)).refuse().await;
        assert!(exit.refusal().contains(named), "{}", exit.refusal());
        assert!(!exit.refusal().contains(SECRET), "{}", exit.refusal());
    }
    let exit = wecom.settings().into_iter().fold(Launch::new(), |launch, (name, value)| launch.set(name, value));
    let exit = exit.refuse().await;
    assert!(exit.refusal().contains("public_url"), "{}", exit.refusal());
}

#[tokio::test]
async fn secrets_do_not_travel_in_the_clear() {
    let wecom = StandIn::start();

    for setting in ["wecom.api_url", "wecom.authorize_url", "wecom.login_url"] {
        for url in ["http://qyapi.example.com", "http://127.0.0.1.evil.example", "ftp://127.0.0.1", "qyapi"] {
            let exit = Launch::new().signed_in_by(&wecom).set(setting, url).refuse().await;
            assert!(exit.refusal().contains(setting), "{setting}={url}: {}", exit.refusal());
            assert!(!exit.refusal().contains(SECRET), "{}", exit.refusal());
        }
    }
}

#[tokio::test]
async fn a_value_of_the_wrong_kind_is_named_and_a_secret_is_not_repeated() {
    let wecom = StandIn::start();

    for (setting, value) in [
        ("wecom.agent_id", "seven"),
        ("wecom.scope", "snsapi_everything"),
        ("wecom.timeout_ms", "soon"),
        ("wecom.names_per_minute", "0"),
        ("wecom.secret", "[\"Sx9secretKq7\"]"),
    ] {
        let exit = Launch::new().signed_in_by(&wecom).set(setting, value).refuse().await;
        assert!(exit.refusal().contains(setting), "{setting}={value}: {}", exit.refusal());
        assert!(wecom.leaks(exit.refusal()).is_empty(), "{}", exit.refusal());
    }
}

#[tokio::test]
async fn wecom_finds_the_file_that_shows_whose_the_domain_is() {
    let wecom = StandIn::start();
    let launch = Launch::new().signed_in_by(&wecom).set("wecom.domain_file", "WW_verify_a1B2c3D4e5F6g7H8.txt");
    let host = launch.set("wecom.domain_text", "a1B2c3D4e5F6g7H8").start().await;

    let found = host.anonymous().get("/WW_verify_a1B2c3D4e5F6g7H8.txt").await;

    assert_eq!((found.status, found.text()), (200, "a1B2c3D4e5F6g7H8"));
    assert!(found.header("content-type").starts_with("text/plain"), "{}", found.header("content-type"));
    host.anonymous().get("/WW_verify_other.txt").await.problem(404, "not_found");
}

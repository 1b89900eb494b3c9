//! How sockets end: each with a code that says whether to come back.

use hezi_tests::{Host, Launch};

#[tokio::test]
async fn signing_out_closes_the_sockets_of_that_session() {
    let host = Host::start().await;
    let phone = host.person("wang", "小王").await;
    let laptop = host.person("wang", "小王").await;
    let room = phone.create_conference("周会").await;
    let mut on_the_phone = phone.connect(&room.number).await;
    let mut on_the_laptop = laptop.connect(&room.number).await;

    phone.post_empty("/auth/logout").await;

    let close = on_the_phone.expect_close().await;
    assert_eq!(close.code, Some(4004), "{close:?}");
    assert!(close.reason.starts_with("final"), "{close:?}");
    on_the_laptop.say("c1", "我还在").await.ok();
}

#[tokio::test]
async fn the_end_of_the_conference_is_the_last_thing_that_is_heard() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut phone = li.connect(&room.number).await;
    let mut screen = wang.connect(&room.number).await;

    wang.end(&room.number).await;

    for socket in [&mut phone, &mut screen] {
        socket.expect_event("ended").await;
        let close = socket.expect_close().await;
        assert_eq!(close.code, Some(4003), "{close:?}");
        assert!(close.reason.starts_with("final"), "{close:?}");
        assert!(socket.untaken("event").is_empty(), "nothing comes after the end");
    }
}

#[tokio::test]
async fn who_leaves_hears_no_more() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut phone = li.connect(&room.number).await;
    let mut screen = wang.connect(&room.number).await;

    li.leave(&room.number).await;

    assert_eq!(phone.expect_close().await.code, Some(4005));
    screen.expect_presence(|frame| frame["members"] == 1 && frame["online"] == 1).await;
    screen.say("c1", "只剩我了").await.ok();
}

#[tokio::test]
async fn a_goodbye_is_returned() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;

    let close = wang.connect(&room.number).await.leave_politely().await;

    assert!(close.code.is_none_or(|code| code == 1000), "{close:?}");
}

#[tokio::test]
async fn a_server_that_goes_tells_everybody_to_come_back() {
    let mut host = Launch::new().durable().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    let said = socket.say("c1", "先说一句").await;

    host.ask_to_stop().await;
    let close = socket.expect_close().await;
    let status = host.ended().await;

    assert_eq!(close.code, Some(1012), "{close:?}");
    assert!(close.reason.starts_with("come back"), "{close:?}");
    assert_eq!(status.code(), Some(0));
    host.restart().await;
    let mut socket = wang.connect_since(&room.number, said.seq()).await;
    assert_eq!(socket.say("c1", "先说一句").await, said);
}

#[tokio::test]
async fn a_phone_that_nothing_is_heard_of_is_let_go() {
    let launch = Launch::new().set("limits.socket.ping_interval_ms", 200).set("limits.socket.idle_timeout_ms", 600);
    let host = launch.start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut awake = wang.connect(&room.number).await;

    // The raw client answers no ping; the library's does whenever it is read.
    let mut asleep = hezi_tests::RawSocket::open(&wang, &room.number).await;
    let watch = async { awake.expect("nothing", |frame| frame["kind"] == "chat" && frame["text"] == "醒着").await };
    let wait = async {
        let close = asleep.expect_close().await;
        wang.connect(&room.number).await.say("c1", "醒着").await.ok();
        close
    };
    let (close, _) = futures_util::future::join(wait, watch).await;

    assert_eq!(close.code, Some(4006), "{close:?}");
}

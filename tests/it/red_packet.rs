//! The red packet: the shares are exactly the total, one a member, however many grab at once.

use futures_util::future::join_all;
use hezi_tests::{Activity, Conference, Host, Launch, User};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

async fn host_with_conference() -> (Host, User, Conference) {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    (host, wang, room)
}

fn packet(total_cents: u64, shares: u64, mode: &str) -> Value {
    json!({ "total_cents": total_cents, "shares": shares, "mode": mode, "greeting": "恭喜发财", "expires_in_s": 86_400 })
}

/// What one member got: cents, or the code of the refusal.
async fn grab(member: &User, room: &Conference, packet: &Activity) -> Result<u64, String> {
    let mut socket = member.connect(&room.number).await;
    let reply = socket.do_act("grab", &packet.id, json!({ "grab": {} })).await;
    let again = socket.do_act("grab", &packet.id, json!({ "grab": {} })).await;
    if !reply.is_ok() {
        assert_eq!(again.error(), reply.error(), "none left stays none left");
        return Err(reply.error().to_owned());
    }
    assert_eq!(again, reply, "the same command gives the same share");
    assert_eq!(socket.do_act("greed", &packet.id, json!({ "grab": {} })).await.error(), "conflict");
    Ok(reply.ok()["cents"].as_u64().expect("cents"))
}

#[tokio::test]
async fn sixty_four_people_race_for_ten_shares() {
    let (host, wang, room) = host_with_conference().await;
    let members = host.members(&room.number, 64).await;
    let packet = wang.open(&room.number, "red-packet", packet(10_000, 10, "lucky")).await;

    let grabs = join_all(members.iter().map(|member| grab(member, &room, &packet))).await;

    let shares: Vec<u64> = grabs.iter().filter_map(|grab| grab.as_ref().ok().copied()).collect();
    assert_eq!(shares.len(), 10);
    assert_eq!(shares.iter().sum::<u64>(), 10_000, "{shares:?}");
    assert!(shares.iter().all(|cents| *cents >= 1), "{shares:?}");
    let refused = grabs.iter().filter(|grab| grab.as_ref().is_err_and(|code| code == "exhausted")).count();
    assert_eq!(refused, 54);
    let late = host.user("晚到").await.join(&room.number).await;
    late.try_act(&packet, json!({ "grab": {} })).await.problem(410, "exhausted");
}

#[tokio::test]
async fn the_split_was_settled_before_the_first_grab() {
    let (host, wang, room) = host_with_conference().await;
    let members = host.members(&room.number, 6).await;
    let packet = wang.open(&room.number, "red-packet", packet(8_888, 9, "lucky")).await;
    let before = wang.report(&packet).await;
    let commitment = before["summary"]["commitment"].as_str().expect("a commitment").to_owned();
    assert!(packet.view.to_string().contains(&commitment), "the commitment is on the screen from the opening on");
    assert!(before["summary"]["nonce"].is_null() && before["summary"]["shares_cents"].is_null(), "{before}");

    let mut grabbed = Vec::new();
    for member in &members {
        grabbed.push(grab(member, &room, &packet).await.expect("a share"));
    }
    let closed = wang.close(&packet).await;

    let after = wang.report(&packet).await["summary"].clone();
    assert!(closed.view.to_string().contains(&commitment));
    let shares: Vec<u64> = serde_json::from_value(after["shares_cents"].clone()).expect("the shares");
    let mut hash = Sha256::new_with_prefix(hex::decode(after["nonce"].as_str().expect("a nonce")).expect("digits"));
    shares.iter().for_each(|share| hash.update(share.to_be_bytes()));
    assert_eq!(hex::encode(hash.finalize()), commitment);
    assert_eq!((shares.len(), shares.iter().sum::<u64>()), (9, 8_888));
    assert_eq!(grabbed, shares[..6], "given out in the order that was committed to");
    let refunded = after["refunded_cents"].as_u64().expect("cents");
    assert_eq!(grabbed.iter().sum::<u64>() + refunded, 8_888, "what was left went back");
    members[0].try_act(&packet, json!({ "grab": {} })).await.problem(409, "wrong_phase");
}

#[tokio::test]
async fn a_packet_says_that_it_is_simulated() {
    let (_host, wang, room) = host_with_conference().await;
    let packet = wang.open(&room.number, "red-packet", packet(100, 2, "equal")).await;
    assert!(packet.view.to_string().contains("模拟"), "{}", packet.view);
}

#[tokio::test]
async fn equal_shares_differ_by_a_cent_at_most() {
    let (host, wang, room) = host_with_conference().await;
    let members = host.members(&room.number, 7).await;
    let packet = wang.open(&room.number, "red-packet", packet(1_000, 7, "equal")).await;

    let grabs = join_all(members.iter().map(|member| grab(member, &room, &packet))).await;

    let shares: Vec<u64> = grabs.into_iter().map(|grab| grab.expect("a share")).collect();
    assert_eq!(shares.iter().sum::<u64>(), 1_000);
    assert!(shares.iter().all(|cents| (142..=143).contains(cents)), "{shares:?}");
}

#[tokio::test]
async fn the_smallest_packet_gives_everybody_a_cent() {
    let (host, wang, room) = host_with_conference().await;
    let members = host.members(&room.number, 20).await;
    let packet = wang.open(&room.number, "red-packet", packet(20, 20, "lucky")).await;

    let grabs = join_all(members.iter().map(|member| grab(member, &room, &packet))).await;

    assert!(grabs.into_iter().all(|grab| grab == Ok(1)));
}

#[tokio::test]
async fn a_packet_that_cannot_be_shared_out_is_refused() {
    let (_host, wang, room) = host_with_conference().await;

    for config in [
        packet(9, 10, "lucky"),
        packet(0, 0, "lucky"),
        packet(100, 0, "equal"),
        packet(0, 1, "equal"),
        packet(100, 10, "fair"),
        json!({ "total_cents": 12.5, "shares": 2, "mode": "lucky" }),
        json!({ "total_cents": -100, "shares": 2, "mode": "lucky" }),
    ] {
        let body = json!({ "plugin": "red-packet", "config": config, "open": true });
        wang.post(&room.path("/activities"), &body).await.problem(422, "invalid");
    }
}

//! A phone in a tunnel: it is let go, nobody waits for it, and it can come back.

use hezi_tests::{Launch, RawSocket};
use serde_json::Value;

/// Enough to fill the server's queue and every buffer of the operating system in between.
const MESSAGES: usize = 2_000;

#[tokio::test]
async fn who_does_not_read_is_let_go_while_the_others_go_on() {
    let host = Launch::new().unhurried().set("limits.room.resume_events", 100_000).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut in_the_tunnel = RawSocket::open_unread(&li, &room.number, Some(4_096)).await;
    let mut speaker = wang.connect(&room.number).await;

    let text = "长".repeat(2_000);
    let mut last = 0;
    for n in 0..MESSAGES {
        last = speaker.say(&format!("c{n}"), &text).await.seq();
    }

    let mut seen: Vec<u64> = Vec::new();
    while let Some((opcode, payload)) = in_the_tunnel.frame().await {
        if opcode == 0x8 {
            let code = u16::from_be_bytes([payload[0], payload[1]]);
            assert_eq!(code, 4001, "{}", String::from_utf8_lossy(&payload[2..]));
        } else if let Ok(frame) = serde_json::from_slice::<Value>(&payload)
            && frame["kind"] == "chat"
        {
            seen.push(frame["seq"].as_u64().expect("a seq"));
        }
    }
    assert!(seen.len() < MESSAGES, "it was let go before it had everything");
    assert!(seen.is_sorted(), "what arrived was in order");
    speaker.events_through(last).await;

    let mut back = li.connect_since(&room.number, seen.last().copied().unwrap_or(1)).await;
    if back.welcome["resumed"] == true {
        let missed = back.events_through(last).await;
        assert_eq!(missed.len(), MESSAGES - seen.len(), "everything that was missed, once");
    }
    back.say("back", "我出来了").await.ok();
}

#[tokio::test]
async fn who_missed_more_than_the_queue_holds_can_still_come_back() {
    let host = Launch::new().unhurried().set("limits.room.resume_events", 100_000).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let seen = li.connect(&room.number).await.seq();
    let mut speaker = wang.connect(&room.number).await;

    // Three times the megabyte that may wait for a reader.
    let text = "长".repeat(2_000);
    let mut last = 0;
    for n in 0..500 {
        last = speaker.say(&format!("c{n}"), &text).await.seq();
    }
    let mut back = li.connect_since(&room.number, seen).await;

    if back.welcome["resumed"] == true {
        assert_eq!(back.events_through(last).await.len(), 500, "everything that was missed, once");
    }
    let next = back.say("back", "我出来了").await.seq();
    assert_eq!(back.events_through(next).await.last().map(|event| event["seq"].as_u64()), Some(Some(next)));
}

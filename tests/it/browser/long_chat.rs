//! Five thousand messages, said by ten members, in the page of somebody who comes in late and wants to read all of it.

use futures_util::future::join_all;
use hezi_tests::{Socket, Tab, User};
use serde_json::json;

use super::Meeting;

const MEMBERS: usize = 10;
const EACH: usize = 500;
/// Most messages that a page draws at a time, however many there are.
const DRAWN_MAX: u64 = 200;

/// Says it all at once, and waits until all of it is taken.
async fn say_all(user: &User, number: &str) {
    let mut socket: Socket = user.connect(number).await;
    for n in 0..EACH {
        socket.chat(&format!("c{n}"), &format!("{} {n}", user.name)).await;
    }
    for n in 0..EACH {
        socket.reply(&format!("c{n}")).await.ok();
    }
}

/// Goes up, as often as it takes, until the message at this place in the journal is drawn; most that were drawn at a time are noted.
async fn scroll_up_to(tab: &Tab, seq: u64) {
    let up = format!(
        "(document.querySelector('.chat-scroll').scrollTop = 0, \
         globalThis.most = Math.max(globalThis.most ?? 0, document.querySelectorAll('.message').length), \
         document.querySelector('.message[data-seq=\"{seq}\"]'))"
    );
    tab.wait_for(&up, "what was said first").await;
}

#[tokio::test]
async fn five_thousand_messages_scroll_from_the_newest_to_the_first_and_back() {
    let Some(meeting) = Meeting::begin().await else { return };
    let number = &meeting.room.number;
    let members = meeting.host.members(number, MEMBERS).await;
    join_all(members.iter().map(|member| say_all(member, number))).await;
    let journal = meeting.wang.journal(number).await;
    let said: Vec<_> = journal.iter().filter(|entry| entry["kind"] == "chat").collect();
    assert_eq!(said.len(), MEMBERS * EACH);
    let place = |at: usize| said[at]["seq"].as_u64().expect("a place in the journal");
    let (seq, last) = (place(0), place(said.len() - 1));

    let li = meeting.phone("li", "李娜").await;
    let message = |seq: u64| format!("document.querySelector('.message[data-seq=\"{seq}\"]')");
    li.wait_for(&message(last), "the newest").await;
    assert_eq!(li.eval(&message(seq)).await, json!(null), "the first is not there yet");

    scroll_up_to(&li, seq).await;
    let shown = li.eval(&format!("{}.innerText", message(seq))).await;
    let text = said[0]["text"].as_str().expect("a text");
    assert!(shown.as_str().is_some_and(|shown| shown.contains(text)), "{shown} has {text}");
    let most = li.eval("most").await.as_u64().expect("a number");
    assert!(most <= DRAWN_MAX, "only what is near is drawn: {most}");

    let mut socket = meeting.wang.connect(number).await;
    socket.say("new", "刚刚说的").await.ok();
    li.tap(".chat-new", "1").await;
    let at_end = "(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 2)\
                  (document.querySelector('.chat-scroll'))";
    let is_seen = "[...document.querySelectorAll('.message')].at(-1)?.innerText.includes('刚刚说的')";
    li.wait_for(&format!("{at_end} && {is_seen}"), "the newest, at the end").await;
    assert!(li.eval("document.querySelectorAll('.message').length").await.as_u64() <= Some(DRAWN_MAX));
    meeting.ends_without_complaints(&[&li]);
}

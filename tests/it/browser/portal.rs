//! A network in which somebody has to sign in first: whatever is asked there gets an answer, and none is the server's.
//!
//! The server is killed and a portal stands at its address, so that pages and sockets meet it as in the lobby of a hotel.

use std::sync::Arc;

use hezi_tests::DEADLINE;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Meeting, at_one_address, say};

/// What portals give for everything: a page of their own, or the way to it.
const ITS_PAGE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n\
                        <!doctype html><title>Wi-Fi</title><p>Please sign in";
const ELSEWHERE: &str = "HTTP/1.1 302 Found\r\nlocation: http://portal.invalid/\r\ncontent-length: 0\r\n\
                         connection: close\r\n\r\n";
/// So much is asked of a portal before it is believed that the pages live with it.
const ASKED: u32 = 6;

struct Portal {
    standing: JoinHandle<()>,
    answered: watch::Receiver<u32>,
}

impl Portal {
    async fn stand_at(address: &str, answer: &'static str) -> Self {
        let listener = TcpListener::bind(address).await.expect("the server's address is free");
        let (count, answered) = watch::channel(0);
        Self { standing: tokio::spawn(answer_all(listener, answer, count)), answered }
    }

    /// Waits until it has answered that often.
    async fn has_answered(&mut self, count: u32) {
        let answered = timeout(DEADLINE, self.answered.wait_for(|answered| *answered >= count)).await;
        assert!(answered.is_ok_and(|answered| answered.is_ok()), "nobody asks the portal {count} times");
    }

    /// Leaves its place to the server.
    async fn leave(self) {
        self.standing.abort();
        let ended = self.standing.await;
        assert!(ended.is_err_and(|end| end.is_cancelled()), "it stood there all the time");
    }
}

async fn answer_all(listener: TcpListener, answer: &'static str, count: watch::Sender<u32>) {
    let count = Arc::new(count);
    loop {
        let (mut stream, _) = listener.accept().await.expect("connections come in");
        let count = Arc::clone(&count);
        tokio::spawn(async move {
            let mut request = [0; 8192];
            // Browsers open lines ahead, over which nothing may ever be asked.
            let is_asked = stream.read(&mut request).await.is_ok_and(|bytes| bytes > 0);
            if is_asked && stream.write_all(answer.as_bytes()).await.is_ok() {
                count.send_modify(|count| *count += 1);
            }
        });
    }
}

#[tokio::test]
async fn behind_a_portal_a_page_says_that_it_is_offline_and_comes_back_by_itself() {
    let Some(mut meeting) = Meeting::with(at_one_address()).await else { return };
    let (li, wall) = (meeting.phone("li", "李娜").await, meeting.wall().await);
    let address = meeting.host.url().trim_start_matches("http://").to_owned();

    meeting.host.kill().await;
    for (answer, text, waiting) in
        [(ITS_PAGE, "我在大堂", "网络断开了，1 项"), (ELSEWHERE, "还在大堂", "网络断开了，2 项")]
    {
        let mut portal = Portal::stand_at(&address, answer).await;
        say(&li, text).await;
        portal.has_answered(ASKED).await;
        // Nothing that it has said is taken for the server's word.
        li.see(waiting).await;
        wall.see("正在重新连接").await;
        for tab in [&li, &wall] {
            assert_eq!(tab.eval("document.querySelector('h1').innerText").await, json!("周会"));
        }
        portal.leave().await;
    }
    meeting.host.restart().await;

    let is_back =
        "!document.querySelector('.strip, .unsent') && document.querySelectorAll('.message[data-seq]').length === 2";
    li.wait_for(is_back, "all is said").await;
    wall.wait_for("!document.querySelector('.pill.bad')", "the wall is back").await;
    for text in ["我在大堂", "还在大堂"] {
        wall.see(text).await;
    }
    let room = format!("/c/{}", meeting.room.number);
    assert_eq!(li.eval("location.pathname").await, json!(room), "nobody was sent away");
    let journal = meeting.wang.journal(&meeting.room.number).await;
    let said: Vec<_> = journal.iter().filter(|entry| entry["kind"] == "chat").map(|entry| &entry["text"]).collect();
    assert_eq!(said, ["我在大堂", "还在大堂"], "once each");
}

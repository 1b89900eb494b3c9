//! A member's connection to a room.
//!
//! Frames that a test does not ask for are kept until it does, so a test says what has to arrive and not in which order
//! frames of different kinds mix. Where order matters it is in the `seq`, and that is checked on every socket.
//!
//! # Invariants
//! * The first frame is `welcome`.
//! * The `seq` of events only grows, and starts after what the member has seen.

use std::collections::VecDeque;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::{Caller, DEADLINE};

/// Frames that a failed expectation prints.
const FRAMES_SHOWN: usize = 20;

/// How a connection ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Close {
    /// The close code; none when the connection was cut.
    pub code: Option<u16>,
    /// The reason that came with it.
    pub reason: String,
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The whole frame.
    pub frame: Value,
}

impl Reply {
    /// The command's place in the journal; it must have succeeded.
    pub fn seq(&self) -> u64 {
        self.ok();
        self.frame["seq"].as_u64().unwrap_or_else(|| panic!("a reply has a seq: {}", self.frame))
    }

    /// What the command gave; it must have succeeded.
    pub fn ok(&self) -> &Value {
        self.frame.get("ok").unwrap_or_else(|| panic!("the command failed: {}", self.frame))
    }

    /// Whether the command succeeded.
    pub fn is_ok(&self) -> bool {
        self.frame.get("ok").is_some()
    }

    /// The code of the error; it must have failed, with a sentence that says why.
    pub fn error(&self) -> &str {
        let error = &self.frame["error"];
        let detail = error["detail"].as_str().unwrap_or_default();
        assert!(!detail.is_empty(), "an error has a code and a detail: {}", self.frame);
        error["code"].as_str().unwrap_or_else(|| panic!("an error has a code: {}", self.frame))
    }
}

/// A member's connection to a room.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// The first frame.
    pub welcome: Value,
    waiting: VecDeque<Value>,
    events: Vec<Value>,
    seen_through: u64,
    who: String,
}

impl Socket {
    /// Connects and waits for `welcome`.
    ///
    /// # Panics
    /// When the server refuses.
    pub(crate) async fn open(caller: &Caller, path: &str) -> Self {
        let opened = dial(caller, path).await;
        let stream = opened.unwrap_or_else(|error| panic!("{path}: the server refused: {error:?}"));
        let mut socket = Socket {
            stream,
            welcome: Value::Null,
            waiting: VecDeque::new(),
            events: Vec::new(),
            seen_through: 0,
            who: path.to_owned(),
        };
        let welcome = socket.receive(Instant::now() + DEADLINE).await;
        socket.welcome = welcome.unwrap_or_else(|close| panic!("{path}: closed before the welcome: {close:?}"));
        assert_eq!(socket.welcome["type"], "welcome", "the first frame: {}", socket.welcome);
        socket.seen_through = since_in(path).filter(|_| socket.welcome["resumed"] == true).unwrap_or(socket.seq());
        socket
    }

    /// The head of the journal when the socket was opened.
    pub fn seq(&self) -> u64 {
        self.welcome["seq"].as_u64().unwrap_or_else(|| panic!("a welcome has a seq: {}", self.welcome))
    }

    /// The last `seq` that this socket has seen: what to come back with.
    pub fn seen_through(&self) -> u64 {
        self.seen_through
    }

    /// Sends a chat message.
    pub async fn chat(&mut self, id: &str, text: &str) {
        self.send(&json!({ "type": "chat", "id": id, "text": text })).await;
    }

    /// Sends an action.
    pub async fn act(&mut self, id: &str, activity: &str, action: Value) {
        self.send(&json!({ "type": "act", "id": id, "activity": activity, "action": action })).await;
    }

    /// Sends a chat message and waits for its reply.
    pub async fn say(&mut self, id: &str, text: &str) -> Reply {
        self.chat(id, text).await;
        self.reply(id).await
    }

    /// Sends an action and waits for its reply.
    pub async fn do_act(&mut self, id: &str, activity: &str, action: Value) -> Reply {
        self.act(id, activity, action).await;
        self.reply(id).await
    }

    /// Sends any JSON.
    pub async fn send(&mut self, frame: &Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends any text.
    pub async fn send_text(&mut self, text: &str) {
        self.try_send(Message::text(text)).await.unwrap_or_else(|error| panic!("{}: cannot send: {error}", self.who));
    }

    /// Sends a message on a connection that may be gone.
    ///
    /// # Errors
    /// When it is.
    pub async fn try_send(&mut self, message: Message) -> Result<(), Error> {
        let deadline = Instant::now() + DEADLINE;
        timeout_at(deadline, self.stream.send(message)).await.expect("the server reads what is sent to it")
    }

    /// Says goodbye and waits for the server's.
    pub async fn leave_politely(mut self) -> Close {
        let goodbye = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        self.try_send(Message::Close(Some(goodbye))).await.expect("the connection is open");
        self.expect_close().await
    }

    /// The next event of this kind that the test has not taken yet.
    pub async fn expect_event(&mut self, kind: &str) -> Value {
        self.expect(kind, |frame| frame["type"] == "event" && frame["kind"] == kind).await
    }

    /// The reply to the command with this id.
    pub async fn reply(&mut self, id: &str) -> Reply {
        Reply { frame: self.expect(id, |frame| frame["type"] == "reply" && frame["id"] == id).await }
    }

    /// The next view of this activity that the test accepts. Older views of it are forgotten.
    pub async fn expect_view(&mut self, activity: &str, accept: impl Fn(&Value) -> bool) -> Value {
        let found = self
            .expect("view", |frame| frame["type"] == "view" && frame["activity"] == activity && accept(&frame["view"]))
            .await;
        self.waiting.retain(|frame| frame["type"] != "view" || frame["activity"] != activity);
        found
    }

    /// The next presence that the test accepts.
    pub async fn expect_presence(&mut self, accept: impl Fn(&Value) -> bool) -> Value {
        self.expect("presence", |frame| frame["type"] == "presence" && accept(frame)).await
    }

    /// Every event up to and with this `seq`, in order of arrival.
    pub async fn events_through(&mut self, seq: u64) -> Vec<Value> {
        let deadline = Instant::now() + DEADLINE;
        while self.seen_through < seq {
            let frame = self.receive(deadline).await.unwrap_or_else(|close| self.fail(&format!("event {seq}"), &close));
            self.waiting.push_back(frame);
        }
        self.events.iter().filter(|event| event["seq"].as_u64() <= Some(seq)).cloned().collect()
    }

    /// The first frame, waiting or to come, that the test accepts.
    ///
    /// # Panics
    /// When none comes in time, with the frames that did.
    pub async fn expect(&mut self, what: &str, accept: impl Fn(&Value) -> bool) -> Value {
        if let Some(index) = self.waiting.iter().position(&accept) {
            return self.waiting.remove(index).expect("the index was just found");
        }
        let deadline = Instant::now() + DEADLINE;
        loop {
            let frame = self.receive(deadline).await.unwrap_or_else(|close| self.fail(what, &close));
            if accept(&frame) {
                return frame;
            }
            self.waiting.push_back(frame);
        }
    }

    /// The first reply that has arrived and that nobody took, or the next one; none when the connection has ended.
    pub async fn any_reply(&mut self) -> Option<Reply> {
        let is_reply = |frame: &Value| frame["type"] == "reply";
        if let Some(index) = self.waiting.iter().position(is_reply) {
            return self.waiting.remove(index).map(|frame| Reply { frame });
        }
        let deadline = Instant::now() + DEADLINE;
        while let Ok(frame) = self.receive(deadline).await {
            if is_reply(&frame) {
                return Some(Reply { frame });
            }
            self.waiting.push_back(frame);
        }
        None
    }

    /// Waits until the server closes the connection.
    ///
    /// # Panics
    /// When it stays open.
    pub async fn expect_close(&mut self) -> Close {
        let deadline = Instant::now() + DEADLINE;
        loop {
            match self.receive(deadline).await {
                Ok(frame) => self.waiting.push_back(frame),
                Err(close) => {
                    assert!(Instant::now() < deadline, "{}: the connection stays open", self.who);
                    return close;
                }
            }
        }
    }

    /// Frames that arrived and that the test did not take, of this type.
    pub fn untaken(&self, kind: &str) -> Vec<&Value> {
        self.waiting.iter().filter(|frame| frame["type"] == kind).collect()
    }

    /// The next frame, or how the connection ended.
    async fn receive(&mut self, deadline: Instant) -> Result<Value, Close> {
        loop {
            let cut = |reason: String| Close { code: None, reason };
            let message = match timeout_at(deadline, self.stream.next()).await {
                Err(_) => return Err(cut(format!("nothing within {DEADLINE:?}"))),
                Ok(None) => return Err(cut("the connection ended".to_owned())),
                Ok(Some(Err(error))) => return Err(cut(error.to_string())),
                Ok(Some(Ok(message))) => message,
            };
            match message {
                Message::Text(text) => return Ok(self.take_in(&text)),
                Message::Ping(_) | Message::Pong(_) => {}
                Message::Close(frame) => {
                    // The next read sends our half of the goodbye.
                    let _ = timeout_at(deadline, self.stream.next()).await;
                    let close =
                        frame.map(|frame| Close { code: Some(frame.code.into()), reason: frame.reason.to_string() });
                    return Err(close.unwrap_or_else(|| cut("a close frame without a code".to_owned())));
                }
                other => panic!("{}: the server sent {other:?}", self.who),
            }
        }
    }

    fn take_in(&mut self, text: &str) -> Value {
        let frame: Value = serde_json::from_str(text)
            .unwrap_or_else(|error| panic!("{}: the server sent no JSON ({error}): {text}", self.who));
        if frame["type"] == "event" {
            let seq = frame["seq"].as_u64().unwrap_or_else(|| panic!("an event has a seq: {frame}"));
            assert!(seq > self.seen_through, "{}: seq {seq} after {}: {frame}", self.who, self.seen_through);
            self.seen_through = seq;
            self.events.push(frame.clone());
        }
        frame
    }

    fn fail(&self, what: &str, close: &Close) -> ! {
        let newest: Vec<String> = self.waiting.iter().rev().take(FRAMES_SHOWN).map(shortened).collect();
        panic!("{}: no {what}: {close:?}; waiting, newest first:\n{}", self.who, newest.join("\n"))
    }
}

/// Opens a WebSocket at a server that may be gone or may refuse.
pub(crate) async fn dial(caller: &Caller, path: &str) -> Result<WebSocketStream<TcpStream>, Error> {
    let mut request = format!("ws://{}{path}", caller.authority()).into_client_request().expect("a request");
    if let Some((name, value)) = caller.credential() {
        request.headers_mut().insert(name, HeaderValue::from_str(&value).expect("a header value"));
    }
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("hezi.v1"));
    let tcp = TcpStream::connect(caller.authority()).await?;
    tcp.set_nodelay(true)?;
    let config = WebSocketConfig::default().max_message_size(Some(4 << 20));
    let (stream, response) = client_async_with_config(request, tcp, Some(config)).await?;
    let protocol = response.headers().get("sec-websocket-protocol").map(HeaderValue::as_bytes);
    assert_eq!(protocol, Some(b"hezi.v1".as_slice()), "the server speaks the subprotocol that was asked for");
    Ok(stream)
}

fn shortened(frame: &Value) -> String {
    frame.to_string().chars().take(300).collect()
}

fn since_in(path: &str) -> Option<u64> {
    let (_, query) = path.split_once("since=")?;
    query.split('&').next()?.parse().ok()
}

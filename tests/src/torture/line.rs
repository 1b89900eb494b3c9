//! A member's connection that may die at any moment, as everything else may.
//!
//! Unlike [`crate::Socket`] it fails no test: what comes is noted, and judged in the end.

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::Stage;
use crate::history::ConnectionId;
use crate::socket::dial;
use crate::{Conference, User};

/// What a member talks through until it dies; another one takes its place.
pub(super) struct Line {
    stream: WebSocketStream<TcpStream>,
    id: ConnectionId,
}

fn refusal(body: &[u8]) -> Refusal {
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |field: &str| problem[field].as_str().unwrap_or_default().to_owned();
    Refusal::Refused(text("code"), text("detail"))
}

/// Why there is no connection.
pub(super) enum Refusal {
    /// The server is not there.
    Gone,
    /// The server refused, with this code and detail.
    Refused(String, String),
}

impl Line {
    /// Connects, as one who has seen everything up to `since`.
    pub(super) async fn open(
        stage: &Stage,
        user: &User,
        room: &Conference,
        since: Option<u64>,
    ) -> Result<Self, Refusal> {
        let path = match since {
            Some(since) => room.path(&format!("/socket?since={since}")),
            None => room.path("/socket"),
        };
        let id = stage.history().connect(&user.id, since);
        match dial(user, &path).await {
            Ok(stream) => Ok(Line { stream, id }),
            Err(Error::Http(response)) => Err(refusal(response.body().as_deref().unwrap_or_default())),
            Err(_) => Err(Refusal::Gone),
        }
    }

    /// Sends a frame. Whether it arrives the reply will say.
    pub(super) async fn send(&mut self, frame: &Value) {
        // A connection that is dead has frames to be read still, so the reader finds out.
        let _ = self.stream.send(Message::text(frame.to_string())).await;
    }

    /// The next frame, which is noted; none when the connection has ended.
    pub(super) async fn next(&mut self, stage: &Stage) -> Option<Value> {
        loop {
            match self.stream.next().await? {
                Ok(Message::Text(text)) => {
                    let frame: Value = serde_json::from_str(&text).expect("the server sends JSON");
                    stage.history().frame(self.id, &frame);
                    return Some(frame);
                }
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(_) | Err(_) => return None,
            }
        }
    }
}

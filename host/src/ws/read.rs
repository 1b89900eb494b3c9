//! Reads a client's frames and hands what they say to the room.
//!
//! # Invariants
//! * A message that cannot be understood is answered; only a broken WebSocket ends the connection.

use std::time::Duration;

use fastwebsockets::{Frame, Role, WebSocketError, WebSocketRead, after_handshake_split};
use tokio::io::{AsyncRead, Sink};

use super::guard::Unmasked;
use super::message::{Assembly, Step};
use crate::config::SocketLimits;
use crate::protocol::client::Sent;
use crate::protocol::close::Close;
use crate::protocol::{client, frame};
use crate::room::{Connection, Outbox, Watching};

/// Why nothing is read any more.
pub(super) enum Ended {
    /// The client said good-bye with this code, or without one.
    ByClient(Option<u16>),
    /// We end it, for this reason.
    By(Close),
}

/// The reading side of a connection.
pub(super) struct Reader<R> {
    frames: WebSocketRead<R>,
    assembly: Assembly,
    idle_timeout: Duration,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub(super) fn new(read: R, limits: &SocketLimits) -> Self {
        // The other half belongs to the writer, which writes frames that were made by the room.
        let (mut frames, _) = after_handshake_split::<R, Sink>(read, tokio::io::sink(), Role::Server);
        frames.set_auto_close(false);
        frames.set_auto_pong(false);
        // fastwebsockets refuses a frame that reaches this size; ours is the largest that is allowed.
        frames.set_max_message_size(limits.message_bytes.saturating_add(1));
        Self {
            frames,
            assembly: Assembly::new(limits.message_bytes),
            idle_timeout: Duration::from_millis(limits.idle_timeout_ms),
        }
    }

    /// Reads until one side ends it.
    pub(super) async fn run(&mut self, connection: &Connection, outbox: &Outbox) -> Ended {
        let received = metrics::counter!("hezi_socket_messages_received_total");
        loop {
            let frame = match next_frame(&mut self.frames, self.idle_timeout).await {
                Ok(frame) => frame,
                Err(close) => return Ended::By(close),
            };
            let message = match self.assembly.take(&frame) {
                Ok(Step::Message(message)) => message,
                Ok(Step::Nothing) => continue,
                Ok(Step::Ping(payload)) => {
                    // Through the outbox: a client that pings without reading fills its own queue.
                    outbox.push(frame::pong(payload));
                    continue;
                }
                Ok(Step::Goodbye(code)) => return Ended::ByClient(code),
                Err(close) => return Ended::By(close),
            };
            received.increment(1);
            match client::parse(&message) {
                Ok((id, sent)) => {
                    let is_there = match sent {
                        Sent::Command(request) => connection.command(id, request).await,
                        Sent::Watch { activity, query } => {
                            connection.watch(id, activity, Watching::Own { query }).await
                        }
                        Sent::Unwatch { activity } => connection.watch(id, activity, Watching::Room).await,
                    };
                    if !is_there {
                        return Ended::By(Close::RoomReset);
                    }
                }
                Err(unreadable) => {
                    outbox.refuse(unreadable.id.as_deref(), &unreadable.problem);
                }
            }
        }
    }
}

/// The next frame, unless none comes for too long. What had been read of one by then is lost, so the caller must end.
async fn next_frame<R: AsyncRead + Unpin>(
    frames: &mut WebSocketRead<R>,
    idle_timeout: Duration,
) -> Result<Frame<'_>, Close> {
    let mut nothing_to_send = |_: Frame<'_>| std::future::ready(Ok::<(), std::io::Error>(()));
    match tokio::time::timeout(idle_timeout, frames.read_frame(&mut nothing_to_send)).await {
        Ok(read) => read.map_err(|error| reason(&error)),
        Err(_) => Err(Close::Idle),
    }
}

fn reason(error: &WebSocketError) -> Close {
    match error {
        WebSocketError::InvalidUTF8 => Close::NotUtf8,
        WebSocketError::FrameTooLarge => Close::TooLarge,
        WebSocketError::UnexpectedEOF | WebSocketError::ConnectionClosed => Close::Goodbye,
        WebSocketError::IoError(error) if error.get_ref().is_some_and(|inner| inner.is::<Unmasked>()) => {
            Close::ProtocolError
        }
        WebSocketError::IoError(_) => Close::Goodbye,
        _ => Close::ProtocolError,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_the_client_has_its_close() {
        let unmasked = std::io::Error::new(std::io::ErrorKind::InvalidData, Unmasked);
        let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        for (error, close) in [
            (WebSocketError::IoError(unmasked), Close::ProtocolError),
            (WebSocketError::IoError(reset), Close::Goodbye),
            (WebSocketError::ReservedBitsNotZero, Close::ProtocolError),
            (WebSocketError::ControlFrameFragmented, Close::ProtocolError),
            (WebSocketError::InvalidValue, Close::ProtocolError),
            (WebSocketError::FrameTooLarge, Close::TooLarge),
            (WebSocketError::InvalidUTF8, Close::NotUtf8),
        ] {
            assert_eq!(reason(&error), close, "{error}");
        }
    }
}

#[cfg(test)]
use super::guard::MaskGuard;
#[cfg(test)]
#[path = "read_fuzz.rs"]
mod fuzz;

//! The WebSocket: the handshake, and one connection from its upgrade to its last byte. The only module that knows
//! fastwebsockets.
//!
//! A connection is two tasks: one reads the client's frames and hands commands to the room, one writes what the room
//! put into the outbox. What a command does, and what is written, is the room's business; who may connect is `http`'s.
//!
//! # Invariants
//! * fastwebsockets' `read_frame` loses bytes when it is cancelled, so it is dropped only when nothing is read any more.
//! * After an error of the client's the close frame with its reason is sent, and the socket is read dry for a moment:
//!   closing it with unread bytes would send a reset that overtakes the close frame.
//! * A connection does not outlive the session that it hangs on.
//! * A write that does not finish in time ends the connection without another byte: half a frame is out.

mod guard;
mod handshake;
mod message;
mod read;
mod stream;
mod write;

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use self::handshake::{BadHandshake, Upgrade, handshake};

use self::guard::MaskGuard;
use self::read::{Ended, Reader};
use self::stream::Halves;
use self::write::{Echo, Writer};
use crate::config::SocketLimits;
use crate::protocol::close::Close;
use crate::room::{Connection, Outbox, OutboxReader};
use crate::telemetry::Counted;

/// Longest wait for the upgrade after the response was handed over.
const UPGRADE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a closed socket is read dry, so that the client gets to see why it was closed.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);
/// Most that is read and thrown away after a close.
const DRAIN_BYTES_MAX: usize = 4 << 20;

/// What a connection to a room consists of, on this side of the upgrade.
pub struct Upgraded {
    /// The way into the room.
    pub connection: Connection,
    /// The room's way out, for what is answered without it: pongs and refusals.
    pub outbox: Outbox,
    /// Where the other end of `outbox` is.
    pub frames: OutboxReader,
    /// How long the session lasts that the connection hangs on.
    pub session_left: Duration,
}

/// All sockets of this server. Cheap to clone.
#[derive(Clone)]
pub struct OpenSockets {
    limits: Arc<SocketLimits>,
    tasks: TaskTracker,
}

impl OpenSockets {
    /// Sockets with these limits.
    pub fn new(limits: SocketLimits) -> Self {
        Self { limits: Arc::new(limits), tasks: TaskTracker::new() }
    }

    /// Serves a connection until it ends. `held` is kept for as long: the permit of the connection.
    pub fn serve<H: Send + 'static>(&self, upgrade: Upgrade, joined: Upgraded, held: H) {
        let (sockets, limits) = (self.clone(), Arc::clone(&self.limits));
        self.tasks.spawn(async move {
            let _held = held;
            match tokio::time::timeout(UPGRADE_TIMEOUT, upgrade.finish()).await {
                Ok(Ok(Halves::Tcp(read, write))) => sockets.run(read, write, joined, &limits).await,
                Ok(Ok(Halves::Other(read, write))) => sockets.run(read, write, joined, &limits).await,
                Ok(Err(_)) | Err(_) => {
                    tracing::debug!("a client went away during the upgrade");
                    joined.connection.close().await;
                }
            }
        });
    }

    /// Waits until every connection has ended. Whoever calls this sees to it that they end.
    pub async fn ended(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// One connection. Whichever side ends it, the writer gets to say why and the reader to read the rest.
    async fn run<R, W>(&self, read: R, write: W, joined: Upgraded, limits: &SocketLimits)
    where
        R: AsyncRead + Unpin + Send,
        W: AsyncWrite + Unpin + Send + 'static,
    {
        let Upgraded { connection, outbox, frames, session_left } = joined;
        let _open = Counted::by("hezi_sockets_open");
        let (echo, written) = (Echo::default(), CancellationToken::new());
        let writer = Writer::new(write, frames, echo.clone(), limits);
        let writing = self.tasks.spawn({
            let done = written.clone().drop_guard();
            async move {
                writer.run().await;
                drop(done);
            }
        });
        let mut guard = MaskGuard::new(read);
        let mut reader = Reader::new(&mut guard, limits);
        tokio::select! {
            ended = reader.run(&connection, &outbox) => match ended {
                Ended::By(close) => outbox.close(close),
                Ended::ByClient(code) => outbox.close(echo.set(code)),
            },
            () = written.cancelled() => {}
            () = tokio::time::sleep(session_left) => outbox.close(Close::SignedOut),
        }
        drop(reader);
        connection.close().await;
        drain(guard.into_inner(), &written).await;
        if let Err(error) = writing.await {
            tracing::error!(%error, "a writer of a socket failed");
        }
    }
}

/// Reads and throws away until the client closes its side, or for a moment after the last byte was written.
async fn drain<R: AsyncRead + Unpin>(mut read: R, written: &CancellationToken) {
    let mut scratch = vec![0; 4 << 10];
    let mut left = DRAIN_BYTES_MAX;
    let dry = async {
        while let Ok(count @ 1..) = read.read(&mut scratch).await {
            left = left.saturating_sub(count);
            if left == 0 {
                break;
            }
        }
    };
    let over = async {
        written.cancelled().await;
        tokio::time::sleep(DRAIN_TIMEOUT).await;
    };
    tokio::select! {
        () = dry => {}
        () = over => {}
    }
}

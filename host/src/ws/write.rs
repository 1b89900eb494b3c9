//! Writes what the room has for a client: everything that waits goes out in one system call.
//!
//! # Invariants
//! * Frames leave in the order in which they entered the outbox; a close frame is the last one.
//! * After a write that failed or took too long nothing more is written.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, MissedTickBehavior};

use crate::config::SocketLimits;
use crate::protocol::close::Close;
use crate::protocol::frame;
use crate::protocol::server::Frame;
use crate::room::{Next, OutboxReader};

/// Most frames in one system call: what the kernel copies without allocating, and enough to make the call cheap.
const FRAMES_PER_WRITE: usize = 64;
/// Longest wait for a close frame to be taken: whoever did not read until now hardly begins.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The code of the client's own close frame, for the writer to send back.
#[derive(Clone, Default)]
pub(super) struct Echo(Arc<AtomicU16>);

impl Echo {
    /// Notes the client's code, to be sent back in place of ours.
    pub(super) fn set(&self, code: Option<u16>) -> Close {
        self.0.store(code.unwrap_or_else(|| Close::Goodbye.code()), Ordering::Release);
        Close::Goodbye
    }

    /// The close frame to send: the client's own code when the good-bye is its own.
    fn frame(&self, close: Close) -> Bytes {
        match self.0.load(Ordering::Acquire) {
            code if code != 0 && close == Close::Goodbye => frame::close(code, ""),
            _ => frame::close(close.code(), close.reason()),
        }
    }
}

/// The writing side of a connection.
pub(super) struct Writer<W> {
    write: W,
    outbox: OutboxReader,
    echo: Echo,
    ping_interval: Duration,
    write_timeout: Duration,
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    pub(super) fn new(write: W, outbox: OutboxReader, echo: Echo, limits: &SocketLimits) -> Self {
        Self {
            write,
            outbox,
            echo,
            ping_interval: Duration::from_millis(limits.ping_interval_ms.max(1)),
            write_timeout: Duration::from_millis(limits.write_timeout_ms),
        }
    }

    /// Writes until the outbox is closed or the client no longer takes anything.
    pub(super) async fn run(mut self) {
        if let Err(error) = self.write_on().await {
            tracing::debug!(%error, "a client no longer takes what is written");
        }
    }

    async fn write_on(&mut self) -> io::Result<()> {
        let sent = metrics::counter!("hezi_socket_frames_sent_total");
        let mut pings = tokio::time::interval_at(Instant::now() + self.ping_interval, self.ping_interval);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut waiting = Vec::new();
        loop {
            // The outbox takes frames out only when it is ready, so the other arm loses none.
            let next = tokio::select! {
                next = self.outbox.next(&mut waiting, FRAMES_PER_WRITE) => next,
                _ = pings.tick() => {
                    // A browser hides pings from its page.
                    waiting.extend([frame::ping(), frame::json(&Frame::Alive)]);
                    Next::Frames
                }
            };
            sent.increment(waiting.len() as u64);
            match next {
                Next::Frames => in_time(self.write_timeout, write_all(&mut self.write, &mut waiting)).await?,
                Next::Closed(close) => return self.close(close, waiting).await,
            }
        }
    }

    async fn close(&mut self, close: Close, mut waiting: Vec<Bytes>) -> io::Result<()> {
        waiting.push(self.echo.frame(close));
        let limit = self.write_timeout.min(CLOSE_TIMEOUT);
        in_time(limit, write_all(&mut self.write, &mut waiting)).await?;
        in_time(limit, self.write.shutdown()).await
    }
}

async fn in_time(limit: Duration, write: impl Future<Output = io::Result<()>>) -> io::Result<()> {
    tokio::time::timeout(limit, write).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Writes all frames, as many as possible in each call, and empties the list.
async fn write_all<W: AsyncWrite + Unpin>(write: &mut W, frames: &mut Vec<Bytes>) -> io::Result<()> {
    let mut first = 0;
    while first < frames.len() {
        let waiting = &frames[first..];
        // The slices live inside the poll: kept across the wait they would make every idle connection a kilobyte larger.
        let written = poll_fn(|cx| {
            let mut slices = [IoSlice::new(&[]); FRAMES_PER_WRITE];
            for (slice, frame) in slices.iter_mut().zip(waiting) {
                *slice = IoSlice::new(frame);
            }
            let count = waiting.len().min(FRAMES_PER_WRITE);
            Pin::new(&mut *write).poll_write_vectored(cx, &slices[..count])
        });
        let mut written = written.await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        while let Some(frame) = frames.get_mut(first) {
            if written < frame.len() {
                frame.advance(written);
                break;
            }
            written -= frame.len();
            first += 1;
        }
    }
    frames.clear();
    write.flush().await
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll};

    use super::*;

    /// Takes a few bytes a call.
    struct Trickle {
        taken: Vec<u8>,
        per_call: usize,
    }

    impl AsyncWrite for Trickle {
        fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            let count = bytes.len().min(self.per_call);
            self.taken.extend_from_slice(&bytes[..count]);
            Poll::Ready(Ok(count))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_write_vectored(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            slices: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            let bytes: Vec<u8> = slices.iter().flat_map(|slice| slice.iter().copied()).take(self.per_call).collect();
            self.taken.extend_from_slice(&bytes);
            Poll::Ready(Ok(bytes.len()))
        }

        fn is_write_vectored(&self) -> bool {
            true
        }
    }

    #[tokio::test]
    async fn everything_is_written_in_order_however_little_is_taken() {
        let frames: Vec<Bytes> = (0..200u8).map(|n| Bytes::from(vec![n; usize::from(n % 7) + 1])).collect();
        let whole: Vec<u8> = frames.concat();
        for per_call in [1, 3, 50, 10_000] {
            let mut write = Trickle { taken: Vec::new(), per_call };
            let mut waiting = frames.clone();
            write_all(&mut write, &mut waiting).await.expect("a write");
            assert!(waiting.is_empty());
            assert_eq!(write.taken, whole, "{per_call}");
        }
    }

    #[tokio::test]
    async fn a_writer_that_takes_nothing_is_an_error() {
        let mut write = Trickle { taken: Vec::new(), per_call: 0 };
        let error = write_all(&mut write, &mut vec![Bytes::from_static(b"a")]).await.expect_err("nothing taken");
        assert_eq!(error.kind(), io::ErrorKind::WriteZero);
    }

    #[test]
    fn the_clients_own_code_goes_back() {
        let echo = Echo::default();
        assert_eq!(&echo.frame(Close::Goodbye)[2..4], 1000u16.to_be_bytes());
        let close = echo.set(Some(4242));
        assert_eq!(&echo.frame(close)[2..4], 4242u16.to_be_bytes());
        assert_eq!(&echo.frame(Close::Restart)[2..4], 1012u16.to_be_bytes());
    }
}

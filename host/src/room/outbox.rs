//! A bounded queue of frames to one connection.
//!
//! The room pushes, the connection's writer takes. Bounded by bytes: a reader that falls behind by more is cut off, since
//! neither the room nor the other readers may wait for it.
//!
//! # Invariants
//! * Frames come out in the order in which they went in.
//! * After `close` nothing more goes in; what was in comes out first, unless the reader was too slow.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

use crate::domain::tongue::Tongue;
use crate::protocol::close::Close;
use crate::protocol::code::Problem;
use crate::protocol::frame;
use crate::protocol::server::Frame;

#[derive(Default)]
struct Queue {
    /// Frames, each with what it counts towards the limit.
    frames: VecDeque<(Bytes, usize)>,
    bytes: usize,
    closed: Option<Close>,
}

struct OutboxState {
    /// A plain mutex: it is held for a push or a swap, never across a wait.
    queue: Mutex<Queue>,
    changed: Notify,
    limit_bytes: usize,
    /// What the server says through it, it says in this language.
    tongue: Tongue,
}

impl OutboxState {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end that frames go into. Cheap to clone.
#[derive(Clone)]
pub struct Outbox(Arc<OutboxState>);

/// The end that frames come out of.
pub struct OutboxReader(Arc<OutboxState>);

/// What a reader has to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Write the frames that were taken.
    Frames,
    /// Close the connection for this reason.
    Closed(Close),
}

impl Outbox {
    /// A queue that holds at most `limit_bytes` of frames, for a client that is spoken to in this language.
    pub fn new(limit_bytes: usize, tongue: Tongue) -> (Outbox, OutboxReader) {
        let shared = Arc::new(OutboxState { queue: Mutex::default(), changed: Notify::new(), limit_bytes, tongue });
        (Outbox(Arc::clone(&shared)), OutboxReader(shared))
    }

    /// Adds a frame; false when the connection is closed or was closed by this because it is too slow.
    pub fn push(&self, frame: Bytes) -> bool {
        let mut queue = self.0.lock();
        if queue.closed.is_some() {
            return false;
        }
        // A frame larger than the limit still passes when nothing waits: a large view is no slow reader.
        if queue.bytes > 0 && queue.bytes + frame.len() > self.0.limit_bytes {
            queue.closed = Some(Close::Slow);
            queue.frames.clear();
            queue.bytes = 0;
            drop(queue);
            self.0.changed.notify_one();
            return false;
        }
        let len = frame.len();
        queue.bytes += len;
        queue.frames.push_back((frame, len));
        drop(queue);
        self.0.changed.notify_one();
        true
    }

    /// Refuses a command, one without an id where none could be read; false as with [`Self::push`].
    pub fn refuse(&self, id: Option<&str>, problem: &Problem) -> bool {
        self.push(frame::json(&Frame::refusal(id, problem, self.0.tongue)))
    }

    /// Adds a frame that does not count: what a client that was away has missed, whose size is not its fault.
    pub fn preload(&self, frame: Bytes) {
        let mut queue = self.0.lock();
        if queue.closed.is_none() {
            queue.frames.push_back((frame, 0));
            drop(queue);
            self.0.changed.notify_one();
        }
    }

    /// Ends the queue. The first reason counts.
    pub fn close(&self, close: Close) {
        self.0.lock().closed.get_or_insert(close);
        self.0.changed.notify_one();
    }
}

impl OutboxReader {
    /// Waits for frames and takes at most `max` of them, or learns that the queue has ended.
    pub async fn next(&mut self, into: &mut Vec<Bytes>, max: usize) -> Next {
        loop {
            {
                let mut queue = self.0.lock();
                let count = queue.frames.len().min(max);
                if count > 0 {
                    let taken =
                        queue.frames.drain(..count).map(|(frame, counts)| (into.push(frame), counts).1).sum::<usize>();
                    queue.bytes -= taken;
                    return Next::Frames;
                }
                if let Some(close) = queue.closed {
                    return Next::Closed(close);
                }
            }
            self.0.changed.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(len: usize) -> Bytes {
        Bytes::from(vec![b'x'; len])
    }

    #[tokio::test]
    async fn frames_come_out_in_order_and_before_the_close() {
        let (outbox, mut reader) = Outbox::new(100, Tongue::English);
        assert!(outbox.push(Bytes::from_static(b"1")) && outbox.push(Bytes::from_static(b"2")));
        outbox.close(Close::Restart);
        assert!(!outbox.push(frame(1)));
        let mut taken = Vec::new();
        assert_eq!(reader.next(&mut taken, 1).await, Next::Frames);
        assert_eq!(reader.next(&mut taken, 9).await, Next::Frames);
        assert_eq!(taken, [Bytes::from_static(b"1"), Bytes::from_static(b"2")]);
        assert_eq!(reader.next(&mut taken, 9).await, Next::Closed(Close::Restart));
    }

    #[tokio::test]
    async fn a_slow_reader_is_cut_off() {
        let (outbox, mut reader) = Outbox::new(100, Tongue::English);
        assert!(outbox.push(frame(60)));
        assert!(!outbox.push(frame(60)));
        outbox.close(Close::Restart);
        assert_eq!(reader.next(&mut Vec::new(), 9).await, Next::Closed(Close::Slow));
    }

    #[tokio::test]
    async fn what_was_missed_does_not_count() {
        let (outbox, _reader) = Outbox::new(100, Tongue::English);
        for _ in 0..10 {
            outbox.preload(frame(60));
        }
        assert!(outbox.push(frame(60)));
        assert!(!outbox.push(frame(60)));
    }

    #[tokio::test]
    async fn one_large_frame_passes() {
        let (outbox, mut reader) = Outbox::new(100, Tongue::English);
        assert!(outbox.push(frame(1_000)));
        let mut taken = Vec::new();
        assert_eq!(reader.next(&mut taken, 9).await, Next::Frames);
        assert_eq!(taken.len(), 1);
    }
}

//! Connections that have no request under way: those that have not sent one yet, and those that are kept for the next one.
//!
//! Whoever opens connections and says nothing must not keep others out. These connections have a budget of their own, and
//! the one that has waited longest goes when there is one too many, or when somebody else finds no place.
//!
//! # Invariants
//! * A connection is in the list while it waits, and at no other time.
//! * A request that has begun is answered, whatever becomes of the connection afterwards.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio_util::sync::CancellationToken;

/// No place in the list.
const NOWHERE: u64 = 0;

/// All connections that wait.
pub(super) struct Waiting {
    room: usize,
    /// A mutex because it is held for a look-up only.
    list: Mutex<List>,
}

#[derive(Default)]
struct List {
    last: u64,
    /// In the order in which they began to wait.
    places: BTreeMap<u64, CancellationToken>,
}

impl Waiting {
    /// Nobody waits yet; at most `room` may.
    pub(super) fn new(room: usize) -> Arc<Self> {
        Arc::new(Self { room: room.max(1), list: Mutex::default() })
    }

    /// A connection that has just been made.
    pub(super) fn arrive(self: &Arc<Self>) -> TrackedConnection {
        let tracking = Tracking {
            waiting: Arc::clone(self),
            place: AtomicU64::new(NOWHERE),
            go: CancellationToken::new(),
            has_asked: AtomicBool::new(false),
        };
        tracking.wait();
        TrackedConnection(Arc::new(tracking))
    }

    /// Tells the connection that has waited longest to go. False when none waits.
    pub(super) fn dismiss_oldest(&self) -> bool {
        self.lock().dismiss_oldest()
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl List {
    fn dismiss_oldest(&mut self) -> bool {
        let Some((_, go)) = self.places.pop_first() else { return false };
        go.cancel();
        metrics::counter!("hezi_connections_dismissed_total").increment(1);
        true
    }
}

/// A connection's place, whether it waits or not. Clones are the same connection.
#[derive(Clone)]
pub(super) struct TrackedConnection(Arc<Tracking>);

struct Tracking {
    waiting: Arc<Waiting>,
    place: AtomicU64,
    go: CancellationToken,
    has_asked: AtomicBool,
}

impl Tracking {
    fn wait(&self) {
        let mut list = self.waiting.lock();
        list.last += 1;
        let place = list.last;
        list.places.insert(place, self.go.clone());
        self.place.store(place, Ordering::Relaxed);
        if list.places.len() > self.waiting.room {
            list.dismiss_oldest();
        }
    }

    fn stop_waiting(&self) {
        let mut list = self.waiting.lock();
        list.places.remove(&self.place.swap(NOWHERE, Ordering::Relaxed));
    }
}

impl Drop for Tracking {
    fn drop(&mut self) {
        self.stop_waiting();
    }
}

impl TrackedConnection {
    /// Completes when the connection has to go.
    pub(super) async fn dismissed(&self) {
        self.0.go.cancelled().await;
    }

    /// Whether a request ever came.
    pub(super) fn has_asked(&self) -> bool {
        self.0.has_asked.load(Ordering::Relaxed)
    }

    /// A request has come: the connection does not wait until the answer is out.
    pub(super) fn busy(&self) -> Busy {
        self.0.has_asked.store(true, Ordering::Relaxed);
        self.0.stop_waiting();
        Busy { connection: self.clone(), returns: true }
    }
}

/// A request under way. When it is dropped the connection waits for the next one.
pub(super) struct Busy {
    connection: TrackedConnection,
    returns: bool,
}

impl Busy {
    /// The connection is used for something else from now on, and no request comes after this one.
    pub(super) fn for_good(mut self) {
        self.returns = false;
    }

    /// The body of the answer, with which the request ends.
    pub(super) fn until_sent(self, body: Body) -> Body {
        Body::new(Answering { body, _busy: self })
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if self.returns {
            self.connection.0.wait();
        }
    }
}

/// A body that keeps its connection busy.
struct Answering {
    body: Body,
    _busy: Busy,
}

impl HttpBody for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_dismissed(connection: &TrackedConnection) -> bool {
        connection.0.go.is_cancelled()
    }

    #[test]
    fn the_oldest_goes_when_there_is_one_too_many() {
        let waiting = Waiting::new(2);
        let seats = [waiting.arrive(), waiting.arrive(), waiting.arrive()];
        assert_eq!(seats.each_ref().map(is_dismissed), [true, false, false]);
    }

    #[test]
    fn who_has_a_request_under_way_does_not_wait() {
        let waiting = Waiting::new(1);
        let first = waiting.arrive();
        let busy = first.busy();
        let second = waiting.arrive();
        assert!(!is_dismissed(&first) && !is_dismissed(&second));
        drop(busy);
        assert!(is_dismissed(&second), "the first waits again, as the younger one");
        assert!(!is_dismissed(&first));
    }

    #[test]
    fn who_has_gone_waits_no_more() {
        let waiting = Waiting::new(1);
        drop(waiting.arrive());
        let socket = waiting.arrive();
        socket.busy().for_good();
        drop(socket);
        assert!(!waiting.dismiss_oldest());
    }
}

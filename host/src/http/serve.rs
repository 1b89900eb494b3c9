//! Takes connections and serves them until it is told to stop.
//!
//! The loop is our own rather than axum's because axum's puts no bound on the number of connections or on how long a
//! request's head may take.
//!
//! # Invariants
//! * There are never more connections than allowed, sockets included: a permit is held until the last byte.
//! * A connection without a request never keeps one out that has something to ask (`waiting`).
//! * An error of `accept` never ends the loop.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::waiting::{TrackedConnection, Waiting};

/// Pause after an error that concerns all connections, such as too many open files: trying again at once would only burn
/// a processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Largest head of a request that is buffered.
const BUFFER_BYTES_MAX: usize = 64 << 10;
/// The status of a connection that is something else than HTTP from now on.
const SWITCHING: u16 = 101;

/// What bounds the server.
#[derive(Debug, Clone, Copy)]
pub struct ServerLimits {
    /// Most connections at a time.
    pub connections: usize,
    /// Most connections at a time that have no request under way; half of all at most.
    pub waiting_connections: usize,
    /// Longest wait for the head of a request, and so for the next request on a kept connection.
    pub head_timeout: Duration,
    /// Longest time in which a client takes nothing of what is sent to it.
    pub write_timeout: Duration,
}

/// A connection's place among those allowed.
pub(super) struct ConnectionPermit(#[expect(dead_code, reason = "held, not used")] OwnedSemaphorePermit);

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

/// What serves connections.
pub struct Server {
    router: Router,
    http: http1::Builder,
    permits: Arc<Semaphore>,
    waiting: Arc<Waiting>,
    stop: CancellationToken,
    write_timeout: Duration,
    tasks: TaskTracker,
}

impl Server {
    /// A server of this site. It stops taking connections, and ends the idle ones, when `stop` is cancelled.
    pub fn new(router: Router, limits: ServerLimits, stop: CancellationToken) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(limits.head_timeout).max_buf_size(BUFFER_BYTES_MAX);
        let permits = Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS)));
        let waiting = Waiting::new(limits.waiting_connections.min(limits.connections / 2));
        Self { router, http, permits, waiting, stop, write_timeout: limits.write_timeout, tasks: TaskTracker::new() }
    }

    /// Takes connections until told to stop, and waits for the requests under way.
    pub async fn run(self, listener: TcpListener) {
        let stop = self.stop.clone();
        tokio::select! {
            never = self.accept(listener) => match never {},
            () = stop.cancelled() => {}
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn accept(&self, listener: TcpListener) -> Infallible {
        loop {
            match listener.accept().await {
                Ok((stream, from)) => {
                    let permit = self.permit().await;
                    self.serve(stream, Peer(from.ip()), permit);
                }
                // The client went away while it waited; the next one has nothing to do with it.
                Err(error) if concerns_one_client(error.kind()) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be taken");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Waits until there is room for one more connection: the one that has waited longest without a request makes room.
    /// Where none does, clients wait in the kernel's queue.
    async fn permit(&self) -> Option<Arc<ConnectionPermit>> {
        if self.permits.available_permits() == 0 && !self.waiting.dismiss_oldest() {
            tracing::warn!("as many connections as `limits.http.connections` allows; the next ones wait");
        }
        // The semaphore is never closed; if it were, connections would go uncounted rather than unserved.
        Arc::clone(&self.permits).acquire_owned().await.ok().map(|permit| Arc::new(ConnectionPermit(permit)))
    }

    fn serve(&self, stream: TcpStream, peer: Peer, permit: Option<Arc<ConnectionPermit>>) {
        // Answers are written whole, so waiting for more to send along would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        // A client that does not read what it asked for would hold its place for ever: the kernel counts the time in which
        // nothing could be sent, or nothing was acknowledged.
        if let Err(error) = socket2::SockRef::from(&stream).set_tcp_user_timeout(Some(self.write_timeout)) {
            tracing::debug!(%error, "a connection has no write timeout");
        }
        let (router, tracked) = (self.router.clone(), self.waiting.arrive());
        let connection_service = ConnectionService { router, peer, permit, tracked: tracked.clone() };
        let service = service_fn(move |request| connection_service.clone().answer(request));
        let connection = self.http.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let (stop, write_timeout) = (self.stop.clone(), self.write_timeout);
        self.tasks.spawn(async move {
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
                // Without a request there is nothing to lose, and with one its answer is finished.
                () = tracked.dismissed() => match tracked.has_asked() {
                    false => Ok(()),
                    true => {
                        connection.as_mut().graceful_shutdown();
                        tokio::time::timeout(write_timeout, connection).await.unwrap_or(Ok(()))
                    }
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
}

/// What a connection's requests are answered with.
#[derive(Clone)]
struct ConnectionService {
    router: Router,
    peer: Peer,
    permit: Option<Arc<ConnectionPermit>>,
    tracked: TrackedConnection,
}

impl ConnectionService {
    async fn answer(self, request: Request<Incoming>) -> Result<Response, Infallible> {
        let Self { router, peer, permit, tracked } = self;
        let busy = tracked.busy();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        if let Some(permit) = permit {
            // A socket outlives its request and takes the permit along.
            request.extensions_mut().insert(permit);
        }
        let response = router.oneshot(request).await?;
        if response.status().as_u16() == SWITCHING {
            busy.for_good();
            return Ok(response);
        }
        Ok(response.map(|body| busy.until_sent(body)))
    }
}

fn concerns_one_client(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused)
}

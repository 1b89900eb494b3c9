//! The store's one handle: the database behind it, embedded or a server, and what all queries share.
//!
//! # Invariants
//! * A write runs to its end, whether or not somebody still waits for it; a read is answered when the writes that it may have
//!   seen have ended.
//! * A close waits for the writes that are under way.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use surrealdb::opt::auth::Root;
use surrealdb::types::Variables;
use tokio_util::task::TaskTracker;

use super::answer::{Answers, log_failure};
use super::audit_id::{AuditId, AuditIds};
use super::engine::EmbeddedEngine;
use super::error::StoreError;
use super::holder::Holder;
use super::soundness::Soundness;
use crate::clock::{SharedRng, random_below};
use crate::config::SurrealConfig;

/// How long a stop waits for writes that are under way.
pub(super) const STOP_GRACE: Duration = Duration::from_secs(3);

/// What a query may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum QueryKind {
    /// It changes nothing.
    Reads,
    /// It changes something.
    Writes,
}

enum Backend {
    /// In this process.
    Embedded(EmbeddedEngine),
    /// A SurrealDB server.
    Remote(Surreal<Any>),
}

struct Database {
    backend: Backend,
    rng: SharedRng,
    query_timeout: Duration,
    audit_ids: AuditIds,
    soundness: Arc<Soundness>,
    /// Who this process is to a SurrealDB server, which one process has at a time.
    holder: Option<Holder>,
    /// The writes that are under way, whoever waits for them.
    tasks: TaskTracker,
    /// Set once the store is being closed: what fails from then on fails for that reason.
    stopping: OnceLock<()>,
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Database>);

/// The store, as long as somebody else has it open.
pub(super) struct WeakStore(Weak<Database>);

impl WeakStore {
    /// The store, if somebody has it open.
    pub(super) fn upgrade(&self) -> Option<Store> {
        self.0.upgrade().map(Store)
    }
}

impl Store {
    /// Connects to the database at `url`, whatever is in it. Nobody else may have it open: `opening` sees to that.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when SurrealDB does not open.
    pub(super) async fn reach(url: &str, config: &SurrealConfig, rng: SharedRng) -> Result<Self, StoreError> {
        let backend = Backend::open(url, config).await?;
        Ok(Self(Arc::new(Database {
            holder: matches!(backend, Backend::Remote(_)).then(|| Holder::new(rng.as_ref())),
            backend,
            rng,
            query_timeout: Duration::from_millis(config.query_timeout_ms),
            audit_ids: AuditIds::default(),
            soundness: Arc::default(),
            tasks: TaskTracker::new(),
            stopping: OnceLock::new(),
        })))
    }

    /// Who this process is to a SurrealDB server; none to the engine in it.
    pub(super) fn holder(&self) -> Option<&Holder> {
        self.0.holder.as_ref()
    }

    /// The same store, without keeping it open.
    pub(super) fn downgrade(&self) -> WeakStore {
        WeakStore(Arc::downgrade(&self.0))
    }

    /// Asks the database once, within the deadline.
    ///
    /// # Errors
    /// [`StoreError`] of the first statement that failed for a reason of its own.
    pub(super) async fn ask(
        &self,
        kind: QueryKind,
        text: Cow<'static, str>,
        values: Variables,
    ) -> Result<Answers, StoreError> {
        let database = &self.0;
        database.soundness.check()?;
        let limit = database.query_timeout;
        let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        let answered = match kind {
            QueryKind::Writes => {
                // Spawned, because a caller that stops waiting must not cut a commit off between its log and its sync.
                let task = database.tasks.spawn(Database::write(Arc::clone(database), text, values));
                let end = |ended: Result<_, _>| {
                    ended.unwrap_or_else(|error| Err(StoreError::Unavailable(format!("{error}"))))
                };
                tokio::time::timeout(limit, task).await.map(end)
            }
            QueryKind::Reads => tokio::time::timeout(limit, database.read(text, values)).await,
        };
        let answer = answered.map_err(|_| StoreError::TimedOut { limit_ms })?;
        // What was answered while the engine broke may have seen what is not on the disk.
        database.soundness.check()?;
        answer
    }

    /// The place of a line of the audit log that is written at this time.
    pub(super) fn next_audit_id(&self, at_ms: u64) -> AuditId {
        self.0.audit_ids.next(at_ms, self.0.rng.as_ref())
    }

    /// A random number below a bound.
    pub(super) fn random_below(&self, bound: u32) -> u32 {
        random_below(self.0.rng.as_ref(), bound)
    }

    /// Nothing that the store says is believed from here on, for this reason.
    pub(super) fn condemn(&self, why: &str) {
        self.0.soundness.condemn(why);
    }

    /// Waits until the engine's log has failed, and gives the reason. The process must end then: nothing that the store
    /// would say can be believed.
    pub async fn broken(&self) -> String {
        self.0.soundness.broken().await
    }

    /// Waits a while for what is under way. What fails from then on fails because the store is being closed.
    pub(super) async fn rest(&self) {
        self.0.tasks.close();
        if tokio::time::timeout(STOP_GRACE, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("the store is closed while a write is under way: it has not been acknowledged");
        }
        // Whether somebody closed it before makes no difference.
        let _ = self.0.stopping.set(());
    }

    /// Lets the engine write what it has in memory and close its files; a server keeps its own.
    ///
    /// # Errors
    /// [`StoreError`] when the engine does not come to rest; what was acknowledged is in its log all the same.
    pub(super) async fn part(&self) -> Result<(), StoreError> {
        match &self.0.backend {
            Backend::Embedded(engine) => engine.close().await,
            Backend::Remote(_) => Ok(()),
        }
    }
}

impl Database {
    /// Begins with the call, so that a read which begins later waits for it.
    fn write(
        self: Arc<Self>,
        text: Cow<'static, str>,
        values: Variables,
    ) -> impl Future<Output = Result<Answers, StoreError>> + Send + 'static {
        let under_way = self.soundness.begin();
        async move {
            let answer = self.backend.ask(text, values).await;
            if let (Backend::Embedded(_), Err(error)) = (&self.backend, &answer)
                && self.stopping.get().is_none()
                && let Some(why) = log_failure(error)
            {
                self.soundness.condemn(why);
            }
            drop(under_way);
            answer
        }
    }

    async fn read(&self, text: Cow<'static, str>, values: Variables) -> Result<Answers, StoreError> {
        let answer = self.backend.ask(text, values).await;
        // A server of its own does not show what it has not synced, and a connection that is cut must not stop every read.
        if matches!(self.backend, Backend::Embedded(_)) {
            self.soundness.settled().await;
        }
        answer
    }
}

impl Backend {
    async fn open(url: &str, config: &SurrealConfig) -> Result<Self, StoreError> {
        if !url.starts_with("ws://") && !url.starts_with("wss://") {
            return EmbeddedEngine::open(url, config).await.map(Self::Embedded);
        }
        let limit = Duration::from_millis(config.query_timeout_ms);
        let late = |_| StoreError::TimedOut { limit_ms: config.query_timeout_ms };
        tokio::time::timeout(limit, Self::connect(url, config)).await.map_err(late)?
    }

    async fn connect(url: &str, config: &SurrealConfig) -> Result<Self, StoreError> {
        let unavailable = |error: surrealdb::Error| StoreError::Unavailable(error.to_string());
        let db = surrealdb::engine::any::connect(url).await.map_err(unavailable)?;
        if let (Some(username), Some(password)) = (&config.username, &config.password) {
            let root = Root { username: username.clone(), password: password.clone() };
            db.signin(root).await.map_err(unavailable)?;
        }
        db.use_ns(&config.namespace).use_db(&config.database).await.map_err(unavailable)?;
        Ok(Self::Remote(db))
    }

    async fn ask(&self, text: Cow<'static, str>, values: Variables) -> Result<Answers, StoreError> {
        Answers::of(match self {
            Self::Embedded(engine) => match engine.db() {
                Some(db) => db.query(text).bind(values).into_future().await,
                None => return Err(StoreError::Unavailable("it was closed".into())),
            },
            Self::Remote(db) => db.query(text).bind(values).into_future().await,
        })
    }
}

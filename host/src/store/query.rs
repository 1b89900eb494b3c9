//! One query: its text, its bound values, its deadline, and what its errors mean.
//!
//! # Invariants
//! * A transaction conflict is tried again, a bounded number of times with a random pause; nothing else is.
//! * When any statement failed, the whole query failed.
//! * A write runs to its end, whether or not somebody still waits for it; a read is answered when the writes that it may have
//!   seen have ended.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use surrealdb::IndexedResults;
use surrealdb::types::{QueryError, SurrealValue, Value, Variables};

use super::{Connection, Store, StoreError};
use crate::clock::random_below;

/// How often a transaction that lost a race is tried.
const TRIES_MAX: u32 = 8;

/// A query under construction.
pub(super) struct Query<'s> {
    store: &'s Store,
    kind: Kind,
    text: String,
    values: Variables,
}

/// What a query may do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Reads,
    Writes,
}

/// The answers to a query's statements.
pub(super) struct Answer(IndexedResults);

impl Store {
    /// Begins a query that changes something.
    pub(super) fn write(&self, text: impl Into<String>) -> Query<'_> {
        Query { store: self, kind: Kind::Writes, text: text.into(), values: Variables::new() }
    }

    /// Begins a query that changes nothing.
    pub(super) fn read(&self, text: impl Into<String>) -> Query<'_> {
        Query { store: self, kind: Kind::Reads, text: text.into(), values: Variables::new() }
    }
}

impl Query<'_> {
    /// Binds a value to `$name`.
    pub(super) fn bind(mut self, name: &str, value: impl SurrealValue) -> Self {
        self.values.insert(name.to_owned(), value.into_value());
        self
    }

    /// Runs the query.
    ///
    /// # Errors
    /// [`StoreError`] of the first statement that failed for a reason of its own.
    pub(super) async fn run(self) -> Result<Answer, StoreError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.run_once().await {
                Err(StoreError::Conflict) if tries < TRIES_MAX => {
                    let pause_ms = random_below(self.store.0.rng.as_ref(), 1 << tries.min(6));
                    tokio::time::sleep(Duration::from_millis(u64::from(pause_ms))).await;
                }
                result => return result,
            }
        }
    }

    async fn run_once(&self) -> Result<Answer, StoreError> {
        let inner = &self.store.0;
        inner.soundness.check()?;
        let limit = inner.query_timeout;
        let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        let answered = if self.kind == Kind::Writes {
            let writing = self.writing();
            // Spawned, because a caller that stops waiting must not cut a commit off between its log and its sync.
            let task = inner.tasks.spawn(writing);
            let end =
                |ended: Result<_, _>| ended.unwrap_or_else(|error| Err(StoreError::Unavailable(format!("{error}"))));
            tokio::time::timeout(limit, task).await.map(end)
        } else {
            tokio::time::timeout(limit, self.reading()).await
        };
        let answer = answered.map_err(|_| StoreError::TimedOut { limit_ms })?;
        // What was answered while the engine broke may have seen what is not on the disk.
        inner.soundness.check()?;
        answer
    }

    fn writing(&self) -> impl Future<Output = Result<Answer, StoreError>> + Send + 'static {
        let inner = Arc::clone(&self.store.0);
        let (text, values) = (self.text.clone(), self.values.clone());
        let under_way = inner.soundness.begin();
        async move {
            let answer = ask(&inner.connection, text, values).await;
            if let (Connection::Embedded(_), Err(error)) = (&inner.connection, &answer)
                && inner.stopping.get().is_none()
                && let Some(why) = log_failure(error)
            {
                inner.soundness.condemn(why);
            }
            drop(under_way);
            answer
        }
    }

    async fn reading(&self) -> Result<Answer, StoreError> {
        let inner = &self.store.0;
        let answer = ask(&inner.connection, self.text.clone(), self.values.clone()).await;
        // A server of its own does not show what it has not synced, and a connection that is cut must not stop every read.
        if matches!(inner.connection, Connection::Embedded(_)) {
            inner.soundness.settled().await;
        }
        answer
    }
}

async fn ask(connection: &Connection, text: String, values: Variables) -> Result<Answer, StoreError> {
    let answer = match connection {
        Connection::Embedded(engine) => match engine.db() {
            Some(db) => db.query(text).bind(values).into_future().await,
            None => return Err(StoreError::Unavailable("it was closed".into())),
        },
        Connection::Remote(db) => db.query(text).bind(values).into_future().await,
    };
    let mut answer = answer.map_err(|error| judge(&error))?;
    match worst(answer.take_errors().into_values().map(|error| judge(&error))) {
        Some(error) => Err(error),
        None => Ok(Answer(answer)),
    }
}

/// What failed in the engine's log, if this error of a write says so. A statement that cannot be carried out is no such
/// error: its transaction was given up before the log heard of it.
fn log_failure(error: &StoreError) -> Option<&str> {
    const OF_THE_LOG: [&str; 4] = [
        "There was a problem with a transaction",
        "There was a problem with the datastore",
        "commit outcome is unknown",
        "read-and-deletion-only mode",
    ];
    match error {
        StoreError::Unavailable(text) if OF_THE_LOG.iter().any(|phrase| text.contains(phrase)) => Some(text),
        _ => None,
    }
}

/// The error that says most: in a failed transaction every statement has one, and only one is the cause.
fn worst(errors: impl Iterator<Item = StoreError>) -> Option<StoreError> {
    errors.min_by_key(|error| match error {
        StoreError::Exists => 0,
        StoreError::Conflict => 1,
        StoreError::NoTable => 2,
        _ if log_failure(error).is_some() => 3,
        _ if error.to_string().contains("failed transaction") => 5,
        _ => 4,
    })
}

fn judge(error: &surrealdb::Error) -> StoreError {
    let text = error.to_string();
    if matches!(error.query_details(), Some(QueryError::TransactionConflict)) || text.contains("can be retried") {
        return StoreError::Conflict;
    }
    if error.is_already_exists() || text.contains("already exists") {
        return StoreError::Exists;
    }
    if error.is_not_found() && text.contains("table") {
        return StoreError::NoTable;
    }
    StoreError::Unavailable(text)
}

impl Answer {
    /// The rows of statement `index`.
    pub(super) fn rows<T: SurrealValue>(&mut self, index: usize) -> Result<Vec<T>, StoreError> {
        self.0.take(index).map_err(|error| StoreError::corrupt("a row", error))
    }

    /// The only value of statement `index`, if it has one.
    pub(super) fn take_one<T: SurrealValue>(&mut self, index: usize) -> Result<Option<T>, StoreError> {
        let value: Value = self.0.take(index).map_err(|error| StoreError::corrupt("a value", error))?;
        let value = match value {
            Value::Array(items) => items.into_iter().next().unwrap_or(Value::None),
            value => value,
        };
        match value {
            Value::None | Value::Null => Ok(None),
            value => T::from_value(value).map(Some).map_err(|error| StoreError::corrupt("a value", error)),
        }
    }

    /// The rows of statement `index`, each a document of type `T`.
    pub(super) fn documents<T: DeserializeOwned>(&mut self, index: usize, what: &str) -> Result<Vec<T>, StoreError> {
        self.rows::<serde_json::Value>(index)?.into_iter().map(|row| from_document(row, what)).collect()
    }

    /// The only row of statement `index`, a document of type `T`, if there is one.
    pub(super) fn document<T: DeserializeOwned>(&mut self, index: usize, what: &str) -> Result<Option<T>, StoreError> {
        self.take_one::<serde_json::Value>(index)?.map(|row| from_document(row, what)).transpose()
    }
}

fn from_document<T: DeserializeOwned>(document: serde_json::Value, what: &str) -> Result<T, StoreError> {
    serde_json::from_value(document).map_err(|error| StoreError::corrupt(what, error))
}

/// A value of ours as a document to bind.
pub(super) fn document<T: serde::Serialize>(value: &T) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(value).map_err(|error| StoreError::corrupt("a value", error))
}

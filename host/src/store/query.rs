//! One query: its text, its bound values, its deadline, and what its errors mean.
//!
//! # Invariants
//! * A transaction conflict is tried again, a bounded number of times with a random pause; nothing else is.
//! * When any statement failed, the whole query failed.

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
    text: String,
    values: Variables,
}

/// The answers to a query's statements.
pub(super) struct Answer(IndexedResults);

impl Store {
    /// Begins a query.
    pub(super) fn query(&self, text: impl Into<String>) -> Query<'_> {
        Query { store: self, text: text.into(), values: Variables::new() }
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
        let limit = self.store.0.query_timeout;
        let (text, values) = (self.text.clone(), self.values.clone());
        let answer = match &self.store.0.connection {
            Connection::Embedded(db) => tokio::time::timeout(limit, db.query(text).bind(values).into_future()).await,
            Connection::Remote(db) => tokio::time::timeout(limit, db.query(text).bind(values).into_future()).await,
        };
        let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        let mut answer = answer.map_err(|_| StoreError::TimedOut { limit_ms })?.map_err(|error| judge(&error))?;
        match worst(answer.take_errors().into_values().map(|error| judge(&error))) {
            Some(error) => Err(error),
            None => Ok(Answer(answer)),
        }
    }
}

/// The error that says most: in a failed transaction every statement has one, and only one is the cause.
fn worst(errors: impl Iterator<Item = StoreError>) -> Option<StoreError> {
    errors.min_by_key(|error| match error {
        StoreError::Exists => 0,
        StoreError::Conflict => 1,
        StoreError::NoTable => 2,
        _ if error.to_string().contains("failed transaction") => 4,
        _ => 3,
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

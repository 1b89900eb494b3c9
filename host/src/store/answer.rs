//! What a query is answered with: rows, values and documents, and what its errors mean.
//!
//! # Invariants
//! * When any statement failed, the whole query failed.

use serde::de::DeserializeOwned;
use surrealdb::IndexedResults;
use surrealdb::types::{QueryError, SurrealValue, Value};

use super::error::StoreError;

/// The answers to a query's statements.
pub(super) struct Answers(IndexedResults);

/// What failed in the engine's log, if this error of a write says so. A statement that cannot be carried out is no such
/// error: its transaction was given up before the log heard of it.
pub(super) fn log_failure(error: &StoreError) -> Option<&str> {
    const OF_THE_LOG: [&str; 4] = [
        "There was a problem with a transaction",
        "There was a problem with the datastore",
        "commit outcome is unknown",
        "read-and-deletion-only mode",
    ];
    match error {
        StoreError::Unavailable(text) | StoreError::Failed(text)
            if OF_THE_LOG.iter().any(|phrase| text.contains(phrase)) =>
        {
            Some(text)
        }
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

/// A statement was answered with this.
fn judge_statement(error: &surrealdb::Error) -> StoreError {
    match judge(error) {
        StoreError::Unavailable(text) => StoreError::Failed(text),
        error => error,
    }
}

impl Answers {
    /// The answers, unless a statement failed.
    ///
    /// # Errors
    /// [`StoreError`] of the first statement that failed for a reason of its own.
    pub(super) fn of(answered: surrealdb::Result<IndexedResults>) -> Result<Self, StoreError> {
        let mut answers = answered.map_err(|error| judge(&error))?;
        let errors = answers.take_errors();
        if errors.is_empty() {
            return Ok(Self(answers));
        }
        worst(errors.into_values().map(|error| judge_statement(&error))).map_or(Ok(Self(answers)), Err)
    }

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

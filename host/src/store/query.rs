//! One query: its text, its bound values, and how often it is tried.
//!
//! # Invariants
//! * A transaction conflict is tried again, a bounded number of times with a random pause; nothing else is.

use std::borrow::Cow;
use std::time::Duration;

use surrealdb::types::{SurrealValue, Variables};

use super::answer::Answers;
use super::connection::{QueryKind, Store};
use super::error::StoreError;

/// How often a transaction that lost a race is tried.
const TRIES_MAX: u32 = 8;

/// A query under construction.
pub(super) struct Query<'s> {
    store: &'s Store,
    kind: QueryKind,
    text: Cow<'static, str>,
    values: Variables,
}

impl Store {
    /// Begins a query that changes something.
    pub(super) fn write(&self, text: impl Into<Cow<'static, str>>) -> Query<'_> {
        Query { store: self, kind: QueryKind::Writes, text: text.into(), values: Variables::new() }
    }

    /// Begins a query that changes nothing.
    pub(super) fn read(&self, text: impl Into<Cow<'static, str>>) -> Query<'_> {
        Query { store: self, kind: QueryKind::Reads, text: text.into(), values: Variables::new() }
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
    pub(super) async fn run(self) -> Result<Answers, StoreError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.store.ask(self.kind, self.text.clone(), self.values.clone()).await {
                Err(StoreError::Conflict) if tries < TRIES_MAX => {
                    let pause_ms = self.store.random_below(1 << tries.min(6));
                    tokio::time::sleep(Duration::from_millis(u64::from(pause_ms))).await;
                }
                result => return result,
            }
        }
    }
}

/// A value of ours as a document to bind.
pub(super) fn document<T: serde::Serialize>(value: &T) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(value).map_err(|error| StoreError::corrupt("a value", error))
}

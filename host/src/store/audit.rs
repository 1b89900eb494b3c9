//! The audit log: what administrators did, a line each, written in the transaction that did it.
//!
//! Lines are never changed and never removed. What deserves a line is decided where it is done.
//!
//! # Invariants
//! * Ids grow with the lines that this process writes, also within one millisecond and when the clock is set back: who
//!   reads page by page meets every line once.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use surrealdb::types::{Value, object};
use ulid::Ulid;

use super::query::{Query, document};
use super::{Store, StoreError};
use crate::clock::Rng;

/// Part of a transaction: writes the line that [`Store::audited`] binds.
pub(super) const WRITE_AUDIT: &str = "CREATE type::record('audit', [$audit_id]) SET doc = $audit RETURN NONE;";
/// Sorts after every id.
const AFTER_ALL: &str = "~";

/// One thing that an administrator did or tried, or that the server did in their stead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// Who: a user's id, `token`, `folder` or `watch` for files, `server`, or `stranger` for somebody who guesses.
    pub who: String,
    /// What, as a sentence.
    pub what: String,
}

/// The place of a line in the log: a time-ordered text of 26 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditId(Ulid);

impl AuditId {
    /// Takes a text as the place of a line; none when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        Ulid::from_string(text).ok().map(Self)
    }
}

impl fmt::Display for AuditId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_string().to_lowercase())
    }
}

/// The last id that was given out; a mutex because it is held for a comparison only.
#[derive(Default)]
pub(super) struct AuditIds(Mutex<Ulid>);

impl AuditIds {
    fn next(&self, at_ms: u64, rng: &dyn Rng) -> AuditId {
        let mut random = [0; 16];
        rng.fill(&mut random);
        let fresh = Ulid::from_parts(at_ms, u128::from_be_bytes(random));
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The last id of a millisecond is followed by the first one of the next.
        *last = if fresh > *last { fresh } else { last.increment().unwrap_or_else(|next| next) };
        AuditId(*last)
    }
}

#[derive(Deserialize)]
struct Row {
    id: String,
    doc: AuditLine,
}

impl Store {
    /// Binds the line that a query with [`WRITE_AUDIT`] in it writes.
    pub(super) fn audited<'s>(&'s self, query: Query<'s>, line: &AuditLine) -> Result<Query<'s>, StoreError> {
        let id = self.0.audit_ids.next(line.at_ms, self.0.rng.as_ref());
        Ok(query.bind("audit_id", id.to_string()).bind("audit", document(line)?))
    }

    /// Writes a line about something that changed nothing else in the store.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn write_audit(&self, line: &AuditLine) -> Result<(), StoreError> {
        self.audited(self.write(WRITE_AUDIT), line)?.run().await.map(drop)
    }

    /// The lines before one, or the newest: newest first, at most `limit`. Gives also the line to read on from, if there
    /// are more.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn audit_log(
        &self,
        before: Option<AuditId>,
        limit: usize,
    ) -> Result<(Vec<AuditLine>, Option<AuditId>), StoreError> {
        let one_more = limit.saturating_add(1);
        let text =
            format!("SELECT record::id(id)[0] AS id, doc FROM audit:['']..[$before] ORDER BY id DESC LIMIT {one_more}");
        let before = before.map_or_else(|| AFTER_ALL.to_owned(), |id| id.to_string());
        let mut rows: Vec<Row> = self.read(text).bind("before", before).run().await?.documents(0, "an audit line")?;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last() {
            Some(last) if has_more => {
                let id = AuditId::parse(&last.id);
                Some(id.ok_or_else(|| StoreError::corrupt("an audit line", format!("its id is `{}`", last.id)))?)
            }
            _ => None,
        };
        Ok((rows.into_iter().map(|row| row.doc).collect(), next))
    }

    /// Gives the lines of schema 1, whose ids were random, ids in the order of their times.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails; doing it again does no harm.
    pub(super) async fn order_audit(&self) -> Result<(), StoreError> {
        let mut lines: Vec<AuditLine> =
            self.read("SELECT VALUE doc FROM audit").run().await?.documents(0, "an audit line")?;
        if lines.is_empty() {
            return Ok(());
        }
        lines.sort_by_key(|line| line.at_ms);
        let row = |line: &AuditLine| {
            let id = self.0.audit_ids.next(line.at_ms, self.0.rng.as_ref());
            Ok(Value::Object(object! { id: vec![id.to_string()], doc: document(line)? }))
        };
        let rows: Vec<Value> = lines.iter().map(row).collect::<Result<_, StoreError>>()?;
        let text = "BEGIN; DELETE audit RETURN NONE; INSERT INTO audit $rows RETURN NONE; COMMIT;";
        self.write(text).bind("rows", rows).run().await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;

    #[test]
    fn ids_grow_whatever_the_clock_says() {
        let ids = AuditIds::default();
        let times = [5, 5, 5, 5, 9, 3, 3, 9, 10];
        let given: Vec<AuditId> = times.iter().map(|at_ms| ids.next(*at_ms, &SystemRng)).collect();
        assert!(given.is_sorted_by(|one, next| one < next), "{given:?}");
        let texts: Vec<String> = given.iter().map(ToString::to_string).collect();
        assert!(texts.is_sorted(), "the texts, too: {texts:?}");
    }

    #[test]
    fn the_last_id_of_a_millisecond_is_followed_by_one_of_the_next() {
        let ids = AuditIds(Mutex::new(Ulid::from_parts(5, u128::MAX)));
        assert!(ids.next(5, &SystemRng) > AuditId(Ulid::from_parts(5, u128::MAX)));
    }

    #[test]
    fn an_id_is_read_back() {
        let id = AuditIds::default().next(1_700_000_000_000, &SystemRng);
        assert_eq!(AuditId::parse(&id.to_string()), Some(id));
        for text in ["", "~", "01k", "01k9zzzzzzzzzzzzzzzzzzzzzu"] {
            assert_eq!(AuditId::parse(text), None, "{text}");
        }
    }
}

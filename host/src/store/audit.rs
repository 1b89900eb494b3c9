//! The audit log: what administrators did, a line each, written in the transaction that did it.
//!
//! Lines are never changed and never removed. What deserves a line is decided where it is done.

use serde::{Deserialize, Serialize};
use surrealdb::types::{Value, object};
use utoipa::ToSchema;

use super::audit_id::AuditId;
use super::connection::Store;
use super::error::StoreError;
use super::query::{Query, document};

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
    /// The same for programs, where there is a word for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deed: Option<AuditDeed>,
}

/// What was done, for programs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditDeed {
    /// `stored`, `stored_and_activated`, `activated`, `rolled_back`, `disabled`, `removed`, `refused`, `refused_unread`,
    /// `quarantined`, `guessed` (a wrong administrator's token) or `closed_to_writing` (a damaged conference).
    pub code: String,
    /// The plugin that it was done to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// Number of that plugin's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The component's SHA-256, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// The key that it was signed with, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Why it was refused, by the same name as in the answer to whoever tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why, in words that may be the component's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The conference that it was done to, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conference: Option<String>,
    /// How often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// The network address that it came from; none where there were too many to tell apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

#[derive(Deserialize)]
struct StoredLine {
    id: String,
    doc: AuditLine,
}

impl Store {
    /// Binds the line that a query with [`WRITE_AUDIT`] in it writes.
    pub(super) fn audited<'s>(&'s self, query: Query<'s>, line: &AuditLine) -> Result<Query<'s>, StoreError> {
        let id = self.next_audit_id(line.at_ms);
        Ok(query.bind("audit_id", id.to_string()).bind("audit", document(line)?))
    }

    /// Writes a line about something that changed nothing else in the store.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn write_audit(&self, line: &AuditLine) -> Result<(), StoreError> {
        self.audited(self.write(WRITE_AUDIT), line)?.run().await.map(drop)
    }

    /// Writes a line that stands alone. Where that fails the log has it: whoever did something is not kept from it.
    pub async fn note_audit(&self, line: &AuditLine) {
        if let Err(error) = self.write_audit(line).await {
            tracing::error!(%error, audit.who = %line.who, audit.what = ?line.what, "a line of the audit log was lost");
        }
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
        let mut rows: Vec<StoredLine> =
            self.read(text).bind("before", before).run().await?.documents(0, "an audit line")?;
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
            let id = self.next_audit_id(line.at_ms);
            Ok(Value::Object(object! { id: vec![id.to_string()], doc: document(line)? }))
        };
        let rows: Vec<Value> = lines.iter().map(row).collect::<Result<_, StoreError>>()?;
        let text = "BEGIN; DELETE audit RETURN NONE; INSERT INTO audit $rows RETURN NONE; COMMIT;";
        self.write(text).bind("rows", rows).run().await.map(drop)
    }
}

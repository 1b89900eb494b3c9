//! The audit log: what administrators did, a line each, written in the transaction that did it.
//!
//! Lines are never changed and never removed. What deserves a line is decided where it is done.

use serde::{Deserialize, Serialize};
use surrealdb::types::{Value, object};

use super::audit_deed::{AuditDeed, DeedCode};
use super::audit_id::AuditId;
use super::connection::Store;
use super::error::StoreError;
use super::query::{Query, document};

/// Part of a transaction: writes the line that [`Store::audited`] binds.
pub(super) const WRITE_AUDIT: &str = "CREATE type::record('audit', [$audit_id]) SET doc = $audit RETURN NONE;";
/// Most lines that are looked at for those that fit: the log is never shortened, and whoever asks for the rarest deed must not
/// have all of it read.
pub(super) const LOOKED_AT_MAX: usize = 2_000;
/// Lines that are read at a time where not all are wanted.
const READ_AT_ONCE: usize = 500;
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

/// Which lines of the log somebody asks for: those that fit all that is given, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// The lines before this one; from the newest if none.
    pub before: Option<AuditId>,
    /// How many at most.
    pub limit: usize,
    /// By whom, as in the line.
    pub who: Option<String>,
    /// What was done to this plugin.
    pub plugin: Option<String>,
    /// What was done so.
    pub code: Option<DeedCode>,
}

impl AuditQuery {
    fn is_of_all(&self) -> bool {
        self.who.is_none() && self.plugin.is_none() && self.code.is_none()
    }

    fn fits(&self, line: &AuditLine) -> bool {
        let deed = line.deed.as_ref();
        let is_by = self.who.as_ref().is_none_or(|who| *who == line.who);
        let is_about = self.plugin.is_none() || self.plugin.as_ref() == deed.and_then(|deed| deed.plugin.as_ref());
        let is_so = self.code.is_none_or(|code| deed.is_some_and(|deed| deed.code == code.to_string()));
        is_by && is_about && is_so
    }
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

    /// A page of the log. Gives also the line to read on from, as long as the log goes on: where not all lines are wanted, a page
    /// may have fewer than asked for, or none, because only so many are looked at.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn audit_log(&self, asked: &AuditQuery) -> Result<(Vec<AuditLine>, Option<AuditId>), StoreError> {
        let at_once = if asked.is_of_all() { asked.limit } else { READ_AT_ONCE };
        let (mut found, mut before, mut looked_at) = (Vec::new(), asked.before, 0);
        loop {
            let (lines, goes_on) = self.audit_lines(before, at_once).await?;
            let count = lines.len();
            for (at, (id, line)) in lines.into_iter().enumerate() {
                before = Some(id);
                found.extend(asked.fits(&line).then_some(line));
                if found.len() >= asked.limit {
                    let goes_on = goes_on || at + 1 < count;
                    return Ok((found, before.filter(|_| goes_on)));
                }
            }
            looked_at += count;
            if !goes_on || looked_at >= LOOKED_AT_MAX {
                return Ok((found, before.filter(|_| goes_on)));
            }
        }
    }

    /// The lines before one, or the newest, each with its place; and whether there are more.
    async fn audit_lines(
        &self,
        before: Option<AuditId>,
        limit: usize,
    ) -> Result<(Vec<(AuditId, AuditLine)>, bool), StoreError> {
        let one_more = limit.saturating_add(1);
        let text =
            format!("SELECT record::id(id)[0] AS id, doc FROM audit:['']..[$before] ORDER BY id DESC LIMIT {one_more}");
        let before = before.map_or_else(|| AFTER_ALL.to_owned(), |id| id.to_string());
        let mut rows: Vec<StoredLine> =
            self.read(text).bind("before", before).run().await?.documents(0, "an audit line")?;
        let goes_on = rows.len() > limit;
        rows.truncate(limit);
        let placed = |StoredLine { id, doc }: StoredLine| match AuditId::parse(&id) {
            Some(id) => Ok((id, doc)),
            None => Err(StoreError::corrupt("an audit line", format!("its id is `{id}`"))),
        };
        Ok((rows.into_iter().map(placed).collect::<Result<_, _>>()?, goes_on))
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

//! Reading the journal of a conference, page by page: forward from an entry, or backward from one, newest first.
//!
//! The store is read here, in the task of whoever asks; the room says only who they are and how far it is durable.

use super::error::RoomError;
use super::handle::RoomHandle;
use super::message::Message;
use super::people::PAGE_MAX;
use crate::domain::entry::Entry;
use crate::domain::id::UserId;
use crate::domain::member::Member;

/// Records that are read at a time.
const PAGE_RECORDS: usize = 32;
/// How far back is looked at first, in entries, and at most in one go.
const SPAN_FIRST: u64 = 256;
const SPAN_MAX: u64 = 8_192;
/// Entries that one request looks through: what it seeks may be rare.
const LOOKED_AT_MAX: u64 = 65_536;

impl RoomHandle {
    /// The entries after `after` that this member may see, at most `limit`, and where the next page starts.
    ///
    /// # Errors
    /// [`RoomError::NotMember`]; [`RoomError::Store`] when the journal cannot be read.
    pub async fn journal(&self, by: &UserId, after: u64, limit: usize) -> Result<(Vec<Entry>, Option<u64>), RoomError> {
        let (member, head) = self.ask(|answer| Message::WhoIs { user: by.clone(), answer }).await?;
        let limit = limit.clamp(1, PAGE_MAX);
        let mut entries: Vec<Entry> = Vec::new();
        self.read(after, head, |entry| {
            entries.extend(seen_by(&member, entry));
            entries.len() <= limit
        })
        .await?;
        let more = entries.len() > limit;
        entries.truncate(limit);
        let next = entries.last().filter(|_| more).map(|entry| entry.seq);
        Ok((entries, next))
    }

    /// The entries before `before`, or the last ones, that this member may see and that `wanted` holds for: newest first, at
    /// most `limit`, and where the next page begins. There may be fewer than `limit` though more follow.
    ///
    /// # Errors
    /// [`RoomError::NotMember`]; [`RoomError::Store`] when the journal cannot be read.
    pub async fn journal_back(
        &self,
        by: &UserId,
        before: Option<u64>,
        limit: usize,
        wanted: impl Fn(&Entry) -> bool + Send + Sync,
    ) -> Result<(Vec<Entry>, Option<u64>), RoomError> {
        let (member, head) = self.ask(|answer| Message::WhoIs { user: by.clone(), answer }).await?;
        let limit = limit.clamp(1, PAGE_MAX);
        let newest = before.map_or(head, |before| before.saturating_sub(1).min(head));
        let (mut entries, mut to, mut span): (Vec<Entry>, u64, u64) = (Vec::new(), newest, SPAN_FIRST);
        while to > 0 && entries.len() <= limit && newest - to < LOOKED_AT_MAX {
            let from = to.saturating_sub(span);
            let mut found = Vec::new();
            self.read(from, to, |entry| {
                found.extend(seen_by(&member, entry).filter(&wanted));
                true
            })
            .await?;
            entries.extend(found.into_iter().rev());
            (to, span) = (from, (span * 4).min(SPAN_MAX));
        }
        let more = entries.len() > limit;
        entries.truncate(limit);
        let next = match more {
            true => entries.last().map(|entry| entry.seq),
            false => Some(to + 1).filter(|_| to > 0),
        };
        Ok((entries, next))
    }

    /// Reads the entries after `after` up to `end`, for as long as `take` wants more. A record that cannot be read is left out:
    /// the room says that the journal is damaged.
    async fn read(&self, after: u64, end: u64, mut take: impl FnMut(Entry) -> bool + Send) -> Result<(), RoomError> {
        let mut read = after;
        while read < end {
            let before = read;
            let records = self.rooms.shared().store.records_after(&self.id, before, PAGE_RECORDS).await?;
            for placed in records.into_iter().filter(|placed| placed.first_seq <= end) {
                read = read.max(placed.first_seq);
                let Ok(record) = placed.record else { continue };
                for entry in record.entries.into_iter().filter(|entry| entry.seq > before && entry.seq <= end) {
                    read = read.max(entry.seq);
                    if !take(entry) {
                        return Ok(());
                    }
                }
            }
            if read == before {
                break;
            }
        }
        Ok(())
    }
}

/// The entry, if this member may see it.
fn seen_by(member: &Member, entry: Entry) -> Option<Entry> {
    entry.visible_to(&member.id, member.role).then_some(entry)
}

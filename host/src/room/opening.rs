//! Opening a room: from the store to memory.
//!
//! What is derived from the journal was written behind it up to the *mark*; only what came after it, and the last entries
//! that a client may come back for, are read. So opening costs what is recent, not what is old. The checkpoints are brought
//! up to the end of the journal first, and the state is read from them then: there is one way from the journal to the state,
//! and a crash at any point leaves both as they were.
//!
//! # Invariants
//! * A journal that has a hole, a record that cannot be read, or an end before the mark is told to whoever can do something,
//!   and nothing is added to it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tokio::sync::mpsc;

use super::actor::{Beginning, Room};
use super::error::RoomError;
use super::index::CommandIndex;
use super::line::Line;
use super::live::LiveActivity;
use super::memory::Memory;
use super::message::Message;
use super::recent::Recent;
use super::shared::Shared;
use crate::activity::Event;
use crate::domain::activity::Phase;
use crate::domain::command::CommandKey;
use crate::domain::id::{ActivityId, ConferenceId};
use crate::store::{AuditDeed, AuditLine, DeedCode, Placed, Record, StoredActivity};

/// Batches of events that may wait for the room; activities wait then, and their callers are told that they are busy.
const EVENTS_LEN: usize = 64;
/// Messages that may wait for a room; senders wait then, each socket for itself.
const MAILBOX_LEN: usize = 1_024;
/// Bytes of the journal that are read at a time, as far as the size of its records can be foreseen.
const PAGE_BYTES: usize = 4 << 20;
/// Records of the first page.
const PAGE_RECORDS_FIRST: usize = 16;
/// How often a room is read that somebody else still writes to.
const READINGS_MAX: usize = 8;
/// Most records of a page.
const PAGE_RECORDS_MAX: usize = 1_024;

/// What the journal says.
struct History {
    /// The last entry.
    head: u64,
    /// Where the next record has to begin; none before the first one was read.
    next: Option<u64>,
    memory: Memory,
    recent: Recent,
    /// The first thing that is wrong with it.
    damage: Option<String>,
}

/// A room that is ready to run.
pub(super) struct Opened {
    pub(super) room: Room,
    pub(super) line: Line,
    pub(super) mailbox: mpsc::Receiver<Message>,
    pub(super) events: mpsc::Receiver<Vec<Event>>,
}

/// Opens a room.
pub(super) async fn open(shared: &Arc<Shared>, id: &ConferenceId) -> Result<Opened, RoomError> {
    let beginning = load(shared, id).await?;
    if let Some(damage) = &beginning.damage {
        report_damage(shared, id, damage).await;
    }
    let (told, events) = mpsc::channel(EVENTS_LEN);
    let (sender, mailbox) = mpsc::channel(MAILBOX_LEN);
    let mut room = Room::new(shared, beginning, told, sender.downgrade());
    room.start_activities().await?;
    Ok(Opened { line: room.line(sender), room, mailbox, events })
}

/// Reads what the store has, of one moment: the journal and the rows that change with it are read one after the other, and
/// a server that has died may have left a commit to the store that lands in between. Then all of it is read again.
async fn load(shared: &Shared, id: &ConferenceId) -> Result<Beginning, RoomError> {
    for _ in 0..READINGS_MAX {
        let beginning = read(shared, id).await?;
        if beginning.damage.is_some() || last_entry(shared, id, beginning.head).await? == beginning.head {
            return Ok(beginning);
        }
    }
    Err(RoomError::Unavailable)
}

/// Reads what the store has, and brings what is derived from the journal up to its end.
async fn read(shared: &Shared, id: &ConferenceId) -> Result<Beginning, RoomError> {
    let store = &shared.store;
    let stored = store.activities(id).await?;
    let restored = |stored: &StoredActivity| (stored.doc.id.clone(), LiveActivity::restored(stored));
    let mut activities: BTreeMap<ActivityId, LiveActivity> = stored.iter().map(restored).collect();
    let mut history = read_journal(shared, id, &mut activities, &stored).await?;
    if history.damage.is_none() {
        write_derived(shared, id, &mut activities, &mut history).await?;
    }
    // Rows are read after the journal: if that still ends where it did, no row is ahead of it.
    for stored in store.activities(id).await? {
        let live = activities.entry(stored.doc.id.clone()).or_insert_with(|| LiveActivity::restored(&stored));
        live.set_doc(stored.doc.into());
    }
    activities.retain(|_, live| live.doc().phase != Phase::Discarded);
    let members = store.members(id).await?;
    let mut conference = store.conference(id).await?.ok_or(RoomError::UnknownConference)?;
    if let Some(owner) = members.iter().find(|member| member.id == conference.owner.id) {
        // The record has the name that the owner had when they made it.
        conference.owner.name.clone_from(&owner.name);
    }
    let History { head, memory, recent, damage, next: _ } = history;
    Ok(Beginning { conference, members, activities, head, memory, recent, damage })
}

/// Tells whoever runs the server; members are told when they try to write.
async fn report_damage(shared: &Shared, id: &ConferenceId, damage: &str) {
    tracing::error!(conference.id = %id, "the conference is closed to writing: {damage}");
    metrics::counter!("hezi_damaged_conferences_total").increment(1);
    let what = format!("conference {id} is closed to writing: {damage}");
    let about = AuditDeed { conference: Some(id.to_string()), why: Some(damage.to_owned()), ..AuditDeed::default() };
    let deed = Some(AuditDeed::new(DeedCode::ClosedToWriting, about));
    let line = AuditLine { at_ms: shared.clock.now_ms(), who: "server".into(), what, deed };
    if let Err(error) = shared.store.write_audit(&line).await {
        tracing::warn!("the audit log could not be written: {error}");
    }
}

/// Reads what is recent in the journal: what was answered, what was said last, and what the checkpoints lack.
async fn read_journal(
    shared: &Shared,
    id: &ConferenceId,
    activities: &mut BTreeMap<ActivityId, LiveActivity>,
    stored: &[StoredActivity],
) -> Result<History, RoomError> {
    let checkpointed: HashMap<&ActivityId, u64> = stored.iter().map(|stored| (&stored.doc.id, stored.seq)).collect();
    let mark = shared.store.mark(id).await?;
    let mut history = History::new(shared, read_index(shared, id).await?, mark);
    let end = last_entry(shared, id, mark).await?;
    if end < mark {
        history.damage = Some(format!("the journal ends at {end}, but it went on to {mark} at least"));
    }
    let resumable = end.saturating_sub(shared.limits.resume_events as u64);
    history.head = mark.min(resumable).min(end);
    let mut limit = PAGE_RECORDS_FIRST;
    while history.head < end {
        let page = shared.store.records_after(id, history.head, limit).await?;
        let page_bytes: usize = page.iter().map(|placed| placed.stored_bytes).sum();
        let (before, records) = (history.head, page.len().max(1));
        for placed in page {
            if let Some(record) = history.check(placed) {
                note_changes(&record, &checkpointed, activities);
                history.read(record);
            }
        }
        if history.head == before {
            history.damage.get_or_insert_with(|| format!("the entries from {} to {end} are missing", before + 1));
            history.head = end;
        }
        limit = (PAGE_BYTES / (page_bytes / records).max(1)).clamp(1, PAGE_RECORDS_MAX);
    }
    Ok(history)
}

/// The pages of the index of commands.
async fn read_index(shared: &Shared, id: &ConferenceId) -> Result<CommandIndex, RoomError> {
    let (mut index, mut number) = (CommandIndex::default(), 0);
    loop {
        let pages = shared.store.command_pages(id, number).await?;
        let Some(last) = pages.last() else { break };
        number = last.number + 1;
        pages.into_iter().for_each(|page| index.restore(page));
    }
    index.restored();
    Ok(index)
}

/// The last entry of the journal, or the place of the last record if that cannot be read.
async fn last_entry(shared: &Shared, id: &ConferenceId, mark: u64) -> Result<u64, RoomError> {
    Ok(shared.store.last_record(id, mark).await?.map_or(0, |last| last.end()))
}

/// Takes the changes that the checkpoints lack.
fn note_changes(
    record: &Record,
    checkpointed: &HashMap<&ActivityId, u64>,
    activities: &mut BTreeMap<ActivityId, LiveActivity>,
) {
    for change in &record.changes {
        if checkpointed.get(&change.activity).is_some_and(|seq| change.seq > *seq)
            && let Some(live) = activities.get_mut(&change.activity)
        {
            live.note(change.clone());
        }
    }
}

impl History {
    fn new(shared: &Shared, index: CommandIndex, mark: u64) -> Self {
        let limits = &shared.limits;
        Self {
            head: 0,
            next: None,
            memory: Memory::new(limits.replies_in_memory, index, mark),
            recent: Recent::new(0, limits.resume_events),
            damage: None,
        }
    }

    /// Takes a record that comes next, and notes what is wrong with it. None for one that was read already or cannot be.
    fn check(&mut self, placed: Placed) -> Option<Record> {
        let next = *self.next.get_or_insert_with(|| {
            // The first record begins at or before the entry that was asked for, and at the beginning of a journal at 1.
            let first = if self.head == 0 { 1 } else { placed.first_seq.min(self.head + 1) };
            self.recent = Recent::new(first - 1, self.recent.len_max());
            first
        });
        // The page begins with the record that holds the next entry, or, at the end, with the last one again.
        if placed.first_seq < next {
            return None;
        }
        if let Some(fault) = placed.fault(next) {
            self.damage.get_or_insert(fault);
        }
        let end = placed.end();
        self.head = self.head.max(end);
        self.next = Some(end + 1);
        placed.record.ok()
    }

    fn read(&mut self, record: Record) {
        for reply in record.replies {
            let key = CommandKey::new(&reply.member, &reply.command);
            self.memory.restore(key, reply.fingerprint, reply.seq, reply.ok);
        }
        for entry in record.entries {
            self.recent.restore(entry);
        }
    }
}

/// Brings what is derived from the journal up to its end.
async fn write_derived(
    shared: &Shared,
    id: &ConferenceId,
    activities: &mut BTreeMap<ActivityId, LiveActivity>,
    history: &mut History,
) -> Result<(), RoomError> {
    let checkpoints: Vec<_> = activities.values_mut().filter_map(LiveActivity::take_checkpoint).collect();
    let pages = history.memory.take_pages();
    if checkpoints.is_empty() && pages.is_empty() {
        return Ok(());
    }
    for checkpoint in checkpoints {
        shared.store.write_checkpoint(&checkpoint).await?;
    }
    shared.store.write_commands(id, &pages, history.head).await?;
    history.memory.indexed_to(history.head);
    Ok(())
}

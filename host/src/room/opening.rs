//! Opening a room: from the store to memory.
//!
//! The checkpoints are brought up to the end of the journal first, and the state is read from them then: there is one way
//! from the journal to the state, and a crash at any point leaves both as they were.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::mpsc;

use super::actor::{OUTCOMES_LEN, Room};
use super::checkpoint::timers_of;
use super::error::RoomError;
use super::handle::Line;
use super::memory::{CommandKey, Memory};
use super::rate::Bucket;
use super::recent::Recent;
use super::rooms::Shared;
use super::roster::Roster;
use super::running::{Running, Slot, space_of};
use crate::activity::{self, MembersAsOf, Surroundings, plugin_member};
use crate::domain::activity::Phase;
use crate::domain::conference::ConferenceState;
use crate::domain::id::{ActivityId, ConferenceId, UserId};
use crate::domain::member::Member;
use crate::store::{Record, StoredActivity};

/// Messages that may wait for a room; senders wait then, each socket for itself.
const MAILBOX_LEN: usize = 1_024;

/// How many records are read at a time.
const PAGE_RECORDS: usize = 256;

/// What the journal says.
struct History {
    head: u64,
    memory: Memory,
    recent: Recent,
}

/// Opens a room and starts its task.
pub(super) async fn open(shared: &Arc<Shared>, id: &ConferenceId) -> Result<Line, RoomError> {
    let store = &shared.store;
    let stored = store.activities(id).await?;
    let mut slots: BTreeMap<ActivityId, Slot> = stored.iter().map(slot_of).collect();
    let history = read_journal(shared, id, &mut slots, &stored).await?;
    write_checkpoints(shared, &mut slots).await?;
    // Rows are read after the journal: if a commit of an earlier room lands in between, the rows are ahead of `head`, and
    // the first commit of this room finds its place taken. The other way round nothing would ever show it.
    for stored in store.activities(id).await? {
        let (activity, slot) = slot_of(&stored);
        let doc = slot.activity.clone();
        slots.entry(activity).or_insert(slot).activity = doc;
    }
    let members: BTreeMap<UserId, Member> =
        store.members(id).await?.into_iter().map(|member| (member.id.clone(), member)).collect();
    let mut conference = store.conference(id).await?.ok_or(RoomError::UnknownConference)?;
    if let Some(owner) = members.get(&conference.owner.id) {
        // The record has the name that the owner had when they made it.
        conference.owner.name.clone_from(&owner.name);
    }

    let durable_members = Arc::new(ArcSwap::from_pointee(MembersAsOf {
        members: Arc::new(members.values().map(plugin_member).collect()),
        seq: history.head,
    }));
    let around = shared.surroundings(&conference, Arc::clone(&durable_members));
    let (outcomes, outcomes_in) = mpsc::channel(OUTCOMES_LEN);
    let (mailbox, mailbox_in) = mpsc::channel(MAILBOX_LEN);
    let mut room = Room {
        shared: Arc::clone(shared),
        own: mailbox.downgrade(),
        around: around.clone(),
        members,
        durable_members,
        activities: slots,
        outcomes,
        tickets: HashMap::new(),
        next_ticket: 0,
        head: history.head,
        durable: history.head,
        pending: VecDeque::new(),
        committing: None,
        checkpointing: None,
        memory: history.memory,
        recent: history.recent,
        roster: Roster::default(),
        buckets: HashMap::new(),
        chat_bucket: Bucket::full(shared.limits.chat_per_s, around.clock.monotonic_ms()),
        latest: VecDeque::new(),
        presence_changed: false,
        held: Vec::new(),
        ending: None,
        shutdown: None,
        used_at_ms: around.clock.monotonic_ms(),
        conference,
    };
    start_open_activities(&mut room, &around).await?;
    around.tasks.spawn(room.run(mailbox_in, outcomes_in));
    Ok(Line { mailbox, around })
}

fn slot_of(stored: &StoredActivity) -> (ActivityId, Slot) {
    let mut slot = Slot::new(stored.doc.clone(), Running::No);
    slot.timers = timers_of(&stored.timers);
    slot.view.mark_changed();
    (stored.doc.id.clone(), slot)
}

/// Reads the journal from its beginning: what was answered, what was said last, and what the checkpoints lack.
async fn read_journal(
    shared: &Shared,
    id: &ConferenceId,
    slots: &mut BTreeMap<ActivityId, Slot>,
    stored: &[StoredActivity],
) -> Result<History, RoomError> {
    let checkpointed: HashMap<&ActivityId, u64> = stored.iter().map(|stored| (&stored.doc.id, stored.seq)).collect();
    let mut history = History {
        head: 0,
        memory: Memory::new(shared.limits.replies_in_memory),
        recent: Recent::new(0, shared.limits.resume_events),
    };
    loop {
        let records = shared.store.records_after(id, history.head, PAGE_RECORDS).await?;
        let before = history.head;
        for record in records {
            // The page begins with the record that holds the next entry, or, at the end, with the last one again.
            if record.entries.last().is_none_or(|last| last.seq <= history.head) {
                continue;
            }
            for change in &record.changes {
                if checkpointed.get(&change.activity).is_some_and(|seq| change.seq > *seq)
                    && let Some(slot) = slots.get_mut(&change.activity)
                {
                    slot.note(change.clone());
                }
            }
            history.read(record);
        }
        if history.head == before {
            return Ok(history);
        }
    }
}

impl History {
    fn read(&mut self, record: Record) {
        for reply in record.replies {
            let key = CommandKey::new(&reply.member, &reply.command);
            let mut print = [0; 8];
            let len = reply.fingerprint.len().min(8);
            print[..len].copy_from_slice(&reply.fingerprint[..len]);
            self.memory.restore(key, print, reply.seq, &reply.ok);
        }
        for entry in record.entries {
            self.head = self.head.max(entry.seq);
            self.recent.push(entry);
        }
    }
}

async fn write_checkpoints(shared: &Shared, slots: &mut BTreeMap<ActivityId, Slot>) -> Result<(), RoomError> {
    for slot in slots.values_mut() {
        if let Some(checkpoint) = slot.take_checkpoint() {
            shared.store.write_checkpoint(&checkpoint).await?;
        }
    }
    Ok(())
}

/// Starts the activities that run, so that their timers do; drafts have no state to read.
async fn start_open_activities(room: &mut Room, around: &Surroundings) -> Result<(), RoomError> {
    if room.conference.state == ConferenceState::Ended {
        return Ok(());
    }
    for slot in room.activities.values_mut() {
        let rows = match slot.activity.phase {
            Phase::Open => room.shared.store.state(&slot.activity.id).await?,
            Phase::Draft => Vec::new(),
            Phase::Closed => continue,
        };
        let space = space_of(rows, &slot.timers);
        let handle = activity::start(slot.activity.clone(), space, around.clone(), room.outcomes.clone());
        slot.running = Running::Yes(handle);
    }
    Ok(())
}

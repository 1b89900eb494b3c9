//! Checks everything that is kept: each journal for holes and records that cannot be read, and what is derived from it
//! against it. Nothing is mended.
//!
//! # Invariants
//! * Only reads, page by page: a store of any size is checked in the memory of one conference.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sha2::{Digest, Sha256};

use super::{Indexed, Record, Store, StoreError, StoredActivity};
use crate::domain::activity::Phase;
use crate::domain::command::CommandKey;
use crate::domain::entry::Happening;
use crate::domain::id::{ActivityId, ConferenceId, UserId};
use crate::domain::measure::Measure;

/// Records that are read at a time: each has at most a megabyte, and most have far less.
const PAGE_RECORDS: usize = 64;

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// In which conference.
    pub conference: ConferenceId,
    /// What, as a sentence.
    pub what: String,
}

/// What was checked and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Conferences whose journals were read.
    pub conferences: u64,
    /// Journal records.
    pub records: u64,
    /// Entries in these records.
    pub entries: u64,
    /// Commands that were carried out.
    pub commands: u64,
    /// State rows.
    pub rows: u64,
    /// What is not as it should be.
    pub findings: Vec<Finding>,
}

/// The last write of each key of an activity: its place, and a hash of the value; none for a removed one.
type LastWrites = BTreeMap<Box<str>, (u64, Option<[u8; 32]>)>;

/// What a journal adds up to.
#[derive(Default)]
struct Replayed {
    head: u64,
    members: BTreeSet<UserId>,
    state: BTreeMap<ActivityId, LastWrites>,
    phases: BTreeMap<ActivityId, Phase>,
    commands: Vec<Indexed>,
    broken: bool,
}

impl Replayed {
    fn apply(&mut self, record: Record) {
        for change in record.changes {
            let keys = self.state.entry(change.activity.clone()).or_default();
            for write in change.writes {
                keys.insert(write.key, (change.seq, write.value.as_deref().map(hash)));
            }
            if let Some(phase) = change.phase {
                self.phases.insert(change.activity, phase);
            }
        }
        for reply in record.replies {
            let half = CommandKey::new(&reply.member, &reply.command).half();
            self.commands.push(Indexed { half, seq: reply.seq });
        }
        for entry in record.entries {
            self.head = entry.seq;
            match entry.what {
                Happening::Joined { who } => _ = self.members.insert(who.id),
                Happening::Left { who } | Happening::Measured { measure: Measure::Remove, who, .. } => {
                    self.members.remove(&who.id);
                }
                _ => {}
            }
        }
    }
}

fn hash(value: &[u8]) -> [u8; 32] {
    Sha256::digest(value).into()
}

impl Store {
    /// Checks every conference.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read at all; what is wrong in it is a finding.
    pub async fn verify(&self) -> Result<Verified, StoreError> {
        let ids: Vec<String> = self.read("SELECT VALUE record::id(id) FROM conference").run().await?.rows(0)?;
        let mut verified = Verified::default();
        for id in ids {
            let id = ConferenceId::parse(&id).map_err(|error| StoreError::corrupt("a conference", error))?;
            for what in self.verify_conference(&id, &mut verified).await? {
                verified.findings.push(Finding { conference: id.clone(), what });
            }
            verified.conferences += 1;
        }
        Ok(verified)
    }

    async fn verify_conference(&self, id: &ConferenceId, count: &mut Verified) -> Result<Vec<String>, StoreError> {
        let mut found = Vec::new();
        if let Err(error) = self.conference(id).await {
            found.push(error.to_string());
        }
        let replayed = self.replay(id, count, &mut found).await?;
        // What is derived from a broken journal cannot be compared with it.
        if !replayed.broken {
            self.compare_members(id, &replayed, &mut found).await?;
            self.compare_commands(id, &replayed, &mut found).await?;
            for activity in self.activities(id).await? {
                self.compare_state(&activity, &replayed, count, &mut found).await?;
            }
        }
        Ok(found)
    }

    async fn replay(
        &self,
        id: &ConferenceId,
        count: &mut Verified,
        found: &mut Vec<String>,
    ) -> Result<Replayed, StoreError> {
        let mut replayed = Replayed::default();
        let mut next = 1;
        loop {
            let page = self.records_after(id, next - 1, PAGE_RECORDS).await?;
            let before = next;
            for placed in page.into_iter().filter(|placed| placed.first_seq >= before) {
                count.records += 1;
                if let Some(fault) = placed.fault(next) {
                    found.push(fault);
                    replayed.broken = true;
                }
                next = placed.end() + 1;
                let Ok(record) = placed.record else { continue };
                count.entries += record.entries.len() as u64;
                count.commands += record.replies.len() as u64;
                replayed.apply(record);
            }
            if next == before {
                return Ok(replayed);
            }
        }
    }

    async fn compare_members(
        &self,
        id: &ConferenceId,
        replayed: &Replayed,
        found: &mut Vec<String>,
    ) -> Result<(), StoreError> {
        let members: BTreeSet<UserId> = self.members(id).await?.into_iter().map(|member| member.id).collect();
        if members != replayed.members {
            let (rows, joined) = (members.len(), replayed.members.len());
            found.push(format!("{rows} members are listed, and {joined} have joined and not left by the journal"));
        }
        Ok(())
    }

    async fn compare_commands(
        &self,
        id: &ConferenceId,
        replayed: &Replayed,
        found: &mut Vec<String>,
    ) -> Result<(), StoreError> {
        let mark = self.mark(id).await?;
        if mark > replayed.head {
            found.push(format!(
                "the journal ends at {}, but what is derived from it was written up to {mark}",
                replayed.head
            ));
        }
        let (mut indexed, mut number) = (HashSet::new(), 0);
        loop {
            let pages = self.command_pages(id, number).await?;
            let Some(last) = pages.last() else { break };
            number = last.number + 1;
            indexed.extend(pages.into_iter().flat_map(|page| page.commands).map(|command| (command.half, command.seq)));
        }
        let lacks = |command: &&Indexed| command.seq <= mark && !indexed.contains(&(command.half, command.seq));
        let lacking = replayed.commands.iter().filter(lacks).count();
        if lacking > 0 {
            found.push(format!("{lacking} commands up to the mark {mark} are not in the index"));
        }
        Ok(())
    }

    /// The rows of an activity may be ahead of its checkpoint, never behind it.
    async fn compare_state(
        &self,
        activity: &StoredActivity,
        replayed: &Replayed,
        count: &mut Verified,
        found: &mut Vec<String>,
    ) -> Result<(), StoreError> {
        let id = &activity.doc.id;
        if let Some(phase) = replayed.phases.get(id)
            && *phase != activity.doc.phase
        {
            found.push(format!("activity {id} is {:?}, and {phase:?} by the journal", activity.doc.phase));
        }
        let none = BTreeMap::new();
        let keys = replayed.state.get(id).unwrap_or(&none);
        let rows: BTreeMap<String, [u8; 32]> =
            self.state(id).await?.into_iter().map(|(key, value)| (key, hash(&value))).collect();
        count.rows += rows.len() as u64;
        let settled = keys.iter().filter(|(_, (seq, _))| *seq <= activity.seq);
        let wrong = settled.filter(|(key, (_, value))| rows.get(&***key) != value.as_ref()).count();
        let unknown = rows.keys().filter(|key| !keys.contains_key(key.as_str())).count();
        if wrong + unknown > 0 {
            found.push(format!("{} state rows of activity {id} are not what its journal says", wrong + unknown));
        }
        Ok(())
    }
}

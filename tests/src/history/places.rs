//! What stands where: every teller must say the same of a place, and what stood there once stands there for good.
//!
//! # Invariants
//! * Of each place the first telling is kept whole; later ones are compared with it and forgotten.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{History, Read, Source, Violation};

/// What stands at a place.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The entry, as it was told first.
    pub(super) entry: Value,
    /// When it was told first.
    pub(super) noted: u64,
    /// By what it was told first.
    pub(super) source: Source,
}

impl Place {
    /// Whether every member may see it, whoever they are.
    fn is_for_all(&self) -> bool {
        !matches!(self.entry["kind"].as_str(), Some("acted" | "emit" | "ran"))
    }

    /// Whether sockets get it as an event.
    pub(super) fn is_event(&self) -> bool {
        matches!(self.entry["kind"].as_str(), Some("chat" | "ended" | "activity" | "emit"))
    }

    /// Whether every member who is connected gets it as an event.
    pub(super) fn is_event_for_all(&self) -> bool {
        self.is_event() && self.is_for_all()
    }
}

/// The place of an entry or event.
pub(super) fn seq_of(entry: &Value) -> u64 {
    entry["seq"].as_u64().unwrap_or_else(|| panic!("an entry has a seq: {entry}"))
}

/// An event is the entry with a `type`.
fn entry_of(told: &Value) -> Value {
    let mut entry = told.clone();
    if let Some(fields) = entry.as_object_mut() {
        fields.remove("type");
    }
    entry
}

impl History {
    /// Somebody was told what stands at a place.
    pub(super) fn stand(&mut self, seq: u64, told: &Value, source: Source) {
        self.tell(seq, source.clone());
        let entry = entry_of(told);
        let noted = self.now;
        match self.places.get(&seq) {
            None => drop(self.places.insert(seq, Place { entry, noted, source })),
            Some(place) if place.entry == entry => {}
            // One contradiction of a place says enough.
            Some(_) if !self.disputed.insert(seq) => {}
            Some(place) => {
                let (one, one_from) = (place.entry.clone(), place.source.clone());
                self.contradictions.push(Violation::Disagree { seq, one, one_from, other: entry, other_from: source });
            }
        }
    }

    /// The last journal of each reader.
    pub(super) fn last_reads(&self) -> BTreeMap<&str, &Read> {
        let read = self.reads.iter().filter(|read| read.seqs.is_some());
        read.map(|read| (read.who.as_str(), read)).collect()
    }

    /// Nothing that was told is missing from a journal that was read later, and nothing is missing altogether.
    pub(super) fn check_places(&self, found: &mut Vec<Violation>) {
        let last = self.last_reads();
        for read in last.values() {
            self.check_complete(read, found);
        }
        for read in &self.reads {
            check_kept(read, last.get(read.who.as_str()).copied(), found);
        }
        if self.everybody_read {
            self.check_whole(last.values().flat_map(|read| read.seqs()).copied().collect(), found);
        }
    }

    /// Everything that everybody may see, and everything that the reader's own connections showed, is in what they read.
    fn check_complete(&self, read: &Read, found: &mut Vec<Violation>) {
        let here: BTreeSet<u64> = read.seqs().iter().copied().collect();
        let own = self.connections.iter().filter(|connection| connection.who == read.who);
        let seen: BTreeSet<u64> = own.flat_map(|connection| connection.events.iter().copied()).collect();
        for (seq, place) in &self.places {
            let owed = place.is_for_all() || seen.contains(seq);
            if owed && place.noted < read.asked && !here.contains(seq) {
                let missed_by = Source::Journal(read.who.clone());
                found.push(Violation::Missed { seq: *seq, told: place.source.clone(), missed_by });
            }
        }
    }

    /// Together the readers see every place from the first to the last that anybody was told.
    fn check_whole(&self, seen: BTreeSet<u64>, found: &mut Vec<Violation>) {
        let mut next = 1;
        for seq in &seen {
            if *seq > next {
                found.push(Violation::Hole { first: next, last: seq - 1 });
            }
            next = seq + 1;
        }
        let end = next - 1;
        if let Some((seq, told)) = self.told.clone().filter(|(seq, _)| *seq > end) {
            found.push(Violation::Vanished { seq, told, end });
        }
    }
}

impl Read {
    pub(super) fn seqs(&self) -> &[u64] {
        self.seqs.as_deref().unwrap_or_default()
    }

    /// Whether the journal that was read has this place.
    pub(super) fn has(&self, seq: u64) -> bool {
        self.seqs().binary_search(&seq).is_ok()
    }
}

/// What a member read once they read again.
fn check_kept(read: &Read, last: Option<&Read>, found: &mut Vec<Violation>) {
    let Some(last) = last.filter(|last| last.asked > read.asked) else { return };
    for seq in read.seqs().iter().filter(|seq| !last.has(**seq)) {
        let told = Source::Journal(read.who.clone());
        found.push(Violation::Missed { seq: *seq, told: told.clone(), missed_by: told });
    }
}

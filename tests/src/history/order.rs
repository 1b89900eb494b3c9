//! One order for everybody: what came over a connection, and what a journal lists, only goes forward and leaves nothing out.

use super::places::Place;
use super::{Connection, History, Source, Violation, Welcome};

impl History {
    /// Every connection and every journal goes forward; a connection leaves out nothing that its member may see.
    pub(super) fn check_order(&self, found: &mut Vec<Violation>) {
        for read in &self.reads {
            check_ascending(0, read.seqs(), &Source::Journal(read.who.clone()), found);
        }
        for connection in &self.connections {
            let Some(welcome) = connection.welcome else { continue };
            check_fresh(connection, welcome, found);
            let start = connection.since.filter(|_| welcome.resumed).unwrap_or(welcome.seq);
            check_ascending(start, &connection.events, &Source::Event(connection.who.clone()), found);
            self.check_gapless(connection, start, found);
        }
    }

    /// Between where the member had been and the last event that came, every event came that the member may see.
    fn check_gapless(&self, connection: &Connection, start: u64, found: &mut Vec<Violation>) {
        let Some(end) = connection.events.iter().max().copied().filter(|end| *end > start) else { return };
        let reads = self.last_reads();
        let own = reads.get(connection.who.as_str()).filter(|_| !self.was_appointed(&connection.who));
        let mut events = connection.events.clone();
        events.sort_unstable();
        let owed = |seq: u64, place: &Place| {
            place.is_event_for_all() || place.is_event() && own.is_some_and(|read| read.has(seq))
        };
        for (seq, place) in self.places.range(start + 1..end) {
            if owed(*seq, place) && events.binary_search(seq).is_err() {
                let missed_by = Source::Event(connection.who.clone());
                found.push(Violation::Missed { seq: *seq, told: place.source.clone(), missed_by });
            }
        }
    }

    /// Whoever became an organizer reads more in the journal now than their sockets were shown before.
    fn was_appointed(&self, who: &str) -> bool {
        let mut entries = self.places.values().map(|place| &place.entry);
        entries.any(|entry| entry["kind"] == "appointed" && entry["who"]["id"] == who)
    }
}

/// A welcome knows everything that anybody was told before it was asked for.
fn check_fresh(connection: &Connection, welcome: Welcome, found: &mut Vec<Violation>) {
    if let Some((seq, told)) = connection.told_before.clone().filter(|(seq, _)| *seq > welcome.seq) {
        found.push(Violation::Vanished { seq, told, end: welcome.seq });
    }
}

fn check_ascending(start: u64, seqs: &[u64], by: &Source, found: &mut Vec<Violation>) {
    let mut before = start;
    for then in seqs {
        if *then <= before {
            found.push(Violation::Order { before, then: *then, by: by.clone() });
        }
        before = *then;
    }
}

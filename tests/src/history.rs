//! What clients saw of one conference, and whether it keeps Hezi's first two promises.
//!
//! A [`History`] is filled with what clients sent and were told, and with the journal as members read it. [`History::check`]
//! names everything in it that an honest server cannot have said. It does no I/O and knows no clock: whoever has clients,
//! real ones or simulated, can fill it.
//!
//! What is asked from the server is noted when the question goes out ([`History::connect`], [`History::ask_journal`]) and
//! again when the answer is there, because an answer must hold everything that anybody was told before the question, and
//! may hold more. So clients may be interleaved in any way and an honest server is never blamed.
//!
//! # Invariants
//! * What an honest server says has no violation, commands without an answer included: they happened or did not.
//! * A violation names the least that shows it: a place, a command, and the two things that do not fit.

mod answers;
mod commands;
mod money;
mod order;
mod places;
mod registers;
mod violation;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::money::Packet;
use self::places::Place;
pub use self::violation::{Command, Source, Violation};

/// What a command wants.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// To say something. Two commands of a member should not say the same: the journal tells them apart by the text.
    Chat {
        /// What is said.
        text: String,
    },
    /// To do something in an activity.
    Act {
        /// The activity's id.
        activity: String,
        /// What the plugin is to do.
        action: Value,
    },
}

impl What {
    /// What a command wants, as its frame says.
    ///
    /// # Panics
    /// When the frame is no command.
    pub fn of(frame: &Value) -> Self {
        let text = |field: &str| frame[field].as_str().unwrap_or_else(|| panic!("no {field} in {frame}")).to_owned();
        match frame["type"].as_str() {
            Some("chat") => What::Chat { text: text("text") },
            Some("act") => What::Act { activity: text("activity"), action: frame["action"].clone() },
            _ => panic!("not a command: {frame}"),
        }
    }
}

/// What a command was answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answered {
    /// It was carried out.
    Done {
        /// Its place in the journal.
        seq: u64,
        /// What it gave.
        ok: Value,
    },
    /// It was refused, with this code.
    Refused(String),
}

impl Answered {
    /// What a reply says.
    ///
    /// # Panics
    /// When the frame is no reply.
    pub fn of(frame: &Value) -> Self {
        match (frame["seq"].as_u64(), frame.get("ok"), frame["error"]["code"].as_str()) {
            (Some(seq), Some(ok), None) => Answered::Done { seq, ok: ok.clone() },
            (None, None, Some(code)) => Answered::Refused(code.to_owned()),
            _ => panic!("not a reply: {frame}"),
        }
    }

    /// Whether the command certainly had no effect. The codes that are not listed here leave it open.
    fn is_final_refusal(&self) -> bool {
        const OPEN: &[&str] = &["unavailable", "internal", "rate_limited", "numbers_exhausted"];
        matches!(self, Answered::Refused(code) if !OPEN.contains(&code.as_str()))
    }
}

/// A connection of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionId(usize);

/// A reading of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadId(usize);

/// What clients saw of one conference.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Counts what is noted, so that what was told before a question can be told from what was told after it.
    now: u64,
    commands: BTreeMap<Command, Sent>,
    places: BTreeMap<u64, Place>,
    connections: Vec<Connection>,
    reads: Vec<Read>,
    packets: BTreeMap<String, Packet>,
    registers: Vec<String>,
    reports: Vec<(String, Value)>,
    /// The highest place that anybody was told, and by what.
    told: Option<(u64, Source)>,
    everybody_read: bool,
    /// Places of which two things were told.
    disputed: BTreeSet<u64>,
    /// What contradicted something noted before, found while it was noted.
    contradictions: Vec<Violation>,
}

/// A command, and what became of it.
#[derive(Clone, Debug)]
struct Sent {
    what: What,
    /// The first success: when it was noted, the place, and what the command gave.
    done: Option<(u64, u64, Value)>,
    /// Whether the last answer says that nothing happened.
    refused: bool,
}

/// A connection, and what came over it.
#[derive(Clone, Debug)]
struct Connection {
    who: String,
    since: Option<u64>,
    told_before: Option<(u64, Source)>,
    welcome: Option<Welcome>,
    events: Vec<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Welcome {
    seq: u64,
    resumed: bool,
}

/// The whole journal, as one member read it.
#[derive(Clone, Debug)]
struct Read {
    who: String,
    asked: u64,
    seqs: Option<Vec<u64>>,
}

/// What a history holds, in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Commands, each counted once however often it was sent.
    pub sent: usize,
    /// Commands that were answered with success.
    pub acknowledged: usize,
    /// Places of the journal that somebody saw.
    pub entries: usize,
    /// Connections that were made.
    pub connections: usize,
    /// Connections that went on where the client had been.
    pub resumed: usize,
    /// Acknowledged commands that are not where they were said to be.
    pub lost: usize,
    /// Commands with two effects.
    pub doubled: usize,
    /// Places of the journal at which nothing stands.
    pub holes: u64,
}

impl History {
    /// A history of a conference of which nothing was seen.
    pub fn new() -> Self {
        Self::default()
    }

    /// A member sends a command, for the first time or again.
    ///
    /// # Panics
    /// When the same id was used for something else: that is the client's mistake.
    pub fn send(&mut self, who: &str, id: &str, what: What) {
        self.now += 1;
        let command = Command::new(who, id);
        match self.commands.get_mut(&command) {
            Some(sent) => assert_eq!(sent.what, what, "{command} was something else before"),
            None => drop(self.commands.insert(command, Sent { what, done: None, refused: false })),
        }
    }

    /// A member asks for a connection, as one who has seen everything up to `since`.
    pub fn connect(&mut self, who: &str, since: Option<u64>) -> ConnectionId {
        self.now += 1;
        let told_before = self.told.clone();
        self.connections.push(Connection {
            who: who.to_owned(),
            since,
            told_before,
            welcome: None,
            events: Vec::new(),
        });
        ConnectionId(self.connections.len() - 1)
    }

    /// A frame has arrived over a connection: `welcome`, an event, a view or a reply; others say nothing of the journal.
    ///
    /// # Panics
    /// When the frame is not what its type says.
    pub fn frame(&mut self, connection: ConnectionId, frame: &Value) {
        match frame["type"].as_str() {
            Some("welcome") => self.welcome(connection, frame),
            Some("event") => self.event(connection, frame),
            Some("view") => self.view(&frame["activity"], frame),
            Some("reply") => {
                let who = self.connections[connection.0].who.clone();
                let id = frame["id"].as_str().unwrap_or_else(|| panic!("a reply without an id: {frame}"));
                self.reply(&who, id, Answered::of(frame));
            }
            _ => {}
        }
    }

    fn welcome(&mut self, connection: ConnectionId, frame: &Value) {
        self.now += 1;
        let seq = frame["seq"].as_u64().unwrap_or_else(|| panic!("a welcome has a seq: {frame}"));
        let resumed = frame["resumed"].as_bool().unwrap_or_else(|| panic!("a welcome says `resumed`: {frame}"));
        self.connections[connection.0].welcome = Some(Welcome { seq, resumed });
        self.tell(seq, Source::Welcome(self.connections[connection.0].who.clone()));
        for activity in frame["activities"].as_array().into_iter().flatten() {
            if activity["as_of"].is_u64() {
                self.view(&activity["id"], activity);
            }
        }
    }

    fn event(&mut self, connection: ConnectionId, frame: &Value) {
        self.now += 1;
        let connection = &mut self.connections[connection.0];
        let source = Source::Event(connection.who.clone());
        let seq = places::seq_of(frame);
        connection.events.push(seq);
        self.stand(seq, frame, source);
    }

    fn view(&mut self, activity: &Value, shown: &Value) {
        self.now += 1;
        let activity = activity.as_str().unwrap_or_else(|| panic!("a view is of an activity: {shown}")).to_owned();
        let as_of = shown["as_of"].as_u64().unwrap_or_else(|| panic!("a view is as of a seq: {shown}"));
        self.tell(as_of, Source::View(activity.clone()));
        if let Some(packet) = self.packets.get_mut(&activity) {
            packet.look(as_of, &shown["view"]);
        }
    }

    /// Somebody asks for the whole journal. Whoever reads it page by page asks with the first page.
    pub fn ask_journal(&mut self, who: &str) -> ReadId {
        self.now += 1;
        self.reads.push(Read { who: who.to_owned(), asked: self.now, seqs: None });
        ReadId(self.reads.len() - 1)
    }

    /// The whole journal has arrived.
    pub fn journal(&mut self, read: ReadId, entries: &[Value]) {
        self.now += 1;
        let source = Source::Journal(self.reads[read.0].who.clone());
        for entry in entries {
            self.stand(places::seq_of(entry), entry, source.clone());
        }
        self.reads[read.0].seqs = Some(entries.iter().map(places::seq_of).collect());
    }

    /// The last journal of everybody who ever was a member has arrived, an organizer's among them, and nothing else went
    /// on meanwhile. So every place is visible to one of them, and a hole is a hole.
    pub fn everybody_has_read(&mut self) {
        self.everybody_read = true;
    }

    /// This activity is a red packet: each member grabs once, and never more than `total_cents` in `shares` is given.
    pub fn packet(&mut self, activity: &str, total_cents: u64, shares: u64) {
        self.packets.insert(activity.to_owned(), Packet::new(total_cents, shares));
    }

    /// This activity keeps the last `{"score":…}` or `{"choose":[…]}` of each member, as a rating or a revisable vote for
    /// one option does.
    pub fn register(&mut self, activity: &str) {
        self.registers.push(activity.to_owned());
    }

    /// The report on a red packet or a register, taken while nothing else went on.
    pub fn report(&mut self, activity: &str, report: &Value) {
        self.now += 1;
        self.reports.push((activity.to_owned(), report.clone()));
    }

    /// Somebody was told that the journal goes to `seq` at least.
    fn tell(&mut self, seq: u64, source: Source) {
        if self.told.as_ref().is_none_or(|(told, _)| *told < seq) {
            self.told = Some((seq, source));
        }
    }

    /// Everything that an honest server cannot have said, lowest place first.
    pub fn check(&self) -> Vec<Violation> {
        let mut found = self.contradictions.clone();
        self.check_order(&mut found);
        self.check_places(&mut found);
        self.check_commands(&mut found);
        self.check_packets(&mut found);
        self.check_registers(&mut found);
        found.sort_by_key(Violation::seq);
        found
    }

    /// What the history holds; `found` is what [`History::check`] gave.
    pub fn figures(&self, found: &[Violation]) -> Figures {
        let count = |is: fn(&Violation) -> bool| found.iter().filter(|violation| is(violation)).count();
        let resumed = |connection: &&Connection| connection.welcome.is_some_and(|welcome| welcome.resumed);
        let holes = found.iter().map(|violation| match violation {
            Violation::Hole { first, last } => last - first + 1,
            _ => 0,
        });
        Figures {
            sent: self.commands.len(),
            acknowledged: self.commands.values().filter(|sent| sent.done.is_some()).count(),
            entries: self.places.len(),
            connections: self.connections.len(),
            resumed: self.connections.iter().filter(resumed).count(),
            lost: count(|found| matches!(found, Violation::Lost { .. } | Violation::Misplaced { .. })),
            doubled: count(|found| matches!(found, Violation::Doubled { .. } | Violation::GrabbedTwice { .. })),
            holes: holes.sum(),
        }
    }
}

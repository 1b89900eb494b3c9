//! A meeting on paper: an honest server and its clients as a list of lines, so that a lie can be written into it.
//!
//! # Invariants
//! * What the lines say is what a server that keeps its promises could have said.

use std::collections::BTreeMap;

use hezi_tests::history::{ConnectionId, History, ReadId, What};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Members; the first is the organizer.
pub(super) const MEMBERS: usize = 4;
pub(super) const PACKET: &str = "packet";
pub(super) const RATING: &str = "rating";
pub(super) const SHARES: [u64; 3] = [40, 1, 59];
pub(super) const TOTAL_CENTS: u64 = 100;

/// What becomes of a command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fate {
    /// It happens, and is answered if the member is connected.
    Ack,
    /// It happens, and the answer is lost.
    Land,
    /// It never arrives.
    Lose,
}

use Fate::{Ack, Land, Lose};

/// Something that happens in a meeting; members are numbered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Connect(usize),
    Chat(usize, Fate),
    Grab(usize, Fate),
    Score(usize, u64, Fate),
    /// A member sends one of their commands again.
    Resend(usize, usize),
    /// Everybody is shown both activities.
    View,
    /// A member reads the journal.
    Read(usize),
    /// The server dies and comes back.
    Crash,
}

pub(super) fn any_step() -> impl Strategy<Value = Step> {
    let fate = || prop_oneof![4 => Just(Ack), 1 => Just(Land), 1 => Just(Lose)];
    prop_oneof![
        4 => (0..MEMBERS).prop_map(Step::Connect),
        8 => (0..MEMBERS, fate()).prop_map(|(who, fate)| Step::Chat(who, fate)),
        3 => (0..MEMBERS, fate()).prop_map(|(who, fate)| Step::Grab(who, fate)),
        5 => (0..MEMBERS, 1_u64..=5, fate()).prop_map(|(who, score, fate)| Step::Score(who, score, fate)),
        5 => (0..MEMBERS, 0_usize..20).prop_map(|(who, which)| Step::Resend(who, which)),
        2 => Just(Step::View),
        1 => (0..MEMBERS).prop_map(Step::Read),
        1 => Just(Step::Crash),
    ]
}

/// One thing that a client did or saw. Connections and readings are numbered in the order in which they began.
#[derive(Clone, Debug)]
pub(super) enum Line {
    Send { who: String, frame: Value },
    Connect { who: String, since: Option<u64> },
    Frame { connection: usize, frame: Value },
    Ask { who: String },
    Journal { read: usize, entries: Vec<Value> },
    EverybodyHasRead,
    Report { activity: &'static str, report: Value },
}

/// Tells a history what the lines say.
pub(super) fn tell(history: &mut History, lines: &[Line]) {
    let (mut connections, mut reads): (Vec<ConnectionId>, Vec<ReadId>) = (Vec::new(), Vec::new());
    history.packet(PACKET, TOTAL_CENTS, SHARES.len() as u64);
    history.register(RATING);
    for line in lines {
        match line {
            Line::Send { who, frame } => {
                history.send(who, frame["id"].as_str().expect("an id"), What::of(frame));
            }
            Line::Connect { who, since } => connections.push(history.connect(who, *since)),
            Line::Frame { connection, frame } => history.frame(connections[*connection], frame),
            Line::Ask { who } => reads.push(history.ask_journal(who)),
            Line::Journal { read, entries } => history.journal(reads[*read], entries),
            Line::EverybodyHasRead => history.everybody_has_read(),
            Line::Report { activity, report } => history.report(activity, report),
        }
    }
}

/// A command, and its place if it happened.
struct Command {
    frame: Value,
    answer: Option<Value>,
}

/// An entry, and who may see it if it is not for all.
struct Entry {
    shown: Value,
    only: Option<usize>,
}

#[derive(Default)]
struct Meeting {
    lines: Vec<Line>,
    journal: Vec<Entry>,
    commands: Vec<Vec<Command>>,
    /// The open connection of each member.
    open: BTreeMap<usize, usize>,
    connections: usize,
    reads: usize,
    seen: [Option<u64>; MEMBERS],
    grabs: Vec<(usize, u64)>,
    scores: BTreeMap<usize, u64>,
}

/// The lines of a meeting in which these steps happen. At its end everybody reads, and both activities are reported.
pub(super) fn meeting(steps: &[Step]) -> Vec<Line> {
    let mut meeting = Meeting { commands: (0..MEMBERS).map(|_| Vec::new()).collect(), ..Meeting::default() };
    for who in 0..MEMBERS {
        meeting.append(json!({ "kind": "joined", "who": person(who) }), None);
    }
    for step in steps {
        meeting.step(*step);
    }
    (0..MEMBERS).for_each(|who| meeting.read(who));
    meeting.lines.push(Line::EverybodyHasRead);
    meeting.reports();
    meeting.lines
}

pub(super) fn name(who: usize) -> String {
    format!("m{who}")
}

fn person(who: usize) -> Value {
    json!({ "id": name(who), "name": name(who) })
}

impl Meeting {
    fn step(&mut self, step: Step) {
        match step {
            Step::Connect(who) => self.connect(who),
            Step::Chat(who, fate) => {
                let text = format!("{who}:{}", self.commands[who].len());
                self.command(who, json!({ "type": "chat", "text": text }), fate);
            }
            Step::Grab(who, fate) => {
                self.command(who, json!({ "type": "act", "activity": PACKET, "action": { "grab": {} } }), fate);
            }
            Step::Score(who, score, fate) => {
                self.command(who, json!({ "type": "act", "activity": RATING, "action": { "score": score } }), fate);
            }
            Step::Resend(who, which) => self.resend(who, which),
            Step::View => self.view(),
            Step::Read(who) => self.read(who),
            Step::Crash => self.open.clear(),
        }
    }

    fn head(&self) -> u64 {
        self.journal.len() as u64
    }

    fn frame(&mut self, who: usize, frame: Value) {
        let Some(connection) = self.open.get(&who).copied() else { return };
        if frame["type"] == "event" {
            self.seen[who] = frame["seq"].as_u64();
        }
        self.lines.push(Line::Frame { connection, frame });
    }

    fn connect(&mut self, who: usize) {
        let since = self.seen[who];
        self.lines.push(Line::Connect { who: name(who), since });
        self.open.insert(who, self.connections);
        self.connections += 1;
        let head = self.head();
        self.frame(who, json!({ "type": "welcome", "seq": head, "resumed": since.is_some(), "activities": [] }));
        self.seen[who] = since.or(Some(head));
        let missed =
            self.journal.iter().filter(|entry| since.is_some_and(|since| entry.shown["seq"].as_u64() > Some(since)));
        let missed: Vec<Value> = missed.filter_map(event).collect();
        missed.into_iter().for_each(|event| self.frame(who, event));
    }

    fn append(&mut self, mut shown: Value, only: Option<usize>) -> u64 {
        let seq = self.head() + 1;
        shown["seq"] = json!(seq);
        self.journal.push(Entry { shown, only });
        if let Some(event) = self.journal.last().and_then(event) {
            (0..MEMBERS).for_each(|who| self.frame(who, event.clone()));
        }
        seq
    }

    fn command(&mut self, who: usize, mut frame: Value, fate: Fate) {
        frame["id"] = json!(format!("c{}", self.commands[who].len()));
        self.lines.push(Line::Send { who: name(who), frame: frame.clone() });
        let answer = (fate != Lose).then(|| self.carry_out(who, &frame));
        self.commands[who].push(Command { frame, answer: answer.clone() });
        if let Some(answer) = answer.filter(|_| fate == Ack) {
            self.frame(who, answer);
        }
    }

    fn resend(&mut self, who: usize, which: usize) {
        let Some(command) = self.commands[who].get(which) else { return };
        let (frame, answer) = (command.frame.clone(), command.answer.clone());
        self.lines.push(Line::Send { who: name(who), frame: frame.clone() });
        let answer = answer.unwrap_or_else(|| self.carry_out(who, &frame));
        self.commands[who][which].answer = Some(answer.clone());
        self.frame(who, answer);
    }

    /// The answer to a command that arrives for the first time.
    fn carry_out(&mut self, who: usize, frame: &Value) -> Value {
        let refused =
            |code: &str| json!({ "type": "reply", "id": frame["id"], "error": { "code": code, "detail": "!" } });
        let (entry, only, ok) = match (frame["text"].as_str(), frame["action"]["score"].as_u64()) {
            (Some(text), _) => (json!({ "kind": "chat", "from": person(who), "text": text }), None, json!({})),
            (None, Some(score)) => {
                self.scores.insert(who, score);
                (json!({ "kind": "acted", "activity": RATING }), Some(who), json!({ "score": score }))
            }
            (None, None) if self.grabs.iter().any(|(other, _)| *other == who) => return refused("conflict"),
            (None, None) => {
                let Some(cents) = SHARES.get(self.grabs.len()).copied() else { return refused("exhausted") };
                self.grabs.push((who, cents));
                (json!({ "kind": "acted", "activity": PACKET }), Some(who), json!({ "cents": cents }))
            }
        };
        let seq = self.append(entry, only);
        if frame["action"]["grab"].is_object() && self.grabs.len() == SHARES.len() {
            self.append(json!({ "kind": "emit", "activity": PACKET, "event": { "finished": {} } }), None);
        }
        json!({ "type": "reply", "id": frame["id"], "seq": seq, "ok": ok })
    }

    fn view(&mut self) {
        let cents: u64 = self.grabs.iter().map(|(_, cents)| cents).sum();
        let taken = format!("{}/{} 个", self.grabs.len(), SHARES.len());
        let given = format!("{}.{:02}/1.00 元", cents / 100, cents % 100);
        let statistic = |label: &str, value: String| json!({ "type": "statistic", "label": label, "value": value });
        let view = json!({ "blocks": [statistic("已领取", taken), statistic("已领金额", given)] });
        let frame = json!({ "type": "view", "activity": PACKET, "as_of": self.head(), "view": view });
        (0..MEMBERS).for_each(|who| self.frame(who, frame.clone()));
    }

    fn read(&mut self, who: usize) {
        self.lines.push(Line::Ask { who: name(who) });
        let entries = self.journal.iter().filter(|entry| entry.only.is_none_or(|only| only == who));
        let entries = entries.map(|entry| entry.shown.clone()).collect();
        self.lines.push(Line::Journal { read: self.reads, entries });
        self.reads += 1;
    }

    fn reports(&mut self) {
        let rows = self.scores.iter().map(|(who, score)| json!([name(*who), name(*who), score.to_string()]));
        let sum: u64 = self.scores.values().sum();
        let summary = json!({ "count": self.scores.len(), "sum": sum.to_string() });
        let rating = json!({ "summary": summary, "rows": rows.collect::<Vec<_>>() });
        let taken: u64 = self.grabs.iter().map(|(_, cents)| cents).sum();
        let rows = self.grabs.iter().zip(1..);
        let rows =
            rows.map(|((who, cents), place)| json!([place.to_string(), name(*who), name(*who), cents.to_string()]));
        let summary = json!({ "taken_cents": taken, "left_cents": TOTAL_CENTS - taken, "refunded_cents": 0 });
        let packet = json!({ "summary": summary, "rows": rows.collect::<Vec<_>>() });
        self.lines.push(Line::Report { activity: RATING, report: rating });
        self.lines.push(Line::Report { activity: PACKET, report: packet });
    }
}

/// The entry as an event, if sockets get it.
fn event(entry: &Entry) -> Option<Value> {
    let is_event = matches!(entry.shown["kind"].as_str(), Some("chat" | "emit"));
    let mut event = is_event.then(|| entry.shown.clone())?;
    event["type"] = json!("event");
    Some(event)
}

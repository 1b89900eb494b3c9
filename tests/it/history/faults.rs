//! The lies: each is written into the lines of an honest meeting, and has to be named.

use hezi_tests::history::Violation;
use serde_json::{Value, json};

use super::meeting::{Line, PACKET, RATING, TOTAL_CENTS};

/// A lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fault {
    /// A reply left before its commit, and the commit never came.
    AcknowledgedTooEarly,
    /// A place that was told is given to something else.
    PlaceReused,
    /// A command has two effects.
    CommittedTwice,
    /// A place at which nothing stands.
    Hole,
    /// Two events come in the wrong order.
    Swapped,
    /// An event never comes.
    EventLost,
    /// An event says something else than the journal.
    EventChanged,
    /// A welcome knows less than its member was told before.
    StaleWelcome,
    /// A retry is answered in another way.
    ReplyChanged,
    /// A retry of what was carried out is refused.
    RetryRefused,
    /// Somebody gets two shares of a packet.
    GrabbedTwice,
    /// A packet gives more than it has.
    Overdrawn,
    /// A view shows a grab too many.
    ViewAhead,
    /// A report has a score that nobody gave.
    ScoreChanged,
    /// The journal ends before a place that a view stood for.
    ViewTooEarly,
}

impl Fault {
    pub(super) const ALL: &[Fault] = &[
        Fault::AcknowledgedTooEarly,
        Fault::PlaceReused,
        Fault::CommittedTwice,
        Fault::Hole,
        Fault::Swapped,
        Fault::EventLost,
        Fault::EventChanged,
        Fault::StaleWelcome,
        Fault::ReplyChanged,
        Fault::RetryRefused,
        Fault::GrabbedTwice,
        Fault::Overdrawn,
        Fault::ViewAhead,
        Fault::ScoreChanged,
        Fault::ViewTooEarly,
    ];

    /// Whether the violation is what this lie must be found as.
    pub(super) fn is_named_by(self, found: &Violation) -> bool {
        match self {
            Fault::AcknowledgedTooEarly => matches!(found, Violation::Lost { .. }),
            Fault::PlaceReused => matches!(found, Violation::Misplaced { .. } | Violation::Disagree { .. }),
            Fault::CommittedTwice => matches!(found, Violation::Doubled { .. }),
            Fault::Hole => matches!(found, Violation::Hole { .. }),
            Fault::Swapped => matches!(found, Violation::Order { .. }),
            Fault::EventLost => matches!(found, Violation::Missed { .. }),
            Fault::EventChanged => matches!(found, Violation::Disagree { .. }),
            Fault::StaleWelcome | Fault::ViewTooEarly => matches!(found, Violation::Vanished { .. }),
            Fault::ReplyChanged | Fault::RetryRefused => matches!(found, Violation::ReplyChanged { .. }),
            Fault::GrabbedTwice => matches!(found, Violation::GrabbedTwice { .. }),
            // Told in the answer to a retry, it is another answer than the first.
            Fault::Overdrawn => matches!(found, Violation::Overdrawn { .. } | Violation::ReplyChanged { .. }),
            Fault::ViewAhead => matches!(found, Violation::Balance { .. }),
            Fault::ScoreChanged => matches!(found, Violation::Register { .. }),
        }
    }

    /// Writes the lie into the lines, at one of the places where it can be told. None: there is no such place.
    pub(super) fn plant(self, lines: &mut Vec<Line>, pick: usize) -> bool {
        match self {
            Fault::AcknowledgedTooEarly => choose(pick, &acknowledged(lines)).is_some_and(|seq| remove(lines, seq)),
            Fault::PlaceReused => choose(pick, &places(lines, "chat")).is_some_and(|seq| reuse(lines, seq)),
            Fault::CommittedTwice => choose(pick, &places(lines, "chat")).is_some_and(|seq| repeat(lines, seq)),
            Fault::Hole => choose(pick, &inner_places(lines)).is_some_and(|seq| remove(lines, seq)),
            Fault::Swapped => swap(lines, pick),
            Fault::EventLost => lose_event(lines, pick),
            Fault::EventChanged => change_frame(lines, pick, |f| f["kind"] == "chat", |f| f["text"] = json!("别的")),
            Fault::StaleWelcome => stale_welcome(lines, pick),
            Fault::ReplyChanged => change_retry(lines, pick, |reply| reply["seq"] = json!(1)),
            Fault::RetryRefused => change_retry(lines, pick, |reply| {
                *reply = json!({ "type": "reply", "id": reply["id"], "error": { "code": "conflict", "detail": "!" } });
            }),
            Fault::GrabbedTwice => grab_again(lines, pick),
            Fault::Overdrawn => change_frame(
                lines,
                pick,
                |frame| frame["ok"]["cents"].is_u64(),
                |frame| frame["ok"]["cents"] = json!(TOTAL_CENTS + 1),
            ),
            Fault::ViewAhead => {
                change_frame(lines, pick, is_view, |f| f["view"]["blocks"][0]["value"] = json!("9/3 个"))
            }
            Fault::ScoreChanged => change_score(lines, pick),
            Fault::ViewTooEarly => change_frame(lines, pick, is_view, |frame| frame["as_of"] = json!(1_000_000)),
        }
    }
}

fn is_view(frame: &Value) -> bool {
    frame["type"] == "view"
}

fn choose<T: Clone>(pick: usize, from: &[T]) -> Option<T> {
    (!from.is_empty()).then(|| from[pick % from.len()].clone())
}

/// Where the lines are that hold a frame like this.
fn frames(lines: &[Line], like: impl Fn(&Value) -> bool) -> Vec<usize> {
    let is_like = |line: &Line| matches!(line, Line::Frame { frame, .. } if like(frame));
    lines.iter().enumerate().filter(|(_, line)| is_like(line)).map(|(at, _)| at).collect()
}

fn frame(lines: &[Line], at: usize) -> (usize, &Value) {
    match &lines[at] {
        Line::Frame { connection, frame } => (*connection, frame),
        other => panic!("not a frame: {other:?}"),
    }
}

/// Changes one of the frames like this.
fn change_frame(lines: &mut [Line], pick: usize, like: fn(&Value) -> bool, change: fn(&mut Value)) -> bool {
    let Some(at) = choose(pick, &frames(lines, like)) else { return false };
    if let Line::Frame { frame, .. } = &mut lines[at] {
        change(frame);
    }
    true
}

/// The journals that were read at the end.
fn last_journals(lines: &mut [Line]) -> impl Iterator<Item = &mut Vec<Value>> {
    let from = lines.iter().rposition(|line| !matches!(line, Line::Report { .. } | Line::EverybodyHasRead));
    let from = from.map_or(0, |last| last + 1 - 2 * super::meeting::MEMBERS);
    lines[from..].iter_mut().filter_map(|line| match line {
        Line::Journal { entries, .. } => Some(entries),
        _ => None,
    })
}

/// Places of entries of this kind, as they were read at the end.
fn places(lines: &mut [Line], kind: &str) -> Vec<u64> {
    let entries = last_journals(lines).flat_map(|entries| entries.iter());
    let seqs =
        entries.filter(|entry| entry["kind"] == kind || kind.is_empty()).filter_map(|entry| entry["seq"].as_u64());
    let mut seqs: Vec<u64> = seqs.collect();
    seqs.sort_unstable();
    seqs.dedup();
    seqs
}

/// Every place but the last, of which nobody may have been told.
fn inner_places(lines: &mut [Line]) -> Vec<u64> {
    let mut places = places(lines, "");
    places.pop();
    places
}

fn acknowledged(lines: &[Line]) -> Vec<u64> {
    frames(lines, |frame| frame["ok"].is_object())
        .into_iter()
        .filter_map(|at| frame(lines, at).1["seq"].as_u64())
        .collect()
}

fn remove(lines: &mut [Line], seq: u64) -> bool {
    last_journals(lines).for_each(|entries| entries.retain(|entry| entry["seq"] != seq));
    true
}

fn reuse(lines: &mut [Line], seq: u64) -> bool {
    let told = frames(lines, |frame| frame["seq"] == seq && (frame["type"] == "event" || frame["ok"].is_object()));
    for entry in last_journals(lines).flatten().filter(|entry| entry["seq"] == seq) {
        entry["text"] = json!("别的");
    }
    // Where nobody was told before, it is no lie.
    !told.is_empty()
}

fn repeat(lines: &mut [Line], seq: u64) -> bool {
    let head = places(lines, "").last().copied().unwrap_or_default();
    for entries in last_journals(lines) {
        let again = entries.iter().find(|entry| entry["seq"] == seq).cloned();
        entries.extend(again.map(|mut entry| {
            entry["seq"] = json!(head + 1);
            entry
        }));
    }
    true
}

/// Pairs of events that follow each other on one connection.
fn neighbours(lines: &[Line]) -> Vec<(usize, usize)> {
    let events = frames(lines, |frame| frame["type"] == "event");
    let next =
        |at: usize| events.iter().copied().find(|other| *other > at && frame(lines, *other).0 == frame(lines, at).0);
    events.iter().filter_map(|at| Some((*at, next(*at)?))).collect()
}

fn swap(lines: &mut [Line], pick: usize) -> bool {
    let Some((one, other)) = choose(pick, &neighbours(lines)) else { return false };
    lines.swap(one, other);
    true
}

fn lose_event(lines: &mut Vec<Line>, pick: usize) -> bool {
    choose(pick, &neighbours(lines)).map(|(at, _)| lines.remove(at)).is_some()
}

fn stale_welcome(lines: &mut [Line], pick: usize) -> bool {
    // The first welcome may be the first telling of all; every later one comes after it.
    let welcomes = frames(lines, |frame| frame["type"] == "welcome");
    let Some(at) = choose(pick, welcomes.get(1..).unwrap_or_default()) else { return false };
    if let Line::Frame { frame, .. } = &mut lines[at] {
        frame["seq"] = json!(0);
    }
    true
}

/// Changes the second answer to one command.
fn change_retry(lines: &mut [Line], pick: usize, change: fn(&mut Value)) -> bool {
    let answers = frames(lines, |frame| frame["ok"].is_object());
    // A place is acknowledged for one command only, so the same place again is a retry.
    let is_retry = |at: &usize| {
        let seq = &frame(lines, *at).1["seq"];
        *seq != 1 && answers.iter().any(|other| other < at && frame(lines, *other).1["seq"] == *seq)
    };
    let retries: Vec<usize> = answers.iter().copied().filter(is_retry).collect();
    let Some(at) = choose(pick, &retries) else { return false };
    if let Line::Frame { frame, .. } = &mut lines[at] {
        change(frame);
    }
    true
}

fn grab_again(lines: &mut Vec<Line>, pick: usize) -> bool {
    let Some(at) = choose(pick, &frames(lines, |frame| frame["ok"]["cents"].is_u64())) else { return false };
    let (connection, first) = frame(lines, at);
    let connects = lines.iter().filter_map(|line| match line {
        Line::Connect { who, .. } => Some(who.clone()),
        _ => None,
    });
    let who = connects.into_iter().nth(connection).expect("a connection has a member");
    let mut second = first.clone();
    (second["id"], second["seq"]) = (json!("again"), json!(first["seq"].as_u64().map(|seq| seq + 1)));
    let sent = json!({ "type": "act", "id": "again", "activity": PACKET, "action": { "grab": {} } });
    lines.insert(at + 1, Line::Send { who, frame: sent });
    lines.insert(at + 2, Line::Frame { connection, frame: second });
    true
}

fn change_score(lines: &mut [Line], pick: usize) -> bool {
    for line in lines {
        if let Line::Report { activity: RATING, report } = line
            && let Some(rows) = report["rows"].as_array_mut().filter(|rows| !rows.is_empty())
        {
            let row = pick % rows.len();
            rows[row][2] = json!("9");
            return true;
        }
    }
    false
}

//! What an honest server cannot have said: each case with the least that shows it.

use std::fmt;

use serde_json::Value;
use thiserror::Error;

/// A command: who sent it, under which id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Command {
    /// Id of the member who sent it.
    pub who: String,
    /// The id of the member's choosing.
    pub id: String,
}

impl Command {
    /// The command of this member under this id.
    pub fn new(who: &str, id: &str) -> Self {
        Command { who: who.to_owned(), id: id.to_owned() }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.id, self.who)
    }
}

/// How a place in the journal was told to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// By the reply to this command.
    Reply(Command),
    /// By an event on a connection of this member.
    Event(String),
    /// By the journal that this member read.
    Journal(String),
    /// By the welcome of this member.
    Welcome(String),
    /// By a view of this activity.
    View(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Reply(command) => write!(f, "the reply to {command}"),
            Source::Event(who) => write!(f, "an event to {who}"),
            Source::Journal(who) => write!(f, "the journal as {who} read it"),
            Source::Welcome(who) => write!(f, "the welcome of {who}"),
            Source::View(activity) => write!(f, "a view of {activity}"),
        }
    }
}

/// Something that an honest server cannot have said.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Violation {
    /// Set: what was acknowledged is not there.
    #[error("seq {seq}: {command} was acknowledged there, and the journal as {reader} read it later has nothing there")]
    Lost {
        /// The command that was acknowledged.
        command: Command,
        /// Where the reply said that it was.
        seq: u64,
        /// Who should have read it.
        reader: String,
    },
    /// Set: something else stands where a command was acknowledged.
    #[error("seq {seq}: {command} was acknowledged there, but there stands {}", shortened(there))]
    Misplaced {
        /// The command that was acknowledged.
        command: Command,
        /// Where the reply said that it was.
        seq: u64,
        /// What is there.
        there: Value,
    },
    /// Set: something is there that nobody sent, or that was refused for good.
    #[error("seq {seq}: {who} is there with what they did not send, or what was refused: {}", shortened(there))]
    Unsent {
        /// Who is said to have done it.
        who: String,
        /// The place in the journal.
        seq: u64,
        /// What is there.
        there: Value,
    },
    /// Exactly once: more effects than commands.
    #[error("seq {second}: what stands at {first} is there again, and {who} sent it once")]
    Doubled {
        /// Who sent it.
        who: String,
        /// The first effect.
        first: u64,
        /// The place where it is there again.
        second: u64,
    },
    /// Exactly once: two commands were acknowledged at one place.
    #[error("seq {seq}: acknowledged both for {first} and for {second}")]
    Shared {
        /// Either of them; which was sent first is not said.
        first: Command,
        /// The command that was told the same place.
        second: Command,
        /// Where the entries of both would have to stand.
        seq: u64,
    },
    /// Exactly once: the same command was answered in two ways.
    #[error("{command} was answered {before:?} and later {after:?}")]
    ReplyChanged {
        /// The command that was answered twice.
        command: Command,
        /// The first answer.
        before: super::Answered,
        /// A later one.
        after: super::Answered,
    },
    /// One order: two things at one place.
    #[error("seq {seq}: {one_from} says {}, {other_from} says {}", shortened(one), shortened(other))]
    Disagree {
        /// Where both are said to stand.
        seq: u64,
        /// What was told first.
        one: Value,
        /// By what.
        one_from: Source,
        /// What was told later.
        other: Value,
        /// By what.
        other_from: Source,
    },
    /// One order: what came is not after what came before.
    #[error("seq {then} came after {before}, by {by}")]
    Order {
        /// What came first, or where the reader had been.
        before: u64,
        /// What came then.
        then: u64,
        /// By what.
        by: Source,
    },
    /// One order: a member did not get what they may see.
    #[error("seq {seq}: it was told by {told}, and {missed_by} went past it without it")]
    Missed {
        /// Where the entry stands that they did not get.
        seq: u64,
        /// How it is known.
        told: Source,
        /// What should have had it.
        missed_by: Source,
    },
    /// One order: places at which nothing stands.
    #[error("seq {first} to {last}: nothing stands there, whoever reads")]
    Hole {
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
    },
    /// Nothing undone: the journal is shorter than somebody was told.
    #[error("seq {seq} was told by {told}, and later the journal ended at {end}")]
    Vanished {
        /// The place that somebody was told.
        seq: u64,
        /// By what.
        told: Source,
        /// Where the journal ended.
        end: u64,
    },
    /// Bank: a member has two shares of one packet.
    #[error("seq {second}: {who} grabbed from {activity} again after {first}")]
    GrabbedTwice {
        /// Who grabbed twice.
        who: String,
        /// Id of the red packet that gave twice.
        activity: String,
        /// The first grab.
        first: u64,
        /// The grab that came after it.
        second: u64,
    },
    /// Bank: more was given than there was, or less than a cent.
    #[error("seq {seq}: {activity} had given {cents} cents in {shares} shares by then, the last of {last_cents} cents")]
    Overdrawn {
        /// Id of the red packet that gave too much or too little.
        activity: String,
        /// The grab that was too much.
        seq: u64,
        /// What had been given with it.
        cents: u64,
        /// In how many shares.
        shares: u64,
        /// What the grab gave.
        last_cents: u64,
    },
    /// Bank: what is shown of a packet is not what was given.
    #[error("seq {seq}: {activity} shows {shown}, but by then {expected}")]
    Balance {
        /// Id of the red packet that is shown wrongly.
        activity: String,
        /// The place that the view or report stands for.
        seq: u64,
        /// What is shown.
        shown: String,
        /// What was given.
        expected: String,
    },
    /// Register: the last value of a member is not what it must be.
    #[error("{activity} reports {reported:?} for {who}, where one of {possible:?} must be")]
    Register {
        /// The rating or vote.
        activity: String,
        /// Whose value.
        who: String,
        /// What is reported.
        reported: Option<String>,
        /// What could be, with nothing if nothing could be.
        possible: Vec<Option<String>>,
    },
    /// Register: the summary is not that of the rows.
    #[error("{activity} sums up {shown}, but its rows give {expected}")]
    Sum {
        /// Id of the rating whose report does not fit itself; no other summary is added up.
        activity: String,
        /// What the summary says.
        shown: String,
        /// What the rows say.
        expected: String,
    },
}

/// The beginning of a long value; a violation names what does not fit, and is no dump of it.
fn shortened(value: &Value) -> String {
    const CHARS_SHOWN: usize = 160;
    let text = value.to_string();
    match text.char_indices().nth(CHARS_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

impl Violation {
    /// The place that it is about; the end of time for what has none.
    pub fn seq(&self) -> u64 {
        match self {
            Violation::Lost { seq, .. }
            | Violation::Misplaced { seq, .. }
            | Violation::Unsent { seq, .. }
            | Violation::Shared { seq, .. }
            | Violation::Disagree { seq, .. }
            | Violation::Missed { seq, .. }
            | Violation::Vanished { seq, .. }
            | Violation::Overdrawn { seq, .. }
            | Violation::Balance { seq, .. } => *seq,
            Violation::Doubled { second, .. } | Violation::GrabbedTwice { second, .. } => *second,
            Violation::Order { then, .. } => *then,
            Violation::Hole { first, .. } => *first,
            Violation::ReplyChanged { .. } | Violation::Register { .. } | Violation::Sum { .. } => u64::MAX,
        }
    }
}

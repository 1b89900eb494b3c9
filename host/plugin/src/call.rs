//! A call and what comes of it: the vocabulary between the runtime and whoever uses it.
//!
//! Nothing here knows the engine. A [`CallReport`] is all that a call left behind: the activity's space is changed if
//! and only if its result is an outcome, and then by exactly the outcome's effects.

use std::sync::Arc;

use crate::{Export, Failure, JsonText, Member, Members, Online, View, Writes, view::ReportPage};

/// What a plugin is asked to do. Its texts stay with whoever asks.
#[derive(Debug, Clone)]
pub enum Call<'a> {
    /// Open the activity with a configuration, a JSON text that fits the plugin's schema.
    Open {
        /// As the caller has checked it: the runtime looks at its size only.
        config: &'a str,
    },
    /// A member does something.
    Act {
        /// The member, as they were when the call began.
        caller: Member,
        /// What they do: a JSON text that fits the plugin's schema.
        action: &'a str,
        /// The organizer who does it for them, if it is not they themselves.
        on_behalf: Option<Member>,
    },
    /// Show the activity. Read-only.
    View {
        /// To whom; to everybody in the room if to nobody in particular.
        viewer: Option<Member>,
        /// Which page or filter the viewer asked for.
        query: Option<&'a str>,
    },
    /// A timer is due. The call disarms it, so the plugin finds it disarmed already.
    Tick {
        /// The name that it was armed under.
        timer: &'a str,
    },
    /// The activity is closed.
    Close,
    /// Somebody became a member. Only for a plugin that asked to be told.
    Joined {
        /// Who came, with the name and the role that they came with.
        who: Member,
    },
    /// Somebody is a member no more. Only for a plugin that asked to be told.
    Left {
        /// The member, as they were.
        who: Member,
    },
    /// A page of the report. Read-only.
    Report {
        /// Where the page starts: the `next` of the page before.
        cursor: Option<&'a str>,
    },
    /// Bring the state from an older or newer layout to this component's.
    Migrate {
        /// The layout's version.
        from: u32,
    },
}

impl Call<'_> {
    /// The function that is called.
    #[must_use]
    pub fn export(&self) -> Export {
        match self {
            Self::Open { .. } => Export::Open,
            Self::Act { .. } => Export::Act,
            Self::View { .. } => Export::View,
            Self::Tick { .. } => Export::Tick,
            Self::Close => Export::Close,
            Self::Joined { .. } => Export::Joined,
            Self::Left { .. } => Export::Left,
            Self::Report { .. } => Export::Report,
            Self::Migrate { .. } => Export::Migrate,
        }
    }

    /// Whether the call may change something.
    #[must_use]
    pub fn writes(&self) -> bool {
        !matches!(self, Self::View { .. } | Self::Report { .. })
    }
}

/// What a call is given besides its arguments. Together with the state it decides the outcome to the last byte.
#[derive(Debug, Clone, Default)]
pub struct CallContext {
    /// The time of the call, in milliseconds since 1970.
    pub now_ms: u64,
    /// The seed of the call's randomness.
    pub seed: [u8; 32],
    /// The conference's members at the time of the call.
    pub members: Arc<Members>,
    /// Which of them have the conference open, by id.
    pub online: Online,
    /// The language in which the call speaks to people: one of those that the plugin lists.
    pub language: Arc<str>,
}

/// All that a call left behind.
#[derive(Debug, Clone)]
pub struct CallReport {
    /// What came of it.
    pub result: Result<Outcome, Failure>,
    /// What the plugin logged, whether or not the call succeeded.
    pub logs: Vec<LogLine>,
    /// Log lines that were dropped because there were too many.
    pub logs_dropped: u32,
    /// What the call cost.
    pub cost: Cost,
}

/// What a successful call answered and changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What the export returned.
    pub answer: Answer,
    /// What the call changed. The space has these changes already.
    pub effects: Effects,
}

/// What an export returned.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Of `open`: the activity's title.
    Title(String),
    /// Of `act`: the reply.
    Reply(JsonText),
    /// Of `view`.
    View(View),
    /// Of `report`.
    Report(ReportPage),
    /// Of `tick`, `close`, `joined`, `left` and `migrate`.
    Done,
}

/// What a call changed, in an order that depends on nothing but the call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// Changed keys, in the order of their bytes.
    pub writes: Writes,
    /// Events, in the order in which they were emitted.
    pub emits: Vec<Emit>,
    /// Changed timers, in the order of their names, each at most once.
    pub timers: Vec<TimerChange>,
}

impl Effects {
    /// Whether nothing was changed and nothing emitted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.emits.is_empty() && self.timers.is_empty()
    }
}

/// An emitted event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emit {
    /// Who receives it.
    pub audience: Audience,
    /// What it tells.
    pub event: JsonText,
}

/// Who receives an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Every member.
    Everyone,
    /// Those who run the conference.
    Organizers,
    /// The member with this id. The plugin made the id: there may be no such member.
    Member(String),
}

/// A change of one timer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerChange {
    /// The timer is armed for this time.
    Set {
        /// The name that the plugin gave it.
        name: String,
        /// When it is due, in milliseconds since 1970.
        at_ms: u64,
    },
    /// The timer is disarmed.
    Cancel {
        /// The name that the plugin gave it.
        name: String,
    },
}

/// A line that a plugin logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How urgent it is.
    pub level: LogLevel,
    /// The line, cut at the limit.
    pub message: String,
}

/// How urgent a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogLevel {
    /// For the author.
    Debug,
    /// Worth knowing.
    Info,
    /// Something is odd.
    Warn,
    /// Something is broken.
    Error,
}

impl LogLevel {
    /// The level's name in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// What a call cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Work of the guest, in the units of `call_fuel`: the same on every machine.
    pub fuel: u64,
    /// Work that the host's functions did for it, in the same units and with a limit of its own of the same size.
    pub host_fuel: u64,
    /// Processor time of the whole call, the host's functions included, in nanoseconds.
    pub cpu_ns: u64,
    /// Linear memory of the instance after the call, in bytes.
    pub memory_bytes: usize,
    /// Host functions that were called.
    pub host_calls: u32,
    /// Keys and values that were written, in bytes.
    pub write_bytes: usize,
    /// Whether the call had to make a fresh instance.
    pub fresh: bool,
}

//! Why a call failed: the plugin's own refusal, or a fault that the runtime found.
//!
//! A refusal is ordinary: the plugin's rules said no and a person reads its text. A fault means that the plugin is
//! broken or hostile; it is counted, logged and shown to the administrator and the author. Either way the call changed
//! nothing.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a call has no outcome.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Failure {
    /// The plugin's rules refused.
    #[error("{0}")]
    Refused(Refusal),
    /// The plugin failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A plugin's refusal, with a text for the person.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[error("{text}")]
pub struct Refusal {
    /// What kind of refusal it is.
    pub kind: RefusalKind,
    /// What the person is told.
    pub text: String,
}

/// The kinds of refusal, as the interface has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// The configuration or the action makes no sense.
    Invalid,
    /// This person may not do this.
    Denied,
    /// It does not fit what has happened before.
    Conflict,
    /// There is nothing left to give.
    Exhausted,
}

/// The clocks that bound a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallClock {
    /// Processor time of the thread: the limit `call_cpu_ms`.
    Processor,
    /// The clock on the wall: the limit `call_wall_ms`.
    Wall,
}

impl fmt::Display for CallClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Processor => "of processor time",
            Self::Wall => "by the clock on the wall",
        })
    }
}

/// What a plugin did wrong in a call. The texts are for its author.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "a field says in its name what it is, and the sentence above what it means")]
pub enum Fault {
    /// The call did more work than it may. Run again, it ends in the same way.
    #[error(
        "the call did more work than {limit_fuel} units, which is the limit `call_fuel`; a WebAssembly instruction is \
         one: do less in a call, or divide the work among several"
    )]
    OutOfFuel { limit_fuel: u64 },
    /// The call passed the bound that stands behind the limit of work. This depends on the machine.
    #[error("the call took more than {limit_ms} ms {clock}")]
    OutOfTime { limit_ms: u64, clock: CallClock },
    /// The instance wanted more memory than it may have.
    #[error("the plugin wanted more than {limit_bytes} bytes of memory")]
    OutOfMemory { limit_bytes: usize },
    /// A table of the instance was to have more elements than it may have.
    #[error("a table of the plugin would pass {limit} elements")]
    TableTooLarge { limit: usize },
    /// The guest's call stack is used up.
    #[error("the plugin's call stack is exhausted: an endless or too deep recursion")]
    StackOverflow,
    /// The guest's code trapped, which is what a Rust panic becomes.
    #[error("the plugin trapped: {message}")]
    Trapped {
        /// The trap and the frames it came from.
        message: String,
    },
    /// `view` or `report` called a function that changes something or draws randomness.
    #[error("`{function}` was called from `view` or `report`, which may only read")]
    ReadOnly { function: &'static str },
    /// What belongs to a view was told to another call.
    #[error("`{function}` was called outside of `view`: it is about what a view has")]
    OnlyInView { function: &'static str },
    /// `describe` called something else than `log`.
    #[error("`{function}` was called from `describe`, which may use `log` only")]
    NotInDescribe { function: &'static str },
    /// A host function was called while the component was being instantiated.
    #[error("`{function}` was called while the component started, when it may use `log` only")]
    NotAtStart { function: &'static str },
    /// The activity's state would become too large.
    #[error("the state of the activity would pass {limit_bytes} bytes")]
    StateQuota { limit_bytes: usize },
    /// The activity's state would have too many keys.
    #[error("the state of the activity would pass {limit} keys")]
    TooManyKeys { limit: usize },
    /// The call wrote too much.
    #[error("the call wrote more than {limit_bytes} bytes of state")]
    WriteBudget { limit_bytes: usize },
    /// A key is empty, too long or has a control character.
    #[error("a key must have 1 to {limit_bytes} bytes and no control characters")]
    KeyInvalid { limit_bytes: usize },
    /// A number was to be added to what is none, or the sum is out of range.
    #[error("a number was added to a value that is none, or the sum leaves the range of 64 bits with a sign")]
    NotANumber,
    /// A value is too long.
    #[error("a value has {bytes} bytes; the limit is {limit_bytes}")]
    ValueTooLarge { bytes: usize, limit_bytes: usize },
    /// The call emitted too many events.
    #[error("the call emitted more than {limit} events")]
    TooManyEvents { limit: usize },
    /// The activity emitted too many events to everyone.
    #[error(
        "the activity emitted more than {limit_per_s} events to everyone in a second: put what changes often \
         into the view"
    )]
    TooManyBroadcasts { limit_per_s: usize },
    /// An event is too long.
    #[error("an event has {bytes} bytes; the limit is {limit_bytes}")]
    EventTooLarge { bytes: usize, limit_bytes: usize },
    /// An event is no JSON.
    #[error("an event is not valid JSON: {message}")]
    EventNotJson { message: String },
    /// A reply is no JSON.
    #[error("the reply is not valid JSON: {message}")]
    ReplyNotJson { message: String },
    /// The title that `open` gave cannot be shown.
    #[error("`open` must return a title of 1 to {limit_chars} characters")]
    TitleInvalid { limit_chars: usize },
    /// A view breaks a documented bound.
    #[error("the view is invalid: {message}")]
    ViewInvalid { message: String },
    /// A page of a report breaks a documented bound.
    #[error("the report is invalid: {message}")]
    ReportInvalid { message: String },
    /// The name of a timer is empty or too long.
    #[error("a timer's name must have 1 to {limit_bytes} bytes and no control characters")]
    TimerInvalid { limit_bytes: usize },
    /// Too many timers are armed.
    #[error("the activity would have more than {limit} timers")]
    TooManyTimers { limit: usize },
    /// Too many random bytes were asked for at once.
    #[error("{bytes} random bytes were asked for at once; the limit is {limit_bytes}")]
    TooMuchRandom { bytes: u32, limit_bytes: u32 },
    /// Too much data crossed the boundary at once.
    #[error("more than {limit_bytes} bytes were passed between the plugin and the host at once")]
    BoundaryTooLarge { limit_bytes: usize },
    /// The call changed and said too much altogether.
    #[error("the call's writes, events and reply have {bytes} bytes together; the limit is {limit_bytes}")]
    OutcomeTooLarge { bytes: usize, limit_bytes: usize },
    /// The call used too many host functions.
    #[error("the call used host functions more than {limit} times")]
    HostCalls { limit: u32 },
    /// The engine has no room for one more instance. This is the server's lack, not the plugin's doing.
    #[error("there is no room for another plugin instance: {message}")]
    NoInstance { message: String },
}

impl Fault {
    /// A stable name for metrics, logs and clients.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            // One name for both: whoever reads it wants to know that the call went on for too long.
            Self::OutOfFuel { .. } | Self::OutOfTime { .. } => "out_of_time",
            Self::OutOfMemory { .. } => "out_of_memory",
            Self::TableTooLarge { .. } => "table_too_large",
            Self::StackOverflow => "stack_overflow",
            Self::Trapped { .. } => "trapped",
            Self::ReadOnly { .. } => "read_only",
            Self::OnlyInView { .. } => "only_in_view",
            Self::NotInDescribe { .. } => "not_in_describe",
            Self::NotAtStart { .. } => "not_at_start",
            Self::StateQuota { .. } => "state_quota",
            Self::TooManyKeys { .. } => "too_many_keys",
            Self::WriteBudget { .. } => "write_budget",
            Self::KeyInvalid { .. } => "key_invalid",
            Self::NotANumber => "not_a_number",
            Self::ValueTooLarge { .. } => "value_too_large",
            Self::TooManyEvents { .. } => "too_many_events",
            Self::TooManyBroadcasts { .. } => "too_many_broadcasts",
            Self::EventTooLarge { .. } => "event_too_large",
            Self::EventNotJson { .. } => "event_not_json",
            Self::ReplyNotJson { .. } => "reply_not_json",
            Self::TitleInvalid { .. } => "title_invalid",
            Self::ViewInvalid { .. } => "view_invalid",
            Self::ReportInvalid { .. } => "report_invalid",
            Self::TimerInvalid { .. } => "timer_invalid",
            Self::TooManyTimers { .. } => "too_many_timers",
            Self::TooMuchRandom { .. } => "too_much_random",
            Self::BoundaryTooLarge { .. } => "boundary_too_large",
            Self::OutcomeTooLarge { .. } => "outcome_too_large",
            Self::HostCalls { .. } => "host_calls",
            Self::NoInstance { .. } => "no_instance",
        }
    }

    /// Whether the plugin is to blame. A server that is full must not put a plugin into quarantine.
    #[must_use]
    pub fn is_plugins_fault(&self) -> bool {
        !matches!(self, Self::NoInstance { .. })
    }
}

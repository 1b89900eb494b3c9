//! The host's side of a call: what a plugin may import, and what the call has done so far.
//!
//! A [`Host`] is the data of an instance's store. Between two calls it is empty; for the duration of a call it holds
//! the activity's space, which is moved in and out and never copied. Each interface of the WIT package has a file here
//! with the same order inside: what the interface bounds, the functions, tests.
//!
//! # Invariants
//! * The first fault of a call is kept; the plugin cannot hide it by going on.
//! * No function here blocks, allocates more than its documented page, or reads a clock or a random source of the
//!   system.

mod clock;
mod confirmation;
mod locale;
mod log;
mod random;
mod room;
mod state;
mod timer;

use std::sync::Arc;

use rand_chacha::ChaCha20Rng;
use wasmtime::ResourceLimiter;

use crate::{
    Answer, CallReport, Cost, Effects, Failure, Fault, Limits, Outcome, Space,
    bindings::hezi::activity::types,
    budget::Budget,
    call::{CallContext, Emit, LogLine},
    limits::TABLE_ELEMENTS_MAX,
    overlay::Overlay,
    view::Questions,
};

/// What a host call costs in fuel besides the bytes that it moves: about what a short one takes, in the time of as many
/// instructions.
const HOST_CALL_FUEL: usize = 100;

/// What a plugin may do at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The component is being instantiated: log only.
    Start,
    /// `describe` runs: log only.
    Describe,
    /// `view` runs.
    View,
    /// `report` runs.
    Report,
    /// An export that may change something runs.
    Write,
}

/// What an imported function needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Nothing: `log` always works.
    Nothing,
    /// An activity to look at.
    Read,
    /// Somebody who looks at it.
    Viewer,
    /// An activity to change, or randomness, which makes two calls differ.
    Write,
}

/// The data of an instance's store.
pub(crate) struct Host {
    limits: Arc<Limits>,
    mode: Mode,
    /// What the call was given.
    ctx: CallContext,
    /// Made when the plugin asks for randomness first: most calls never do.
    rng: Option<ChaCha20Rng>,
    space: Space,
    overlay: Overlay,
    emits: Vec<Emit>,
    questions: Questions,
    broadcasts_left: usize,
    logs: Vec<LogLine>,
    logs_dropped: u32,
    host_calls: u32,
    host_fuel: u64,
    write_bytes: usize,
    fault: Option<Fault>,
    budget: Budget,
    pub(crate) memory: MemoryLimiter,
}

impl Host {
    /// The data of a new instance.
    pub(crate) fn new(limits: Arc<Limits>) -> Self {
        Self {
            mode: Mode::Start,
            ctx: CallContext::default(),
            rng: None,
            space: Space::new(),
            overlay: Overlay::default(),
            emits: Vec::new(),
            questions: Questions::default(),
            broadcasts_left: 0,
            logs: Vec::new(),
            logs_dropped: 0,
            host_calls: 0,
            host_fuel: 0,
            write_bytes: 0,
            fault: None,
            budget: Budget::start(&limits),
            memory: MemoryLimiter { bytes: 0, limit_bytes: limits.memory_bytes, denied: None },
            limits,
        }
    }

    /// Makes ready for a call and takes the activity's space. What is left of an earlier call is gone already.
    pub(crate) fn begin(&mut self, mode: Mode, space: &mut Space, ctx: CallContext, broadcasts_left: usize) {
        self.mode = mode;
        self.ctx = ctx;
        self.rng = None;
        self.space = std::mem::take(space);
        self.overlay = Overlay::above(&self.space);
        self.broadcasts_left = broadcasts_left;
    }

    /// Starts the time of a call.
    pub(crate) fn restart_budget(&mut self) {
        self.budget = Budget::start(&self.limits);
    }

    /// Sets what the plugin may do, for `describe`, which has neither space nor context.
    pub(crate) fn describe(&mut self) {
        self.mode = Mode::Describe;
    }

    /// Lets an answer pass if it and what the call wrote and emitted fit into one journal record.
    pub(crate) fn check_outcome(&self, answer: Answer) -> Result<Answer, Fault> {
        let reply = match &answer {
            Answer::Reply(reply) => reply.get().len(),
            _ => 0,
        };
        let events: usize = self.emits.iter().map(|emit| emit.event.get().len()).sum();
        let (bytes, limit_bytes) = (self.write_bytes + events + reply, self.limits.outcome_bytes);
        if bytes > limit_bytes { Err(Fault::OutcomeTooLarge { bytes, limit_bytes }) } else { Ok(answer) }
    }

    /// Ends the call: gives the space back, changed if there is an answer and then only, and tells all that the call left
    /// behind. The next one begins at nothing.
    pub(crate) fn end(&mut self, space: &mut Space, answer: Result<Answer, Failure>, fuel_left: u64) -> CallReport {
        *space = std::mem::take(&mut self.space);
        self.ctx = CallContext::default();
        self.questions = Questions::default();
        let (emits, overlay) = (std::mem::take(&mut self.emits), std::mem::take(&mut self.overlay));
        let result = answer.map(|answer| {
            let (writes, timers) = overlay.into_changes();
            let effects = Effects { writes, emits, timers };
            effects.apply_to(space);
            Outcome { answer, effects }
        });
        let cost = Cost {
            fuel: self.limits.call_fuel.saturating_sub(fuel_left),
            host_fuel: std::mem::take(&mut self.host_fuel),
            cpu_ns: u64::try_from(self.budget.spent().as_nanos()).unwrap_or(u64::MAX),
            memory_bytes: self.memory.bytes,
            host_calls: std::mem::take(&mut self.host_calls),
            write_bytes: std::mem::take(&mut self.write_bytes),
            fresh: false,
        };
        let (logs, logs_dropped) = (std::mem::take(&mut self.logs), std::mem::take(&mut self.logs_dropped));
        CallReport { result, logs, logs_dropped, cost }
    }

    /// The fault that ended the call, if the host's side knows one.
    pub(crate) fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take().or_else(|| self.memory.denied.take())
    }

    /// What is to be asked before parts of the view are sent.
    pub(crate) fn take_questions(&mut self) -> Questions {
        std::mem::take(&mut self.questions)
    }

    /// The fuel of a call.
    pub(crate) fn fuel_limit(&self) -> u64 {
        self.limits.call_fuel
    }

    /// What may cross the boundary at once.
    pub(crate) fn boundary_bytes(&self) -> usize {
        self.limits.boundary_bytes
    }

    /// Disarms the timer that a `tick` is for.
    pub(crate) fn disarm_due(&mut self, timer: &str) {
        self.overlay.disarm(&self.space, timer);
    }

    /// Called at the engine's ticks.
    pub(crate) fn tick(&mut self) -> wasmtime::Result<()> {
        match self.budget.check() {
            Ok(()) => Ok(()),
            Err(fault) => Err(self.fail(fault)),
        }
    }

    /// The first thing that every imported function does: counts it and the bytes that it was given, and checks that it
    /// may be called now.
    fn enter(&mut self, function: &'static str, need: Need, bytes: usize) -> wasmtime::Result<()> {
        self.host_calls = self.host_calls.saturating_add(1);
        self.charge(HOST_CALL_FUEL.saturating_add(bytes))?;
        if self.host_calls > self.limits.host_calls {
            return Err(self.fail(Fault::HostCalls { limit: self.limits.host_calls }));
        }
        let fault = match (self.mode, need) {
            (_, Need::Nothing)
            | (Mode::View | Mode::Report | Mode::Write, Need::Read)
            | (Mode::View, Need::Viewer)
            | (Mode::Write, Need::Write) => return Ok(()),
            (Mode::View | Mode::Report, Need::Write) => Fault::ReadOnly { function },
            (Mode::Report | Mode::Write, Need::Viewer) => Fault::OnlyInView { function },
            (Mode::Describe, _) => Fault::NotInDescribe { function },
            (Mode::Start, _) => Fault::NotAtStart { function },
        };
        Err(self.fail(fault))
    }

    /// Charges the call for what a host function is about to hand over, or has taken in.
    fn charge(&mut self, bytes: usize) -> wasmtime::Result<()> {
        self.host_fuel = self.host_fuel.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        if self.host_fuel > self.limits.call_fuel {
            return Err(self.fail(Fault::OutOfFuel { limit_fuel: self.limits.call_fuel }));
        }
        Ok(())
    }

    /// Ends the call: the error traps the guest, and the fault says why.
    #[cold]
    fn fail(&mut self, fault: Fault) -> wasmtime::Error {
        self.fault.get_or_insert(fault);
        wasmtime::Error::msg("the call broke a limit")
    }
}

impl types::Host for Host {}

impl Effects {
    /// Makes the same changes to a space.
    pub(crate) fn apply_to(&self, space: &mut Space) {
        space.apply(&self.writes);
        for change in &self.timers {
            match change {
                crate::TimerChange::Set { name, at_ms } => space.arm(name.as_str(), *at_ms),
                crate::TimerChange::Cancel { name } => space.disarm(name),
            }
        }
    }
}

/// Bounds what an instance may have, and remembers when it wanted more.
pub(crate) struct MemoryLimiter {
    bytes: usize,
    limit_bytes: usize,
    denied: Option<Fault>,
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let bytes = self.bytes.saturating_sub(current).saturating_add(desired);
        if bytes > self.limit_bytes {
            // Ending the call here tells the author about the limit; a failed growth would look like any other panic.
            self.denied = Some(Fault::OutOfMemory { limit_bytes: self.limit_bytes });
            return Err(wasmtime::Error::msg("out of memory"));
        }
        self.bytes = bytes;
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if desired > TABLE_ELEMENTS_MAX {
            self.denied = Some(Fault::TableTooLarge { limit: TABLE_ELEMENTS_MAX });
            return Err(wasmtime::Error::msg("out of table elements"));
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        64
    }

    fn tables(&self) -> usize {
        32
    }

    fn memories(&self) -> usize {
        8
    }
}

#[cfg(test)]
impl Host {
    /// A host in the middle of a call, for the tests of the imported functions.
    pub(crate) fn in_call(mode: Mode, limits: Limits, mut space: Space, members: crate::Members) -> Self {
        let mut host = Self::new(Arc::new(limits));
        let (members, online) = (Arc::new(members), crate::Online::new_sync().insert("m0007".into()));
        let ctx = CallContext { now_ms: 1_000, seed: [7; 32], members, online, language: "en".into() };
        host.begin(mode, &mut space, ctx, 20);
        host
    }
}

//! A plugin at work for one activity.
//!
//! The component stays alive between calls, because a fresh one costs ten times a call. It is thrown away after a
//! fault, after a number of calls and when its memory has grown large, and made anew for the next call; nobody but the
//! cost of a call shows it, since linear memory is not state.
//!
//! A refusal is no fault: its writes are dropped and the component is kept. What the plugin noted in its own memory
//! before it refused stays there, which is one more reason not to note anything there.
//!
//! An instance is used by one thread at a time and may move between threads.
//!
//! # Invariants
//! * A component that faulted is never entered again.
//! * The space that a call is given comes back: changed by exactly the outcome's effects, or as it was.

use std::collections::VecDeque;

use crate::{
    Call, CallContext, CallReport, Cost, Failure, Fault, Member, Outcome, Plugin, Refusal, RefusalKind, Space,
    call::Audience, live::Live,
};

/// An idle instance may keep this much memory; one that has grown beyond is thrown away after the call.
const IDLE_MEMORY_BYTES_MAX: usize = 8 << 20;
/// Events to everyone are counted over this time.
const BROADCAST_WINDOW_MS: u64 = 1_000;

/// One plugin for one activity.
pub struct Instance {
    plugin: Plugin,
    live: Option<Live>,
    calls: u32,
    /// When the last events to everyone were emitted, in the time of the calls; at most a second's worth.
    broadcasts: VecDeque<u64>,
}

impl Instance {
    /// An instance of this plugin. The component itself is made by the first call.
    #[must_use]
    pub fn new(plugin: &Plugin) -> Self {
        Self { plugin: plugin.clone(), live: None, calls: 0, broadcasts: VecDeque::new() }
    }

    /// The plugin that it is an instance of.
    #[must_use]
    pub fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// Frees the component's memory until the next call, which then takes a little longer. For activities that idle.
    pub fn park(&mut self) {
        self.live = None;
        self.calls = 0;
    }

    /// Whether a component is alive, so that the next call is a fast one.
    #[must_use]
    pub fn is_warm(&self) -> bool {
        self.live.is_some()
    }

    /// Runs a call on the activity's space.
    ///
    /// It blocks the thread for at most the call's limits of time, so it belongs on a thread that may block. The arguments
    /// are the caller's to check against the plugin's schemas; only their size is checked here.
    pub fn call(&mut self, space: &mut Space, ctx: CallContext, call: Call<'_>) -> CallReport {
        if argument_bytes(&call) > self.plugin.engine().limits().boundary_bytes {
            return CallReport::without_running(Failure::Refused(too_large()));
        }
        let fresh = self.live.is_none();
        let (now_ms, broadcasts_left) = (ctx.now_ms, self.broadcasts_left(ctx.now_ms));
        let mut live = match self.wake() {
            Ok(live) => live,
            Err(fault) => return CallReport::without_running(Failure::Fault(fault)),
        };
        let report = live.run(space, ctx, call, broadcasts_left);
        self.note_broadcasts(now_ms, &report.result);
        self.keep_if_sound(live, &report);
        CallReport { cost: Cost { fresh, ..report.cost }, ..report }
    }

    /// The component, made if need be and ready to run. It is taken out, so that whatever goes wrong from here on, an
    /// instance in an unknown state is not found again.
    fn wake(&mut self) -> Result<Live, Fault> {
        if let Some(mut live) = self.live.take() {
            live.ready();
            return Ok(live);
        }
        self.calls = 0;
        Live::start(self.plugin.engine(), self.plugin.linked())
    }

    /// Puts the component back unless it faulted, is old or has grown large.
    fn keep_if_sound(&mut self, live: Live, report: &CallReport) {
        self.calls += 1;
        let faulted = matches!(report.result, Err(Failure::Fault(_)));
        let old = self.calls >= self.plugin.engine().limits().calls_per_instance;
        if !faulted && !old && report.cost.memory_bytes <= IDLE_MEMORY_BYTES_MAX {
            self.live = Some(live);
        }
    }

    fn broadcasts_left(&mut self, now_ms: u64) -> usize {
        while self.broadcasts.front().is_some_and(|at_ms| at_ms.saturating_add(BROADCAST_WINDOW_MS) <= now_ms) {
            self.broadcasts.pop_front();
        }
        self.plugin.engine().limits().broadcasts_per_s.saturating_sub(self.broadcasts.len())
    }

    fn note_broadcasts(&mut self, now_ms: u64, result: &Result<Outcome, Failure>) {
        let Ok(outcome) = result else { return };
        let broadcasts = outcome.effects.emits.iter().filter(|emit| emit.audience == Audience::Everyone);
        self.broadcasts.extend(broadcasts.map(|_| now_ms));
    }
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = &self.plugin.description().name;
        f.debug_struct("Instance").field("plugin", name).field("warm", &self.is_warm()).finish_non_exhaustive()
    }
}

impl CallReport {
    fn without_running(failure: Failure) -> Self {
        Self { result: Err(failure), logs: Vec::new(), logs_dropped: 0, cost: Cost::default() }
    }
}

/// Bytes that the call's arguments bring into the guest.
fn argument_bytes(call: &Call<'_>) -> usize {
    let member = |member: &Member| member.id.len() + member.name.len();
    match call {
        Call::Open { config } => config.len(),
        Call::Act { caller, action, on_behalf } => member(caller) + action.len() + on_behalf.as_ref().map_or(0, member),
        Call::View { viewer, query } => viewer.as_ref().map_or(0, member) + query.map_or(0, str::len),
        Call::Joined { who } | Call::Left { who } => member(who),
        Call::Tick { timer } => timer.len(),
        Call::Report { cursor } => cursor.map_or(0, str::len),
        Call::Close | Call::Migrate { .. } => 0,
    }
}

fn too_large() -> Refusal {
    Refusal { kind: RefusalKind::Invalid, text: "this is too large".into() }
}

/// An instance goes with its activity from one worker thread to another.
const _: fn() = || {
    fn assert_send<T: Send>() {}
    assert_send::<Instance>();
};

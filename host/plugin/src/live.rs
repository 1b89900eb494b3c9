//! One instance that is alive: a store, the component in it, and the translation of a call into the guest's functions.
//!
//! What the guest returns is checked here, before anybody else sees it. Why a guest stopped is found out here too: the
//! host's own note of a broken limit comes first, since the trap behind it would only say that the guest was stopped.

use wasmtime::{Store, Trap, UpdateDeadline, WasmBacktrace};

use crate::{
    Answer, Call, Engine, Failure, Fault, Refusal, RefusalKind, View,
    bindings::{
        Plugin as World, PluginPre,
        hezi::activity::types::{Description as RawDescription, Error as RawError, ReportPage as RawPage},
    },
    call::CallContext,
    host::{Host, Mode},
    json::check_json,
    limits::{ACTIVITY_TITLE_CHARS_MAX, REFUSAL_CHARS_MAX},
    space::Space,
    view,
};

/// Resource handles of a component. No interface of ours has any; the tables must not grow all the same.
const HANDLES_MAX: usize = 64;
/// The engine's ticks between two looks at the budget.
const TICKS: u64 = 1;

/// A component in its store.
pub(crate) struct Live {
    store: Store<Host>,
    world: World,
}

impl Live {
    /// Instantiates a component. Its start functions run within the budget of the call that needs the instance.
    pub(crate) fn start(engine: &Engine, plugin: &PluginPre<Host>) -> Result<Self, Fault> {
        let mut store = new_store(engine);
        match plugin.instantiate(&mut store) {
            Ok(world) => Ok(Self { store, world }),
            Err(error) => Err(start_fault(&error, store.data_mut())),
        }
    }

    /// The data of the store.
    pub(crate) fn host(&mut self) -> &mut Host {
        self.store.data_mut()
    }

    /// Asks the component what it is.
    pub(crate) fn describe(&mut self) -> Result<RawDescription, Fault> {
        self.ready();
        self.host().describe();
        let answer = self.world.hezi_activity_activity().call_describe(&mut self.store);
        answer.map_err(|error| self.fault(&error))
    }

    /// Lets the guest run again until the next tick.
    pub(crate) fn ready(&mut self) {
        self.store.set_epoch_deadline(TICKS);
        self.host().restart_budget();
    }

    /// Runs a call on a space. The space has the call's changes if and only if the result is an outcome.
    pub(crate) fn run(
        &mut self,
        space: &mut Space,
        ctx: CallContext,
        call: Call,
        broadcasts_left: usize,
    ) -> Result<crate::Outcome, Failure> {
        let mode = if call.writes() { Mode::Write } else { Mode::Read };
        self.host().begin(mode, space, ctx, broadcasts_left);
        let answer = self.invoke(call).and_then(|answer| self.host().check_outcome(answer).map_err(Failure::Fault));
        let effects = self.host().end(space, answer.is_ok());
        answer.map(|answer| crate::Outcome { answer, effects })
    }

    fn invoke(&mut self, call: Call) -> Result<Answer, Failure> {
        let guest = self.world.hezi_activity_activity();
        let store = &mut self.store;
        let answer = match call {
            Call::Open { config } => guest.call_open(store, &config).map(|result| result.map(Raw::Title)),
            Call::Act { caller, action } => {
                guest.call_act(store, &caller.into(), &action).map(|result| result.map(Raw::Reply))
            }
            Call::View { viewer } => {
                let viewer = viewer.map(Into::into);
                guest.call_view(store, viewer.as_ref()).map(|result| result.map(Raw::View))
            }
            Call::Tick { timer } => {
                store.data_mut().disarm_due(&timer);
                guest.call_tick(store, &timer).map(|result| result.map(|()| Raw::Done))
            }
            Call::Close => guest.call_close(store).map(|result| result.map(|()| Raw::Done)),
            Call::Report { cursor } => {
                guest.call_report(store, cursor.as_deref()).map(|result| result.map(Raw::Report))
            }
            Call::Migrate { from } => guest.call_migrate(store, from).map(|result| result.map(|()| Raw::Done)),
        };
        match answer {
            Ok(Ok(raw)) => raw.check().map_err(Failure::Fault),
            Ok(Err(error)) => Err(Failure::Refused(error.into())),
            Err(error) => Err(Failure::Fault(self.fault(&error))),
        }
    }

    fn fault(&mut self, error: &wasmtime::Error) -> Fault {
        let host = self.host();
        host.take_fault().unwrap_or_else(|| classify(error, host))
    }
}

/// A store with every bound set.
pub(crate) fn new_store(engine: &Engine) -> Store<Host> {
    let mut store = Store::new(engine.wasmtime(), Host::new(engine.shared_limits()));
    store.limiter(|host| &mut host.memory);
    store.set_hostcall_fuel(engine.limits().boundary_bytes);
    store.set_max_component_handles(HANDLES_MAX);
    store.set_epoch_deadline(TICKS);
    store.epoch_deadline_callback(|mut store| {
        store.data_mut().tick()?;
        Ok(UpdateDeadline::Continue(TICKS))
    });
    store
}

/// Why an instantiation failed.
pub(crate) fn start_fault(error: &wasmtime::Error, host: &mut Host) -> Fault {
    if let Some(fault) = host.take_fault() {
        return fault;
    }
    if error.is::<Trap>() || error.is::<WasmBacktrace>() {
        return classify(error, host);
    }
    Fault::NoInstance { message: format!("{error:#}") }
}

/// Why the guest stopped, when the host has no note of it.
fn classify(error: &wasmtime::Error, host: &Host) -> Fault {
    if error.downcast_ref::<Trap>() == Some(&Trap::StackOverflow) {
        return Fault::StackOverflow;
    }
    // The engine has no public type for this error; a test pins the text.
    if error.root_cause().to_string().contains("fuel allocated for hostcalls") {
        return Fault::BoundaryTooLarge { limit_bytes: host.boundary_bytes() };
    }
    Fault::Trapped { message: trap_message(error) }
}

/// What happened and where, as far as the component has names.
fn trap_message(error: &wasmtime::Error) -> String {
    let mut message = error.root_cause().to_string();
    let frames = error.downcast_ref::<WasmBacktrace>().map(WasmBacktrace::frames).unwrap_or_default();
    let names = frames.iter().filter_map(|frame| frame.func_name());
    for (position, name) in names.enumerate() {
        message.push_str(if position == 0 { "; in " } else { " < " });
        message.push_str(&format!("{:#}", rustc_demangle::demangle(name)));
    }
    message
}

/// What the guest returned, not yet checked.
enum Raw {
    Title(String),
    Reply(String),
    View(Vec<crate::bindings::hezi::activity::types::Block>),
    Report(RawPage),
    Done,
}

impl Raw {
    fn check(self) -> Result<Answer, Fault> {
        match self {
            Self::Title(title) if title.is_empty() || title.chars().count() > ACTIVITY_TITLE_CHARS_MAX => {
                Err(Fault::TitleInvalid { limit_chars: ACTIVITY_TITLE_CHARS_MAX })
            }
            Self::Title(title) => Ok(Answer::Title(title)),
            Self::Reply(reply) => match check_json(&reply) {
                Ok(()) => Ok(Answer::Reply(reply)),
                Err(problem) => Err(Fault::ReplyNotJson { message: problem.to_string() }),
            },
            Self::View(blocks) => match View::try_from(blocks) {
                Ok(view) => Ok(Answer::View(view)),
                Err(message) => Err(Fault::ViewInvalid { message }),
            },
            Self::Report(page) => match view::ReportPage::try_from(page) {
                Ok(page) => Ok(Answer::Report(page)),
                Err(message) => Err(Fault::ReportInvalid { message }),
            },
            Self::Done => Ok(Answer::Done),
        }
    }
}

impl From<RawError> for Refusal {
    fn from(error: RawError) -> Self {
        let (kind, text) = match error {
            RawError::Invalid(text) => (RefusalKind::Invalid, text),
            RawError::Denied(text) => (RefusalKind::Denied, text),
            RawError::Conflict(text) => (RefusalKind::Conflict, text),
            RawError::Exhausted(text) => (RefusalKind::Exhausted, text),
        };
        let end = text.char_indices().nth(REFUSAL_CHARS_MAX).map_or(text.len(), |(at, _)| at);
        Self { kind, text: text[..end].to_owned() }
    }
}

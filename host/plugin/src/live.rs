//! One instance that is alive: a store, the component in it, and the translation of a call into the guest's functions.
//!
//! What the guest returns is checked here, before anybody else sees it. Why a guest stopped is found out here too: the
//! host's own note of a broken limit comes first, since the trap behind it would only say that the guest was stopped.

use std::fmt::{self, Write};

use wasmtime::{
    Store, Trap, UpdateDeadline, WasmBacktrace,
    component::{Instance, TypedFunc},
};

use crate::{
    Answer, Call, CallReport, Engine, Failure, Fault, Member, Refusal, RefusalKind, View,
    bindings::{
        Plugin as World, PluginPre,
        hezi::activity::types::{
            Block as RawBlock, Description as RawDescription, Error as RawError, Member as RawMember,
            ReportPage as RawPage,
        },
    },
    call::CallContext,
    host::{Host, Mode},
    json::JsonText,
    limits::{ACTIVITY_TITLE_CHARS_MAX, REFUSAL_CHARS_MAX},
    space::Space,
    view::{Questions, ReportPage},
};

/// The optional interface.
pub(crate) const ATTENDANCE: &str = "hezi:activity/attendance@0.1.0";
/// Resource handles of a component. No interface of ours has any; the tables must not grow all the same.
const HANDLES_MAX: usize = 64;
/// The engine's ticks between two looks at the budget.
const TICKS: u64 = 1;

/// Longest name of a function as the component has it, in bytes.
const NAME_BYTES_MAX: usize = 1 << 10;
/// Longest name of a function as it is shown.
const NAME_CHARS_MAX: usize = 120;

/// A component in its store.
pub(crate) struct Live {
    store: Store<Host>,
    world: World,
    attendance: Option<Hooks>,
}

/// The optional interface of a component.
struct Hooks {
    joined: Hook,
    left: Hook,
}

type Hook = TypedFunc<(RawMember,), (Result<(), RawError>,)>;

impl Live {
    /// Instantiates a component. Its start functions run within the budget of the call that needs the instance.
    pub(crate) fn start(engine: &Engine, plugin: &PluginPre<Host>) -> Result<Self, Fault> {
        let mut store = new_store(engine);
        let started = plugin.instance_pre().instantiate(&mut store).and_then(|instance| {
            let world = World::new(&mut store, &instance)?;
            Ok((world, attendance(&mut store, &instance)?))
        });
        match started {
            Ok((world, attendance)) => Ok(Self { store, world, attendance }),
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
        fill_up(&mut self.store);
        self.store.set_epoch_deadline(TICKS);
        self.host().restart_budget();
    }

    /// Runs a call on a space. The space has the call's changes if and only if the result is an outcome.
    pub(crate) fn run(
        &mut self,
        space: &mut Space,
        ctx: CallContext,
        call: Call<'_>,
        broadcasts_left: usize,
    ) -> CallReport {
        let mode = match call {
            Call::View { .. } => Mode::View,
            Call::Report { .. } => Mode::Report,
            _ => Mode::Write,
        };
        self.host().begin(mode, space, ctx, broadcasts_left);
        let answer = self.invoke(call).and_then(|answer| self.host().check_outcome(answer).map_err(Failure::Fault));
        let fuel_left = self.store.get_fuel().unwrap_or(0);
        self.host().end(space, answer, fuel_left)
    }

    fn invoke(&mut self, call: Call<'_>) -> Result<Answer, Failure> {
        let guest = self.world.hezi_activity_activity();
        let store = &mut self.store;
        let answered = match call {
            Call::Open { config } => guest.call_open(store, config).map(|given| given.map(title)),
            Call::Act { caller, action, on_behalf } => {
                let on_behalf = on_behalf.map(Into::into);
                guest.call_act(store, &caller.into(), action, on_behalf.as_ref()).map(|given| given.map(reply))
            }
            Call::View { viewer, query } => {
                let viewer = viewer.map(Into::into);
                let given = guest.call_view(&mut *store, viewer.as_ref(), query);
                given.map(|given| given.map(|blocks| view(blocks, store.data_mut().take_questions())))
            }
            Call::Tick { timer } => {
                store.data_mut().disarm_due(timer);
                guest.call_tick(store, timer).map(|given| given.map(done))
            }
            Call::Close => guest.call_close(store).map(|given| given.map(done)),
            Call::Report { cursor } => guest.call_report(store, cursor).map(|given| given.map(report)),
            Call::Joined { who } => attend(store, self.attendance.as_ref().map(|hooks| hooks.joined), who),
            Call::Left { who } => attend(store, self.attendance.as_ref().map(|hooks| hooks.left), who),
            Call::Migrate { from } => guest.call_migrate(store, from).map(|given| given.map(done)),
        };
        match answered {
            Ok(Ok(checked)) => checked.map_err(Failure::Fault),
            Ok(Err(error)) => Err(Failure::Refused(error.into())),
            Err(error) => Err(Failure::Fault(self.fault(&error))),
        }
    }

    fn fault(&mut self, error: &wasmtime::Error) -> Fault {
        let host = self.host();
        host.take_fault().unwrap_or_else(|| classify(error, host))
    }
}

/// The functions of the optional interface, if the component has it.
fn attendance(store: &mut Store<Host>, instance: &Instance) -> wasmtime::Result<Option<Hooks>> {
    let Some(interface) = instance.get_export_index(&mut *store, None, ATTENDANCE) else { return Ok(None) };
    let mut hook = |name: &str| {
        let index = instance.get_export_index(&mut *store, Some(&interface), name);
        let index = index.ok_or_else(|| wasmtime::Error::msg(format!("`{ATTENDANCE}` lacks `{name}`")))?;
        instance.get_typed_func(&mut *store, index)
    };
    Ok(Some(Hooks { joined: hook("joined")?, left: hook("left")? }))
}

/// Tells the component who came or went, if it asked to be told.
fn attend(store: &mut Store<Host>, hook: Option<Hook>, who: Member) -> wasmtime::Result<Result<Checked, RawError>> {
    match hook {
        Some(hook) => hook.call(store, (who.into(),)).map(|(given,)| given.map(done)),
        None => Ok(Ok(done(()))),
    }
}

/// A store with every bound set.
pub(crate) fn new_store(engine: &Engine) -> Store<Host> {
    let mut store = Store::new(engine.wasmtime(), Host::new(engine.shared_limits()));
    store.limiter(|host| &mut host.memory);
    fill_up(&mut store);
    store.set_hostcall_fuel(engine.limits().boundary_bytes);
    store.set_max_component_handles(HANDLES_MAX);
    store.set_epoch_deadline(TICKS);
    store.epoch_deadline_callback(|mut store| {
        store.data_mut().tick()?;
        Ok(UpdateDeadline::Continue(TICKS))
    });
    store
}

/// Gives a store the fuel of a call.
fn fill_up(store: &mut Store<Host>) {
    let fuel = store.data().fuel_limit();
    // It fails only in an engine that counts no fuel, and there a call needs none.
    drop(store.set_fuel(fuel));
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
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => return Fault::StackOverflow,
        Some(Trap::OutOfFuel) => return Fault::OutOfFuel { limit_fuel: host.fuel_limit() },
        _ => {}
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
    if error.downcast_ref::<Trap>() == Some(&Trap::MemoryOutOfBounds) {
        // A plugin's own stack ends where its memory begins: whoever runs over its end reads at an impossible address.
        message
            .push_str(" (most often an endless or too deep recursion, or too large a value on the plugin's own stack)");
    }
    let frames = error.downcast_ref::<WasmBacktrace>().map(WasmBacktrace::frames).unwrap_or_default();
    let names = frames.iter().filter_map(|frame| frame.func_name());
    for (position, name) in names.enumerate() {
        message.push_str(if position == 0 { "; in " } else { " < " });
        push_name(&mut message, name);
    }
    message
}

/// Adds the name of a function. The component chose it: it may be long, have line breaks, and demangle to much more.
fn push_name(message: &mut String, name: &str) {
    let name = &name[..name.floor_char_boundary(NAME_BYTES_MAX)];
    let mut short = ShortName { chars_left: NAME_CHARS_MAX, text: message };
    // The only error is that of a name that was cut.
    if write!(short, "{:#}", rustc_demangle::demangle(name)).is_err() {
        message.push('…');
    }
}

/// Takes so many characters in and no more. None of them breaks a line.
struct ShortName<'a> {
    chars_left: usize,
    text: &'a mut String,
}

impl fmt::Write for ShortName<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            self.chars_left = self.chars_left.checked_sub(1).ok_or(fmt::Error)?;
            let is_plain = !char.is_control() && !matches!(char, '\u{2028}' | '\u{2029}');
            self.text.push(if is_plain { char } else { char::REPLACEMENT_CHARACTER });
        }
        Ok(())
    }
}

/// What the guest returned, as an answer, if it may be one.
type Checked = Result<Answer, Fault>;

fn title(title: String) -> Checked {
    if title.is_empty() || title.chars().count() > ACTIVITY_TITLE_CHARS_MAX {
        return Err(Fault::TitleInvalid { limit_chars: ACTIVITY_TITLE_CHARS_MAX });
    }
    Ok(Answer::Title(title))
}

fn reply(reply: String) -> Checked {
    let reply = JsonText::parse(reply);
    reply.map(Answer::Reply).map_err(|problem| Fault::ReplyNotJson { message: problem.to_string() })
}

fn view(blocks: Vec<RawBlock>, questions: Questions) -> Checked {
    View::asking(blocks, questions).map(Answer::View).map_err(|message| Fault::ViewInvalid { message })
}

fn report(page: RawPage) -> Checked {
    ReportPage::try_from(page).map(Answer::Report).map_err(|message| Fault::ReportInvalid { message })
}

fn done((): ()) -> Checked {
    Ok(Answer::Done)
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

#[cfg(test)]
mod tests {
    use wasmtime::component::{Component, Linker};

    use super::*;
    use crate::Limits;

    /// What is said of a component whose function of this name traps while it starts.
    fn said_of(name: &str) -> String {
        let name: String = name.bytes().map(|byte| format!("\\{byte:02x}")).collect();
        let text = format!(
            r#"(component
                (core module $m (func (@name "{name}") unreachable) (func $start call 0) (start $start))
                (core instance (instantiate $m)))"#
        );
        let engine = Engine::new(Limits { instances: 1, ..Limits::default() }).unwrap();
        let component = Component::new(engine.wasmtime(), wat::parse_str(text).unwrap()).unwrap();
        let mut store = new_store(&engine);
        let error = Linker::new(engine.wasmtime()).instantiate(&mut store, &component).map(drop).unwrap_err();
        match start_fault(&error, store.data_mut()) {
            Fault::Trapped { message } => message,
            fault => panic!("{fault}"),
        }
    }

    #[test]
    fn a_trap_says_where_it_was_in_few_words_on_one_line() {
        let message = said_of("_ZN4core9panicking5panic17h0123456789abcdefE");
        assert!(message.ends_with("; in core::panicking::panic < start"), "{message}");

        let message = said_of("a\nb\r\u{1b}[31m\u{2028}c");
        assert!(message.contains("; in a�b��[31m�c < start"), "{message}");

        // The engine leaves out names of more than 100000 bytes.
        for name in ["x".repeat(99_000), "长".repeat(33_000), format!("长{}", "\n".repeat(90_000))] {
            let message = said_of(&name);
            let (_, named) = message.split_once("; in ").unwrap();
            let (shown, rest) = named.split_once('…').unwrap();
            assert_eq!((shown.chars().count(), rest), (NAME_CHARS_MAX, " < start"), "{message}");
            assert!(!message.contains(char::is_control));
        }
    }
}

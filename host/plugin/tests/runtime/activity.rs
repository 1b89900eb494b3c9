//! An activity of the hostile plugin, with everything a call needs.

use std::{fs, path::PathBuf, sync::Arc, sync::LazyLock};

use hezi_plugin::{
    Answer, Call, CallContext, CallReport, Engine, Failure, Instance, Limits, Member, Members, Outcome, Plugin,
    Refusal, Role, Space,
};
use serde_json::{Value, json};

/// The engine with the documented limits, shared by all tests as it is by all activities of a server.
pub(crate) static ENGINE: LazyLock<Engine> = LazyLock::new(|| engine(limits()));
/// The hostile plugin in that engine.
pub(crate) static HOSTILE: LazyLock<Plugin> =
    LazyLock::new(|| Plugin::load(&ENGINE, &component("hostile"), None).expect("the hostile plugin passes the gate"));

/// The documented limits, without the clocks behind them: what comes of a call must not hang on how fast the machine is.
pub(crate) fn limits() -> Limits {
    Limits { call_cpu_ms: u64::MAX, call_wall_ms: u64::MAX, ..Limits::default() }
}

/// An engine for a few instances.
pub(crate) fn engine(limits: Limits) -> Engine {
    Engine::new(Limits { instances: 32, ..limits }).expect("an engine")
}

/// The bytes of a component of `tests/guests`.
pub(crate) fn component(name: &str) -> Vec<u8> {
    let folder = std::env::var_os("HEZI_GUESTS_DIR").expect(
        "HEZI_GUESTS_DIR must name the folder with the components of tests/guests: \
         run `make test`, or `cargo hezi build tests/guests --no-check --out DIR` first",
    );
    let file = PathBuf::from(folder).join(format!("{name}.wasm"));
    fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// A running activity.
pub(crate) struct Activity {
    pub(crate) instance: Instance,
    pub(crate) space: Space,
    pub(crate) members: Arc<Members>,
    pub(crate) now_ms: u64,
    pub(crate) seed: [u8; 32],
}

impl Activity {
    /// An opened activity of the shared hostile plugin, without plans.
    pub(crate) fn new() -> Self {
        Self::with(&HOSTILE, &json!({}))
    }

    /// An opened activity whose exports do what the plans say, by the export's name.
    pub(crate) fn planned(plans: Value) -> Self {
        Self::with(&HOSTILE, &json!({ "do": plans }))
    }

    /// An opened activity.
    pub(crate) fn with(plugin: &Plugin, config: &Value) -> Self {
        let mut activity = Self {
            instance: Instance::new(plugin),
            space: Space::new(),
            members: Arc::new(["ann", "bob", "eve"].map(member).into_iter().collect()),
            now_ms: 1_700_000_000_000,
            seed: [7; 32],
        };
        activity.outcome(Call::Open { config: &config.to_string() });
        activity
    }

    /// Runs a call and gives all of its report.
    pub(crate) fn call(&mut self, call: Call<'_>) -> CallReport {
        let ctx = CallContext {
            now_ms: self.now_ms,
            seed: self.seed,
            members: Arc::clone(&self.members),
            online: Default::default(),
            language: Default::default(),
        };
        self.instance.call(&mut self.space, ctx, call)
    }

    /// Runs a call that succeeds.
    #[track_caller]
    pub(crate) fn outcome(&mut self, call: Call<'_>) -> Outcome {
        let export = call.export().name();
        self.call(call).result.unwrap_or_else(|failure| panic!("{export}: {failure}"))
    }

    /// Ann does something.
    pub(crate) fn act(&mut self, action: Value) -> CallReport {
        self.call(Call::Act { caller: member("ann"), action: &action.to_string(), on_behalf: None })
    }

    /// Ann does something that succeeds; its reply.
    #[track_caller]
    pub(crate) fn reply(&mut self, action: Value) -> Value {
        let Answer::Reply(reply) =
            self.outcome(Call::Act { caller: member("ann"), action: &action.to_string(), on_behalf: None }).answer
        else {
            panic!("`act` answers with a reply")
        };
        serde_json::from_str(reply.get()).expect("a reply is JSON")
    }

    /// The code of the fault of a call, or what came of it instead.
    pub(crate) fn fault(&mut self, call: Call<'_>) -> String {
        fault(&self.call(call))
    }

    /// The code of the fault of an action.
    pub(crate) fn act_fault(&mut self, deed: &str) -> String {
        fault(&self.act(json!({ "do": deed })))
    }

    /// Asserts that the activity works, and works on the state that it is believed to have.
    #[track_caller]
    pub(crate) fn assert_works(&mut self) {
        let before = self.space.len();
        assert_eq!(self.reply(json!({"do": "set", "key": "works", "value": "1"})), json!({"caller": "ann"}));
        self.reply(json!({"do": "delete", "key": "works"}));
        assert_eq!(self.space.len(), before);
    }
}

/// A member.
pub(crate) fn member(id: &str) -> Member {
    Member { id: id.into(), name: id.to_uppercase(), role: Role::Participant }
}

/// The code of a report's fault; the text of a refusal or "fine" if there is none.
pub(crate) fn fault(report: &CallReport) -> String {
    match &report.result {
        Err(Failure::Fault(fault)) => fault.code().into(),
        Err(Failure::Refused(Refusal { kind, text })) => format!("{kind:?}: {text}"),
        Ok(_) => "fine".into(),
    }
}

/// A component in text form.
pub(crate) fn text(component: &str) -> Vec<u8> {
    wat::parse_str(component).expect("a component in text form")
}

/// The component with an `activity` interface that has every function by name, each without parameters and results.
pub(crate) fn with_all_exports(component: &str) -> Vec<u8> {
    let functions = ["describe", "open", "act", "view", "tick", "close", "report", "migrate"];
    let exports: String = functions.map(|name| format!(r#"(export "{name}" (func $f)) "#)).concat();
    let body = component.trim_end().strip_suffix(')').expect("a component");
    text(&format!(
        r#"{body}
        (core module $nothing (func (export "f")))
        (core instance $nothing (instantiate $nothing))
        (func $f (canon lift (core func $nothing "f")))
        (instance $all {exports})
        (export "hezi:activity/activity@0.1.0" (instance $all)))"#
    ))
}

//! The engine that runs Hezi's plugins.
//!
//! A plugin is a WebAssembly component that implements one type of activity. This crate checks components, compiles
//! them and calls them, and it is the same for the server and for the author's command: what passes here passes there.
//! It does no network or database I/O, reads no clock but the processor's, draws no randomness and knows nothing of
//! conferences: time, seed, members and state are handed in with each call, and all that a call changed is handed back
//! as values.
//!
//! In the order in which data passes through them:
//!
//! | what happens | modules |
//! | --- | --- |
//! | bounds and machinery for all plugins | [`limits`], `engine`, `bindings` |
//! | bytes that somebody uploaded become a [`Plugin`], or a sentence that says why not | `pipeline` |
//! | … its steps: questions, machine code, what the component says of itself | `gate`, `compiled`, `description`, `schema` |
//! | … machine code that is kept, or comes from another process, is signed | `cache`, `code_key` |
//! | a call comes in, with members and a state | `call`, `export`, `members`, `space` |
//! | an [`Instance`] runs it in a component that is alive, within its time | `instance`, `live`, `budget` |
//! | the component calls the host, a file for each import, and changes what lies above the state | `host`, `overlay`, `json` |
//! | what it shows, or why it failed, goes back | `view`, `fault` |
//! | what the author's command and the server agree on besides | `signature`, `excerpt` |
//!
//! A module imports only modules of a lower rank; a test keeps it so.
//!
//! | rank | module | the only place that knows |
//! | --- | --- | --- |
//! | 10 | `pipeline`, `instance` | the steps from bytes to a plugin; how a component is kept from one call to the next |
//! | 9 | `plugin`, `cache` | what can be called; where machine code lies on the disk |
//! | 8 | `compiled`, `description` | whether machine code is ours; what a component says of itself |
//! | 7 | `gate` | what a component has to answer before it is loaded |
//! | 6 | `live` | a component in its store, and why it stopped |
//! | 5 | `engine` | how wasmtime is set up |
//! | 4 | `host` | what a component may import |
//! | 3 | `overlay` | what a call has changed so far |
//! | 2 | `call` | the words between the runtime and whoever calls |
//! | 1 | `budget`, `schema`, `view` | how long a call may take; what a schema may cost; which blocks there are |
//! | 0 | `limits`, `bindings`, `export`, `fault`, `members`, `space`, `json`, `code_key`, `signature`, `excerpt` | one thing each, and nothing of the others |
//!
//! # Invariants
//! * A call that did not succeed changed nothing: its writes, timers and events are gone.
//! * An instance that faulted is never entered again.
//! * The same component, state, context and call give the same outcome, to the byte.

mod bindings;
mod budget;
mod cache;
mod call;
mod code_key;
mod compiled;
mod description;
mod engine;
mod excerpt;
mod export;
mod fault;
mod gate;
mod host;
mod instance;
mod json;
pub mod limits;
mod live;
mod members;
mod overlay;
mod pipeline;
mod plugin;
mod schema;
mod signature;
mod space;
mod view;

pub use self::{
    cache::{CacheError, CodeCache},
    call::{
        Answer, Audience, Call, CallContext, CallReport, Cost, Effects, Emit, LogLevel, LogLine, Outcome, TimerChange,
    },
    code_key::{CODE_SIGNATURE_BYTES, CodeKey},
    compiled::{Compiled, NotGenuine, PrecompileError, component_hash},
    description::{Description, Label, Translation, pointer_part},
    engine::{Engine, EngineError},
    excerpt::excerpt,
    export::Export,
    fault::{CallClock, Failure, Fault, Refusal, RefusalKind},
    gate::GateError,
    instance::Instance,
    json::{JsonProblem, JsonText, check_json},
    limits::Limits,
    members::{Member, Members, Online, Role},
    pipeline::precompile,
    plugin::Plugin,
    schema::{Misfit, SchemaProblem},
    signature::{SIGNATURE_BYTES_MAX, SIGNATURE_HEADER, signature_file},
    space::{Space, Writes},
    view::{
        Bar, Block, Button, Card, Choice, Field, Form, Input, Person, ReportPage, Scale, ShownBlock, ShownTo, Standing,
        Tab, Tone, View, Word,
    },
};

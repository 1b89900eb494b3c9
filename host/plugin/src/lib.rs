//! The engine that runs Hezi's plugins.
//!
//! A plugin is a WebAssembly component that implements one type of activity. This crate checks components, compiles
//! them and calls them, and it is the same for the server and for the author's command: what passes here passes there.
//! It does no network or database I/O, reads no clock but the processor's, draws no randomness and knows nothing of
//! conferences: time, seed, members and state are handed in with each call, and all that a call changed is handed back
//! as values.
//!
//! In the order of the data path:
//!
//! * [`gate`]: bytes that somebody uploaded become a [`Plugin`], or a sentence that says why not. [`precompile`] makes
//!   machine code of them in a process of its own, [`Compiled`] is what comes back, and [`CodeCache`] keeps it.
//! * [`Engine`] and [`Limits`]: one compiler, one pool of memories and one ticker for all plugins, and the bounds they
//!   keep.
//! * [`Instance`]: one plugin for one activity. [`Instance::call`] takes a [`Space`], a [`CallContext`] and a [`Call`]
//!   and gives a [`CallReport`].
//! * `host`: what a plugin may import, a file for each interface.
//!
//! # Invariants
//! * A call that did not succeed changed nothing: its writes, timers and events are gone.
//! * An instance that faulted is never entered again.
//! * The same component, state, context and call give the same outcome, to the byte.

mod bindings;
mod budget;
mod cache;
mod call;
mod compiled;
mod engine;
mod fault;
pub mod gate;
mod host;
mod instance;
mod json;
pub mod limits;
mod live;
mod members;
mod overlay;
mod plugin;
mod schema;
mod seal;
mod signature;
mod space;
mod view;

pub use self::{
    cache::{CacheError, CodeCache},
    call::{
        Answer, Audience, Call, CallContext, CallReport, Cost, Effects, Emit, LogLevel, LogLine, Outcome, TimerChange,
    },
    compiled::{Compiled, NotOurs, PrecompileError, precompile},
    engine::{Engine, EngineError},
    fault::{Clock, Failure, Fault, Refusal, RefusalKind},
    gate::{Checked, GateError},
    instance::Instance,
    json::{JsonProblem, check_json},
    limits::Limits,
    members::{Member, Members, Role},
    plugin::{Description, Plugin, component_hash},
    schema::SchemaProblem,
    seal::Seal,
    signature::{SIGNATURE_BYTES_MAX, SIGNATURE_HEADER, signature_file},
    space::{Space, Writes},
    view::{Bar, Block, Choice, Field, Form, FormAudience, Input, Person, ReportPage, Scale, View},
};

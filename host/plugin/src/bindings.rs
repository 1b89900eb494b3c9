//! The types that the WIT package generates, and nothing else.
//!
//! Every import may trap, because breaking a limit ends the call instead of giving the plugin an error that it could
//! ignore. Only `host`, `live` and the gate see these types; the rest of the crate has words of its own.

#![allow(missing_docs, reason = "the macro writes this code; the WIT package documents it")]

wasmtime::component::bindgen!({
    path: "wit",
    world: "plugin",
    imports: { default: trappable },
});

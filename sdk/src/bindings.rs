//! What `wit-bindgen` makes of the interface in `wit/`. It is not for authors: the rest of this crate wraps it.
//!
//! # Invariants
//! * This is the only module with unsafe code, all of it generated.
//! * The imports here are called in the module `host` only, and only on WebAssembly.

wit_bindgen::generate!({
    path: "wit",
    world: "plugin",
    pub_export_macro: true,
    export_macro_name: "export_plugin",
    runtime_path: "wit_bindgen::rt",
    additional_derives: [PartialEq],
});

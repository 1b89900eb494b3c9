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

/// The optional interface: a world of its own, which a plugin exports besides the first one.
pub mod attendance {
    wit_bindgen::generate!({
        path: "wit",
        inline: "package hezi:sdk; world attending { export hezi:activity/attendance@0.1.0; }",
        world: "hezi:sdk/attending",
        with: { "hezi:activity/types@0.1.0": crate::bindings::hezi::activity::types },
        pub_export_macro: true,
        export_macro_name: "export_attendance",
        runtime_path: "wit_bindgen::rt",
    });
}

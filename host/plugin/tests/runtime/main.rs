//! The runtime against plugins that misbehave.
//!
//! The plugins lie in `tests/guests` and are built by `cargo hezi build tests/guests --no-check --out DIR`; these tests
//! find them in the folder that `HEZI_GUESTS_DIR` names. Whatever needs no component is tested beside the code.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and waits on the machine's own clock"
)]

mod activity;
mod atomicity;
mod compiled;
mod gate;
mod lifecycle;
mod limits;
mod repeatability;

//! What breaks a rule and was there before it. A rule fails when something of this is no more: then it has to go from here.

/// Files that import each other in a circle: the crate, and the files.
pub(super) const KNOTS: &[(&str, &str)] = &[
    ("host/plugin/src", "cache, compiled, gate, instance, plugin"),
    ("host/plugin/src", "engine, host"),
    ("host/plugin/src", "schema, schema/rules"),
    ("host/src", "plugin/loaded, plugin/meter"),
    ("sdk/cargo-hezi/src", "build, check"),
    ("sdk/cargo-hezi/src", "scenario, scenario/read"),
    ("sdk/cargo-hezi/src", "toolchain, toolchain/distribution, toolchain/rustup"),
    ("sdk/src", "activity, ctx, report, state/map"),
    ("sdk/src", "testing, testing/bounds, testing/imports, testing/world"),
];

/// Modules at the top of a crate that do.
pub(super) const MODULE_KNOTS: &[(&str, &str)] = &[
    ("host/plugin/src", "cache, compiled, gate, instance, plugin"),
    ("host/plugin/src", "engine, host"),
    ("sdk/cargo-hezi/src", "build, check, cli, engine_room, scenario"),
    ("sdk/src", "activity, ctx, report, state"),
];

/// Names that two types of a crate have: the package, and the name.
pub(super) const TWICE: &[(&str, &str)] = &[
    ("host", "Acted"),
    ("host", "Activities"),
    ("host", "History"),
    ("host", "Inner"),
    ("host", "Joined"),
    ("host", "Left"),
    ("host", "Loaded"),
    ("host", "Message"),
    ("host", "NewConference"),
    ("host", "Order"),
    ("host", "Place"),
    ("host", "Seen"),
    ("host", "Shared"),
    ("host", "Sockets"),
    ("host", "Stamp"),
    ("host", "Step"),
    ("host", "Verdict"),
    ("host", "Versions"),
    ("host/plugin", "Shared"),
];

/// Types with a retired name.
pub(super) const RETIRED_STILL_HERE: &[(&str, &str)] =
    &[("host", "Inner"), ("host", "Seat"), ("host", "Start"), ("host/plugin", "Parts"), ("sdk", "Start")];

/// Files with documentation of one word.
pub(super) const ONE_WORD: &[&str] = &[
    "host/plugin/src/call.rs",
    "host/plugin/src/view.rs",
    "host/src/activity/environment.rs",
    "host/src/activity/error.rs",
    "host/src/domain/activity.rs",
    "host/src/domain/entry.rs",
    "host/src/domain/member.rs",
    "host/src/http/conference.rs",
    "host/src/plugin/faults.rs",
    "host/src/plugin/meter.rs",
    "host/src/plugin/registry.rs",
    "host/src/plugin/registry/storing.rs",
    "host/src/protocol/server.rs",
    "host/src/room/actor.rs",
    "host/src/room/shared.rs",
    "sdk/cargo-hezi/src/build.rs",
    "sdk/cargo-hezi/src/engine_room/error.rs",
    "sdk/cargo-hezi/src/new.rs",
    "sdk/cargo-hezi/src/toolchain.rs",
];

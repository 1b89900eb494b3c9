//! What breaks a rule and was there before it. A rule fails when something of this is no more: then it has to go from here.

/// Files that import each other in a circle: the crate, and the files.
pub(super) const KNOTS: &[(&str, &str)] = &[];

/// Modules at the top of a crate that do.
pub(super) const MODULE_KNOTS: &[(&str, &str)] = &[];

/// Names that two types of a crate have: the package, and the name.
pub(super) const TWICE: &[(&str, &str)] = &[
    ("host", "Acted"),
    ("host", "Activities"),
    ("host", "Joined"),
    ("host", "Left"),
    ("host", "Loaded"),
    ("host", "Message"),
    ("host", "NewConference"),
    ("host", "Place"),
    ("host", "Published"),
    ("host", "Shared"),
    ("host", "Sockets"),
    ("host", "Step"),
];

/// Types with a retired name.
pub(super) const RETIRED_STILL_HERE: &[(&str, &str)] =
    &[("host", "Inner"), ("host", "Seat"), ("host", "Start"), ("host/plugin", "Parts"), ("sdk", "Start")];

/// Files with documentation of one word.
pub(super) const ONE_WORD: &[&str] = &[
    "host/src/activity/environment.rs",
    "host/src/activity/error.rs",
    "host/src/domain/activity.rs",
    "host/src/domain/entry.rs",
    "host/src/domain/member.rs",
    "host/src/http/conference.rs",
    "host/src/plugin/meter.rs",
    "host/src/protocol/server.rs",
    "host/src/room/actor.rs",
    "host/src/room/shared.rs",
];

//! What breaks a rule and was there before it. A rule fails when something of this is no more: then it has to go from here.

/// Files that import each other in a circle: the crate, and the files.
pub(super) const KNOTS: &[(&str, &str)] = &[];

/// Modules at the top of a crate that do.
pub(super) const MODULE_KNOTS: &[(&str, &str)] = &[];

/// Names that two types of a crate have: the package, and the name.
pub(super) const TWICE: &[(&str, &str)] = &[];

/// Types with a retired name.
pub(super) const RETIRED_STILL_HERE: &[(&str, &str)] = &[];

/// Files with documentation of one word.
pub(super) const ONE_WORD: &[&str] = &[];

//! The house rules as tests: they read the files and name each line that breaks one.
//!
//! A rule that needs an exception has it in a table beside the rule, with its reason.

mod comments;
mod frozen;
mod guides;
mod knots;
mod methods;
mod modules;
mod ownership;
mod pairs;
mod ranks;
mod scripts;
mod shape;
mod source;
mod web;
mod words;

/// Fails with every complaint, one a line.
fn report(rule: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{rule}\n  {}\n", complaints.join("\n  "));
}

//! A card, and the buttons that stand on it or in a row.

use serde::Serialize;
use serde_json::value::RawValue;

use super::form::ShownTo;

/// Something that somebody wrote or did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// Stays the same as long as it is the same card.
    pub id: String,
    /// What was written.
    pub text: String,
    /// Who wrote it; not sent when empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub author: String,
    /// Remarks of a word; not sent when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// A figure to show on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<i64>,
    /// What can be done with it; not sent when that is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
}

/// A button that sends an action.
#[derive(Debug, Clone, Serialize)]
pub struct Button {
    /// The text on it.
    pub label: String,
    /// The action to send, as it is.
    pub action: Box<RawValue>,
    /// Whether it is drawn as pressed; not sent when it is not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pressed: bool,
    /// Who is shown it; not sent when that is everyone.
    #[serde(skip_serializing_if = "ShownTo::is_everyone")]
    pub shown_to: ShownTo,
    /// What is asked before it is sent; not sent when that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

impl PartialEq for Button {
    fn eq(&self, other: &Self) -> bool {
        let parts = |one: &Self| (one.label.clone(), one.action.get().to_owned(), one.pressed, one.shown_to);
        parts(self) == parts(other) && self.confirm == other.confirm
    }
}

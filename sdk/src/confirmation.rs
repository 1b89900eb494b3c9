//! Questions that clients ask before they send what cannot be taken back: a view has them beside its blocks.

use crate::host;

/// Longest question.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) const QUESTION_CHARS_MAX: usize = 400;
/// Most questions of a view.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) const QUESTIONS_MAX: usize = 800;

/// A question, and what it is asked before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    before: Before,
    text: String,
}

/// What a question is asked before.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Before {
    /// The form with this id.
    Form(String),
    /// The buttons with this action.
    Button(String),
}

impl Question {
    pub(crate) fn before_form(id: &str, text: impl Into<String>) -> Self {
        Self { before: Before::Form(id.to_owned()), text: text.into() }
    }

    pub(crate) fn before_button(action: &str, text: impl Into<String>) -> Self {
        Self { before: Before::Button(action.to_owned()), text: text.into() }
    }

    pub(crate) fn is_before_form(&self, form: &str) -> bool {
        matches!(&self.before, Before::Form(id) if id == form)
    }

    pub(crate) fn is_before_button(&self, action: &str) -> bool {
        matches!(&self.before, Before::Button(of) if of == action)
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Hands it to the host.
    pub(crate) fn ask(&self) {
        match &self.before {
            Before::Form(id) => host::confirmation::before_form(id, &self.text),
            Before::Button(action) => host::confirmation::before_button(action, &self.text),
        }
    }
}

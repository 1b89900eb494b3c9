//! Cards: things that people wrote or did, and the buttons on them.

use serde::Serialize;

use crate::{Button, Card, ShownTo, json};

impl Card {
    /// A card with a text. The `id` stays the same as long as it is the same card.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        let (author, marks, buttons) = (String::new(), Vec::new(), Vec::new());
        Self { id: id.into(), text: text.into(), author, marks, score: None, buttons }
    }

    /// Says who wrote it.
    #[must_use]
    pub fn author(mut self, name: impl Into<String>) -> Self {
        self.author = name.into();
        self
    }

    /// Adds a remark of a word, at most 8.
    #[must_use]
    pub fn mark(mut self, word: impl Into<String>) -> Self {
        self.marks.push(word.into());
        self
    }

    /// Shows a figure on it.
    #[must_use]
    pub fn score(mut self, score: i64) -> Self {
        self.score = Some(score);
        self
    }

    /// Adds a button, at most 8.
    #[must_use]
    pub fn button(mut self, button: Button) -> Self {
        self.buttons.push(button);
        self
    }
}

impl Button {
    /// A button for every member that sends this action.
    pub fn new(label: impl Into<String>, action: &impl Serialize) -> Self {
        let action = json::write("an action", action);
        Self { label: label.into(), action, pressed: false, shown_to: ShownTo::Everyone }
    }

    /// Draws it as pressed if `pressed` is true: what it does is done already.
    #[must_use]
    pub fn pressed_if(mut self, pressed: bool) -> Self {
        self.pressed = pressed;
        self
    }

    /// Shows it to organizers only. That is tidiness and no secrecy: `act` checks the caller.
    #[must_use]
    pub fn for_organizers(mut self) -> Self {
        self.shown_to = ShownTo::Organizers;
        self
    }
}

//! Questions that a client asks before it sends what a form or a button of the view sends.
//!
//! A plugin names what they are about (`confirmation` of the interface) while it makes its view; here they are put into it.
//!
//! # Invariants
//! * Each question is in the view that it was asked for, or there is no view.

use std::collections::{BTreeMap, BTreeSet};

use super::{Block, Button};

/// Longest question.
pub(crate) const QUESTION_CHARS_MAX: usize = 400;
/// Most questions of a call: as many as a list of cards can have buttons.
pub(crate) const QUESTIONS_MAX: usize = 800;

/// What is to be asked, by what it is asked of.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    /// By the form's id.
    forms: BTreeMap<String, String>,
    /// By the text of the button's action.
    buttons: BTreeMap<String, String>,
}

impl Questions {
    /// Asks before the form with this id is sent.
    pub(crate) fn before_form(&mut self, id: String, question: String) {
        self.forms.insert(id, question);
    }

    /// Asks before each button that has this action sends it.
    pub(crate) fn before_button(&mut self, action: &str, question: String) {
        // As the view keeps the action of a button.
        self.buttons.insert(action.trim().to_owned(), question);
    }

    /// How many things there is a question for.
    pub(crate) fn len(&self) -> usize {
        self.forms.len() + self.buttons.len()
    }

    /// Puts each question where it is asked.
    pub(super) fn put_into(mut self, blocks: &mut [Block]) -> Result<(), String> {
        // The common case, at each view of everybody.
        if self.len() == 0 {
            return Ok(());
        }
        let mut asked = BTreeSet::new();
        for block in blocks {
            if let Block::Form(form) = block {
                form.confirm = self.forms.remove(&form.id);
            }
            for button in buttons_of(block) {
                if let Some((action, question)) = self.buttons.get_key_value(button.action.get()) {
                    button.confirm = Some(question.clone());
                    asked.insert(action.as_str());
                }
            }
        }
        let unasked = self.buttons.keys().find(|action| !asked.contains(action.as_str()));
        match (self.forms.keys().next(), unasked) {
            (Some(id), _) => Err(format!("there is a question before the form `{id}`, which is not in the view")),
            (None, Some(action)) => {
                Err(format!("there is a question before the action `{action}`, which no button of the view has"))
            }
            (None, None) => Ok(()),
        }
    }
}

fn buttons_of(block: &mut Block) -> Vec<&mut Button> {
    match block {
        Block::Buttons { items } => items.iter_mut().collect(),
        Block::Cards { items, .. } => items.iter_mut().flat_map(|card| &mut card.buttons).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::View;
    use super::*;
    use crate::bindings::hezi::activity::types as raw;

    fn button(action: &str) -> raw::Button {
        raw::Button { label: "B".into(), action: action.into(), pressed: false, shown_to: raw::ShownTo::Everyone }
    }

    fn blocks() -> Vec<raw::Block> {
        let (id, fields, submit) = ("f".into(), Vec::new(), "Go".into());
        let form = raw::Form { id, wrap: None, fields, submit, shown_to: raw::ShownTo::Everyone };
        let (author, marks, score) = (String::new(), Vec::new(), None);
        let card =
            raw::Card { id: "c".into(), text: "C".into(), author, marks, score, buttons: vec![button("{\"a\":1}")] };
        let cards = raw::Cards { title: String::new(), items: vec![card] };
        let row = vec![button("{\"a\":1}"), button(" {\"b\": 1} ")];
        vec![raw::Block::Form(form), raw::Block::Cards(cards), raw::Block::Buttons(row)]
    }

    fn asking(questions: impl FnOnce(&mut Questions)) -> Result<String, String> {
        let mut all = Questions::default();
        questions(&mut all);
        let view = View::asking(blocks(), all)?;
        Ok(serde_json::to_string(&view).unwrap())
    }

    #[test]
    fn a_question_is_asked_wherever_its_action_is_sent() {
        let without = asking(|_| {}).unwrap();
        assert!(!without.contains("confirm"), "{without}");
        let form = asking(|all| all.before_form("f".into(), "Sure?".into())).unwrap();
        assert!(form.contains(r#""submit":"Go","shown_to":"everyone","confirm":"Sure?""#), "{form}");
        let both = asking(|all| all.before_button("{\"a\":1}", "Really?".into())).unwrap();
        assert_eq!(both.matches(r#""confirm":"Really?""#).count(), 2, "{both}");
        let other = asking(|all| all.before_button(" {\"b\": 1} ", "Really?".into())).unwrap();
        assert_eq!(other.matches(r#""confirm":"Really?""#).count(), 1, "{other}");
    }

    #[test]
    fn a_question_for_what_is_not_there_makes_no_view() {
        let form = asking(|all| all.before_form("g".into(), "?".into())).unwrap_err();
        assert!(form.contains("the form `g`"), "{form}");
        let action = asking(|all| all.before_button("{\"c\":1}", "?".into())).unwrap_err();
        assert!(action.contains("the action `{\"c\":1}`"), "{action}");
    }

    #[test]
    fn a_question_counts_for_the_size_of_the_view() {
        let bytes = |question: &str| {
            let mut all = Questions::default();
            all.before_form("f".into(), question.into());
            View::asking(blocks(), all).unwrap().json_bytes
        };
        assert_eq!(bytes("xyz") - bytes("x"), 2);
    }
}

//! What a view asks before parts of it are sent.

use super::View;
use crate::confirmation::Question;
use crate::{Block, Button, Form};

impl View {
    /// Adds a form that clients send only when the person says yes to a question, of 1 to 400 characters. That is a courtesy to
    /// those who press the wrong button and no protection: `act` is called for whatever comes.
    ///
    /// ```
    /// # use hezi_sdk::{Form, View};
    /// let mut view = View::new();
    /// view.form_asking(Form::new("结束").wrap("stop"), "结束后不能再开始。现在结束吗？");
    /// assert_eq!(view.question_before_form("stop"), Some("结束后不能再开始。现在结束吗？"));
    /// ```
    pub fn form_asking(&mut self, form: Form, question: impl Into<String>) -> &mut Self {
        self.questions.push(Question::before_form(&form.id, question));
        self.form(form)
    }

    /// Has clients ask before a button of this view sends its action, in a row or on a card. Another button with the same action
    /// asks, too.
    pub fn ask_before(&mut self, button: &Button, question: impl Into<String>) -> &mut Self {
        self.questions.push(Question::before_button(&button.action, question));
        self
    }

    /// What is asked before the form with this id is sent.
    pub fn question_before_form(&self, id: &str) -> Option<&str> {
        self.question(|question| question.is_before_form(id))
    }

    /// What is asked before this button sends its action.
    pub fn question_before_button(&self, button: &Button) -> Option<&str> {
        self.question(|question| question.is_before_button(&button.action))
    }

    /// Of two for the same thing the later one is asked.
    fn question(&self, is_meant: impl Fn(&Question) -> bool) -> Option<&str> {
        self.questions.iter().rev().find(|question| is_meant(question)).map(Question::text)
    }

    /// The buttons in rows and on cards, in order.
    pub fn all_buttons(&self) -> impl Iterator<Item = &Button> {
        self.blocks.iter().flat_map(|block| match block {
            Block::Buttons(buttons) => buttons.iter().collect(),
            Block::Cards(cards) => cards.items.iter().flat_map(|card| &card.buttons).collect::<Vec<_>>(),
            _ => Vec::new(),
        })
    }

    /// Hands the questions to the host, and gives the blocks.
    pub(crate) fn into_answer(self) -> Vec<Block> {
        self.questions.iter().for_each(Question::ask);
        self.blocks
    }
}

/// For the test room, which is not there in a component.
#[cfg(not(target_arch = "wasm32"))]
impl View {
    /// The view of a call that was run there.
    pub(crate) fn asking(blocks: Vec<Block>, questions: Vec<Question>) -> Self {
        Self { blocks, questions }
    }

    pub(crate) fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// Whether a question is about something that is there.
    pub(crate) fn has_subject_of(&self, question: &Question) -> bool {
        self.all_forms().any(|form| question.is_before_form(&form.id))
            || self.all_buttons().any(|button| question.is_before_button(&button.action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn button() -> Button {
        Button::new("移除", &serde_json::json!({ "remove": 1 }))
    }

    #[test]
    fn the_later_question_is_asked() {
        let mut view = View::new();
        view.buttons([button()]).ask_before(&button(), "一？").ask_before(&button(), "二？");
        assert_eq!(view.question_before_button(&button()), Some("二？"));
        assert_eq!(view.question_before_form("remove"), None);
    }

    #[test]
    fn a_view_that_is_added_brings_its_questions() {
        let (mut view, mut part) = (View::new(), View::new());
        part.form_asking(Form::new("结束").wrap("stop"), "现在？");
        view.append(part);
        assert_eq!(view.question_before_form("stop"), Some("现在？"));
    }
}

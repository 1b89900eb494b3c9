//! `confirmation`: questions that a client asks before it sends what a form or a button of the view sends.
//!
//! They are collected here while the view is made, and put into it when it is checked.

use super::{Host, Need};
use crate::{
    Fault,
    bindings::hezi::activity::confirmation,
    view::{QUESTION_CHARS_MAX, QUESTIONS_MAX},
};

impl confirmation::Host for Host {
    fn before_form(&mut self, id: String, question: String) -> wasmtime::Result<()> {
        self.enter("confirmation.before-form", Need::Viewer, id.len() + question.len())?;
        self.check_question(&question)?;
        self.questions.before_form(id, question);
        Ok(())
    }

    fn before_button(&mut self, action: String, question: String) -> wasmtime::Result<()> {
        self.enter("confirmation.before-button", Need::Viewer, action.len() + question.len())?;
        self.check_question(&question)?;
        self.questions.before_button(&action, question);
        Ok(())
    }
}

impl Host {
    fn check_question(&mut self, question: &str) -> wasmtime::Result<()> {
        let chars = question.chars().count();
        let message = if !(1..=QUESTION_CHARS_MAX).contains(&chars) {
            format!("a question has {chars} characters; it must have 1 to {QUESTION_CHARS_MAX}")
        } else if self.questions.len() >= QUESTIONS_MAX {
            format!("it has more than {QUESTIONS_MAX} questions")
        } else {
            return Ok(());
        };
        Err(self.fail(Fault::ViewInvalid { message }))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Mode, *};
    use crate::{Limits, Members, Space, bindings::hezi::activity::confirmation::Host as _};

    fn host(mode: Mode) -> Host {
        Host::in_call(mode, Limits::default(), Space::new(), Members::new())
    }

    fn ask(host: &mut Host, question: &str) -> Option<&'static str> {
        host.before_form("f".into(), question.into()).err().map(|_| host.take_fault().unwrap().code())
    }

    #[test]
    fn a_question_is_a_sentence() {
        let mut host = host(Mode::View);
        assert_eq!(ask(&mut host, ""), Some("view_invalid"));
        assert_eq!(ask(&mut host, &"问".repeat(401)), Some("view_invalid"));
        assert_eq!(ask(&mut host, &"问".repeat(400)), None);
        assert_eq!(host.take_questions().len(), 1);
        assert_eq!(host.take_questions().len(), 0);
    }

    #[test]
    fn questions_are_bounded() {
        let mut host = host(Mode::View);
        for n in 0..QUESTIONS_MAX {
            host.before_button(n.to_string(), "?".into()).unwrap();
        }
        assert!(host.before_button("one more".into(), "?".into()).is_err());
        assert!(host.take_fault().unwrap().to_string().contains("800"));
    }

    #[test]
    fn only_a_view_asks() {
        for mode in [Mode::Write, Mode::Report] {
            assert_eq!(ask(&mut host(mode), "?"), Some("only_in_view"));
        }
        assert_eq!(ask(&mut host(Mode::Describe), "?"), Some("not_in_describe"));
    }
}

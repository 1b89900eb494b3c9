//! The rules of a survey: what a sensible configuration is, what a form is, and when it is complete.
//!
//! Pure: no state, no room, no clock.
//!
//! # Invariants
//! * A form has a place for each question, and the answer that stands in it fits the question.
//! * A form is complete when nothing that must be answered is open.

use std::collections::BTreeMap;

use hezi_sdk::serde_json::Value;
use hezi_sdk::{Error, Result, Texts as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Naming};
use crate::question::Question;
use crate::texts::Texts;

const TITLE_CHARS_MAX: usize = 200;
const INTRO_CHARS_MAX: usize = 1_000;
const QUESTIONS_MAX: usize = 20;

/// What an organizer chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What the survey is called.
    #[schemars(length(min = 1, max = 200))]
    pub title: String,
    /// What stands before the questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 1_000))]
    pub intro: Option<String>,
    /// What is asked.
    #[schemars(length(min = 1, max = 20))]
    pub questions: Vec<Question>,
    /// Who sees the results.
    #[serde(default)]
    pub results: Results,
}

/// Who sees the results.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Results {
    /// Organizers only.
    #[default]
    Organizers,
    /// Everybody, from the first form on.
    Live,
    /// Everybody, when the survey is closed; organizers at any time.
    AfterClose,
}

/// An answer for each question, or none.
pub type Answers = Vec<Option<Answer>>;

impl Config {
    /// Whether the configuration makes sense. Whether a view has room for it is looked at elsewhere.
    ///
    /// # Errors
    /// [`Error::Invalid`] that says which field does not.
    pub fn check(&self, texts: Texts) -> Result<()> {
        texts.check_text("title", &self.title, TITLE_CHARS_MAX)?;
        self.intro.iter().try_for_each(|intro| texts.check_text("intro", intro, INTRO_CHARS_MAX))?;
        texts.check_count("questions", self.questions.len(), 1..=QUESTIONS_MAX)?;
        let mut questions = self.questions.iter().enumerate();
        questions
            .try_for_each(|(place, question)| question.check(texts).map_err(|error| in_question(place, &error, texts)))
    }

    /// Reads the answers of a form.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the answer that does not fit.
    pub fn read(&self, answers: &BTreeMap<String, Value>, texts: Texts) -> Result<Answers> {
        let mut read = vec![None; self.questions.len()];
        for (name, value) in answers {
            let place = (0..read.len()).find(|place| *name == field_name(*place));
            let place = place.ok_or_else(|| Error::invalid(texts.no_such_question(name)))?;
            let answer = self.questions[place].read(value, texts);
            read[place] = answer.map_err(|reason| Error::invalid(texts.wrong_answer(place + 1, &reason)))?;
        }
        Ok(read)
    }

    /// The numbers of the questions that must be answered and are not, from 1 on.
    pub fn missing(&self, answers: &Answers) -> Vec<u32> {
        let questions = (1..).zip(self.questions.iter().zip(answers));
        let open =
            questions.filter(|(_, (question, answer))| question.required && !question.is_answered_by(answer.as_ref()));
        open.map(|(number, _)| number).collect()
    }

    /// What a report calls its columns.
    pub fn columns(&self, texts: Texts) -> Vec<String> {
        let mut columns = Vec::new();
        for (number, question) in (1..).zip(&self.questions) {
            let title = texts.question(number, &question.text);
            match question.parts() {
                [] => columns.push(title),
                parts => columns.extend(parts.iter().map(|part| texts.column_part(&title, part))),
            }
        }
        columns
    }

    /// The answers in those columns.
    pub fn cells(&self, answers: &Answers, naming: Naming, texts: Texts) -> Vec<String> {
        let questions = self.questions.iter().zip(answers);
        questions.flat_map(|(question, answer)| question.cells(answer.as_ref(), naming, texts)).collect()
    }
}

/// Says in which question something is wrong: `questions[1].options: …`.
fn in_question(place: usize, error: &Error, texts: Texts) -> Error {
    let (path, reason) = error.text().split_once(": ").unwrap_or(("questions", error.text()));
    let path = path.replacen("questions", &format!("questions[{place}]"), 1);
    Error::invalid(texts.in_question(&path, place + 1, reason))
}

/// What the answer to a question is called in an action; places are counted from 0, names from 1.
pub fn field_name(place: usize) -> String {
    format!("q{}", place + 1)
}

#[cfg(test)]
mod tests;

//! The rules of a question: what a sensible configuration is, and which answer is which.
//!
//! Pure: no state, no room, no clock. So everything here is tested with plain values.

use hezi_sdk::{Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::texts::Texts;

const SECONDS_DEFAULT: u32 = 30;
const SECONDS_MAX: u32 = 600;

/// What an organizer chooses. The host checks it against the schema; what a schema cannot say is checked here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What is asked.
    #[schemars(length(min = 1, max = 200))]
    pub question: String,
    /// The answers, no two the same.
    #[schemars(length(min = 2, max = 8), inner(length(min = 1, max = 60)))]
    pub answers: Vec<String>,
    /// Which of the answers is right.
    pub correct: String,
    /// How long people may answer, in seconds.
    #[serde(default = "seconds_default")]
    #[schemars(range(min = 1, max = 600))]
    pub seconds: u32,
}

fn seconds_default() -> u32 {
    SECONDS_DEFAULT
}

impl Config {
    /// Whether the configuration makes sense.
    ///
    /// # Errors
    /// [`Error::Invalid`], which names the field and says what to do.
    pub fn check(&self, texts: Texts) -> Result<()> {
        let repeated = self.answers.iter().zip(1..).find(|(answer, next)| self.answers[*next..].contains(answer));
        if let Some((answer, _)) = repeated {
            return Err(Error::invalid(texts.answer_repeated(answer)));
        }
        if !self.answers.contains(&self.correct) {
            return Err(Error::invalid(texts.correct_unknown()));
        }
        if !(1..=SECONDS_MAX).contains(&self.seconds) {
            return Err(Error::invalid(texts.seconds_out_of_range(SECONDS_MAX)));
        }
        Ok(())
    }

    /// The index of an answer.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no such answer.
    pub fn index(&self, answer: &str, texts: Texts) -> Result<u32> {
        self.find(answer).ok_or_else(|| Error::invalid(texts.answer_unknown(answer)))
    }

    fn find(&self, answer: &str) -> Option<u32> {
        let mut answers = self.answers.iter().zip(0..);
        answers.find(|(known, _)| *known == answer).map(|(_, index)| index)
    }

    /// The answer with this index.
    pub fn answer(&self, index: u32) -> &str {
        &self.answers[index as usize]
    }

    /// The index of the right answer of a configuration that was checked.
    pub fn correct_index(&self) -> u32 {
        self.find(&self.correct).unwrap_or_default()
    }

    /// When the time is up for a question that opens at `now_ms`.
    pub fn ends_at_ms(&self, now_ms: u64) -> u64 {
        now_ms + u64::from(self.seconds) * 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(answers: &[&str], correct: &str) -> Config {
        let answers = answers.iter().map(|answer| (*answer).to_owned()).collect();
        Config { question: "2 + 2 = ?".into(), answers, correct: correct.into(), seconds: 30 }
    }

    #[test]
    fn a_configuration_must_make_sense() {
        let texts = Texts::default();
        assert_eq!(config(&["3", "4"], "4").check(texts), Ok(()));
        assert!(matches!(config(&["3", "4"], "5").check(texts), Err(Error::Invalid(_))));
        assert!(matches!(config(&["4", "3", "4"], "4").check(texts), Err(Error::Invalid(_))));
        assert!(matches!(Config { seconds: 0, ..config(&["3", "4"], "4") }.check(texts), Err(Error::Invalid(_))));
    }

    #[test]
    fn answers_have_an_index() {
        let config = config(&["3", "4"], "4");
        assert_eq!((config.index("4", Texts::default()), config.correct_index(), config.answer(0)), (Ok(1), 1, "3"));
        assert!(matches!(config.index("5", Texts::default()), Err(Error::Invalid(_))));
    }

    #[test]
    fn the_time_counts_from_the_opening() {
        assert_eq!(config(&["3", "4"], "4").ends_at_ms(1_000), 31_000);
    }
}

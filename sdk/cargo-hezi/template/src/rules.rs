//! The rules of a question: what a sensible configuration is, and which answer is which.
//!
//! Pure: no state, no room, no clock. So everything here is tested with plain values.

use hezi_sdk::{Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const SECONDS_DEFAULT: u32 = 30;
const SECONDS_MAX: u32 = 600;

/// What an organizer chooses. The host checks it against the schema; what a schema cannot say is checked here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// 问题
    #[schemars(length(min = 1, max = 200))]
    pub question: String,
    /// 答案，互不相同
    #[schemars(length(min = 2, max = 8), inner(length(min = 1, max = 60)))]
    pub answers: Vec<String>,
    /// 正确答案，须是其中之一
    pub correct: String,
    /// 作答时间，秒
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
    pub fn check(&self) -> Result<()> {
        let repeated = self.answers.iter().zip(1..).find(|(answer, next)| self.answers[*next..].contains(answer));
        if let Some((answer, _)) = repeated {
            return Err(Error::invalid(format!("answers: 答案“{answer}”重复")));
        }
        if !self.answers.contains(&self.correct) {
            return Err(Error::invalid("correct: 正确答案须是答案之一"));
        }
        if !(1..=SECONDS_MAX).contains(&self.seconds) {
            return Err(Error::invalid(format!("seconds: 须在 1 和 {SECONDS_MAX} 之间")));
        }
        Ok(())
    }

    /// The index of an answer.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no such answer.
    pub fn index(&self, answer: &str) -> Result<u32> {
        let mut answers = self.answers.iter().zip(0..);
        let found = answers.find(|(known, _)| *known == answer).map(|(_, index)| index);
        found.ok_or_else(|| Error::invalid(format!("answer: 没有答案“{answer}”")))
    }

    /// The answer with this index.
    pub fn answer(&self, index: u32) -> &str {
        &self.answers[index as usize]
    }

    /// The index of the right answer of a configuration that was checked.
    pub fn correct_index(&self) -> u32 {
        self.index(&self.correct).unwrap_or_default()
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
        assert_eq!(config(&["3", "4"], "4").check(), Ok(()));
        assert!(matches!(config(&["3", "4"], "5").check(), Err(Error::Invalid(_))));
        assert!(matches!(config(&["4", "3", "4"], "4").check(), Err(Error::Invalid(_))));
        assert!(matches!(Config { seconds: 0, ..config(&["3", "4"], "4") }.check(), Err(Error::Invalid(_))));
    }

    #[test]
    fn answers_have_an_index() {
        let config = config(&["3", "4"], "4");
        assert_eq!((config.index("4"), config.correct_index(), config.answer(0)), (Ok(1), 1, "3"));
        assert!(matches!(config.index("5"), Err(Error::Invalid(_))));
    }

    #[test]
    fn the_time_counts_from_the_opening() {
        assert_eq!(config(&["3", "4"], "4").ends_at_ms(1_000), 31_000);
    }
}

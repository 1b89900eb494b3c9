//! The rules of a quiz: what a sensible list of questions is, when an answer is taken, and what it is worth.
//!
//! Pure: no state, no room, no clock. `lib.rs` keeps the answers, [`crate::board`] the best.
//!
//! Questions are numbered from 1, as people count them. Choices are counted from 0 and shown as letters from A on.
//!
//! # Invariants
//! * A right answer is worth 501 to 1,000 points, the more the earlier it comes; a wrong one is worth nothing.
//! * The longest list of questions that passes [`Config::check`] fits into the state that one call may write.

use std::fmt;

use hezi_sdk::{Error, Result, Texts as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::texts::Texts;

const TITLE_CHARS_MAX: usize = 100;
// Fifty of the longest questions are 34,000 characters. JSON writes one in six bytes at most: 204,000 of the 262,144 that a
// call may write.
const QUESTIONS_MAX: usize = 50;
const TEXT_CHARS_MAX: usize = 200;
const CHOICES_MIN: usize = 2;
const CHOICES_MAX: usize = 6;
const CHOICE_CHARS_MAX: usize = 80;
const SECONDS_MAX: u32 = 600;

/// What a right answer is worth at the very beginning.
const POINTS_MAX: u32 = 1_000;
/// How much of that is lost by the end.
const POINTS_LOST_MAX: u32 = 500;

/// What an organizer prepares.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The title of the quiz.
    #[schemars(length(min = 1, max = 100))]
    pub title: String,
    /// The questions in the order in which they are asked.
    #[schemars(length(min = 1, max = 50))]
    pub questions: Vec<Question>,
}

/// What is asked, with the choices and the right one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What is asked.
    #[schemars(length(min = 1, max = 200))]
    pub text: String,
    /// The choices, no two the same.
    #[schemars(length(min = 2, max = 6), inner(length(min = 1, max = 80)))]
    pub choices: Vec<String>,
    /// The right one of the choices, word for word.
    #[schemars(length(min = 1, max = 80), extend("x-one-of" = "choices"))]
    pub right: String,
    /// How long people may answer, in seconds.
    #[serde(default = "default_seconds")]
    #[schemars(range(min = 1, max = 600), extend("x-unit" = "seconds"))]
    pub seconds: u32,
}

fn default_seconds() -> u32 {
    20
}

impl Config {
    /// Whether the list makes sense.
    ///
    /// # Errors
    /// [`Error::Invalid`] that says which field does not.
    pub fn check(&self, texts: Texts) -> Result<()> {
        texts.check_text("title", &self.title, TITLE_CHARS_MAX)?;
        texts.check_count("questions", self.questions.len(), 1..=QUESTIONS_MAX)?;
        (0..).zip(&self.questions).try_for_each(|(place, question)| question.check(texts, place))
    }
}

impl Question {
    /// Whether the question at a place makes sense; places in the path of a field count from 0.
    fn check(&self, texts: Texts, place: u32) -> Result<()> {
        let field = |name: &str| format!("questions[{place}].{name}");
        texts.check_text(&field("text"), &self.text, TEXT_CHARS_MAX)?;
        texts.check_count(&field("choices"), self.choices.len(), CHOICES_MIN..=CHOICES_MAX)?;
        let mut choices = self.choices.iter();
        choices.try_for_each(|choice| texts.check_text(&field("choices"), choice, CHOICE_CHARS_MAX))?;
        texts.check_different(&field("choices"), self.choices.iter().map(String::as_str))?;
        if !self.choices.contains(&self.right) {
            return Err(Error::invalid(texts.right_unknown(&field("right"))));
        }
        texts.check_number(&field("seconds"), self.seconds, 1..=SECONDS_MAX)
    }

    /// The question when it is asked as number `number` at `now_ms`.
    pub fn ask(&self, number: u32, now_ms: u64) -> Asked {
        let (choices, right) = (self.choice_count(), self.right_choice());
        let ends_ms = now_ms + u64::from(self.seconds) * 1_000;
        Asked { number, choices, right, asked_ms: now_ms, ends_ms, ended: false }
    }

    /// How many choices there are.
    pub fn choice_count(&self) -> u32 {
        // At most `CHOICES_MAX`, so the length fits.
        self.choices.len() as u32
    }

    /// The right choice, from 0.
    ///
    /// # Panics
    /// When it is none of the choices, which [`Config::check`] does not let pass.
    pub fn right_choice(&self) -> u32 {
        let right = (0..).zip(&self.choices).find(|(_, choice)| **choice == self.right);
        right.map_or_else(|| panic!("`{}` is none of the choices", self.right), |(choice, _)| choice)
    }

    /// The choices with their letters, as people read them.
    pub fn labels(&self) -> impl Iterator<Item = String> {
        (0..).zip(&self.choices).map(|(choice, text)| format!("{} {text}", letter(choice)))
    }
}

/// What an answer needs to know of the question that was asked last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Its number, from 1.
    pub number: u32,
    /// How many choices it has.
    pub choices: u32,
    /// The right one, from 0.
    pub right: u32,
    /// When it was asked, in milliseconds since 1970.
    pub asked_ms: u64,
    /// From when on no answer is taken, in milliseconds since 1970.
    pub ends_ms: u64,
    /// Whether its end is on record. The right answer is shown from then on, and never before.
    pub ended: bool,
}

impl Asked {
    /// Whether an answer is taken now: the time is not over, and neither is the question.
    pub fn is_open(&self, now_ms: u64) -> bool {
        !self.ended && now_ms < self.ends_ms
    }

    /// Takes an answer: its choice, from 0.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is the answer to another question or comes too late, [`Error::Invalid`] when there is no
    /// such choice.
    pub fn take(&self, pick: Pick, now_ms: u64, texts: Texts) -> Result<u32> {
        if pick.number > self.number {
            return Err(Error::conflict(texts.not_asked_yet(pick.number)));
        }
        if pick.number < self.number || !self.is_open(now_ms) {
            return Err(Error::conflict(texts.too_late(pick.number)));
        }
        if pick.choice >= self.choices {
            return Err(Error::invalid(texts.no_such_choice(pick.number, letter(pick.choice))));
        }
        Ok(pick.choice)
    }

    /// The answer that this choice is at `now_ms`, with what it earns.
    pub fn answer(&self, choice: u32, now_ms: u64) -> Answer {
        // A question lasts at least a second and at most ten minutes, so the difference fits.
        let whole_ms = (self.ends_ms - self.asked_ms) as u32;
        let elapsed_ms = now_ms.saturating_sub(self.asked_ms).min(u64::from(whole_ms) - 1) as u32;
        let points = if choice == self.right { points(elapsed_ms, whole_ms) } else { 0 };
        Answer(choice, elapsed_ms, points)
    }
}

/// What a right answer is worth that comes `elapsed_ms` after its question, which lasts `whole_ms`.
pub fn points(elapsed_ms: u32, whole_ms: u32) -> u32 {
    let lost = u64::from(POINTS_LOST_MAX) * u64::from(elapsed_ms) / u64::from(whole_ms);
    // Less than `POINTS_LOST_MAX`, because the answer came before the end.
    POINTS_MAX - lost as u32
}

/// An answer as it is sent: the question's number and the choice's letter, `2B`.
///
/// A phone that is slow sends the answer to a question that is over. The number keeps it from being taken for an answer to
/// the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    /// The question's number, from 1.
    pub number: u32,
    /// The choice, from 0.
    pub choice: u32,
}

impl Pick {
    /// Reads `2B`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is something else.
    pub fn read(text: &str, texts: Texts) -> Result<Self> {
        let parts = text.split_at_checked(text.len().saturating_sub(1));
        let pick = parts.and_then(|(number, letter)| {
            let letter = letter.bytes().next().filter(u8::is_ascii_uppercase)?;
            let number =
                number.parse().ok().filter(|number: &u32| *number > 0 && number.to_string().len() == text.len() - 1);
            Some(Self { number: number?, choice: u32::from(letter - b'A') })
        });
        pick.ok_or_else(|| Error::invalid(texts.no_pick()))
    }
}

impl fmt::Display for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.number, letter(self.choice))
    }
}

/// The letter of a choice: A for 0.
pub fn letter(choice: u32) -> char {
    char::from_u32(u32::from(b'A') + choice).unwrap_or('?')
}

/// A member's answers. Place 0 is question 1; none where the member said nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(Vec<Option<Answer>>);

/// One answer: the choice, from 0, the milliseconds that it took, and the points that it earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer(pub u32, pub u32, pub u32);

impl Answers {
    /// The answer to a question.
    pub fn to(&self, number: u32) -> Option<Answer> {
        self.0.get(number as usize - 1).copied().flatten()
    }

    /// Adds the answer to a question that has none.
    pub fn add(&mut self, number: u32, answer: Answer) {
        let place = number as usize - 1;
        if self.0.len() <= place {
            self.0.resize(place + 1, None);
        }
        self.0[place] = Some(answer);
    }

    /// The points that the first `questions` questions earned.
    pub fn points(&self, questions: u32) -> u32 {
        self.0.iter().take(questions as usize).flatten().map(|Answer(_, _, points)| points).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts() -> Texts {
        Texts::default()
    }

    fn question(choices: &[&str], right: &str, seconds: u32) -> Question {
        let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
        Question { text: "首都?".into(), choices, right: right.into(), seconds }
    }

    fn pick(text: &str) -> Pick {
        Pick::read(text, texts()).unwrap()
    }

    #[test]
    fn a_list_must_make_sense() {
        let good = Config { title: "地理".into(), questions: vec![question(&["北京", "南京"], "北京", 20)] };
        assert_eq!(good.check(texts()), Ok(()));
        let with = |question| Config { questions: vec![question], ..good.clone() };
        let bad = [
            (Config { title: " ".into(), ..good.clone() }, "title"),
            (Config { questions: vec![], ..good.clone() }, "questions"),
            (Config { questions: vec![good.questions[0].clone(); 51], ..good.clone() }, "questions"),
            (with(question(&["北京"], "北京", 20)), "questions[0].choices"),
            (with(question(&["a", "b", "c", "d", "e", "f", "g"], "a", 20)), "questions[0].choices"),
            (with(question(&["北京", "北京 "], "北京", 20)), "questions[0].choices"),
            (with(question(&["北京", ""], "北京", 20)), "questions[0].choices"),
            (with(question(&["北京", "南京"], "东京", 20)), "questions[0].right"),
            (with(question(&["北京", "南京"], "北京", 0)), "questions[0].seconds"),
            (with(question(&["北京", "南京"], "北京", 601)), "questions[0].seconds"),
            (with(Question { text: "问".repeat(201), ..good.questions[0].clone() }), "questions[0].text"),
        ];
        for (config, field) in bad {
            let error = config.check(texts()).unwrap_err();
            assert!(matches!(&error, Error::Invalid(text) if text.starts_with(&format!("{field}: "))), "{error}");
        }
    }

    #[test]
    fn points_fall_from_a_thousand_to_five_hundred_and_one() {
        let asked = question(&["北京", "南京"], "南京", 20).ask(1, 5_000);
        assert_eq!((asked.right, asked.choices, asked.ends_ms), (1, 2, 25_000));
        let points = |at_ms| asked.answer(1, at_ms).2;
        assert_eq!((points(5_000), points(5_039), points(5_040)), (1_000, 1_000, 999));
        assert_eq!((points(15_000), points(24_999)), (750, 501));
        assert_eq!(points(1_000), 1_000, "a clock that was set back takes nothing away");
        assert_eq!(asked.answer(0, 5_020), Answer(0, 20, 0));
    }

    #[test]
    fn an_answer_is_taken_for_its_own_question_and_in_time() {
        let asked = question(&["北京", "南京"], "北京", 1).ask(2, 1_000);
        assert_eq!(asked.take(pick("2B"), 1_999, texts()), Ok(1));
        for (text, now_ms, ended) in
            [("1A", 1_000, false), ("3A", 1_000, false), ("2A", 2_000, false), ("2A", 1_000, true)]
        {
            let refusal = Asked { ended, ..asked }.take(pick(text), now_ms, texts());
            assert!(matches!(refusal, Err(Error::Conflict(_))), "{text} at {now_ms}: {refusal:?}");
        }
        assert!(matches!(asked.take(pick("2C"), 1_000, texts()), Err(Error::Invalid(_))));
    }

    #[test]
    fn what_is_no_pick_is_invalid() {
        for text in ["", "B", "2", "2b", "B2", "02B", "+2B", "0A", "2BB", "-1A", "2 B", "2二", "二B", "99999999999A"]
        {
            assert!(matches!(Pick::read(text, texts()), Err(Error::Invalid(_))), "{text}");
        }
    }

    #[test]
    fn answers_are_kept_by_question_and_summed_up_to_one() {
        let mut answers = Answers::default();
        answers.add(3, Answer(1, 12_000, 700));
        answers.add(1, Answer(0, 4_000, 900));
        assert_eq!((answers.to(1), answers.to(2), answers.to(4)), (Some(Answer(0, 4_000, 900)), None, None));
        assert_eq!([0, 1, 2, 3, 9].map(|questions| answers.points(questions)), [0, 900, 900, 1_600, 1_600]);
        assert_eq!(serde_json::to_string(&answers).unwrap(), "[[0,4000,900],null,[1,12000,700]]");
    }

    proptest! {
        #[test]
        fn a_pick_is_read_as_it_was_written(number in 1_u32..=50, choice in 0_u32..6) {
            let pick = Pick { number, choice };
            prop_assert_eq!(Pick::read(&pick.to_string(), texts()), Ok(pick));
        }

        /// Who is earlier never gets less, whatever the length of the question.
        #[test]
        fn earlier_is_never_worth_less(seconds in 1_u32..=600, early in 0_u64..600_000, late in 0_u64..600_000) {
            let asked = question(&["北京", "南京"], "北京", seconds).ask(1, 7);
            let (early, late) = (early.min(late) + 7, early.max(late) + 7);
            let [Answer(.., early), Answer(.., late)] = [early, late].map(|at_ms| asked.answer(0, at_ms));
            prop_assert!(early >= late);
            prop_assert!((501..=1_000).contains(&early) && (501..=1_000).contains(&late));
        }
    }
}

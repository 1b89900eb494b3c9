//! The rules of questions: what a sensible one is, what organizers do with it, and in which order questions stand.
//!
//! Pure: no state, no room, no clock. `lib.rs` keeps the questions.
//!
//! # Invariants
//! * A question is public while it is open, being answered or answered, and at no other time.
//! * [`place`] orders questions: what is being answered, what is pinned, then by score, then by age.

use hezi_sdk::{Error, Result, Texts as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::texts::Texts;

const TITLE_CHARS_MAX: usize = 200;
const SECONDS_BETWEEN_MAX: u32 = 3_600;
/// Most characters of a question.
pub const TEXT_CHARS_MAX: usize = 300;
/// Most questions of an activity.
pub const QUESTIONS_MAX: u64 = 5_000;
/// Most questions that one person votes for.
pub const VOTES_MAX: usize = 300;

/// What an organizer chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What people ask about.
    #[schemars(length(min = 1, max = 200))]
    pub title: String,
    /// When a question is shown.
    #[serde(default)]
    pub moderation: Moderation,
    /// Whether it is shown who asks.
    #[serde(default)]
    pub names: Names,
    /// How long a person waits before they ask again, in seconds; 0 for no time.
    #[serde(default = "default_seconds")]
    #[schemars(range(max = 3_600), extend("x-unit" = "seconds"))]
    pub seconds_between: u32,
}

fn default_seconds() -> u32 {
    30
}

/// When a question is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Moderation {
    /// At once; organizers hide it where need be.
    #[default]
    After,
    /// When an organizer has approved it.
    Before,
}

/// Whether it is shown who asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Names {
    /// Everybody sees who asks.
    #[default]
    Named,
    /// Nobody sees it, organizers included.
    Anonymous,
    /// Whoever asks decides.
    Choice,
}

/// Where a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody but organizers has seen it yet.
    Pending,
    /// It waits for an answer.
    Open,
    /// It is being answered.
    Answering,
    /// It was answered.
    Answered,
    /// An organizer has taken it away.
    Hidden,
}

/// What an organizer does with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Shows one that waits for review.
    Approve,
    /// Takes it away; its votes stay.
    Hide,
    /// Brings a hidden one back.
    Show,
    /// Begins to answer it. What was being answered waits again.
    Answer,
    /// Marks it as answered.
    Done,
    /// Lets it wait for an answer again.
    Reopen,
    /// Puts it above the others.
    Pin,
    /// Puts it back among them.
    Unpin,
}

impl Config {
    /// Whether the configuration makes sense.
    ///
    /// # Errors
    /// [`Error::Invalid`] that says which field does not.
    pub fn check(&self, texts: Texts) -> Result<()> {
        texts.check_text("title", &self.title, TITLE_CHARS_MAX)?;
        texts.check_number("seconds_between", self.seconds_between, 0..=SECONDS_BETWEEN_MAX)
    }

    /// A question's text as it is kept, and whether its asker is named.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it says nothing, is too long, or hides a name that has to be shown.
    pub fn question(&self, text: &str, anonymous: bool, texts: Texts) -> Result<(String, bool)> {
        let text = text.trim();
        if !(1..=TEXT_CHARS_MAX).contains(&text.chars().count()) {
            return Err(Error::invalid(texts.text_wrong(TEXT_CHARS_MAX)));
        }
        let named = match self.names {
            Names::Named if anonymous => return Err(Error::invalid(texts.names_are_shown())),
            Names::Named => true,
            Names::Anonymous => false,
            Names::Choice => !anonymous,
        };
        Ok((text.to_owned(), named))
    }

    /// Where a new question stands.
    pub fn first_state(&self) -> State {
        match self.moderation {
            Moderation::After => State::Open,
            Moderation::Before => State::Pending,
        }
    }

    /// Seconds until somebody may ask who asked last at `last_ms`; none if they may ask now.
    pub fn wait_seconds(&self, last_ms: u64, now_ms: u64) -> Option<u64> {
        let until_ms = last_ms + u64::from(self.seconds_between) * 1_000;
        (now_ms < until_ms).then(|| (until_ms - now_ms).div_ceil(1_000))
    }
}

impl State {
    /// Whether everybody may read it.
    pub fn is_public(self) -> bool {
        matches!(self, Self::Open | Self::Answering | Self::Answered)
    }

    /// Where the question stands after an organizer's step, and whether it is pinned then; none if the step makes no sense.
    pub fn after(self, step: Step, pinned: bool) -> Option<(Self, bool)> {
        let waits = matches!(self, Self::Open | Self::Answering);
        match step {
            Step::Approve => (self == Self::Pending).then_some((Self::Open, false)),
            Step::Hide => (self != Self::Hidden).then_some((Self::Hidden, false)),
            Step::Show => (self == Self::Hidden).then_some((Self::Open, false)),
            Step::Answer => (self == Self::Open).then_some((Self::Answering, pinned)),
            Step::Done => waits.then_some((Self::Answered, false)),
            Step::Reopen => matches!(self, Self::Answering | Self::Answered).then_some((Self::Open, pinned)),
            Step::Pin => (waits && !pinned).then_some((self, true)),
            Step::Unpin => (waits && pinned).then_some((self, false)),
        }
    }
}

/// Where a question stands among those of its list: a smaller number stands first.
pub fn place(state: State, pinned: bool, score: u64, number: u32) -> u64 {
    let class: u64 = match (state, pinned) {
        (State::Answering, _) => 0,
        (_, true) => 1,
        (_, false) => 2,
    };
    // A conference has some ten thousand members, so a score has far fewer than 30 bits.
    let score = SCORE_MAX - score.min(SCORE_MAX);
    class << 62 | score << 32 | u64::from(number)
}

const SCORE_MAX: u64 = (1 << 30) - 1;

/// The number of the question that stands at this place.
pub fn number_at(place: u64) -> u32 {
    // The lower half is the number.
    place as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn config(moderation: Moderation, names: Names) -> Config {
        Config { title: "问".into(), moderation, names, seconds_between: 30 }
    }

    #[test]
    fn a_configuration_must_make_sense() {
        let good = config(Moderation::After, Names::Named);
        assert_eq!(good.check(Texts::default()), Ok(()));
        for bad in [Config { title: " ".into(), ..good.clone() }, Config { seconds_between: 3_601, ..good }] {
            assert!(matches!(bad.check(Texts::default()), Err(Error::Invalid(_))), "{bad:?}");
        }
    }

    #[test]
    fn a_question_says_something_and_is_named_as_configured() {
        let asked = |names, text: &str, anonymous| {
            config(Moderation::After, names).question(text, anonymous, Texts::default()).ok()
        };
        assert_eq!(asked(Names::Named, " 为什么? ", false), Some(("为什么?".into(), true)));
        assert_eq!(asked(Names::Named, "为什么?", true), None, "a name that is shown cannot be left out");
        assert_eq!(asked(Names::Anonymous, "?", false), Some(("?".into(), false)));
        assert_eq!([true, false].map(|anonymous| asked(Names::Choice, "?", anonymous).unwrap().1), [false, true]);
        for text in ["", " \u{3000}\n", &"长".repeat(301), &"x".repeat(10_000)] {
            assert_eq!(asked(Names::Named, text, false), None);
        }
    }

    #[test]
    fn one_waits_a_while_between_two_questions() {
        let config = config(Moderation::After, Names::Named);
        assert_eq!(config.wait_seconds(1_000, 1_000), Some(30));
        assert_eq!(config.wait_seconds(1_000, 30_999), Some(1));
        assert_eq!(config.wait_seconds(1_000, 31_000), None);
        assert_eq!(Config { seconds_between: 0, ..config }.wait_seconds(1_000, 1_000), None);
    }

    #[test]
    fn only_steps_that_make_sense_are_taken() {
        use State::*;
        assert_eq!(Pending.after(Step::Approve, false), Some((Open, false)));
        assert_eq!(Open.after(Step::Answer, true), Some((Answering, true)));
        assert_eq!(Answering.after(Step::Done, true), Some((Answered, false)));
        assert_eq!(Hidden.after(Step::Show, false), Some((Open, false)));
        for (state, step) in
            [(Open, Step::Approve), (Pending, Step::Answer), (Hidden, Step::Hide), (Answered, Step::Pin)]
        {
            assert_eq!(state.after(step, false), None, "{state:?} {step:?}");
        }
    }

    fn states() -> impl Strategy<Value = State> {
        prop::sample::select(vec![State::Open, State::Answering, State::Answered])
    }

    proptest! {
        #[test]
        fn what_is_answered_comes_first_then_what_is_pinned_then_the_score_then_the_age(
            one in (states(), any::<bool>(), 0_u64..50, 1_u32..5_000),
            other in (states(), any::<bool>(), 0_u64..50, 1_u32..5_000),
        ) {
            let key = |(state, pinned, score, number): (State, bool, u64, u32)| {
                (state != State::Answering, state != State::Answering && !pinned, u64::MAX - score, number)
            };
            let place = |(state, pinned, score, number)| place(state, pinned, score, number);
            prop_assert_eq!(place(one).cmp(&place(other)), key(one).cmp(&key(other)));
            prop_assert_eq!(number_at(place(one)), one.3);
        }
    }
}

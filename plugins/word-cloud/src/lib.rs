//! 词云: everybody says a few words, which are drawn larger the more people say them.
//!
//! Glue between the rules in [`rules`] and the room. The words are kept in the order in which they are shown, so nothing is ever
//! sorted, and a view reads the first hundred.
//!
//! # Invariants
//! * The weights of all words sum to the words that were accepted and not taken back, and one person counts once a word.
//! * Nobody has more words than the configuration gives them.
//! * A hidden word is in no view but the organizers' own, and in no report.

pub mod rules;
mod show;
pub mod texts;

use hezi_sdk::{Activity, Cell, Counter, Error, Map, Member, NoEvent, ReadCtx, Report, Result, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use rules::{Config, Said, WORDS_MAX, fold, place};
use texts::Texts;

type Ctx = hezi_sdk::Ctx<NoEvent>;

const CONFIG: Cell<Config> = Cell::new("config");
/// The blocked words as they are counted: apart, since nothing but saying a word reads them.
const BLOCKED: Cell<Vec<String>> = Cell::new("blocked");
const CLOSED: Cell<bool> = Cell::new("closed");
/// Every word that somebody says, as it is counted.
const WORDS: Map<str, Word> = Map::new("word/");
/// The words that are shown, as they are shown, by their places.
const SHOWN: Map<str, String> = Map::new("shown/");
/// The words that organizers have taken away.
const HIDDEN: Map<str, String> = Map::new("hidden/");
/// What each member says, as it is counted, by member id.
const MINE: Map<str, Vec<String>> = Map::new("mine/");
/// How many words were accepted and not taken back, from how many people, and how many different ones.
const ACCEPTED: Counter = Counter::new("accepted");
const PEOPLE: Counter = Counter::new("people");
const DIFFERENT: Counter = Counter::new("different");

/// The activity.
#[derive(Debug)]
pub struct WordCloud;

/// What a member does.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Says a word, or several with commas between them.
    Say {
        /// The words.
        #[schemars(length(min = 1, max = 300))]
        words: String,
    },
    /// Takes a word back.
    TakeBack {
        /// The word.
        #[schemars(length(max = 300))]
        word: String,
    },
    /// Takes a word away from everybody: for organizers.
    Hide {
        /// The word.
        #[schemars(length(max = 300))]
        word: String,
    },
    /// Brings a hidden word back: for organizers.
    Show {
        /// The word.
        #[schemars(length(max = 300))]
        word: String,
    },
}

/// What the member is answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reply {
    /// How many words they have left.
    pub left: usize,
}

/// A word that somebody says.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Word {
    /// As whoever said it first has written it.
    shown: String,
    weight: u64,
    hidden: bool,
}

impl Activity for WordCloud {
    const NAME: &'static str = "word-cloud";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const ALLOWS_ANONYMOUS: bool = true;
    type Texts = Texts;
    type Config = Config;
    type Action = Action;
    type Reply = Reply;
    type Event = NoEvent;

    fn open(ctx: &mut Ctx, config: Config) -> Result<String> {
        config.check(ctx.texts())?;
        BLOCKED.set(ctx, &config.blocked.iter().map(|word| fold(word)).collect());
        CONFIG.set(ctx, &Config { blocked: Vec::new(), ..config.clone() });
        Ok(config.question)
    }

    fn act(ctx: &mut Ctx, caller: &Member, action: Action) -> Result<Reply> {
        match action {
            Action::Say { words } => say(ctx, caller, &words)?,
            Action::TakeBack { word } => take_back(ctx, caller, &word)?,
            Action::Hide { word } => set_hidden(ctx, caller, &word, Shown::No)?,
            Action::Show { word } => set_hidden(ctx, caller, &word, Shown::Yes)?,
        }
        Ok(Reply { left: left(ctx, &MINE.get(ctx, &caller.id).unwrap_or_default()) })
    }

    fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> Result<View> {
        Ok(show::view(ctx, viewer))
    }

    fn close(ctx: &mut Ctx) -> Result<()> {
        CLOSED.set(ctx, &true);
        Ok(())
    }

    fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
        show::report(ctx, report);
        Ok(())
    }
}

hezi_sdk::export!(WordCloud);

/// The texts in the language of the call.
fn texts(ctx: &ReadCtx) -> Texts {
    ctx.texts()
}

/// How many words somebody has left who says these.
fn left(ctx: &ReadCtx, mine: &[String]) -> usize {
    (CONFIG.load(ctx).words_each as usize).saturating_sub(mine.len())
}

fn say(ctx: &mut Ctx, caller: &Member, text: &str) -> Result<()> {
    let texts = texts(ctx);
    let words = rules::words(text, &BLOCKED.load(ctx), texts)?;
    let mut mine = MINE.get(ctx, &caller.id).unwrap_or_default();
    match left(ctx, &mine) {
        0 => return Err(Error::exhausted(texts.none_left())),
        left if words.len() > left => return Err(Error::conflict(texts.few_left(left))),
        _ => {}
    }
    if mine.is_empty() {
        PEOPLE.add(ctx, 1);
    }
    for word in words {
        if mine.contains(&word.folded) {
            return Err(Error::conflict(texts.said_already(&word.shown)));
        }
        count(ctx, &word)?;
        mine.push(word.folded);
    }
    MINE.set(ctx, &caller.id, &mine);
    Ok(())
}

/// Counts a word once more.
fn count(ctx: &mut Ctx, said: &Said) -> Result<()> {
    let before = WORDS.get(ctx, &said.folded);
    if before.as_ref().is_some_and(|word| word.hidden) {
        return Err(Error::invalid(texts(ctx).word_blocked(&said.shown)));
    }
    if before.is_none() && DIFFERENT.add(ctx, 1) > WORDS_MAX {
        return Err(Error::exhausted(texts(ctx).too_many_words()));
    }
    ACCEPTED.add(ctx, 1);
    let word = before.clone().unwrap_or_else(|| Word { shown: said.shown.clone(), weight: 0, hidden: false });
    replace(ctx, &said.folded, before.as_ref(), Word { weight: word.weight + 1, ..word });
    Ok(())
}

fn take_back(ctx: &mut Ctx, caller: &Member, word: &str) -> Result<()> {
    let folded = fold(word);
    let mut mine = MINE.get(ctx, &caller.id).unwrap_or_default();
    let place = mine.iter().position(|said| *said == folded);
    let (Some(place), Some(before)) = (place, WORDS.get(ctx, &folded)) else {
        return Err(Error::invalid(texts(ctx).not_yours(word)));
    };
    mine.remove(place);
    ACCEPTED.subtract(ctx, 1);
    replace(ctx, &folded, Some(&before), Word { weight: before.weight - 1, ..before.clone() });
    if mine.is_empty() {
        PEOPLE.subtract(ctx, 1);
        MINE.remove(ctx, &caller.id);
    } else {
        MINE.set(ctx, &caller.id, &mine);
    }
    Ok(())
}

/// Whether a word is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Yes,
    No,
}

fn set_hidden(ctx: &mut Ctx, caller: &Member, word: &str, shown: Shown) -> Result<()> {
    let (texts, hidden) = (texts(ctx), shown == Shown::No);
    caller.require_organizer(&texts.only_organizers())?;
    let folded = fold(word);
    let before = WORDS.get(ctx, &folded).ok_or_else(|| Error::invalid(texts.unknown(word)))?;
    match (before.hidden, hidden) {
        (true, true) => return Err(Error::conflict(texts.hidden_already(word))),
        (false, false) => return Err(Error::conflict(texts.shown_already(word))),
        _ => replace(ctx, &folded, Some(&before), Word { hidden, ..before.clone() }),
    }
    Ok(())
}

/// Puts a word where it belongs after a change. One that nobody says any more is gone, unless it is hidden: then it stays, so
/// that nobody says it again.
fn replace(ctx: &mut Ctx, folded: &str, before: Option<&Word>, after: Word) {
    if let Some(before) = before {
        SHOWN.remove(ctx, &place(before.weight, folded));
        HIDDEN.remove(ctx, folded);
    }
    if after.hidden {
        HIDDEN.set(ctx, folded, &after.shown);
    } else if after.weight > 0 {
        SHOWN.set(ctx, &place(after.weight, folded), &after.shown);
    } else {
        WORDS.remove(ctx, folded);
        DIFFERENT.subtract(ctx, 1);
        return;
    }
    WORDS.set(ctx, folded, &after);
}

#[cfg(test)]
mod tests;

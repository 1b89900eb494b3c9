//! 词云: everybody says a few words, which are drawn larger the more people say them.
//!
//! Glue between the rules in [`rules`] and the room. The words are kept in the order in which they are shown, so nothing is ever
//! sorted, and a view reads the first hundred.
//!
//! # Invariants
//! * The weights of all words sum to the words that were accepted and not taken back, and one person counts once a word.
//! * Nobody has more words than the configuration gives them.
//! * A hidden word is in no view but the organizers' own, and in no report.

pub mod messages;
pub mod rules;
mod show;
mod state;
pub mod texts;

use hezi_sdk::{Activity, Error, Member, NoEvent, ReadCtx, Report, Result, View};

use messages::{Action, Reply};
use rules::{Config, Said, WORDS_MAX, fold};
use state::{ACCEPTED, BLOCKED, CLOSED, CONFIG, Ctx, DIFFERENT, MINE, PEOPLE, WORDS, Word, left, replace};
use texts::{Texts, texts};

/// What `export!` makes the plugin `word-cloud` of. There is never a value of it: what lasts is in the state.
#[derive(Debug)]
pub struct WordCloud;

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

#[cfg(test)]
mod tests;

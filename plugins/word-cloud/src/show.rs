//! What people see of the words: the view and the report.
//!
//! # Invariants
//! * Hidden words are shown to organizers who manage them, to whoever says them as one of their own, and to nobody else.
//! * A view reads at most two hundred words.

use hezi_sdk::{Button, Card, Field, Form, Member, ReadCtx, Report, Tone, View};
use serde::Serialize;

use crate::messages::Action;
use crate::rules::{TEXT_CHARS_MAX, at};
use crate::state::{ACCEPTED, CLOSED, CONFIG, DIFFERENT, HIDDEN, MINE, PEOPLE, SHOWN, WORDS, left};
use crate::texts::{Texts, texts};

/// Words that are shown: more are too small to be read.
const WORDS_SHOWN_MAX: usize = 100;
/// What the view is asked for where organizers manage the words.
const MANAGE: &str = "manage";

pub(crate) fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> View {
    let (texts, closed) = (texts(ctx), CLOSED.get(ctx).unwrap_or(false));
    let organizes = !closed && viewer.is_some_and(Member::is_organizer);
    let manages = organizes && ctx.query() == Some(MANAGE);
    let mut view = View::new();
    view.heading(CONFIG.load(ctx).question);
    if organizes {
        view.tabs(if manages { MANAGE } else { "" }, [(texts.words_tab(), ""), (texts.manage_tab(), MANAGE)]);
    }
    if manages {
        manage(ctx, texts, &mut view);
        return view;
    }
    view.statistic(texts.words(), ACCEPTED.get(ctx).to_string()).statistic(texts.people(), PEOPLE.get(ctx).to_string());
    let words: Vec<(String, u64)> =
        SHOWN.entries(ctx).take(WORDS_SHOWN_MAX).map(|(place, shown)| (shown, at(&place).0)).collect();
    if words.is_empty() {
        view.text(texts.nothing_yet());
    } else {
        view.cloud("", words);
    }
    let mine = viewer.and_then(|viewer| MINE.get(ctx, &viewer.id)).unwrap_or_default();
    own_words(ctx, &mine, closed, &mut view);
    if closed {
        view.notice(Tone::Info, texts.over());
    } else if left(ctx, &mine) > 0 {
        let words = Field::text("words", texts.your_word(left(ctx, &mine)), TEXT_CHARS_MAX as u32, "");
        view.form(Form::new(texts.say()).wrap("say").field(words.help(texts.several())));
    }
    view
}

fn own_words(ctx: &ReadCtx, mine: &[String], closed: bool, view: &mut View) {
    let texts = texts(ctx);
    let words = mine.iter().filter_map(|folded| Some((folded, WORDS.get(ctx, folded)?)));
    let cards: Vec<Card> = words
        .map(|(folded, word)| {
            let card = Card::new(folded, &word.shown);
            let card = if word.hidden { card.mark(texts.hidden()) } else { card };
            if closed {
                card
            } else {
                card.button(Button::new(texts.take_back(), &Action::TakeBack { word: folded.clone() }))
            }
        })
        .collect();
    if !cards.is_empty() {
        view.cards(texts.your_words(), cards);
    }
}

/// What organizers see who take words away and bring them back.
fn manage(ctx: &ReadCtx, texts: Texts, view: &mut View) {
    let shown = SHOWN.entries(ctx).take(WORDS_SHOWN_MAX).map(|(place, shown)| {
        let (weight, folded) = at(&place);
        let button = Button::new(texts.hide(), &Action::Hide { word: folded.to_owned() }).for_organizers();
        Card::new(folded, shown).score(i64::try_from(weight).unwrap_or(i64::MAX)).button(button)
    });
    view.cards(texts.most_said(), shown);
    let hidden = HIDDEN.entries(ctx).take(WORDS_SHOWN_MAX).map(|(folded, shown)| {
        let button = Button::new(texts.show(), &Action::Show { word: folded.clone() }).for_organizers();
        Card::new(folded, shown).mark(texts.hidden()).button(button)
    });
    view.cards(texts.taken_away(), hidden);
}

#[derive(Serialize)]
struct Summary {
    question: String,
    people: u64,
    /// All words that were accepted and not taken back.
    accepted: u64,
    different: u64,
    /// How many of the accepted ones are hidden and not in the rows.
    hidden: u64,
    closed: bool,
}

/// One row a word that is shown, heaviest first. Who said what is in no row.
pub(crate) fn report(ctx: &ReadCtx, report: &mut Report) {
    let texts = texts(ctx);
    report.columns([texts.column_word(), texts.column_weight()]);
    report.summary(|| {
        let hidden = HIDDEN.entries(ctx).filter_map(|(folded, _)| WORDS.get(ctx, &folded));
        Summary {
            question: CONFIG.load(ctx).question,
            people: PEOPLE.get(ctx),
            accepted: ACCEPTED.get(ctx),
            different: DIFFERENT.get(ctx),
            hidden: hidden.map(|word| word.weight).sum(),
            closed: CLOSED.get(ctx).unwrap_or(false),
        }
    });
    report.rows_of(ctx, &SHOWN, |place, shown| [shown, at(&place).0.to_string()]);
}

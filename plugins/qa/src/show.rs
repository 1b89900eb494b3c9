//! What people see of the questions: the view and the report.
//!
//! # Invariants
//! * The lists of what is not public are shown to organizers in their own view, and to nobody else.
//! * A view reads one page of questions, however many there are.

use hezi_sdk::{Button, Card, Field, Form, Member, ReadCtx, Report, Tone, View, names_apart};
use serde::Serialize;

use crate::messages::Action;
use crate::rules::{Config, Moderation, Names, State, Step, TEXT_CHARS_MAX, number_at};
use crate::state::{ASKED, CLOSED, CONFIG, List, QUESTIONS, Question, VOTES};
use crate::texts::{Texts, texts};

/// Cards on a page: everybody in the room is sent each change of it.
const PAGE_CARDS: usize = 20;
/// Questions that wait for review and are looked through for the viewer's own; the first ones.
const WAITING_SEEN: usize = 50;
/// Pages that can be asked for; what lies behind them is in the report.
const PAGES_MAX: usize = 50;

/// Which page of which list somebody looks at.
#[derive(Clone, Copy)]
struct Page {
    list: List,
    /// From 0.
    number: usize,
}

impl Page {
    /// Reads `answered/2`. Whatever makes no sense, or is not for the viewer, is the first page of all.
    fn read(query: Option<&str>, viewer: Option<&Member>) -> Self {
        let (list, number) = query.and_then(|query| query.split_once('/')).unwrap_or_default();
        let lists = offered(viewer).iter();
        let Some(list) = lists.copied().find(|offered| offered.name() == list) else {
            return Self { list: List::Open, number: 0 };
        };
        Self { list, number: number.parse().ok().filter(|number| *number < PAGES_MAX).unwrap_or(0) }
    }

    fn query(self) -> String {
        format!("{}/{}", self.list.name(), self.number)
    }
}

/// The lists that a viewer may look at.
fn offered(viewer: Option<&Member>) -> &'static [List] {
    let all: &'static [List] = &[List::Open, List::Answered, List::Pending, List::Hidden];
    if viewer.is_some_and(Member::is_organizer) { all } else { &all[..2] }
}

pub(crate) fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> View {
    let (config, texts, closed) = (CONFIG.load(ctx), texts(ctx), CLOSED.get(ctx).unwrap_or(false));
    let page = Page::read(ctx.query(), viewer);
    let mut view = View::new();
    view.heading(&config.title);
    let first = |list| Page { list, number: 0 }.query();
    let tabs = offered(viewer).iter().map(|list| (label(*list, list.count(ctx), texts), first(*list)));
    view.tabs(&first(page.list), tabs);
    let viewer = viewer.filter(|_| !closed);
    show_waiting(ctx, viewer, &mut view);
    show_page(ctx, viewer, page, closed, &mut view);
    if closed {
        view.notice(Tone::Info, texts.over());
    } else {
        view.form(ask_form(&config, texts));
    }
    view
}

fn label(list: List, count: u64, texts: Texts) -> String {
    match list {
        List::Open => texts.open_tab(count),
        List::Answered => texts.answered_tab(count),
        List::Pending => texts.pending_tab(count),
        List::Hidden => texts.hidden_tab(count),
    }
}

/// The viewer's own questions that an organizer has not looked at yet: they are not lost. One that was asked without a name is
/// nobody's here, too.
fn show_waiting(ctx: &ReadCtx, viewer: Option<&Member>, view: &mut View) {
    let Some(viewer) = viewer.filter(|viewer| !viewer.is_organizer()) else { return };
    if List::Pending.count(ctx) == 0 {
        return;
    }
    let texts = texts(ctx);
    let own = |question: &Question| question.author.as_ref().is_some_and(|author| author.id == viewer.id);
    let waiting = questions(ctx, List::Pending, 0, WAITING_SEEN).into_iter().filter(|(_, question)| own(question));
    let cards: Vec<Card> =
        waiting.map(|(number, question)| card(number, &question, texts).mark(texts.state_pending())).collect();
    if !cards.is_empty() {
        view.cards(texts.yours(), cards);
    }
}

/// Questions of a list by their numbers, in its order: so many after so many.
fn questions(ctx: &ReadCtx, list: List, after: usize, most: usize) -> Vec<(u32, Question)> {
    let places = list.places();
    let numbers = places.entries(ctx).skip(after).take(most).map(|(place, _)| number_at(place));
    numbers.filter_map(|number| Some((number, QUESTIONS.get(ctx, &number)?))).collect()
}

fn show_page(ctx: &ReadCtx, viewer: Option<&Member>, page: Page, closed: bool, view: &mut View) {
    let texts = texts(ctx);
    let votes = viewer.and_then(|viewer| VOTES.get(ctx, &viewer.id)).unwrap_or_default();
    let mut questions = questions(ctx, page.list, page.number * PAGE_CARDS, PAGE_CARDS);
    tell_apart(&mut questions);
    let cards: Vec<Card> = questions
        .into_iter()
        .map(|(number, question)| {
            let card = card(number, &question, texts);
            let card = if closed { card } else { votable(card, number, &question, votes.contains(&number), texts) };
            if viewer.is_some_and(Member::is_organizer) { moderated(card, number, &question, texts) } else { card }
        })
        .collect();
    let is_last = (page.number + 1) * PAGE_CARDS >= page.list.count(ctx) as usize;
    if cards.is_empty() {
        let is_inviting = page.list == List::Open && !closed;
        view.text(if is_inviting { texts.no_questions() } else { texts.nothing_here() });
    } else {
        view.cards("", cards);
    }
    let earlier = page.number.checked_sub(1).map(|number| (texts.earlier_page(), Page { number, ..page }.query()));
    let later = Page { number: page.number + 1, ..page };
    let later = (!is_last && later.number < PAGES_MAX).then(|| (texts.later_page(), later.query()));
    if earlier.is_some() || later.is_some() {
        view.tabs("", earlier.into_iter().chain(later));
    }
}

/// Gives authors of one name a word of their ids: a card names its author, and does not know who that is.
fn tell_apart(questions: &mut [(u32, Question)]) {
    let authors = questions.iter().filter_map(|(_, question)| question.author.as_ref());
    let names = names_apart(authors.map(|author| (&*author.id, &*author.name)));
    let authors = questions.iter_mut().filter_map(|(_, question)| question.author.as_mut());
    authors.zip(names).for_each(|(author, name)| author.name = name);
}

fn card(number: u32, question: &Question, texts: Texts) -> Card {
    let mut card = Card::new(number.to_string(), &question.text);
    // What a question earned is no secret, so a score that is not counted any more stays on it.
    card = card.score(i64::try_from(question.score).unwrap_or(i64::MAX));
    if let Some(author) = &question.author {
        card = card.author(&author.name);
    }
    if question.pinned {
        card = card.mark(texts.pinned());
    }
    match question.state {
        State::Answering => card.mark(texts.answering()),
        State::Answered => card.mark(texts.answered()),
        State::Open | State::Pending | State::Hidden => card,
    }
}

/// A card with the button to vote for it, if one may.
fn votable(card: Card, number: u32, question: &Question, voted: bool, texts: Texts) -> Card {
    if !matches!(question.state, State::Open | State::Answering) {
        return card;
    }
    let action = if voted { Action::Unvote { question: number } } else { Action::Vote { question: number } };
    card.button(Button::new(texts.vote(), &action).pressed_if(voted))
}

/// A card with the buttons of organizers.
fn moderated(card: Card, number: u32, question: &Question, texts: Texts) -> Card {
    let steps = [
        (Step::Approve, texts.approve()),
        (Step::Answer, texts.answer_now()),
        (Step::Done, texts.mark_answered()),
        (Step::Reopen, texts.reopen()),
        (Step::Pin, texts.pin()),
        (Step::Unpin, texts.pin()),
        (Step::Show, texts.show()),
        (Step::Hide, texts.hide()),
    ];
    let possible = steps.into_iter().filter(|(step, _)| question.state.after(*step, question.pinned).is_some());
    possible.fold(card, |card, (step, label)| {
        let button = Button::new(label, &Action::Moderate { question: number, step });
        card.button(button.pressed_if(step == Step::Unpin).for_organizers())
    })
}

fn ask_form(config: &Config, texts: Texts) -> Form {
    let help = match config.moderation {
        Moderation::After => String::new(),
        Moderation::Before => texts.reviewed_first(),
    };
    let text = Field::lines("text", texts.your_question(), TEXT_CHARS_MAX as u32, 3, "").help(help);
    let form = Form::new(texts.ask()).wrap("ask").field(text);
    match config.names {
        Names::Named | Names::Anonymous => form,
        Names::Choice => form.field(Field::switch("anonymous", texts.ask_anonymously()).preset(&false)),
    }
}

#[derive(Serialize)]
struct Summary {
    title: String,
    asked: u64,
    open: u64,
    answered: u64,
    pending: u64,
    hidden: u64,
    closed: bool,
}

/// One row a question. Of one that is not public the row says that it was there, and not what it said.
pub(crate) fn report(ctx: &ReadCtx, report: &mut Report) {
    let texts = texts(ctx);
    let columns = [texts.column_number(), texts.column_text(), texts.column_member(), texts.column_name()];
    report.columns(columns.into_iter().chain([texts.column_score(), texts.column_state()]));
    report.summary(|| Summary {
        title: CONFIG.load(ctx).title,
        asked: ASKED.get(ctx),
        open: List::Open.count(ctx),
        answered: List::Answered.count(ctx),
        pending: List::Pending.count(ctx),
        hidden: List::Hidden.count(ctx),
        closed: CLOSED.get(ctx).unwrap_or(false),
    });
    report.rows_of(ctx, &QUESTIONS, |number, question| {
        let text = if question.state.is_public() { question.text } else { String::new() };
        let (id, name) = question.author.map(|author| (author.id, author.name)).unwrap_or_default();
        let state = match question.state {
            State::Open => texts.state_open(),
            State::Answering => texts.answering(),
            State::Answered => texts.answered(),
            State::Pending => texts.state_pending(),
            State::Hidden => texts.state_hidden(),
        };
        [number.to_string(), text, id, name, question.score.to_string(), state]
    });
}

//! What people see of a survey: the form with what they have answered, and the results if they may.
//!
//! # Invariants
//! * A view fits into what the host shows: whether it does is looked at when the survey opens, and for each form.

use hezi_sdk::{Block, Card, Error, Field, Form, Member, ReadCtx, Result, Tone, View, fitting};

use crate::answer::{Answer, NO, YES};
use crate::forms::{CLOSED, CONFIG, DRAFTS, FILED, FORMS, SEQUENCE};
use crate::question::{Kind, Question};
use crate::results::Counted;
use crate::rules::{Answers, Config, Results, field_name};
use crate::texts::Texts;

/// What the form may take of a view, what the answers in it, and what the results; the rest is for what stands around them.
const FORM_BYTES_MAX: usize = 40 << 10;
const ANSWERS_BYTES_MAX: usize = 32 << 10;
const RESULTS_BYTES_MAX: usize = 40 << 10;
/// Digits that counts may grow by, a bar.
const DIGITS: usize = 12;

/// The page with texts, and the other one.
const TEXTS: &str = "texts";
const FORM: &str = "form";
/// Forms whose texts are shown there, and their bytes.
const TEXTS_FORMS: usize = 100;
const TEXTS_BYTES_MAX: usize = 64 << 10;
const TEXTS_CARDS: usize = 100;
/// Lines of a field for a longer text, and from how many characters on it is one.
const LINES: u32 = 4;
const LINE_CHARS: i64 = 100;

pub(crate) fn view(ctx: &ReadCtx, viewer: Option<&Member>) -> View {
    let (config, texts, closed) = (CONFIG.load(ctx), ctx.texts::<Texts>(), CLOSED.get(ctx).unwrap_or(false));
    let mut view = View::new();
    view.heading(&config.title);
    if let Some(intro) = &config.intro {
        view.text(intro);
    }
    view.statistic(texts.forms(), FORMS.get(ctx).to_string());
    let is_organizer = viewer.is_some_and(Member::is_organizer);
    if is_organizer && config.questions.iter().any(|question| question.kind == Kind::Text) {
        let current = if ctx.query() == Some(TEXTS) { TEXTS } else { FORM };
        view.tabs(current, [(texts.tab_form(), FORM), (texts.tab_texts(), TEXTS)]);
        if current == TEXTS {
            latest_texts(ctx, &mut view);
            return view;
        }
    }
    fill_in(ctx, &config, viewer, &mut view);
    if is_organizer || config.results == Results::Live || (closed && config.results == Results::AfterClose) {
        view.append(results(
            config.questions.iter().enumerate().map(|(n, question)| Counted::read(ctx, n, question)),
            texts,
        ));
    } else if config.results == Results::AfterClose {
        view.text(texts.results_come_later());
    }
    view
}

/// The form, and below it, where the button is, what has become of it.
fn fill_in(ctx: &ReadCtx, config: &Config, viewer: Option<&Member>, view: &mut View) {
    let (texts, closed) = (ctx.texts::<Texts>(), CLOSED.get(ctx).unwrap_or(false));
    let filed = viewer.and_then(|viewer| FILED.get(ctx, &viewer.id)).map(|filed| filed.answers);
    if closed {
        view.text(texts.is_over());
        if filed.is_some() {
            view.notice(Tone::Success, texts.submitted_for_good());
        }
        return;
    }
    let draft = viewer.and_then(|viewer| DRAFTS.get(ctx, &viewer.id));
    let submit = if filed.is_some() { texts.save_changes() } else { texts.submit() };
    view.form(form(config, filed.as_ref(), draft.as_ref(), submit, texts));
    match (filed, draft) {
        (Some(_), _) => drop(view.notice(Tone::Success, texts.submitted())),
        (None, Some(draft)) => {
            let missing = numbers(&config.missing(&draft), texts);
            view.notice(Tone::Warning, texts.saved_not_submitted(&missing));
        }
        (None, None) => {}
    }
}

/// A form that was never submitted can be saved with open questions; one that was stays complete.
fn form(config: &Config, filed: Option<&Answers>, draft: Option<&Answers>, submit: String, texts: Texts) -> Form {
    let fields = config.questions.iter().enumerate().map(|(place, question)| {
        let field = field(place, question, texts);
        let field = if question.required && filed.is_some() { field } else { field.optional() };
        let answer = filed.or(draft).and_then(|answers| answers[place].as_ref());
        match answer {
            Some(answer) => field.preset(&question.write(answer)),
            None => field,
        }
    });
    fields.fold(Form::new(submit).wrap("answer"), Form::field)
}

fn field(place: usize, question: &Question, texts: Texts) -> Field {
    let (name, text, (least, most)) = (field_name(place), &question.text, question.range());
    let label =
        if question.required { texts.required_question(place + 1, text) } else { texts.question(place + 1, text) };
    let (options, low, high) = (&question.options, least as f64, most as f64);
    // Ranges are far below what 32 bits hold.
    let most_of = most as u32;
    match question.kind {
        Kind::Single => Field::choice(name, label, options),
        Kind::Multiple => {
            let field = Field::choices(name, label, options, most_of).at_least(least as u32);
            field.help(texts.pick_from_to(least, most))
        }
        Kind::Text if most > LINE_CHARS => Field::lines(name, label, most_of, LINES, ""),
        Kind::Text => Field::text(name, label, most_of, ""),
        Kind::Number => Field::number(name, label, low, high, 1.0),
        Kind::Rating => Field::rating(name, label, low, high, 1.0),
        Kind::YesNo => Field::choice(name, label, [(YES, texts.yes()), (NO, texts.no())]),
        Kind::Order => Field::order(name, label, options, options.len() as u32).help(texts.best_first()),
        Kind::Points => Field::points(name, label, options, most_of).help(texts.give_points(most)),
        Kind::Matrix => Field::matrix(name, label, &question.rows, options),
    }
}

fn results<'q>(questions: impl Iterator<Item = Counted<'q>>, texts: Texts) -> View {
    let mut view = View::new();
    questions.for_each(|counted| counted.append_to(&mut view, texts));
    view
}

/// What people wrote, the latest first, without their names: the report has those.
fn latest_texts(ctx: &ReadCtx, view: &mut View) {
    let texts = ctx.texts::<Texts>();
    let latest = SEQUENCE.entries_backward(ctx).take(TEXTS_FORMS);
    let filed = latest.filter_map(|(number, id)| Some((number, FILED.get(ctx, &id)?)));
    let cards = filed.flat_map(|(number, filed)| {
        let written = (1..).zip(filed.answers).filter_map(|(place, answer)| match answer {
            Some(Answer::Text(text)) => Some((place, text)),
            _ => None,
        });
        let card = |(place, text)| Card::new(format!("{number}-{place}"), text).mark(texts.of_question(place));
        written.map(card).collect::<Vec<_>>()
    });
    let cards = fitting(cards.take(TEXTS_CARDS), TEXTS_BYTES_MAX, Card::json_bytes);
    if cards.is_empty() {
        view.text(texts.no_texts_yet());
    } else {
        view.cards(texts.latest_texts(), cards);
    }
}

/// Whether a view has room for the survey.
///
/// # Errors
/// [`Error::Invalid`] when it has not.
pub(crate) fn check_room(config: &Config, texts: Texts) -> Result<()> {
    let form = Block::Form(form(config, None, None, texts.submit(), texts)).json_bytes();
    let counted = config.questions.iter().enumerate().map(|(place, question)| Counted::empty(place, question));
    let results = results(counted, texts);
    let bytes = results.json_bytes() + results.all_bars().count() * DIGITS;
    if form > FORM_BYTES_MAX || bytes > RESULTS_BYTES_MAX {
        return Err(Error::invalid(texts.too_much_text()));
    }
    Ok(())
}

/// Whether the form has room for these answers.
///
/// # Errors
/// [`Error::Invalid`] when it has not.
pub(crate) fn check_length(config: &Config, answers: &Answers, texts: Texts) -> Result<()> {
    let filled = Block::Form(form(config, Some(answers), None, texts.submit(), texts)).json_bytes();
    let empty = Block::Form(form(config, None, None, texts.submit(), texts)).json_bytes();
    if filled > empty + ANSWERS_BYTES_MAX {
        return Err(Error::invalid(texts.form_is_too_long()));
    }
    Ok(())
}

/// Numbers of questions as people read them.
pub(crate) fn numbers(numbers: &[u32], texts: Texts) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(&texts.comma())
}

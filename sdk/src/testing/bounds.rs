//! What the host refuses of an answer: titles, views and reports that are too large or make no sense to a client.
//!
//! # Invariants
//! * Whatever passes on the host passes here, and the other way round.

use super::table::Table;
use crate::confirmation::{QUESTION_CHARS_MAX, QUESTIONS_MAX};
use crate::view::{CARDS_MAX, COLUMNS_MAX, ITEMS_MAX, PLACES_MAX, VIEW_BLOCKS_MAX, VIEW_BYTES_MAX};
use crate::{Block, Button, Card, Field, Form, Input, Tab, View};

const TITLE_CHARS_MAX: usize = 1_000;
const FIELDS_MAX: usize = 50;
/// Marks and buttons of a card, and buttons in a row.
const FEW_MAX: usize = 8;
const TABS_MAX: usize = 20;
const QUERY_BYTES_MAX: usize = 256;
/// What may cross the boundary at once.
const PAGE_BYTES_MAX: usize = 1 << 20;
/// What a cell takes of that beside its text.
const CELL_BYTES: usize = 24;
const REPORT_PAGES_MAX: usize = 1_000;
const REPORT_BYTES_MAX: usize = 16 << 20;

pub(super) fn check_title(title: &str) {
    let chars = title.chars().count();
    assert!(chars <= TITLE_CHARS_MAX, "an activity's title has at most {TITLE_CHARS_MAX} characters, not {chars}");
}

pub(super) fn check_view(view: &View) {
    let blocks = view.blocks();
    assert!(blocks.len() <= VIEW_BLOCKS_MAX, "a view has at most {VIEW_BLOCKS_MAX} blocks, not {}", blocks.len());
    blocks.iter().for_each(check_block);
    let mut ids: Vec<&str> = view.all_forms().map(|form| form.id.as_str()).collect();
    ids.sort_unstable();
    let twice = ids.windows(2).find(|pair| pair[0] == pair[1]);
    assert!(twice.is_none(), "no two forms of a view have the same id: {twice:?}");
    check_questions(view);
    let bytes = view.json_bytes();
    assert!(bytes <= VIEW_BYTES_MAX, "a view has at most {VIEW_BYTES_MAX} bytes as JSON, not {bytes}");
}

fn check_questions(view: &View) {
    at_most(QUESTIONS_MAX, "questions", view.questions().len());
    for question in view.questions() {
        let chars = question.text().chars().count();
        let is_right = (1..=QUESTION_CHARS_MAX).contains(&chars);
        assert!(is_right, "a question has 1 to {QUESTION_CHARS_MAX} characters, not {chars}");
        assert!(view.has_subject_of(question), "a question is about something in the view: {question:?}");
    }
}

pub(super) fn check_page(rows: &[Vec<String>]) {
    let bytes: usize = rows.iter().flatten().map(|cell| cell.len() + CELL_BYTES).sum();
    assert!(bytes <= PAGE_BYTES_MAX, "a page of a report has at most {PAGE_BYTES_MAX} bytes, not {bytes}");
}

pub(super) fn check_report(table: &Table) {
    assert!(table.pages <= REPORT_PAGES_MAX, "a report has at most {REPORT_PAGES_MAX} pages");
    let bytes: usize = table.rows.iter().flatten().map(String::len).sum();
    assert!(bytes <= REPORT_BYTES_MAX, "a report has at most {REPORT_BYTES_MAX} bytes, not {bytes}");
}

fn check_block(block: &Block) {
    match block {
        Block::Bars(bars) => at_most(ITEMS_MAX, "bars", bars.items.len()),
        Block::Cloud(cloud) => at_most(ITEMS_MAX, "words", cloud.items.len()),
        Block::Standings(standings) => at_most(ITEMS_MAX, "places", standings.items.len()),
        Block::People(people) => at_most(ITEMS_MAX, "people", people.items.len()),
        Block::Cards(cards) => {
            at_most(CARDS_MAX, "cards", cards.items.len());
            cards.items.iter().for_each(check_card);
        }
        Block::Progress(bar) => assert!(bar.value <= bar.total, "progress is at most its total: {bar:?}"),
        Block::Tabs(tabs) => {
            at_most(TABS_MAX, "tabs", tabs.len());
            tabs.iter().for_each(check_tab);
        }
        Block::Buttons(buttons) => check_buttons(buttons),
        Block::Form(form) => check_form(form),
        Block::Heading(_)
        | Block::Text(_)
        | Block::Notice(_)
        | Block::Celebration(_)
        | Block::Statistic(_)
        | Block::Countdown(_) => {}
    }
}

fn check_card(card: &Card) {
    at_most(FEW_MAX, "marks", card.marks.len());
    check_buttons(&card.buttons);
}

fn check_buttons(buttons: &[Button]) {
    at_most(FEW_MAX, "buttons", buttons.len());
}

fn check_tab(tab: &Tab) {
    assert!(tab.query.len() <= QUERY_BYTES_MAX, "a query has at most {QUERY_BYTES_MAX} bytes: {tab:?}");
}

fn check_form(form: &Form) {
    at_most(FIELDS_MAX, "fields", form.fields.len());
    assert!(!form.id.is_empty(), "a form has an id");
    assert!(form.wrap.as_deref() != Some(""), "the name that a form wraps its action in is not empty");
    form.fields.iter().for_each(check_field);
}

fn check_field(field: &Field) {
    let name = &field.name;
    assert!(!name.is_empty(), "a field has a name");
    match &field.input {
        Input::Choice(input) => {
            at_most(ITEMS_MAX, "choices", input.choices.len());
            let range_is_right = input.max >= input.min.max(1) && (input.many || input.max == 1);
            assert!(range_is_right, "the field `{name}` lets people pick {} to {} choices", input.min, input.max);
        }
        Input::Number(scale) | Input::Rating(scale) => {
            let finite = scale.min.is_finite() && scale.max.is_finite() && scale.step.is_finite();
            let makes_sense = finite && scale.min <= scale.max && scale.step > 0.0;
            assert!(makes_sense, "the field `{name}` is no scale: {scale:?}");
        }
        Input::Order(input) => {
            at_most(PLACES_MAX, "choices", input.choices.len());
            assert!(input.min as usize <= input.choices.len(), "the field `{name}` asks for more than there is");
        }
        Input::Points(input) => at_most(PLACES_MAX, "choices", input.choices.len()),
        Input::Matrix(input) => {
            at_most(PLACES_MAX, "rows", input.rows.len());
            at_most(COLUMNS_MAX, "columns", input.columns.len());
        }
        Input::Hidden => assert!(field.preset.is_some(), "the hidden field `{name}` has a value"),
        Input::Text(_) | Input::Switch => {}
    }
}

fn at_most(limit: usize, what: &str, count: usize) {
    assert!(count <= limit, "at most {limit} {what}, not {count}");
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;
    use crate::{Choice, Person};

    fn times(count: usize, text: &str) -> View {
        View::from(vec![Block::Text(text.to_owned()); count])
    }

    fn with(form: Form) -> View {
        View::from(vec![Block::Form(form)])
    }

    fn field(field: Field) -> View {
        with(Form::new("发送").field(field))
    }

    #[test]
    fn what_the_host_shows_passes() {
        check_view(&times(100, &"x".repeat(1_000)));
        let mut crowd = View::new();
        crowd.people("", (0..300).map(|n| Person::new(n.to_string(), "人", "")));
        check_view(&crowd);
        check_view(&field(Field::number("n", "", 1.0, 1.0, 0.5)));
        check_view(&field(Field::choices("c", "", ["a", "b"], 9)));
        check_title(&"题".repeat(1_000));
    }

    #[test]
    fn what_the_host_refuses_panics() {
        let refused = [
            times(101, ""),
            times(2, &"x".repeat(70_000)),
            with(Form::new("发送").wrap("")),
            with((0..51).fold(Form::new("发送"), |form, _| form.field(Field::text("t", "", 1, "")))),
            field(Field::text("", "", 1, "")),
            field(Field::choices("c", "", Vec::<Choice>::new(), 0)),
            field(Field::number("n", "", 1.0, f64::INFINITY, 1.0)),
            field(Field::rating("n", "", 2.0, 1.0, 1.0)),
            field(Field::number("n", "", 1.0, 2.0, 0.0)),
        ];
        let asking = |question: &str| {
            let mut view = View::new();
            view.form_asking(Form::new("发送"), question);
            view
        };
        let mut astray = View::new();
        astray.ask_before(&Button::new("删", &1), "删除吗？");
        check_view(&asking(&"问".repeat(400)));
        let refused = refused.into_iter().chain([asking(""), asking(&"问".repeat(401)), astray]);
        for view in refused {
            assert!(catch_unwind(|| check_view(&view)).is_err(), "{view}");
        }
        assert!(catch_unwind(|| check_title(&"题".repeat(1_001))).is_err());
    }

    #[test]
    fn a_report_of_more_than_sixteen_mebibytes_panics() {
        let table = |rows: usize| Table {
            summary: serde_json::Value::Null,
            columns: vec!["a".into()],
            rows: vec![vec!["x".repeat(1 << 20)]; rows],
            pages: 1,
        };
        check_report(&table(16));
        assert!(catch_unwind(|| check_report(&table(17))).is_err());
    }
}

//! What can be read in a view or a report, as lines of text for a scenario to look for.
//!
//! The lines are those of the SDK's own `View`, so a text that a native test looks for is found here too; the fields of
//! forms come in addition.

use std::fmt::Display;

use hezi_plugin::{Audience, Block, Button, Card, Choice, Field, Form, Input, ShownTo, View};
use serde_json::Value;

use crate::engine_room::{Emitted, Table};

/// A view as somebody reads it. A participant is shown no forms for organizers.
pub(crate) fn of_view(view: &View, with_organizers_forms: bool) -> String {
    let mut lines = String::new();
    for shown in &view.blocks {
        match &shown.block {
            Block::Form(form) if is_hidden(form.shown_to, with_organizers_forms) => {}
            Block::Buttons { items } => add_buttons(&mut lines, items, with_organizers_forms),
            Block::Cards { title, items } => {
                add(&mut lines, title);
                items.iter().for_each(|card| add(&mut lines, words_of_card(card, with_organizers_forms)));
            }
            block => add_block(&mut lines, block),
        }
    }
    lines
}

fn is_hidden(shown_to: ShownTo, with_organizers_forms: bool) -> bool {
    shown_to == ShownTo::Organizers && !with_organizers_forms
}

fn add_buttons(lines: &mut String, buttons: &[Button], with_organizers_forms: bool) {
    let shown = buttons.iter().filter(|button| !is_hidden(button.shown_to, with_organizers_forms));
    shown.for_each(|button| add(lines, words_of_button(button)));
}

fn words_of_button(button: &Button) -> String {
    let pressed = if button.pressed { "*" } else { "" };
    let question = words_of_question(button.confirm.as_deref());
    match button.shown_to {
        ShownTo::Everyone => format!("[{}{pressed}]{question}", button.label),
        ShownTo::Organizers => format!("[{}{pressed}] (organizers){question}", button.label),
    }
}

/// What is asked before something is sent stands behind it.
fn words_of_question(confirm: Option<&str>) -> String {
    confirm.map(|question| format!(": {question}")).unwrap_or_default()
}

fn words_of_card(card: &Card, with_organizers_forms: bool) -> String {
    let mut words = card.text.clone();
    words.extend(card.score.map(|score| format!(" ({score})")));
    let author = Some(&card.author).filter(|author| !author.is_empty());
    words.extend(author.into_iter().chain(&card.marks).map(|word| format!(" · {word}")));
    let shown = card.buttons.iter().filter(|button| !is_hidden(button.shown_to, with_organizers_forms));
    words.extend(shown.map(|button| format!(" {}", words_of_button(button))));
    words
}

fn add_block(lines: &mut String, block: &Block) {
    match block {
        Block::Heading { text } | Block::Text { text } | Block::Notice { text, .. } | Block::Celebration { text } => {
            add(lines, text)
        }
        Block::Progress { label, value, total } => add(lines, format_args!("{label}: {value}/{total}")),
        Block::Cloud { title, items } => {
            add(lines, title);
            items.iter().for_each(|word| add(lines, format_args!("{}: {}", word.text, word.weight)));
        }
        Block::Standings { title, items } => {
            add(lines, title);
            items.iter().for_each(|one| add(lines, format_args!("{}. {} {}", one.rank, one.name, one.score)));
        }
        Block::Tabs { items } => items.iter().for_each(|tab| add(lines, format_args!("<{}>", tab.label))),
        // Those have buttons that not everybody is shown: `of_view` adds them.
        Block::Buttons { .. } | Block::Cards { .. } => {}
        Block::Statistic { label, value } => add(lines, format_args!("{label}: {value}")),
        Block::Countdown { label, until_ms } => add(lines, format_args!("{label}: {until_ms}")),
        Block::Bars { title, total, items } => {
            add(lines, title);
            items.iter().for_each(|bar| add(lines, format_args!("{}: {}/{total}", bar.label, bar.value)));
        }
        Block::People { title, items } => {
            add(lines, title);
            items.iter().for_each(|one| add(lines, format_args!("{} ({}) {}", one.name, one.id, one.detail)));
        }
        Block::Form(form) => add_form(lines, form),
    }
}

fn add_form(lines: &mut String, form: &Form) {
    form.fields.iter().for_each(|field| add_field(lines, field));
    let question = words_of_question(form.confirm.as_deref());
    match form.shown_to {
        ShownTo::Everyone => add(lines, format_args!("[{}]{question}", form.submit)),
        ShownTo::Organizers => add(lines, format_args!("[{}] (organizers){question}", form.submit)),
    }
}

fn add_field(lines: &mut String, field: &Field) {
    match &field.input {
        Input::Choice { choices, .. } | Input::Order { choices, .. } => {
            add(lines, format_args!("{}: {}", field.label, labels(choices)));
        }
        Input::Points { choices, total } => {
            add(lines, format_args!("{}: {total} → {}", field.label, labels(choices)));
        }
        Input::Matrix { rows, columns } => {
            add(lines, format_args!("{}: {} × {}", field.label, labels(rows), labels(columns)));
        }
        Input::Switch => add(lines, format_args!("{}: on | off", field.label)),
        Input::Hidden => {}
        Input::Number(scale) | Input::Rating(scale) => {
            add(lines, format_args!("{}: {} – {}", field.label, scale.min, scale.max));
        }
        Input::Text { placeholder, .. } => add(lines, format_args!("{}: {placeholder}", field.label)),
    }
}

fn labels(choices: &[Choice]) -> String {
    choices.iter().map(|choice| choice.label.as_str()).collect::<Vec<_>>().join(" | ")
}

/// A report, a line a row, the names of the columns first.
pub(crate) fn of_report(table: &Table) -> String {
    let mut lines = String::new();
    add(&mut lines, table.columns.join(" | "));
    table.rows.iter().for_each(|row| add(&mut lines, row.join(" | ")));
    lines
}

/// Events as a scenario has them.
pub(crate) fn of_events<'a>(events: impl IntoIterator<Item = (&'a Audience, &'a Value)>) -> String {
    let words = events.into_iter().map(|(to, event)| format!("{} ← {event}", audience(to)));
    let words: Vec<String> = words.collect();
    if words.is_empty() { "no event".to_owned() } else { words.join("; ") }
}

/// The same of events that were emitted.
pub(crate) fn of_emitted(emitted: &[Emitted]) -> String {
    of_events(emitted.iter().map(|emitted| (&emitted.to, &emitted.event)))
}

fn audience(to: &Audience) -> &str {
    match to {
        Audience::Everyone => "everyone",
        Audience::Organizers => "organizers",
        Audience::Member(id) => id,
    }
}

fn add(lines: &mut String, line: impl Display) {
    lines.push_str(&line.to_string());
    lines.push('\n');
}

#[cfg(test)]
mod tests {
    use hezi_plugin::{Bar, Person, Scale, ShownBlock};

    use super::*;

    fn form(shown_to: ShownTo) -> Block {
        let choice = |text: &str| Choice { value: text.into(), label: text.into() };
        let scale = Scale { min: 1.0, max: 5.0, step: 0.5 };
        let field = |label: &str, input| Field {
            name: "n".into(),
            label: label.into(),
            help: String::new(),
            required: true,
            preset: None,
            input,
        };
        let fields = vec![
            field("选", Input::Choice { choices: vec![choice("面"), choice("饭")], min: 1, max: 1, many: false }),
            field("分", Input::Rating(scale)),
        ];
        Block::Form(Form { id: "f".into(), wrap: None, fields, submit: "提交".into(), shown_to, confirm: None })
    }

    fn view(blocks: Vec<Block>) -> View {
        View { blocks: blocks.into_iter().map(ShownBlock::from).collect(), json_bytes: 0 }
    }

    #[test]
    fn cards_read_with_their_buttons_and_those_for_organizers_only_to_them() {
        let action = serde_json::value::RawValue::from_string("1".into()).unwrap();
        let button = |label: &str, shown_to| Button {
            label: label.into(),
            action: action.clone(),
            pressed: false,
            shown_to,
            confirm: None,
        };
        let liked = Button { pressed: true, ..button("赞", ShownTo::Everyone) };
        let hide = Button { confirm: Some("隐藏吗？".into()), ..button("隐藏", ShownTo::Organizers) };
        let buttons = vec![liked, hide];
        let (author, marks) = ("小李".into(), vec!["置顶".into()]);
        let card = Card { id: "1".into(), text: "为什么".into(), author, marks, score: Some(3), buttons };
        let view = view(vec![Block::Cards { title: String::new(), items: vec![card] }]);
        assert_eq!(of_view(&view, false), "\n为什么 (3) · 小李 · 置顶 [赞*]\n");
        assert!(of_view(&view, true).ends_with("[赞*] [隐藏] (organizers): 隐藏吗？\n"));
    }

    #[test]
    fn a_view_reads_a_line_a_block_or_item() {
        let bar = Bar { label: "甲".into(), value: 1 };
        let person = Person { id: "li".into(), name: "小李".into(), detail: "第一".into() };
        let blocks = vec![
            Block::Heading { text: "问".into() },
            Block::Statistic { label: "人数".into(), value: "2".into() },
            Block::Bars { title: "票".into(), total: 2, items: vec![bar] },
            Block::People { title: String::new(), items: vec![person] },
            Block::Countdown { label: "截止".into(), until_ms: 5 },
            form(ShownTo::Everyone),
        ];
        let words = of_view(&view(blocks), true);
        assert_eq!(words, "问\n人数: 2\n票\n甲: 1/2\n\n小李 (li) 第一\n截止: 5\n选: 面 | 饭\n分: 1 – 5\n[提交]\n");
    }

    #[test]
    fn forms_for_organizers_are_marked_and_kept_from_others() {
        let view = view(vec![form(ShownTo::Organizers)]);
        assert_eq!(of_view(&view, false), "");
        assert!(of_view(&view, true).ends_with("[提交] (organizers)\n"));
    }
}

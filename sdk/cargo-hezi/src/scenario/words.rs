//! What can be read in a view or a report, as lines of text for a scenario to look for.
//!
//! The lines are those of the SDK's own `View`, so a text that a native test looks for is found here too; the fields of
//! forms come in addition.

use std::fmt::Display;

use hezi_plugin::{Audience, Block, Field, Form, FormAudience, Input, View};
use serde_json::Value;

use crate::engine_room::{Emitted, Table};

/// A view as somebody reads it. A participant is shown no forms for organizers.
pub(crate) fn of_view(view: &View, with_organizers_forms: bool) -> String {
    let mut lines = String::new();
    for block in &view.blocks {
        match block {
            Block::Form(form) if form.audience == FormAudience::Organizers && !with_organizers_forms => {}
            block => add_block(&mut lines, block),
        }
    }
    lines
}

fn add_block(lines: &mut String, block: &Block) {
    match block {
        Block::Heading { text } | Block::Text { text } | Block::Celebration { text } => add(lines, text),
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
    match form.audience {
        FormAudience::Everyone => add(lines, format_args!("[{}]", form.submit)),
        FormAudience::Organizers => add(lines, format_args!("[{}] (organizers)", form.submit)),
    }
}

fn add_field(lines: &mut String, field: &Field) {
    match &field.input {
        Input::Choice { choices, .. } => {
            let labels: Vec<&str> = choices.iter().map(|choice| choice.label.as_str()).collect();
            add(lines, format_args!("{}: {}", field.label, labels.join(" | ")));
        }
        Input::Number(scale) | Input::Rating(scale) => {
            add(lines, format_args!("{}: {} – {}", field.label, scale.min, scale.max));
        }
        Input::Text { placeholder, .. } => add(lines, format_args!("{}: {placeholder}", field.label)),
    }
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
    use hezi_plugin::{Bar, Choice, Person, Scale};

    use super::*;

    fn form(audience: FormAudience) -> Block {
        let choice = |text: &str| Choice { value: text.into(), label: text.into() };
        let scale = Scale { min: 1.0, max: 5.0, step: 0.5 };
        let field = |label: &str, input| Field { name: "n".into(), label: label.into(), input };
        let fields = vec![
            field("选", Input::Choice { choices: vec![choice("面"), choice("饭")], max: 1, many: false }),
            field("分", Input::Rating(scale)),
        ];
        Block::Form(Form { wrap: None, fields, submit: "提交".into(), audience })
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
            form(FormAudience::Everyone),
        ];
        let words = of_view(&View { blocks }, true);
        assert_eq!(words, "问\n人数: 2\n票\n甲: 1/2\n\n小李 (li) 第一\n截止: 5\n选: 面 | 饭\n分: 1 – 5\n[提交]\n");
    }

    #[test]
    fn forms_for_organizers_are_marked_and_kept_from_others() {
        let view = View { blocks: vec![form(FormAudience::Organizers)] };
        assert_eq!(of_view(&view, false), "");
        assert!(of_view(&view, true).ends_with("[提交] (organizers)\n"));
    }
}

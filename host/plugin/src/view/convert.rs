//! From the generated types to ours, checking the bounds that the interface documents.

use serde_json::value::RawValue;

use super::{
    BLOCKS_MAX, Bar, Block, Choice, FIELDS_MAX, Field, Form, FormAudience, ITEMS_MAX, Input, Person, ReportPage, Scale,
    View,
};
use crate::{bindings::hezi::activity::types as raw, json::check_object, limits::VIEW_BYTES_MAX};

impl TryFrom<Vec<raw::Block>> for View {
    type Error = String;

    fn try_from(blocks: Vec<raw::Block>) -> Result<Self, String> {
        at_most(BLOCKS_MAX, "blocks", blocks.len())?;
        let number = |(at, block): (usize, raw::Block)| {
            Block::try_from(block).map_err(|problem| format!("block {}: {problem}", at + 1))
        };
        let view = Self { blocks: blocks.into_iter().enumerate().map(number).collect::<Result<_, _>>()? };
        match view.json_bytes() {
            bytes if bytes > VIEW_BYTES_MAX => Err(format!(
                "it has {bytes} bytes as JSON; the limit is {VIEW_BYTES_MAX}: show the newest, and how many"
            )),
            _ => Ok(view),
        }
    }
}

impl TryFrom<raw::Block> for Block {
    type Error = String;

    fn try_from(block: raw::Block) -> Result<Self, String> {
        Ok(match block {
            raw::Block::Heading(text) => Self::Heading { text },
            raw::Block::Text(text) => Self::Text { text },
            raw::Block::Celebration(text) => Self::Celebration { text },
            raw::Block::Statistic(raw::Statistic { label, value }) => Self::Statistic { label, value },
            raw::Block::Countdown(raw::Countdown { label, until_ms }) => Self::Countdown { label, until_ms },
            raw::Block::Bars(raw::Bars { title, total, items }) => {
                at_most(ITEMS_MAX, "bars", items.len())?;
                let bar = |raw::Bar { label, value }| Bar { label, value };
                Self::Bars { title, total, items: items.into_iter().map(bar).collect() }
            }
            raw::Block::People(raw::People { title, items }) => {
                at_most(ITEMS_MAX, "people", items.len())?;
                let person = |raw::Person { id, name, detail }| Person { id, name, detail };
                Self::People { title, items: items.into_iter().map(person).collect() }
            }
            raw::Block::Form(form) => Self::Form(form.try_into()?),
        })
    }
}

impl TryFrom<raw::Form> for Form {
    type Error = String;

    fn try_from(form: raw::Form) -> Result<Self, String> {
        at_most(FIELDS_MAX, "fields", form.fields.len())?;
        if form.wrap.as_deref() == Some("") {
            return Err("the form's `wrap` is empty".into());
        }
        let audience = match form.audience {
            raw::FormAudience::Everyone => FormAudience::Everyone,
            raw::FormAudience::Organizers => FormAudience::Organizers,
        };
        let fields = form.fields.into_iter().map(Field::try_from).collect::<Result<_, _>>()?;
        Ok(Self { wrap: form.wrap, fields, submit: form.submit, audience })
    }
}

impl TryFrom<raw::Field> for Field {
    type Error = String;

    fn try_from(field: raw::Field) -> Result<Self, String> {
        let raw::Field { name, label, input } = field;
        if name.is_empty() {
            return Err("a field has no name".into());
        }
        let input = Input::try_from(input).map_err(|problem| format!("field `{name}`: {problem}"))?;
        Ok(Self { name, label, input })
    }
}

impl TryFrom<raw::Input> for Input {
    type Error = String;

    fn try_from(input: raw::Input) -> Result<Self, String> {
        Ok(match input {
            raw::Input::Choice(raw::ChoiceField { choices, max, many }) => {
                at_most(ITEMS_MAX, "choices", choices.len())?;
                if max == 0 || (!many && max != 1) {
                    return Err(format!("`max` is {max}; it must be 1 or, if `many` is set, 1 or more"));
                }
                let choice = |raw::Choice { value, label }| Choice { value, label };
                Self::Choice { choices: choices.into_iter().map(choice).collect(), max, many }
            }
            raw::Input::Number(scale) => Self::Number(scale.try_into()?),
            raw::Input::Rating(scale) => Self::Rating(scale.try_into()?),
            raw::Input::Text(raw::TextField { max_chars, placeholder }) => Self::Text { max_chars, placeholder },
        })
    }
}

impl TryFrom<raw::NumberField> for Scale {
    type Error = String;

    fn try_from(raw::NumberField { min, max, step }: raw::NumberField) -> Result<Self, String> {
        // JSON has no infinity and no NaN, and a client that steps by nothing would never arrive.
        let finite = min.is_finite() && max.is_finite() && step.is_finite();
        if !finite || min > max || step <= 0.0 {
            return Err("`min`, `max` and `step` must be finite, `min` at most `max`, `step` above 0".into());
        }
        Ok(Self { min, max, step })
    }
}

impl TryFrom<raw::ReportPage> for ReportPage {
    type Error = String;

    fn try_from(page: raw::ReportPage) -> Result<Self, String> {
        let raw::ReportPage { summary, columns, rows, next } = page;
        check_object(&summary).map_err(|problem| format!("`summary`: {problem}"))?;
        if let Some(at) = rows.iter().position(|row| row.len() != columns.len()) {
            return Err(format!("row {} has {} cells; there are {} columns", at + 1, rows[at].len(), columns.len()));
        }
        let summary = RawValue::from_string(summary).map_err(|error| format!("`summary`: {error}"))?;
        Ok(Self { summary, columns, rows, next })
    }
}

fn at_most(limit: usize, what: &str, count: usize) -> Result<(), String> {
    if count > limit {
        return Err(format!("{count} {what}; the limit is {limit}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(input: raw::Input) -> raw::Block {
        let field = raw::Field { name: "f".into(), label: "F".into(), input };
        let audience = raw::FormAudience::Everyone;
        raw::Block::Form(raw::Form { wrap: None, fields: vec![field], submit: "Go".into(), audience })
    }

    fn number(min: f64, max: f64, step: f64) -> raw::Block {
        form(raw::Input::Number(raw::NumberField { min, max, step }))
    }

    fn choice(max: u32, many: bool) -> raw::Block {
        form(raw::Input::Choice(raw::ChoiceField { choices: Vec::new(), max, many }))
    }

    #[test]
    fn a_view_has_the_shape_that_clients_read() {
        let people = vec![raw::Person { id: "a".into(), name: "A".into(), detail: String::new() }];
        let blocks = vec![
            raw::Block::Heading("H".into()),
            raw::Block::People(raw::People { title: String::new(), items: people }),
            raw::Block::Countdown(raw::Countdown { label: "L".into(), until_ms: 5 }),
            number(0.0, 1.0, 0.5),
        ];
        let json = serde_json::to_string(&View::try_from(blocks).unwrap()).unwrap();
        let expected = concat!(
            r#"{"blocks":[{"type":"heading","text":"H"},{"type":"people","items":[{"id":"a","name":"A"}]},"#,
            r#"{"type":"countdown","label":"L","until_ms":5},{"type":"form","fields":[{"name":"f","label":"F","#,
            r#""input":{"type":"number","min":0.0,"max":1.0,"step":0.5}}],"submit":"Go","audience":"everyone"}]}"#
        );
        assert_eq!(json, expected);
    }

    #[test]
    fn a_view_has_at_most_so_many_bytes_as_json() {
        let text = |chars: usize| vec![raw::Block::Text("\u{1}".repeat(chars))];
        let frame = r#"{"blocks":[{"type":"text","text":""}]}"#.len();
        let most = (VIEW_BYTES_MAX - frame) / 6;
        assert_eq!(View::try_from(text(most)).unwrap().json_bytes(), frame + 6 * most);
        let error = View::try_from(text(most + 1)).unwrap_err();
        assert!(error.contains("131072"), "{error}");
    }

    #[test]
    fn bounds_are_kept() {
        let bars = |count| {
            let items = vec![raw::Bar { label: String::new(), value: u64::MAX }; count];
            raw::Block::Bars(raw::Bars { title: String::new(), total: 0, items })
        };
        let good = [bars(200), number(1.0, 1.0, 1.0), choice(1, false), choice(9, true)];
        good.into_iter().for_each(|block| assert!(View::try_from(vec![block]).is_ok()));
        let bad = [
            bars(201),
            number(f64::NAN, 1.0, 1.0),
            number(0.0, f64::INFINITY, 1.0),
            number(2.0, 1.0, 1.0),
            number(0.0, 1.0, 0.0),
            choice(0, true),
            choice(2, false),
        ];
        bad.into_iter().for_each(|block| assert!(View::try_from(vec![block]).is_err()));
    }

    #[test]
    fn a_report_is_a_table_with_an_object_on_top() {
        let page = |summary: &str, row: &[&str]| raw::ReportPage {
            summary: summary.into(),
            columns: vec!["a".into(), "b".into()],
            rows: vec![row.iter().map(|cell| (*cell).into()).collect()],
            next: None,
        };
        assert!(ReportPage::try_from(page(r#"{"total":1}"#, &["1", "2"])).is_ok());
        assert!(ReportPage::try_from(page("[]", &["1", "2"])).is_err());
        assert!(ReportPage::try_from(page("{}", &["1"])).is_err());
    }
}

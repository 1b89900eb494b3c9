//! From the generated types to ours, checking the bounds that the interface documents.

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::{
    BLOCKS_MAX, Bar, Block, Button, CARDS_MAX, COLUMNS_MAX, Card, Choice, FEW_MAX, FIELDS_MAX, Field, Form, ITEMS_MAX,
    Input, PLACES_MAX, Person, Questions, ReportPage, Scale, ShownBlock, ShownTo, Standing, TABS_MAX, Tab, Tone, View,
    Word, json_bytes, plain,
};
use crate::{
    bindings::hezi::activity::types as raw,
    json::{JsonText, check_json},
    limits::{QUERY_BYTES_MAX, VIEW_BYTES_MAX},
};

impl View {
    /// The view of these blocks, with what is asked before parts of them are sent.
    pub(crate) fn asking(blocks: Vec<raw::Block>, questions: Questions) -> Result<Self, String> {
        at_most(BLOCKS_MAX, "blocks", blocks.len())?;
        let number = |(at, block): (usize, raw::Block)| {
            Block::try_from(block).map_err(|problem| format!("block {}: {problem}", at + 1))
        };
        let mut blocks = blocks.into_iter().enumerate().map(number).collect::<Result<Vec<_>, _>>()?;
        check_form_ids(&blocks)?;
        questions.put_into(&mut blocks)?;
        match json_bytes(&blocks) {
            bytes if bytes > VIEW_BYTES_MAX => Err(format!(
                "it has {bytes} bytes as JSON; the limit is {VIEW_BYTES_MAX}: show the newest, and how many"
            )),
            json_bytes => Ok(Self { blocks: blocks.into_iter().map(ShownBlock::from).collect(), json_bytes }),
        }
    }
}

impl From<Block> for ShownBlock {
    fn from(block: Block) -> Self {
        Self { plain: plain::of(&block), block }
    }
}

/// A client keeps by a form's id what somebody has put into it.
fn check_form_ids(blocks: &[Block]) -> Result<(), String> {
    let ids = blocks.iter().filter_map(|block| if let Block::Form(form) = block { Some(&form.id) } else { None });
    let mut seen = BTreeSet::new();
    match ids.into_iter().find(|id| !seen.insert(id.as_str())) {
        Some(twice) => Err(format!("two forms have the id `{twice}`; give each its own")),
        None => Ok(()),
    }
}

impl TryFrom<raw::Block> for Block {
    type Error = String;

    fn try_from(block: raw::Block) -> Result<Self, String> {
        Ok(match block {
            raw::Block::Heading(text) => Self::Heading { text },
            raw::Block::Text(text) => Self::Text { text },
            raw::Block::Notice(raw::Notice { tone, text }) => Self::Notice { tone: tone.into(), text },
            raw::Block::Celebration(text) => Self::Celebration { text },
            raw::Block::Statistic(raw::Statistic { label, value }) => Self::Statistic { label, value },
            raw::Block::Progress(raw::Progress { value, total, .. }) if value > total => {
                return Err(format!("progress of {value} of {total}; it must be at most the total"));
            }
            raw::Block::Progress(raw::Progress { label, value, total }) => Self::Progress { label, value, total },
            raw::Block::Countdown(raw::Countdown { label, until_ms }) => Self::Countdown { label, until_ms },
            raw::Block::Bars(raw::Bars { title, total, items }) => {
                let bar = |raw::Bar { label, value }| Bar { label, value };
                Self::Bars { title, total, items: limited(ITEMS_MAX, "bars", items, bar)? }
            }
            raw::Block::Cloud(raw::Cloud { title, items }) => {
                let word = |raw::Word { text, weight }| Word { text, weight };
                Self::Cloud { title, items: limited(ITEMS_MAX, "words", items, word)? }
            }
            raw::Block::Standings(raw::Standings { title, items }) => {
                Self::Standings { title, items: limited(ITEMS_MAX, "places", items, Standing::from)? }
            }
            raw::Block::People(raw::People { title, items }) => {
                let person = |raw::Person { id, name, detail }| Person { id, name, detail };
                Self::People { title, items: limited(ITEMS_MAX, "people", items, person)? }
            }
            raw::Block::Cards(raw::Cards { title, items }) => {
                at_most(CARDS_MAX, "cards", items.len())?;
                Self::Cards { title, items: items.into_iter().map(Card::try_from).collect::<Result<_, _>>()? }
            }
            raw::Block::Tabs(tabs) => {
                at_most(TABS_MAX, "tabs", tabs.len())?;
                Self::Tabs { items: tabs.into_iter().map(Tab::try_from).collect::<Result<_, _>>()? }
            }
            raw::Block::Buttons(items) => Self::Buttons { items: buttons(items)? },
            raw::Block::Form(form) => Self::Form(form.try_into()?),
        })
    }
}

impl From<raw::Tone> for Tone {
    fn from(tone: raw::Tone) -> Self {
        match tone {
            raw::Tone::Info => Self::Info,
            raw::Tone::Success => Self::Success,
            raw::Tone::Warning => Self::Warning,
        }
    }
}

impl From<raw::ShownTo> for ShownTo {
    fn from(shown_to: raw::ShownTo) -> Self {
        match shown_to {
            raw::ShownTo::Everyone => Self::Everyone,
            raw::ShownTo::Organizers => Self::Organizers,
        }
    }
}

impl From<raw::Standing> for Standing {
    fn from(raw::Standing { rank, id, name, score, change }: raw::Standing) -> Self {
        Self { rank, id, name, score, change }
    }
}

impl TryFrom<raw::Card> for Card {
    type Error = String;

    fn try_from(card: raw::Card) -> Result<Self, String> {
        let raw::Card { id, text, author, marks, score, buttons: raw_buttons } = card;
        at_most(FEW_MAX, "marks", marks.len())?;
        let buttons = buttons(raw_buttons).map_err(|problem| format!("card `{id}`: {problem}"))?;
        Ok(Self { id, text, author, marks, score, buttons })
    }
}

fn buttons(buttons: Vec<raw::Button>) -> Result<Vec<Button>, String> {
    at_most(FEW_MAX, "buttons", buttons.len())?;
    buttons.into_iter().map(Button::try_from).collect()
}

impl TryFrom<raw::Button> for Button {
    type Error = String;

    fn try_from(raw::Button { label, action, pressed, shown_to }: raw::Button) -> Result<Self, String> {
        let action = raw_json(&action).map_err(|problem| format!("the action of `{label}`: {problem}"))?;
        Ok(Self { label, action, pressed, shown_to: shown_to.into(), confirm: None })
    }
}

/// A JSON text that a client will be given as it is.
fn raw_json(text: &str) -> Result<Box<RawValue>, String> {
    check_json(text).map_err(|problem| problem.to_string())?;
    serde_json::from_str(text).map_err(|error| error.to_string())
}

impl TryFrom<raw::Tab> for Tab {
    type Error = String;

    fn try_from(raw::Tab { label, query, current }: raw::Tab) -> Result<Self, String> {
        at_most(QUERY_BYTES_MAX, "bytes in a tab's query", query.len())?;
        Ok(Self { label, query, current })
    }
}

impl TryFrom<raw::Form> for Form {
    type Error = String;

    fn try_from(form: raw::Form) -> Result<Self, String> {
        at_most(FIELDS_MAX, "fields", form.fields.len())?;
        if form.id.is_empty() {
            return Err("a form has no id".into());
        }
        if form.wrap.as_deref() == Some("") {
            return Err("the form's `wrap` is empty".into());
        }
        let raw::Form { id, wrap, fields, submit, shown_to } = form;
        let fields = fields.into_iter().map(Field::try_from).collect::<Result<_, _>>()?;
        Ok(Self { id, wrap, fields, submit, shown_to: shown_to.into(), confirm: None })
    }
}

impl TryFrom<raw::Field> for Field {
    type Error = String;

    fn try_from(field: raw::Field) -> Result<Self, String> {
        let raw::Field { name, label, help, required, preset, input } = field;
        if name.is_empty() {
            return Err("a field has no name".into());
        }
        let of_field = |problem: String| format!("field `{name}`: {problem}");
        let preset =
            preset.as_deref().map(raw_json).transpose().map_err(|problem| of_field(format!("preset: {problem}")))?;
        let input = Input::try_from(input).map_err(of_field)?;
        if input == Input::Hidden && preset.is_none() {
            return Err(of_field("it is hidden and has no preset value".into()));
        }
        Ok(Self { name, label, help, required, preset, input })
    }
}

impl TryFrom<raw::Input> for Input {
    type Error = String;

    fn try_from(input: raw::Input) -> Result<Self, String> {
        Ok(match input {
            raw::Input::Choice(raw::ChoiceField { choices: raw_choices, min, max, many }) => {
                if max == 0 || min > max || (!many && max != 1) {
                    return Err(format!("it takes {min} to {max} choices; that must be 1 or, if `many` is set, more"));
                }
                Self::Choice { choices: choices(ITEMS_MAX, raw_choices)?, min, max, many }
            }
            raw::Input::Number(scale) => Self::Number(scale.try_into()?),
            raw::Input::Rating(scale) => Self::Rating(scale.try_into()?),
            raw::Input::Text(raw::TextField { max_chars, placeholder, lines }) => {
                Self::Text { max_chars, placeholder, lines }
            }
            raw::Input::Switch => Self::Switch,
            raw::Input::Order(raw::OrderField { choices: raw_choices, min }) => {
                let choices = choices(PLACES_MAX, raw_choices)?;
                if min as usize > choices.len() {
                    return Err(format!("`min` is {min}; there are {} choices", choices.len()));
                }
                Self::Order { choices, min }
            }
            raw::Input::Points(raw::PointsField { choices: raw_choices, total }) => {
                Self::Points { choices: choices(PLACES_MAX, raw_choices)?, total }
            }
            raw::Input::Matrix(raw::MatrixField { rows, columns }) => {
                Self::Matrix { rows: choices(PLACES_MAX, rows)?, columns: choices(COLUMNS_MAX, columns)? }
            }
            raw::Input::Hidden => Self::Hidden,
        })
    }
}

fn choices(limit: usize, choices: Vec<raw::Choice>) -> Result<Vec<Choice>, String> {
    limited(limit, "choices", choices, |raw::Choice { value, label }| Choice { value, label })
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
        let summary = JsonText::parse_object(summary).map_err(|problem| format!("`summary`: {problem}"))?;
        if let Some(at) = rows.iter().position(|row| row.len() != columns.len()) {
            return Err(format!("row {} has {} cells; there are {} columns", at + 1, rows[at].len(), columns.len()));
        }
        Ok(Self { summary, columns, rows, next })
    }
}

/// The items, if they are not too many.
fn limited<R, T>(limit: usize, what: &str, items: Vec<R>, item: impl FnMut(R) -> T) -> Result<Vec<T>, String> {
    at_most(limit, what, items.len())?;
    Ok(items.into_iter().map(item).collect())
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

    impl View {
        fn of_blocks(blocks: Vec<raw::Block>) -> Result<Self, String> {
            Self::asking(blocks, Questions::default())
        }
    }

    fn field(name: &str, input: raw::Input) -> raw::Field {
        let label = name.to_uppercase();
        raw::Field { name: name.into(), label, help: String::new(), required: true, preset: None, input }
    }

    fn form(fields: Vec<raw::Field>) -> raw::Block {
        let (id, wrap, shown_to) = ("w".into(), Some("w".into()), raw::ShownTo::Organizers);
        raw::Block::Form(raw::Form { id, wrap, fields, submit: "Go".into(), shown_to })
    }

    fn input(input: raw::Input) -> raw::Block {
        form(vec![field("f", input)])
    }

    fn scale(min: f64, max: f64, step: f64) -> raw::NumberField {
        raw::NumberField { min, max, step }
    }

    fn number(min: f64, max: f64, step: f64) -> raw::Block {
        input(raw::Input::Number(scale(min, max, step)))
    }

    fn labels(values: &[&str]) -> Vec<raw::Choice> {
        values.iter().map(|value| raw::Choice { value: (*value).into(), label: (*value).into() }).collect()
    }

    fn choice(min: u32, max: u32, many: bool) -> raw::Block {
        input(raw::Input::Choice(raw::ChoiceField { choices: Vec::new(), min, max, many }))
    }

    fn button(pressed: bool, shown_to: raw::ShownTo) -> raw::Button {
        raw::Button { label: "+".into(), action: r#"{"like":1}"#.into(), pressed, shown_to }
    }

    fn standing(rank: u32, score: i64, change: i32) -> raw::Standing {
        raw::Standing { rank, id: "a".into(), name: "A".into(), score, change }
    }

    fn every_field() -> Vec<raw::Field> {
        let choice = raw::Choice { value: "v".into(), label: "l".into() };
        let choice = raw::Input::Choice(raw::ChoiceField { choices: vec![choice], min: 2, max: 3, many: true });
        let text = |max_chars, placeholder: &str, lines| {
            raw::Input::Text(raw::TextField { max_chars, placeholder: placeholder.into(), lines })
        };
        let order = raw::Input::Order(raw::OrderField { choices: labels(&["a", "b"]), min: 2 });
        let points = raw::Input::Points(raw::PointsField { choices: labels(&["a"]), total: 10 });
        let matrix = raw::Input::Matrix(raw::MatrixField { rows: labels(&["r"]), columns: labels(&["c", "d"]) });
        let preset = |field: raw::Field, preset: &str| raw::Field { preset: Some(preset.into()), ..field };
        vec![
            raw::Field { help: "?".into(), ..field("f", raw::Input::Number(scale(0.0, 1.0, 0.5))) },
            raw::Field { required: false, ..field("g", choice) },
            preset(field("h", text(200, "p", 1)), "\"t\""),
            field("i", text(9, "", 3)),
            preset(field("j", raw::Input::Switch), "true"),
            field("k", order),
            field("l", points),
            field("m", matrix),
            raw::Field { label: String::new(), ..preset(field("n", raw::Input::Hidden), "[1,2]") },
            field("o", raw::Input::Rating(scale(1.0, 5.0, 1.0))),
        ]
    }

    fn every_block() -> Vec<raw::Block> {
        let person =
            |id: &str, detail: &str| raw::Person { id: id.into(), name: id.to_uppercase(), detail: detail.into() };
        let bar = |label: &str, value| raw::Bar { label: label.into(), value };
        let card = |id: &str, text: &str, author: &str, score| raw::Card {
            id: id.into(),
            text: text.into(),
            author: author.into(),
            marks: Vec::new(),
            score,
            buttons: Vec::new(),
        };
        let buttons = vec![button(true, raw::ShownTo::Everyone), button(false, raw::ShownTo::Organizers)];
        let full = raw::Card { marks: vec!["m".into(), "n".into()], buttons, ..card("1", "Q", "A", Some(-12)) };
        let tab = |label: &str, query: &str, current| raw::Tab { label: label.into(), query: query.into(), current };
        vec![
            raw::Block::Heading("H".into()),
            raw::Block::Text("T".into()),
            raw::Block::Celebration("C".into()),
            raw::Block::Statistic(raw::Statistic { label: "L".into(), value: "V".into() }),
            raw::Block::Countdown(raw::Countdown { label: "L".into(), until_ms: 5 }),
            raw::Block::Notice(raw::Notice { tone: raw::Tone::Warning, text: "N".into() }),
            raw::Block::Progress(raw::Progress { label: "P".into(), value: 3, total: 12 }),
            raw::Block::Bars(raw::Bars { title: "B".into(), total: 10, items: vec![bar("x", 1), bar("y", 20)] }),
            raw::Block::Bars(raw::Bars { title: String::new(), total: 0, items: Vec::new() }),
            raw::Block::Cloud(raw::Cloud {
                title: String::new(),
                items: vec![raw::Word { text: "w".into(), weight: 7 }],
            }),
            raw::Block::Standings(raw::Standings {
                title: "S".into(),
                items: vec![standing(1, 100, 0), standing(2, -5, -10)],
            }),
            raw::Block::People(raw::People { title: String::new(), items: vec![person("a", ""), person("b", "D")] }),
            raw::Block::Cards(raw::Cards { title: String::new(), items: vec![full, card("2", "R", "", None)] }),
            raw::Block::Tabs(vec![tab("x", "a", false), tab("y", "b", true)]),
            raw::Block::Buttons(vec![button(false, raw::ShownTo::Everyone)]),
            form(every_field()),
        ]
    }

    /// The SDK counts a view's bytes by the same file.
    #[test]
    fn a_view_has_the_shape_that_clients_read() {
        let expected = include_str!("../../../../sdk/src/view/size/host.json").trim_end();
        let view = View::of_blocks(every_block()).unwrap();
        let blocks: Vec<Block> = view.blocks.iter().map(|shown| shown.block.clone()).collect();
        assert_eq!(json_bytes(&blocks), expected.len());
        let without_plain: Vec<serde_json::Value> = view.blocks.iter().map(without_plain).collect();
        assert_eq!(
            serde_json::json!({ "blocks": without_plain }),
            serde_json::from_str::<serde_json::Value>(expected).unwrap()
        );
    }

    fn without_plain(shown: &ShownBlock) -> serde_json::Value {
        let mut block = serde_json::to_value(shown).unwrap();
        block.as_object_mut().unwrap().remove("plain");
        block
    }

    #[test]
    fn every_block_that_is_not_text_says_what_it_means() {
        let view = View::of_blocks(every_block()).unwrap();
        let plain = |at: usize| view.blocks[at].plain.as_deref();
        assert_eq!((plain(0), plain(3), plain(6)), (None, Some("L: V"), Some("P: 3/12")));
        assert_eq!(plain(10), Some("S: 1. A: 100; 2. A: -5"));
        assert_eq!(plain(12), Some("Q A -12 m n; R"));
        assert_eq!(plain(15), Some("F; G; H; I; J; K; L; M; O; Go"));
    }

    #[test]
    fn a_view_has_at_most_so_many_bytes_as_json() {
        let text = |chars: usize| vec![raw::Block::Text("\u{1}".repeat(chars))];
        let frame = r#"{"blocks":[{"type":"text","text":""}]}"#.len();
        let most = (VIEW_BYTES_MAX - frame) / 6;
        assert!(View::of_blocks(text(most)).is_ok());
        let error = View::of_blocks(text(most + 1)).unwrap_err();
        assert!(error.contains("131072"), "{error}");
    }

    #[test]
    fn bounds_are_kept() {
        let bars = |count| {
            let items = vec![raw::Bar { label: String::new(), value: u64::MAX }; count];
            raw::Block::Bars(raw::Bars { title: String::new(), total: 0, items })
        };
        let good = [bars(200), number(1.0, 1.0, 1.0), choice(1, 1, false), choice(0, 9, true)];
        good.into_iter().for_each(|block| assert!(View::of_blocks(vec![block]).is_ok()));
        let tab = |query: usize| raw::Tab { label: String::new(), query: "q".repeat(query), current: false };
        let broken = raw::Button { action: "{".into(), ..button(false, raw::ShownTo::Everyone) };
        let preset = raw::Field { preset: Some("nul".into()), ..field("f", raw::Input::Switch) };
        let order = raw::Input::Order(raw::OrderField { choices: labels(&["a"]), min: 2 });
        let bad = [
            bars(201),
            number(f64::NAN, 1.0, 1.0),
            number(0.0, f64::INFINITY, 1.0),
            number(2.0, 1.0, 1.0),
            number(0.0, 1.0, 0.0),
            choice(0, 0, true),
            choice(1, 2, false),
            choice(3, 2, true),
            raw::Block::Progress(raw::Progress { label: String::new(), value: 2, total: 1 }),
            raw::Block::Tabs(vec![tab(257)]),
            raw::Block::Tabs(vec![tab(1); 21]),
            raw::Block::Buttons(vec![button(false, raw::ShownTo::Everyone); 9]),
            raw::Block::Buttons(vec![broken]),
            form(vec![preset]),
            input(raw::Input::Hidden),
            input(order),
            form(vec![field("", raw::Input::Switch)]),
        ];
        bad.into_iter().for_each(|block| assert!(View::of_blocks(vec![block.clone()]).is_err(), "{block:?}"));
        assert!(View::of_blocks(vec![form(Vec::new()), form(Vec::new())]).is_err(), "two forms of one id");
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

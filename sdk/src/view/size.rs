//! How large a view is: the bytes of the JSON text that each member is sent.
//!
//! What the host refuses is better known before: a plugin shows the newest of a long list for as long as there is room, and
//! says how many more there are.
//!
//! # Invariants
//! * The figures are exactly the host's: its own tests compare them.

use crate::{Bar, Block, Choice, Field, Form, FormAudience, Input, NumberField, Person, View};

/// Most blocks of a view.
pub const VIEW_BLOCKS_MAX: usize = 100;
/// Most bytes of a view.
pub const VIEW_BYTES_MAX: usize = 128 << 10;

impl View {
    /// The bytes of the view as it is sent.
    pub fn json_bytes(&self) -> usize {
        let blocks = self.blocks();
        r#"{"blocks":[]}"#.len() + commas(blocks.len()) + blocks.iter().map(Block::json_bytes).sum::<usize>()
    }

    /// How many bytes may still be added; a little is kept back for commas.
    pub fn bytes_left(&self) -> usize {
        VIEW_BYTES_MAX.saturating_sub(self.json_bytes()).saturating_sub(VIEW_BLOCKS_MAX)
    }

    /// How many blocks may still be added.
    pub fn blocks_left(&self) -> usize {
        VIEW_BLOCKS_MAX.saturating_sub(self.blocks().len())
    }
}

impl Block {
    /// The bytes of the block as it is sent.
    pub fn json_bytes(&self) -> usize {
        match self {
            Self::Heading(text) => r#"{"type":"heading","text":}"#.len() + text_json_bytes(text),
            Self::Text(text) => r#"{"type":"text","text":}"#.len() + text_json_bytes(text),
            Self::Celebration(text) => r#"{"type":"celebration","text":}"#.len() + text_json_bytes(text),
            Self::Statistic(figure) => {
                let texts = text_json_bytes(&figure.label) + text_json_bytes(&figure.value);
                r#"{"type":"statistic","label":,"value":}"#.len() + texts
            }
            Self::Countdown(clock) => {
                let label = text_json_bytes(&clock.label);
                r#"{"type":"countdown","label":,"until_ms":}"#.len() + label + digits(clock.until_ms)
            }
            Self::Bars(bars) => {
                let items = bars.items.iter().map(Bar::json_bytes).sum::<usize>() + commas(bars.items.len());
                let frame = r#"{"type":"bars","total":,"items":[]}"#.len() + digits(bars.total);
                frame + unless_empty(r#""title":,"#, &bars.title) + items
            }
            Self::People(people) => {
                let items = people.items.iter().map(Person::json_bytes).sum::<usize>() + commas(people.items.len());
                r#"{"type":"people","items":[]}"#.len() + unless_empty(r#""title":,"#, &people.title) + items
            }
            Self::Form(form) => form.json_bytes(),
        }
    }
}

impl Bar {
    /// The bytes of the bar as it is sent.
    pub fn json_bytes(&self) -> usize {
        r#"{"label":,"value":}"#.len() + text_json_bytes(&self.label) + digits(self.value)
    }
}

impl Person {
    /// The bytes of the person as they are sent.
    pub fn json_bytes(&self) -> usize {
        let texts = text_json_bytes(&self.id) + text_json_bytes(&self.name);
        r#"{"id":,"name":}"#.len() + texts + unless_empty(r#","detail":"#, &self.detail)
    }
}

impl Choice {
    /// The bytes of the choice as it is sent.
    pub fn json_bytes(&self) -> usize {
        r#"{"value":,"label":}"#.len() + text_json_bytes(&self.value) + text_json_bytes(&self.label)
    }
}

impl Form {
    fn json_bytes(&self) -> usize {
        let fields = self.fields.iter().map(Field::json_bytes).sum::<usize>() + commas(self.fields.len());
        let wrap = self.wrap.as_ref().map_or(0, |wrap| r#""wrap":,"#.len() + text_json_bytes(wrap));
        let audience = match self.audience {
            FormAudience::Everyone => "everyone",
            FormAudience::Organizers => "organizers",
        };
        let frame = r#"{"type":"form","fields":[],"submit":,"audience":}"#.len();
        frame + wrap + fields + text_json_bytes(&self.submit) + text_json_bytes(audience)
    }
}

impl Field {
    fn json_bytes(&self) -> usize {
        let texts = text_json_bytes(&self.name) + text_json_bytes(&self.label);
        r#"{"name":,"label":,"input":}"#.len() + texts + input_bytes(&self.input)
    }
}

fn input_bytes(input: &Input) -> usize {
    match input {
        Input::Choice(field) => {
            let items = field.choices.iter().map(Choice::json_bytes).sum::<usize>() + commas(field.choices.len());
            let many = if field.many { "true" } else { "false" };
            r#"{"type":"choice","choices":[],"max":,"many":}"#.len() + items + digits(field.max.into()) + many.len()
        }
        Input::Number(scale) => r#"{"type":"number"}"#.len() + scale_bytes(scale),
        Input::Rating(scale) => r#"{"type":"rating"}"#.len() + scale_bytes(scale),
        Input::Text(field) => {
            let placeholder = unless_empty(r#","placeholder":"#, &field.placeholder);
            r#"{"type":"text","max_chars":}"#.len() + digits(field.max_chars.into()) + placeholder
        }
    }
}

fn scale_bytes(scale: &NumberField) -> usize {
    let number = |number: f64| serde_json::to_string(&number).map_or(4, |text| text.len());
    r#","min":,"max":,"step":"#.len() + number(scale.min) + number(scale.max) + number(scale.step)
}

/// The bytes of a text in JSON, its quotes among them.
pub fn text_json_bytes(text: &str) -> usize {
    let byte = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..0x20 => 6,
        _ => 1,
    };
    2 + text.bytes().map(byte).sum::<usize>()
}

fn unless_empty(frame: &str, text: &str) -> usize {
    if text.is_empty() { 0 } else { frame.len() + text_json_bytes(text) }
}

fn digits(number: u64) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

fn commas(items: usize) -> usize {
    items.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_take_what_json_makes_of_them() {
        for text in ["", "面", "a\"b\\c", "\u{0}\u{7f}\n\r\t\u{8}\u{c}\u{1f}", "🎉\u{2028}/"] {
            assert_eq!(text_json_bytes(text), serde_json::to_string(text).unwrap().len(), "{text:?}");
        }
        assert_eq!([digits(0), digits(9), digits(10), digits(u64::MAX)], [1, 1, 2, 20]);
    }

    #[test]
    fn a_view_is_as_large_as_its_json() {
        // As the host sends it.
        let json = concat!(
            r#"{"blocks":[{"type":"heading","text":"H"},{"type":"text","text":"T"},{"type":"celebration","text":"C"},"#,
            r#"{"type":"statistic","label":"L","value":"V"},{"type":"countdown","label":"L","until_ms":5},"#,
            r#"{"type":"bars","title":"B","total":10,"items":[{"label":"x","value":1},{"label":"y","value":20}]},"#,
            r#"{"type":"bars","total":0,"items":[]},"#,
            r#"{"type":"people","items":[{"id":"a","name":"A"},{"id":"b","name":"B","detail":"D"}]},"#,
            r#"{"type":"form","wrap":"w","fields":[{"name":"f","label":"F","input":{"type":"number","min":0.0,"max":1.0,"#,
            r#""step":0.5}},{"name":"g","label":"G","input":{"type":"choice","choices":[{"value":"v","label":"l"}],"#,
            r#""max":3,"many":true}},{"name":"h","label":"H","input":{"type":"text","max_chars":200,"placeholder":"p"}}],"#,
            r#""submit":"Go","audience":"organizers"}]}"#
        );
        let mut view = View::new();
        view.heading("H").text("T").celebration("C").statistic("L", "V").countdown("L", 5);
        view.bars("B", 10, [("x", 1), ("y", 20)]).bars("", 0, Vec::<(&str, u64)>::new());
        view.people("", [Person::new("a", "A", ""), Person::new("b", "B", "D")]);
        let form = Form::new("Go").wrap("w").for_organizers().field(Field::number("f", "F", 0.0, 1.0, 0.5));
        let form = form.field(Field::choices("g", "G", [("v", "l")], 3)).field(Field::text("h", "H", 200, "p"));
        view.form(form);
        assert_eq!(view.json_bytes(), json.len());
        assert_eq!(view.blocks_left(), 91);
    }
}

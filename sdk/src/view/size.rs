//! How large a view is: the bytes of the JSON text that each member is sent.
//!
//! What the host refuses is better known before: a plugin shows the newest of a long list for as long as there is room, and
//! says how many more there are.
//!
//! # Invariants
//! * The figures are exactly the host's: its own tests compare them. What a block means in plain text, which the host adds,
//!   counts for neither.

use crate::{
    Bar, Block, Button, Card, Choice, Field, Form, Input, NumberField, Person, ShownTo, Standing, Tab, Tone, View, Word,
};

/// Most blocks of a view.
pub const VIEW_BLOCKS_MAX: usize = 100;
/// Most bytes of a view.
pub const VIEW_BYTES_MAX: usize = 128 << 10;

/// The first of these items that fit into `bytes_max` bytes of a view; `bytes` says how many one takes.
///
/// ```
/// # use hezi_sdk::{Person, fitting};
/// let people = ["小王", "小李", "小赵"].map(|name| Person::new("a", name, ""));
/// assert_eq!(fitting(people, 55, Person::json_bytes).len(), 2);
/// ```
pub fn fitting<T>(items: impl IntoIterator<Item = T>, bytes_max: usize, bytes: impl Fn(&T) -> usize) -> Vec<T> {
    let mut all = 0;
    let fits = |item: &T| {
        // With the comma behind it.
        all += bytes(item) + 1;
        all <= bytes_max
    };
    items.into_iter().take_while(fits).collect()
}

impl View {
    /// The bytes of the view as it is sent.
    pub fn json_bytes(&self) -> usize {
        let blocks = self.blocks();
        let blocks_bytes = commas(blocks.len()) + blocks.iter().map(Block::json_bytes).sum::<usize>();
        r#"{"blocks":[]}"#.len() + blocks_bytes + self.questions_bytes()
    }

    /// How many bytes may still be added; a little is kept back for commas.
    pub fn bytes_left(&self) -> usize {
        VIEW_BYTES_MAX.saturating_sub(self.json_bytes()).saturating_sub(VIEW_BLOCKS_MAX)
    }

    /// A question stands at everything that it is asked of.
    fn questions_bytes(&self) -> usize {
        // Most views ask nothing, and a plugin may measure one after each block.
        if self.questions.is_empty() {
            return 0;
        }
        let bytes = |question: &str| r#","confirm":"#.len() + text_json_bytes(question);
        let of_forms = self.all_forms().filter_map(|form| self.question_before_form(&form.id));
        let of_buttons = self.all_buttons().filter_map(|button| self.question_before_button(button));
        of_forms.chain(of_buttons).map(bytes).sum()
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
            Self::Notice(notice) => {
                let tone = match notice.tone {
                    Tone::Info => "info",
                    Tone::Success => "success",
                    Tone::Warning => "warning",
                };
                r#"{"type":"notice","tone":"","text":}"#.len() + tone.len() + text_json_bytes(&notice.text)
            }
            Self::Progress(bar) => {
                let numbers = digits(bar.value) + digits(bar.total);
                r#"{"type":"progress","label":,"value":,"total":}"#.len() + text_json_bytes(&bar.label) + numbers
            }
            Self::Bars(bars) => {
                let frame = r#","total":"#.len() + digits(bars.total);
                frame + list_bytes("bars", &bars.title, &bars.items, Bar::json_bytes)
            }
            Self::Cloud(cloud) => list_bytes("cloud", &cloud.title, &cloud.items, Word::json_bytes),
            Self::Standings(list) => list_bytes("standings", &list.title, &list.items, Standing::json_bytes),
            Self::People(people) => list_bytes("people", &people.title, &people.items, Person::json_bytes),
            Self::Cards(cards) => list_bytes("cards", &cards.title, &cards.items, Card::json_bytes),
            Self::Tabs(tabs) => list_bytes("tabs", "", tabs, Tab::json_bytes),
            Self::Buttons(buttons) => list_bytes("buttons", "", buttons, Button::json_bytes),
            Self::Form(form) => form.json_bytes(),
        }
    }
}

/// A block that is a list, with its title if it has one.
fn list_bytes<T>(kind: &str, title: &str, items: &[T], bytes: impl Fn(&T) -> usize) -> usize {
    let frame = r#"{"type":"","items":[]}"#.len() + kind.len() + unless_empty(r#""title":,"#, title);
    frame + array_bytes(items, bytes)
}

/// The items of an array with the commas between them.
fn array_bytes<T>(items: &[T], bytes: impl Fn(&T) -> usize) -> usize {
    items.iter().map(bytes).sum::<usize>() + commas(items.len())
}

impl Word {
    /// The bytes of the word as it is sent.
    pub fn json_bytes(&self) -> usize {
        r#"{"text":,"weight":}"#.len() + text_json_bytes(&self.text) + digits(self.weight)
    }
}

impl Standing {
    /// The bytes of the place as it is sent.
    pub fn json_bytes(&self) -> usize {
        let numbers = digits(self.rank.into()) + signed_digits(self.score);
        let change = if self.change == 0 { 0 } else { r#","change":"#.len() + signed_digits(self.change.into()) };
        let texts = text_json_bytes(&self.id) + text_json_bytes(&self.name);
        r#"{"rank":,"id":,"name":,"score":}"#.len() + numbers + change + texts
    }
}

impl Card {
    /// The bytes of the card as it is sent.
    pub fn json_bytes(&self) -> usize {
        let texts = text_json_bytes(&self.id) + text_json_bytes(&self.text);
        let list = |frame: &str, bytes: usize| if bytes == 0 { 0 } else { frame.len() + bytes };
        r#"{"id":,"text":}"#.len()
            + texts
            + unless_empty(r#","author":"#, &self.author)
            + list(r#","marks":[]"#, array_bytes(&self.marks, |mark| text_json_bytes(mark)))
            + self.score.map_or(0, |score| r#","score":"#.len() + signed_digits(score))
            + list(r#","buttons":[]"#, array_bytes(&self.buttons, Button::json_bytes))
    }
}

impl Button {
    /// The bytes of the button as it is sent.
    pub fn json_bytes(&self) -> usize {
        let pressed = if self.pressed { r#","pressed":true"#.len() } else { 0 };
        let shown_to = match self.shown_to {
            ShownTo::Everyone => 0,
            ShownTo::Organizers => r#","shown_to":"organizers""#.len(),
        };
        r#"{"label":,"action":}"#.len() + text_json_bytes(&self.label) + self.action.len() + pressed + shown_to
    }
}

impl Tab {
    /// The bytes of the tab as it is sent.
    pub fn json_bytes(&self) -> usize {
        let current = if self.current { r#","current":true"#.len() } else { 0 };
        r#"{"label":,"query":}"#.len() + text_json_bytes(&self.label) + text_json_bytes(&self.query) + current
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
        let wrap = self.wrap.as_ref().map_or(0, |wrap| r#""wrap":,"#.len() + text_json_bytes(wrap));
        let shown_to = match self.shown_to {
            ShownTo::Everyone => "everyone",
            ShownTo::Organizers => "organizers",
        };
        let frame = r#"{"type":"form","id":,"fields":[],"submit":,"shown_to":""}"#.len() + shown_to.len();
        let texts = text_json_bytes(&self.id) + text_json_bytes(&self.submit);
        frame + wrap + texts + array_bytes(&self.fields, Field::json_bytes)
    }
}

impl Field {
    fn json_bytes(&self) -> usize {
        let texts = text_json_bytes(&self.name) + text_json_bytes(&self.label);
        let required = if self.required { "true" } else { "false" };
        let preset = self.preset.as_ref().map_or(0, |preset| r#","preset":"#.len() + preset.len());
        let help = unless_empty(r#","help":"#, &self.help);
        r#"{"name":,"label":,"required":,"input":}"#.len()
            + texts
            + help
            + required.len()
            + preset
            + input_bytes(&self.input)
    }
}

fn input_bytes(input: &Input) -> usize {
    let choices = |choices: &[Choice]| array_bytes(choices, Choice::json_bytes);
    let number = |number: u32| digits(number.into());
    match input {
        Input::Choice(field) => {
            let many = if field.many { "true" } else { "false" };
            let frame = r#"{"type":"choice","choices":[],"min":,"max":,"many":}"#.len() + many.len();
            frame + choices(&field.choices) + number(field.min) + number(field.max)
        }
        Input::Number(scale) => r#"{"type":"number"}"#.len() + scale_bytes(scale),
        Input::Rating(scale) => r#"{"type":"rating"}"#.len() + scale_bytes(scale),
        Input::Text(field) => {
            let placeholder = unless_empty(r#","placeholder":"#, &field.placeholder);
            r#"{"type":"text","max_chars":,"lines":}"#.len()
                + number(field.max_chars)
                + number(field.lines)
                + placeholder
        }
        Input::Switch => r#"{"type":"switch"}"#.len(),
        Input::Order(field) => {
            r#"{"type":"order","choices":[],"min":}"#.len() + choices(&field.choices) + number(field.min)
        }
        Input::Points(field) => {
            r#"{"type":"points","choices":[],"total":}"#.len() + choices(&field.choices) + number(field.total)
        }
        Input::Matrix(field) => {
            r#"{"type":"matrix","rows":[],"columns":[]}"#.len() + choices(&field.rows) + choices(&field.columns)
        }
        Input::Hidden => r#"{"type":"hidden"}"#.len(),
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

/// The bytes of a number that may be negative.
fn signed_digits(number: i64) -> usize {
    digits(number.unsigned_abs()) + usize::from(number < 0)
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
        let json = include_str!("size/host.json").trim_end();
        let view = every_block();
        assert_eq!(view.json_bytes(), json.len(), "{view}");
        assert_eq!(view.blocks_left(), 100 - view.blocks().len());
    }

    #[test]
    fn a_question_takes_room_wherever_it_is_asked() {
        let button = Button::new("+", &1);
        let (mut view, bytes) = (View::new(), |view: &View| view.json_bytes());
        view.buttons([button.clone(), button.clone()]).form(Form::new("Go"));
        let before = bytes(&view);
        view.ask_before(&button, "面?");
        assert_eq!(bytes(&view) - before, 2 * r#","confirm":"面?""#.len());
    }

    /// What stands in `size/host.json` as the host sends it; the host's tests make that file from the same blocks.
    fn every_block() -> View {
        let mut view = View::new();
        view.heading("H").text("T").celebration("C").statistic("L", "V").countdown("L", 5);
        view.notice(Tone::Warning, "N").progress("P", 3, 12);
        view.bars("B", 10, [("x", 1), ("y", 20)]).bars("", 0, Vec::<(&str, u64)>::new());
        view.cloud("", [("w", 7)]);
        let standing = |rank, score, change| Standing { rank, id: "a".into(), name: "A".into(), score, change };
        view.standings("S", [standing(1, 100, 0), standing(2, -5, -10)]);
        view.people("", [Person::new("a", "A", ""), Person::new("b", "B", "D")]);
        let like = Button::new("+", &serde_json::json!({"like": 1}));
        let card = Card::new("1", "Q").author("A").mark("m").mark("n").score(-12);
        let card = card.button(like.clone().pressed_if(true)).button(like.clone().for_organizers());
        view.cards("", [card, Card::new("2", "R")]);
        view.tabs("b", [("x", "a"), ("y", "b")]).buttons([like]);
        let form = Form::new("Go").wrap("w").for_organizers().field(Field::number("f", "F", 0.0, 1.0, 0.5).help("?"));
        let form = form.field(Field::choices("g", "G", [("v", "l")], 3).at_least(2).optional());
        let form = form.field(Field::text("h", "H", 200, "p").preset(&"t")).field(Field::lines("i", "I", 9, 3, ""));
        let form = form.field(Field::switch("j", "J").preset(&true)).field(Field::order("k", "K", ["a", "b"], 2));
        let form = form.field(Field::points("l", "L", ["a"], 10)).field(Field::matrix("m", "M", ["r"], ["c", "d"]));
        view.form(form.field(Field::hidden("n", &[1, 2])).field(Field::rating("o", "O", 1.0, 5.0, 1.0)));
        view
    }
}

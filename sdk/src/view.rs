//! What people see: typed blocks from top to bottom, which any client can draw without knowing the plugin.

mod size;

use std::fmt;

use crate::bindings::hezi::activity::types::{Bars, Countdown, People, Statistic};
use crate::{Bar, Block, Choice, ChoiceField, Field, Form, FormAudience, Input, NumberField, Person, TextField};

pub use self::size::{VIEW_BLOCKS_MAX, VIEW_BYTES_MAX, text_json_bytes};

/// Most bars of a chart, people of a list and choices of a field.
const ITEMS_MAX: usize = 200;

/// What somebody sees of an activity. Blocks are added in the order in which they are shown.
///
/// ```
/// # use hezi_sdk::{Field, Form, View};
/// let mut view = View::new();
/// view.heading("午饭吃什么").bars("结果", 3, [("面", 2), ("饭", 1)]);
/// view.form(Form::new("投票").field(Field::choices("choose", "请选择", ["面", "饭"], 1)));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct View {
    blocks: Vec<Block>,
}

impl View {
    /// A view without blocks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a heading.
    pub fn heading(&mut self, text: impl Into<String>) -> &mut Self {
        self.block(Block::Heading(text.into()))
    }

    /// Adds a paragraph.
    pub fn text(&mut self, text: impl Into<String>) -> &mut Self {
        self.block(Block::Text(text.into()))
    }

    /// Adds a bar chart, at most 200 bars. A full bar stands for `total`; an empty `title` is not shown.
    pub fn bars<L: Into<String>>(
        &mut self,
        title: impl Into<String>,
        total: u64,
        bars: impl IntoIterator<Item = (L, u64)>,
    ) -> &mut Self {
        let bars = bars.into_iter().map(|(label, value)| Bar { label: label.into(), value });
        self.block(Block::Bars(Bars { title: title.into(), total, items: bars.take(ITEMS_MAX).collect() }))
    }

    /// Adds one figure.
    pub fn statistic(&mut self, label: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.block(Block::Statistic(Statistic { label: label.into(), value: value.into() }))
    }

    /// Adds a list of people, at most 200: say elsewhere how many there are.
    pub fn people(&mut self, title: impl Into<String>, people: impl IntoIterator<Item = Person>) -> &mut Self {
        let items = people.into_iter().take(ITEMS_MAX).collect();
        self.block(Block::People(People { title: title.into(), items }))
    }

    /// Adds a clock that runs down to `until_ms`, in milliseconds since 1970.
    pub fn countdown(&mut self, label: impl Into<String>, until_ms: u64) -> &mut Self {
        self.block(Block::Countdown(Countdown { label: label.into(), until_ms }))
    }

    /// Adds something to be glad of. The client may add confetti; the text stands alone without it.
    pub fn celebration(&mut self, text: impl Into<String>) -> &mut Self {
        self.block(Block::Celebration(text.into()))
    }

    /// Adds a form.
    pub fn form(&mut self, form: Form) -> &mut Self {
        self.block(Block::Form(form))
    }

    /// Adds a block that was made by hand.
    pub fn block(&mut self, block: Block) -> &mut Self {
        self.blocks.push(block);
        self
    }

    /// Adds all blocks of another view.
    pub fn append(&mut self, other: Self) -> &mut Self {
        self.blocks.extend(other.blocks);
        self
    }

    /// The blocks so far.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The value of the figure with this label.
    pub fn find_statistic(&self, label: &str) -> Option<&str> {
        self.blocks.iter().find_map(|block| match block {
            Block::Statistic(figure) if figure.label == label => Some(figure.value.as_str()),
            _ => None,
        })
    }

    /// The bars of all charts, in order.
    pub fn all_bars(&self) -> impl Iterator<Item = &Bar> {
        self.blocks
            .iter()
            .filter_map(|block| if let Block::Bars(bars) = block { Some(&bars.items) } else { None })
            .flatten()
    }

    /// The people of all lists, in order.
    pub fn all_people(&self) -> impl Iterator<Item = &Person> {
        self.blocks
            .iter()
            .filter_map(|block| if let Block::People(list) = block { Some(&list.items) } else { None })
            .flatten()
    }

    /// The forms, in order.
    pub fn all_forms(&self) -> impl Iterator<Item = &Form> {
        self.blocks.iter().filter_map(|block| if let Block::Form(form) = block { Some(form) } else { None })
    }

    pub(crate) fn into_blocks(self) -> Vec<Block> {
        self.blocks
    }
}

impl From<Vec<Block>> for View {
    fn from(blocks: Vec<Block>) -> Self {
        Self { blocks }
    }
}

/// Everything that can be read on the screen, a line each: for tests and logs.
impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for block in &self.blocks {
            match block {
                Block::Heading(text) | Block::Text(text) | Block::Celebration(text) => writeln!(f, "{text}")?,
                Block::Statistic(figure) => writeln!(f, "{}: {}", figure.label, figure.value)?,
                Block::Countdown(clock) => writeln!(f, "{}: {}", clock.label, clock.until_ms)?,
                Block::Bars(bars) => {
                    writeln!(f, "{}", bars.title)?;
                    bars.items.iter().try_for_each(|bar| writeln!(f, "{}: {}/{}", bar.label, bar.value, bars.total))?;
                }
                Block::People(people) => {
                    writeln!(f, "{}", people.title)?;
                    people.items.iter().try_for_each(|one| writeln!(f, "{} ({}) {}", one.name, one.id, one.detail))?;
                }
                Block::Form(form) => writeln!(f, "[{}]", form.submit)?,
            }
        }
        Ok(())
    }
}

impl Person {
    /// A person in a list, with a remark that may be empty.
    pub fn new(id: impl Into<String>, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), detail: detail.into() }
    }
}

impl Form {
    /// A form for every member, without fields; `submit` stands on its button.
    pub fn new(submit: impl Into<String>) -> Self {
        Self { wrap: None, fields: Vec::new(), submit: submit.into(), audience: FormAudience::Everyone }
    }

    /// Puts the action into an object under this name: `wrap("grab")` without fields gives `{"grab":{}}`.
    #[must_use]
    pub fn wrap(mut self, name: impl Into<String>) -> Self {
        self.wrap = Some(name.into());
        self
    }

    /// Adds a field, at most 20.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// Shows the form to organizers only. That is tidiness and no secrecy: `act` checks the caller.
    #[must_use]
    pub fn for_organizers(mut self) -> Self {
        self.audience = FormAudience::Organizers;
        self
    }
}

impl Field {
    /// A field where one of at most 200 choices is picked: `"name":"a"`.
    pub fn choice(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = impl Into<Choice>>,
    ) -> Self {
        let choices = choices.into_iter().map(Into::into).take(ITEMS_MAX).collect();
        Self::with(name, label, Input::Choice(ChoiceField { choices, max: 1, many: false }))
    }

    /// A field where 1 to `max` of at most 200 choices are picked: `"name":["a","b"]`.
    pub fn choices(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = impl Into<Choice>>,
        max: u32,
    ) -> Self {
        let choices = choices.into_iter().map(Into::into).take(ITEMS_MAX).collect();
        Self::with(name, label, Input::Choice(ChoiceField { choices, max, many: true }))
    }

    /// A field for a number from `min` to `max` in steps of `step`.
    pub fn number(name: impl Into<String>, label: impl Into<String>, min: f64, max: f64, step: f64) -> Self {
        Self::with(name, label, Input::Number(NumberField { min, max, step }))
    }

    /// The same, picked from stars or a scale.
    pub fn rating(name: impl Into<String>, label: impl Into<String>, min: f64, max: f64, step: f64) -> Self {
        Self::with(name, label, Input::Rating(NumberField { min, max, step }))
    }

    /// A field for a line of text. An empty text is left out of the action.
    pub fn text(
        name: impl Into<String>,
        label: impl Into<String>,
        max_chars: u32,
        placeholder: impl Into<String>,
    ) -> Self {
        Self::with(name, label, Input::Text(TextField { max_chars, placeholder: placeholder.into() }))
    }

    fn with(name: impl Into<String>, label: impl Into<String>, input: Input) -> Self {
        Self { name: name.into(), label: label.into(), input }
    }
}

impl From<&str> for Choice {
    fn from(text: &str) -> Self {
        Self { value: text.to_owned(), label: text.to_owned() }
    }
}

impl From<&String> for Choice {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl<V: Into<String>, L: Into<String>> From<(V, L)> for Choice {
    fn from((value, label): (V, L)) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut_to_what_the_interface_allows() {
        let mut view = View::new();
        view.bars("", 1, (0..300).map(|n| (n.to_string(), n)));
        view.people("", (0..300).map(|n| Person::new(n.to_string(), "", "")));
        assert_eq!(view.all_bars().count(), 200);
        assert_eq!(view.all_people().count(), 200);
    }

    #[test]
    fn a_view_reads_as_text() {
        let mut view = View::new();
        view.heading("问").statistic("人数", "2").bars("票", 2, [("甲", 2)]).form(Form::new("投票"));
        view.people("", [Person::new("a", "小王", "1.23 元")]).countdown("截止", 5);
        assert_eq!(view.to_string(), "问\n人数: 2\n票\n甲: 2/2\n[投票]\n\n小王 (a) 1.23 元\n截止: 5\n");
    }
}

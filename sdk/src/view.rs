//! What people see: typed blocks from top to bottom, which any client can draw without knowing the plugin.

mod apart;
mod card;
mod form;
mod plain;
mod question;
mod size;

use crate::bindings::hezi::activity::types::{
    Bars, Cards, Cloud, Countdown, Notice, People, Progress, Standings, Statistic,
};
use crate::confirmation::Question;
use crate::{Bar, Block, Button, Card, Form, Person, Standing, Tab, Tone, Word};

pub use self::apart::names_apart;
pub use self::size::{VIEW_BLOCKS_MAX, VIEW_BYTES_MAX, fitting, text_json_bytes};

// For the bounds that the test room keeps, which is not there in a component.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use self::form::{COLUMNS_MAX, PLACES_MAX};

/// Most bars of a chart, words of a cloud, people of a list and choices of a field.
pub(crate) const ITEMS_MAX: usize = 200;
/// Most cards of a list.
pub(crate) const CARDS_MAX: usize = 100;

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
    /// What clients ask before parts of it are sent.
    questions: Vec<Question>,
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

    /// Adds a sentence that stands out.
    pub fn notice(&mut self, tone: Tone, text: impl Into<String>) -> &mut Self {
        self.block(Block::Notice(Notice { tone, text: text.into() }))
    }

    /// Adds how far something is.
    pub fn progress(&mut self, label: impl Into<String>, value: u64, total: u64) -> &mut Self {
        self.block(Block::Progress(Progress { label: label.into(), value: value.min(total), total }))
    }

    /// Adds a cloud of words, at most 200, heaviest first.
    pub fn cloud<T: Into<String>>(
        &mut self,
        title: impl Into<String>,
        words: impl IntoIterator<Item = (T, u64)>,
    ) -> &mut Self {
        let words = words.into_iter().map(|(text, weight)| Word { text: text.into(), weight });
        self.block(Block::Cloud(Cloud { title: title.into(), items: words.take(ITEMS_MAX).collect() }))
    }

    /// Adds who leads, at most 200, first place first.
    pub fn standings(&mut self, title: impl Into<String>, places: impl IntoIterator<Item = Standing>) -> &mut Self {
        let items = places.into_iter().take(ITEMS_MAX).collect();
        self.block(Block::Standings(Standings { title: title.into(), items }))
    }

    /// Adds cards, at most 100: offer the others as pages, with [`tabs`](View::tabs).
    pub fn cards(&mut self, title: impl Into<String>, cards: impl IntoIterator<Item = Card>) -> &mut Self {
        let items = cards.into_iter().take(CARDS_MAX).collect();
        self.block(Block::Cards(Cards { title: title.into(), items }))
    }

    /// Adds other pages and filters, each with its label and the query that [`ReadCtx::query`](crate::ReadCtx::query) gives
    /// when it is chosen; `current` is the one that is shown.
    pub fn tabs<L: Into<String>, Q: Into<String>>(
        &mut self,
        current: &str,
        tabs: impl IntoIterator<Item = (L, Q)>,
    ) -> &mut Self {
        let tab = |(label, query): (L, Q)| {
            let query = query.into();
            Tab { label: label.into(), current: query == current, query }
        };
        self.block(Block::Tabs(tabs.into_iter().map(tab).collect()))
    }

    /// Adds buttons in a row, at most 8.
    pub fn buttons(&mut self, buttons: impl IntoIterator<Item = Button>) -> &mut Self {
        self.block(Block::Buttons(buttons.into_iter().collect()))
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

    /// Adds all blocks of another view, with the questions about them.
    pub fn append(&mut self, other: Self) -> &mut Self {
        self.blocks.extend(other.blocks);
        self.questions.extend(other.questions);
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

    /// The cards of all lists, in order.
    pub fn all_cards(&self) -> impl Iterator<Item = &Card> {
        self.blocks
            .iter()
            .filter_map(|block| if let Block::Cards(cards) = block { Some(&cards.items) } else { None })
            .flatten()
    }

    /// The words of all clouds, in order.
    pub fn all_words(&self) -> impl Iterator<Item = &Word> {
        self.blocks
            .iter()
            .filter_map(|block| if let Block::Cloud(cloud) = block { Some(&cloud.items) } else { None })
            .flatten()
    }

    /// The places of all standings, in order.
    pub fn all_standings(&self) -> impl Iterator<Item = &Standing> {
        self.blocks
            .iter()
            .filter_map(|block| if let Block::Standings(list) = block { Some(&list.items) } else { None })
            .flatten()
    }
}

impl From<Vec<Block>> for View {
    fn from(blocks: Vec<Block>) -> Self {
        Self { blocks, questions: Vec::new() }
    }
}

impl Person {
    /// A person in a list, with a remark that may be empty.
    pub fn new(id: impl Into<String>, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), detail: detail.into() }
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
}

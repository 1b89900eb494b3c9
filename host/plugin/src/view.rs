//! What somebody sees of an activity, and what organizers get as its report.
//!
//! These types serialize to the shape that clients read: an object with `blocks`, each with its `type`. Members that
//! the plugin left empty (a chart's title, a person's remark) are absent from the JSON. The checks here are the bounds
//! that the interface documents; sizes as such are bounded by what may cross the boundary.

mod card;
mod confirm;
mod convert;
mod form;
mod plain;

use serde::Serialize;

pub use self::card::{Button, Card};
pub(crate) use self::confirm::{QUESTION_CHARS_MAX, QUESTIONS_MAX, Questions};
pub use self::form::{Choice, Field, Form, Input, Scale, ShownTo};
use crate::JsonText;

/// Most bars, words, places, people or choices in one block.
const ITEMS_MAX: usize = 200;
/// Blocks of a view.
pub(crate) const BLOCKS_MAX: usize = 100;
/// Most cards in one block.
const CARDS_MAX: usize = 100;
/// Most marks and buttons of a card, and buttons in a row.
const FEW_MAX: usize = 8;
/// Most other pages and filters.
const TABS_MAX: usize = 20;
/// Most fields of a form.
const FIELDS_MAX: usize = 50;
/// Most choices of an order or of points, and rows of a matrix.
const PLACES_MAX: usize = 50;
/// Most columns of a matrix.
const COLUMNS_MAX: usize = 11;

/// What somebody sees: blocks from top to bottom.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    /// In the order in which they are shown.
    pub blocks: Vec<ShownBlock>,
    /// The bytes of the blocks as JSON, without what they mean in plain text: what the limit is about.
    #[serde(skip)]
    pub json_bytes: usize,
}

/// A block, and what it means in plain text where it does not say so itself: for screen readers, and for clients that do not
/// know its kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownBlock {
    /// What it shows; in JSON its members stand beside `plain`.
    #[serde(flatten)]
    pub block: Block,
    /// Its meaning, in the words of its own texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain: Option<String>,
}

/// The bytes of a view of these blocks as JSON, without what they mean in plain text.
fn json_bytes(blocks: &[Block]) -> usize {
    #[derive(Serialize)]
    struct Bare<'a> {
        blocks: &'a [Block],
    }

    let mut counter = Counter(0);
    // A counter never fails, and neither do these types.
    drop(serde_json::to_writer(&mut counter, &Bare { blocks }));
    counter.0
}

/// Counts what is written.
struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// One block of a view.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// A heading over what follows.
    Heading {
        /// One line of plain text.
        text: String,
    },
    /// A paragraph of plain text.
    Text {
        /// What is said, without markup.
        text: String,
    },
    /// A sentence that stands out.
    Notice {
        /// What it is about.
        tone: Tone,
        /// What it says, in plain text; its colour and its sign come from the tone.
        text: String,
    },
    /// Something to be glad of.
    Celebration {
        /// What there is to be glad of, in a few words.
        text: String,
    },
    /// A figure that stands by itself, with what it says.
    Statistic {
        /// What it is.
        label: String,
        /// As people read it, with its unit.
        value: String,
    },
    /// How far something is.
    Progress {
        /// What is under way.
        label: String,
        /// How much is done.
        value: u64,
        /// How much there is.
        total: u64,
    },
    /// A clock that runs down.
    Countdown {
        /// What happens at the end.
        label: String,
        /// The end, in milliseconds since 1970.
        until_ms: u64,
    },
    /// A bar chart.
    Bars {
        /// What the chart is about; not sent when empty.
        #[serde(skip_serializing_if = "String::is_empty")]
        title: String,
        /// What a full bar stands for.
        total: u64,
        /// From top to bottom.
        items: Vec<Bar>,
    },
    /// A cloud of words.
    Cloud {
        /// What the cloud is about; not sent when empty.
        #[serde(skip_serializing_if = "String::is_empty")]
        title: String,
        /// In the order in which they are read out.
        items: Vec<Word>,
    },
    /// Who leads.
    Standings {
        /// What the list is about; not sent when empty.
        #[serde(skip_serializing_if = "String::is_empty")]
        title: String,
        /// First place first.
        items: Vec<Standing>,
    },
    /// A list of people.
    People {
        /// What the list is about; not sent when empty.
        #[serde(skip_serializing_if = "String::is_empty")]
        title: String,
        /// In the order of the list.
        items: Vec<Person>,
    },
    /// A list of things that people wrote or did.
    Cards {
        /// What the list is about; not sent when empty.
        #[serde(skip_serializing_if = "String::is_empty")]
        title: String,
        /// In the order of the list.
        items: Vec<Card>,
    },
    /// Other pages and filters.
    Tabs {
        /// From left to right.
        items: Vec<Tab>,
    },
    /// Buttons in a row.
    Buttons {
        /// From left to right.
        items: Vec<Button>,
    },
    /// Fields and a button.
    Form(Form),
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Good to know.
    Info,
    /// It went well.
    Success,
    /// To be minded.
    Warning,
}

/// One labelled value of a bar chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// What is counted.
    pub label: String,
    /// How far the bar goes towards the total.
    pub value: u64,
}

/// A word of a cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Word {
    /// The word or phrase.
    pub text: String,
    /// How often it came.
    pub weight: u64,
}

/// A place in standings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The place, from 1; equal scores share one.
    pub rank: u32,
    /// The member's id.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// What the place goes by: equal scores share one.
    pub score: i64,
    /// How many places up since the last time; not sent when none.
    #[serde(skip_serializing_if = "is_zero")]
    pub change: i32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(number: &i32) -> bool {
    *number == 0
}

/// A person in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The member's id.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// A remark beside the name; not sent when empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Another page or filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tab {
    /// The text on it.
    pub label: String,
    /// What the view is asked for when it is chosen.
    pub query: String,
    /// Whether this is what is shown; not sent when it is not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub current: bool,
}

/// One page of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportPage {
    /// Figures of the whole activity, a JSON object.
    pub summary: JsonText,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, each as wide as there are columns.
    pub rows: Vec<Vec<String>>,
    /// Where the next page starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

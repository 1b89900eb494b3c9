//! What somebody sees of an activity, and what organizers get as its report.
//!
//! These types serialize to the shape that clients read: an object with `blocks`, each with its `type`. Members that
//! the plugin left empty (a chart's title, a person's remark) are absent from the JSON. The checks here are the bounds
//! that the interface documents; sizes as such are bounded by what may cross the boundary.

mod convert;

use serde::Serialize;
use serde_json::value::RawValue;

/// Most bars, people or choices in one block.
const ITEMS_MAX: usize = 200;
/// Blocks of a view.
pub(crate) const BLOCKS_MAX: usize = 100;
/// Most fields of a form.
const FIELDS_MAX: usize = 20;

/// What somebody sees: blocks from top to bottom.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    /// In the order in which they are shown.
    pub blocks: Vec<Block>,
}

impl View {
    /// The bytes of the view as JSON.
    pub(crate) fn json_bytes(&self) -> usize {
        let mut counter = Counter(0);
        // A counter never fails, and neither do these types.
        drop(serde_json::to_writer(&mut counter, self));
        counter.0
    }
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
    /// One figure.
    Statistic {
        /// What it is.
        label: String,
        /// As people read it, with its unit.
        value: String,
    },
    /// A list of people.
    People {
        /// What the list is about; not sent when empty.
        #[serde(skip_serializing_if = "String::is_empty")]
        title: String,
        /// In the order of the list.
        items: Vec<Person>,
    },
    /// A clock that runs down.
    Countdown {
        /// What happens at the end.
        label: String,
        /// The end, in milliseconds since 1970.
        until_ms: u64,
    },
    /// Something to be glad of.
    Celebration {
        /// What there is to be glad of, in a few words.
        text: String,
    },
    /// Fields and a button.
    Form(Form),
}

/// One labelled value of a bar chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// What is counted.
    pub label: String,
    /// How far the bar goes towards the total.
    pub value: u64,
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

/// Fields and a button that sends an action.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Form {
    /// Name to wrap the action's object in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrap: Option<String>,
    /// From top to bottom.
    pub fields: Vec<Field>,
    /// The text on the button.
    pub submit: String,
    /// Who is shown the form.
    pub audience: FormAudience,
}

/// Who is shown a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FormAudience {
    /// Every member.
    Everyone,
    /// Organizers only.
    Organizers,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// The member of the action that takes the value.
    pub name: String,
    /// What is asked.
    pub label: String,
    /// What kind of input it takes.
    pub input: Input,
}

/// What kind of input a field takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Input {
    /// Choices to pick from.
    Choice {
        /// What can be picked.
        choices: Vec<Choice>,
        /// How many may be picked.
        max: u32,
        /// Whether the value is an array.
        many: bool,
    },
    /// A number on a scale.
    Number(Scale),
    /// A number picked from a scale.
    Rating(Scale),
    /// A line of text.
    Text {
        /// Most characters.
        max_chars: u32,
        /// Text shown in the empty field.
        #[serde(skip_serializing_if = "String::is_empty")]
        placeholder: String,
    },
}

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The value in the action.
    pub value: String,
    /// The text to show.
    pub label: String,
}

/// The numbers that a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scale {
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Distance between allowed values.
    pub step: f64,
}

/// One page of a report.
#[derive(Debug, Clone, Serialize)]
pub struct ReportPage {
    /// Figures of the whole activity, a JSON object.
    pub summary: Box<RawValue>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, each as wide as there are columns.
    pub rows: Vec<Vec<String>>,
    /// Where the next page starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl PartialEq for ReportPage {
    fn eq(&self, other: &Self) -> bool {
        self.summary.get() == other.summary.get()
            && self.columns == other.columns
            && self.rows == other.rows
            && self.next == other.next
    }
}

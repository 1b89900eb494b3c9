//! A form: fields and a button that sends an action.

use serde::Serialize;
use serde_json::value::RawValue;

/// Who is shown what sends an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownTo {
    /// Every member.
    Everyone,
    /// Organizers only.
    Organizers,
}

impl ShownTo {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    pub(super) fn is_everyone(&self) -> bool {
        *self == Self::Everyone
    }
}

/// Fields and a button that sends an action.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Form {
    /// Tells the form from others of the activity.
    pub id: String,
    /// Name to wrap the action's object in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrap: Option<String>,
    /// From top to bottom.
    pub fields: Vec<Field>,
    /// The text on the button.
    pub submit: String,
    /// Who is shown the form.
    pub shown_to: ShownTo,
    /// What is asked before it is sent; not sent when that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

/// One field of a form.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    /// The member of the action that takes the value.
    pub name: String,
    /// What is asked.
    pub label: String,
    /// A sentence below it; not sent when empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// What stands in it at first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<Box<RawValue>>,
    /// What kind of input it takes.
    pub input: Input,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        let preset = |one: &Self| one.preset.as_ref().map(|preset| preset.get().to_owned());
        let texts = |one: &Self| (one.name.clone(), one.label.clone(), one.help.clone(), one.required);
        texts(self) == texts(other) && preset(self) == preset(other) && self.input == other.input
    }
}

/// What kind of input a field takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Input {
    /// Choices to pick from.
    Choice {
        /// What can be picked.
        choices: Vec<Choice>,
        /// How many must be picked at least, if any is.
        min: u32,
        /// How many may be picked.
        max: u32,
        /// Whether the value is an array.
        many: bool,
    },
    /// A number on a scale.
    Number(Scale),
    /// A number picked from a scale.
    Rating(Scale),
    /// A line of text, or several.
    Text {
        /// Most characters.
        max_chars: u32,
        /// Text shown in the empty field.
        #[serde(skip_serializing_if = "String::is_empty")]
        placeholder: String,
        /// How many lines are shown.
        lines: u32,
    },
    /// True or false.
    Switch,
    /// Choices to put into an order.
    Order {
        /// What is put into an order.
        choices: Vec<Choice>,
        /// How many must be placed at least.
        min: u32,
    },
    /// Points to distribute.
    Points {
        /// What gets points.
        choices: Vec<Choice>,
        /// How many points there are.
        total: u32,
    },
    /// Questions that have the same answers.
    Matrix {
        /// What is asked about: each row is answered by itself.
        rows: Vec<Choice>,
        /// What a row may be answered, with one of them.
        columns: Vec<Choice>,
    },
    /// Nothing to fill in.
    Hidden,
}

/// Something to choose: what it means to the plugin, and to people.
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

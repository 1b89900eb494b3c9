//! Forms: fields and a button that sends an action.

use serde::Serialize;

use super::ITEMS_MAX;
use crate::bindings::hezi::activity::types::{MatrixField, OrderField, PointsField};
use crate::{Choice, ChoiceField, Field, Form, Input, NumberField, ShownTo, TextField, json};

impl Form {
    /// A form for every member, without fields; `submit` stands on its button.
    pub fn new(submit: impl Into<String>) -> Self {
        let (id, fields) = ("act".to_owned(), Vec::new());
        Self { id, wrap: None, fields, submit: submit.into(), shown_to: ShownTo::Everyone }
    }

    /// Puts the action into an object under this name: `wrap("grab")` without fields gives `{"grab":{}}`. It is the form's id,
    /// too, unless it is given another one.
    #[must_use]
    pub fn wrap(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.id.clone_from(&name);
        self.wrap = Some(name);
        self
    }

    /// Tells the form from others of the view: what somebody has put into it stays as long as a form of this id is shown.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Adds a field, at most 50.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// Shows the form to organizers only. That is tidiness and no secrecy: `act` checks the caller.
    #[must_use]
    pub fn for_organizers(mut self) -> Self {
        self.shown_to = ShownTo::Organizers;
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
        let choices = limited(choices, ITEMS_MAX);
        Self::with(name, label, Input::Choice(ChoiceField { choices, min: 1, max: 1, many: false }))
    }

    /// A field where 1 to `max` of at most 200 choices are picked: `"name":["a","b"]`.
    pub fn choices(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = impl Into<Choice>>,
        max: u32,
    ) -> Self {
        let choices = limited(choices, ITEMS_MAX);
        Self::with(name, label, Input::Choice(ChoiceField { choices, min: 1, max, many: true }))
    }

    /// A field for a number from `min` to `max` in steps of `step`.
    pub fn number(name: impl Into<String>, label: impl Into<String>, min: f64, max: f64, step: f64) -> Self {
        Self::with(name, label, Input::Number(NumberField { min, max, step }))
    }

    /// The same, picked from stars or a scale.
    pub fn rating(name: impl Into<String>, label: impl Into<String>, min: f64, max: f64, step: f64) -> Self {
        Self::with(name, label, Input::Rating(NumberField { min, max, step }))
    }

    /// A field for a line of text.
    pub fn text(
        name: impl Into<String>,
        label: impl Into<String>,
        max_chars: u32,
        placeholder: impl Into<String>,
    ) -> Self {
        Self::lines(name, label, max_chars, 1, placeholder)
    }

    /// A field for text of several lines, of which `lines` are shown.
    pub fn lines(
        name: impl Into<String>,
        label: impl Into<String>,
        max_chars: u32,
        lines: u32,
        placeholder: impl Into<String>,
    ) -> Self {
        Self::with(name, label, Input::Text(TextField { max_chars, placeholder: placeholder.into(), lines }))
    }

    /// A switch: `"name":true`.
    pub fn switch(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::with(name, label, Input::Switch)
    }

    /// A field where at most 50 choices are put into an order, best first, at least `min` of them: `"name":["b","a"]`.
    pub fn order(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = impl Into<Choice>>,
        min: u32,
    ) -> Self {
        Self::with(name, label, Input::Order(OrderField { choices: limited(choices, PLACES_MAX), min }))
    }

    /// A field where `total` points are distributed among at most 50 choices: `"name":{"a":3,"b":7}`.
    pub fn points(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = impl Into<Choice>>,
        total: u32,
    ) -> Self {
        Self::with(name, label, Input::Points(PointsField { choices: limited(choices, PLACES_MAX), total }))
    }

    /// A field with at most 50 questions that have the same, at most 11, answers: `"name":{"row":"column"}`.
    pub fn matrix(
        name: impl Into<String>,
        label: impl Into<String>,
        rows: impl IntoIterator<Item = impl Into<Choice>>,
        columns: impl IntoIterator<Item = impl Into<Choice>>,
    ) -> Self {
        let (rows, columns) = (limited(rows, PLACES_MAX), limited(columns, COLUMNS_MAX));
        Self::with(name, label, Input::Matrix(MatrixField { rows, columns }))
    }

    /// A field that nobody sees: `value` is sent as it is.
    pub fn hidden(name: impl Into<String>, value: &impl Serialize) -> Self {
        Self::with(name, "", Input::Hidden).preset(value)
    }

    /// Adds a sentence below the label.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = text.into();
        self
    }

    /// Lets the field be left empty: it is left out of the action then.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// What stands in the field at first.
    #[must_use]
    pub fn preset(mut self, value: &impl Serialize) -> Self {
        self.preset = Some(json::write("a preset value", value));
        self
    }

    /// Asks for at least so many choices, if any is picked.
    #[must_use]
    pub fn at_least(mut self, min: u32) -> Self {
        if let Input::Choice(field) = &mut self.input {
            field.min = min;
        }
        self
    }

    fn with(name: impl Into<String>, label: impl Into<String>, input: Input) -> Self {
        let (name, label, help) = (name.into(), label.into(), String::new());
        Self { name, label, help, required: true, preset: None, input }
    }
}

/// Most choices of an order or of points, and most rows of a matrix.
pub(crate) const PLACES_MAX: usize = 50;
/// Most columns of a matrix.
pub(crate) const COLUMNS_MAX: usize = 11;

fn limited(choices: impl IntoIterator<Item = impl Into<Choice>>, most: usize) -> Vec<Choice> {
    choices.into_iter().map(Into::into).take(most).collect()
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

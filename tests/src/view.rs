//! Reading the blocks of an activity's view.
//!
//! It looks at blocks by kind and not by place: a plugin may add a heading without a test noticing.

use serde_json::Value;

/// The blocks of a view.
#[derive(Clone, Debug)]
pub struct View<'a> {
    blocks: Vec<&'a Value>,
}

impl<'a> View<'a> {
    /// Reads a view as the server sends it: `{"blocks":[…]}`.
    ///
    /// # Panics
    /// When it is no such thing.
    pub fn of(view: &'a Value) -> Self {
        let blocks = view["blocks"].as_array().unwrap_or_else(|| panic!("a view is a list of blocks: {view}"));
        View { blocks: blocks.iter().collect() }
    }

    /// The blocks of one kind.
    pub fn blocks(&self, kind: &str) -> Vec<&'a Value> {
        self.blocks.iter().filter(|block| block["type"] == kind).copied().collect()
    }

    /// Labels and values of all bars, in order.
    pub fn bars(&self) -> Vec<(String, u64)> {
        let items = self.blocks("bars").into_iter().flat_map(|bars| bars["items"].as_array().into_iter().flatten());
        items
            .map(|bar| (text(&bar["label"]), bar["value"].as_u64().unwrap_or_else(|| panic!("a bar's value: {bar}"))))
            .collect()
    }

    /// The value of the statistic with this label.
    pub fn statistic(&self, label: &str) -> Option<String> {
        let found = self.blocks("statistic").into_iter().find(|figure| figure["label"] == label)?;
        Some(text(&found["value"]))
    }

    /// Ids of everybody in the lists of people, in order.
    pub fn people(&self) -> Vec<String> {
        let items = self.blocks("people").into_iter().flat_map(|list| list["items"].as_array().into_iter().flatten());
        items.map(|person| text(&person["id"])).collect()
    }

    /// Everything that can be read on the screen, as one text.
    pub fn words(&self) -> String {
        self.blocks.iter().map(|block| block.to_string()).collect::<Vec<_>>().join("\n")
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}")).to_owned()
}

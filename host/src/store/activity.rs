//! Activities: what they are, and the checkpoint that their state rows are good for.

use serde::{Deserialize, Serialize};

use super::{Store, StoreError};
use crate::domain::activity::Activity;
use crate::domain::id::{ActivityId, ConferenceId};

/// An activity with its checkpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredActivity {
    /// The activity, as of the end of the journal.
    pub doc: Activity,
    /// The last entry that the state rows and the timers stand for.
    pub seq: u64,
    /// Armed timers: name and due time in milliseconds since 1970.
    pub timers: Vec<(String, u64)>,
}

impl Store {
    /// The activities of a conference, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn activities(&self, conference: &ConferenceId) -> Result<Vec<StoredActivity>, StoreError> {
        let query = self.read("SELECT doc, seq, timers FROM activity WHERE conference = $id");
        let mut activities: Vec<StoredActivity> =
            query.bind("id", conference.as_str()).run().await?.documents(0, "an activity")?;
        activities.sort_by(|a, b| a.doc.id.cmp(&b.doc.id));
        Ok(activities)
    }

    /// The conference that an activity belongs to.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn conference_of_activity(&self, id: &ActivityId) -> Result<Option<ConferenceId>, StoreError> {
        let query = self.read("SELECT VALUE conference FROM ONLY type::record('activity', $id)");
        let id: Option<String> = query.bind("id", id.as_str()).run().await?.take_one(0)?;
        id.map(|id| ConferenceId::parse(&id).map_err(|error| StoreError::corrupt("an activity", error))).transpose()
    }

    /// The conferences that have an activity which runs or will open by itself, so that its timers can be armed after a start.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn conferences_with_open_activities(&self) -> Result<Vec<ConferenceId>, StoreError> {
        let text = "SELECT VALUE conference FROM activity \
                    WHERE doc.phase = 'open' OR (doc.phase = 'draft' AND doc.schedule.opens_at_ms > 0) \
                    GROUP BY conference";
        let query = self.read(text);
        let ids: Vec<String> = query.run().await?.rows(0)?;
        ids.iter().map(|id| ConferenceId::parse(id).map_err(|e| StoreError::corrupt("an activity", e))).collect()
    }

    /// The components that the open activities of a plugin stand on, one for each activity. Those that try a version out
    /// are left out: they stay on it.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn components_of_open_activities(&self, plugin: &str) -> Result<Vec<String>, StoreError> {
        let text = "SELECT VALUE doc.plugin.hash FROM activity \
                    WHERE doc.plugin.name = $name AND doc.phase = 'open' AND doc.trial != true";
        self.read(text).bind("name", plugin).run().await?.rows(0)
    }

    /// Whether an activity of a conference that goes on stands on this component.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn is_component_in_use(&self, hash: &str) -> Result<bool, StoreError> {
        let query = self.read(
            "SELECT VALUE id FROM activity WHERE doc.plugin.hash = $hash AND doc.phase IN ['draft', 'open'] LIMIT 1",
        );
        let used: Option<surrealdb::types::Value> = query.bind("hash", hash).run().await?.take_one(0)?;
        Ok(used.is_some())
    }
}

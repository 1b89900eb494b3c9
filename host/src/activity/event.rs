//! What an activity tells its room.

use hezi_plugin::JsonText;

use super::error::ActivityError;
use super::views::Views;
use crate::domain::activity::ActivityBrief;
use crate::domain::id::ActivityId;
use crate::plugin::Activation;
use crate::store::Addition;

/// Something that an activity tells.
#[derive(Debug)]
pub struct Event {
    /// Who tells it.
    pub activity: ActivityId,
    /// The ticket of the job that it answers; none for what the activity did of itself.
    pub ticket: Option<u64>,
    /// What it tells.
    pub told: Told,
}

/// What an activity tells.
#[derive(Debug)]
pub enum Told {
    /// A call succeeded: the state changed, or could have. What goes into the journal, but for the command that asked for
    /// it; where the activity itself changed, its rows have it as it is now.
    Changed(Box<Addition>),
    /// What is to be seen.
    View(Views),
    /// What the activity reports, in the language of whoever asked.
    Report(Report),
    /// The job came to nothing.
    Failed(ActivityError),
    /// The activity notices for the first time that it is out of service, by itself or with its version.
    OutOfService {
        /// What is told of it.
        activity: ActivityBrief,
        /// The component on which it is.
        on: Activation,
    },
}

impl From<Result<Addition, ActivityError>> for Told {
    fn from(result: Result<Addition, ActivityError>) -> Self {
        result.map_or_else(Self::Failed, |addition| Self::Changed(Box::new(addition)))
    }
}

/// A report: a table and the figures that sum it up.
#[derive(Debug, Clone)]
pub struct Report {
    /// The activity's title.
    pub title: String,
    /// The figures: an object.
    pub summary: JsonText,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows; each has as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
}

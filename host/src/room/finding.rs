//! Finding the room of a number or an activity, and a person's conferences.

use super::error::RoomError;
use super::handle::RoomHandle;
use super::rooms::Rooms;
use crate::domain::conference::{Conference, ConferenceState};
use crate::domain::folded::fold;
use crate::domain::id::{ActivityId, ConferenceId, Number, UserId};

/// Conferences that are read at a time.
const CONFERENCES_READ: usize = 100;

/// A page of conferences, and the last of them where there are more.
pub type MinePage = (Vec<Conference>, Option<ConferenceId>);

/// Which of somebody's conferences are sought.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'a> {
    /// Older ones than this; none to begin.
    pub before: Option<&'a ConferenceId>,
    /// How many at most.
    pub limit: usize,
    /// What stands in the title or the description, or the number.
    pub text: Option<&'a str>,
    /// Whether they go on.
    pub state: Option<ConferenceState>,
}

fn is_sought(conference: &Conference, page: &Sought<'_>, folded: Option<&str>) -> bool {
    let has = |text: &str| {
        folded.is_none_or(|folded| fold(&conference.title).contains(folded) || fold(text).contains(folded))
            || page.text.is_some_and(|text| conference.number.to_string() == text.trim())
    };
    page.state.is_none_or(|state| conference.state == state) && has(&conference.settings.description)
}

impl Rooms {
    /// The room of the conference that has this number.
    ///
    /// # Errors
    /// [`RoomError::UnknownConference`] when none has it.
    pub async fn by_number(&self, number: Number) -> Result<RoomHandle, RoomError> {
        if let Some(id) = self.ways().of_number(number) {
            return self.handle(id).await;
        }
        let id = self.shared().store.conference_of_number(number).await?.ok_or(RoomError::UnknownConference)?;
        self.ways().remember_number(number, &id);
        self.handle(id).await
    }

    /// The room of the conference with this id, however long ago it ended.
    ///
    /// # Errors
    /// [`RoomError::UnknownConference`] when there is none.
    pub async fn by_id(&self, id: ConferenceId) -> Result<RoomHandle, RoomError> {
        self.shared().store.conference(&id).await?.ok_or(RoomError::UnknownConference)?;
        self.handle(id).await
    }

    /// The room of the conference that has this activity.
    ///
    /// # Errors
    /// [`RoomError::UnknownActivity`] when none has it.
    pub async fn by_activity(&self, activity: &ActivityId) -> Result<RoomHandle, RoomError> {
        if let Some(id) = self.ways().of_activity(activity) {
            return self.handle(id).await;
        }
        let found = self.shared().store.conference_of_activity(activity).await?;
        let id = found.ok_or_else(|| RoomError::UnknownActivity(activity.clone()))?;
        self.ways().remember_activity(activity, &id);
        self.handle(id).await
    }

    /// The conferences that a person is a member of, newest first.
    ///
    /// # Errors
    /// [`RoomError::Store`].
    pub async fn mine(&self, user: &UserId) -> Result<Vec<Conference>, RoomError> {
        Ok(self.shared().store.conferences_of(user).await?)
    }

    /// A page of them, and where the next one begins. What is sought is looked for in titles and descriptions, and as a number.
    ///
    /// # Errors
    /// [`RoomError::Store`].
    pub async fn mine_by_page(&self, user: &UserId, page: Sought<'_>) -> Result<MinePage, RoomError> {
        let sought = page.text.map(fold);
        let mut ids = self.shared().store.seats_of(user).await?;
        ids.retain(|id| page.before.is_none_or(|before| id < before));
        let mut found: Vec<Conference> = Vec::new();
        for some in ids.chunks(CONFERENCES_READ) {
            let read = self.shared().store.conferences(some).await?;
            found.extend(read.into_iter().filter(|conference| is_sought(conference, &page, sought.as_deref())));
            if found.len() > page.limit {
                break;
            }
        }
        let more = found.len() > page.limit;
        found.truncate(page.limit);
        let next = found.last().filter(|_| more).map(|conference| conference.id.clone());
        Ok((found, next))
    }

    async fn handle(&self, id: ConferenceId) -> Result<RoomHandle, RoomError> {
        let line = self.line(&id).await?;
        Ok(RoomHandle::new(id, line, self.clone()))
    }
}

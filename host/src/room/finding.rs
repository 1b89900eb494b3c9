//! Finding the room of a number or an activity, and a person's conferences.

use super::error::RoomError;
use super::handle::RoomHandle;
use super::rooms::Rooms;
use crate::domain::conference::Conference;
use crate::domain::id::{ActivityId, ConferenceId, Number, UserId};

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

    async fn handle(&self, id: ConferenceId) -> Result<RoomHandle, RoomError> {
        let line = self.line(&id).await?;
        Ok(RoomHandle::new(id, line, self.clone()))
    }
}

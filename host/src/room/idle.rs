//! Ends conferences that nobody uses. Which those may be is for the caller to find out; the room has the last word.

use tokio::sync::oneshot;

use super::error::RoomError;
use super::message::Message;
use super::rooms::Rooms;
use crate::domain::id::ConferenceId;

impl Rooms {
    /// Ends a conference in which nothing has happened since the entry `head`, as its owner would.
    ///
    /// # Errors
    /// [`RoomError::InUse`] when something has happened since, or somebody is connected; [`RoomError::Ended`].
    pub async fn end_unused(&self, id: &ConferenceId, head: u64) -> Result<(), RoomError> {
        let ended = async {
            let line = self.line(id).await?;
            let (answer, answered) = oneshot::channel();
            let message = Message::EndUnused { head, answer };
            line.mailbox.send(message).await.map_err(|_| RoomError::Unavailable)?;
            answered.await.map_err(|_| RoomError::Unavailable)?
        };
        tokio::time::timeout(self.answer_timeout(), ended).await.unwrap_or(Err(RoomError::Unavailable)).map(drop)
    }
}

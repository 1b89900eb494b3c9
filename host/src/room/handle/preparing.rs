//! Activities before they are opened: made, prepared otherwise, thrown away.
//!
//! Their plugin judges a configuration before the room hears of it: that may take a while, and the room waits for nobody.
//!
//! # Invariants
//! * What a plugin would not open is never kept.
//! * A command that was carried out before is answered as it was, whatever has become of the plugin.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::RoomHandle;
use crate::activity;
use crate::domain::activity::{Activity, Draft, Schedule};
use crate::domain::command::{NewActivity, Request};
use crate::domain::id::{ActivityId, CommandId, UserId};
use crate::domain::payload::Payload;
use crate::protocol::server::ActivityView;
use crate::room::error::RoomError;
use crate::room::message::Acted;

impl RoomHandle {
    /// Makes an activity in phase draft, and opens it if asked to.
    ///
    /// # Errors
    /// [`RoomError::NotOrganizer`], [`RoomError::TooManyActivities`], [`RoomError::Activity`] when the plugin does not take
    /// the configuration.
    pub async fn create_activity(
        &self,
        by: &UserId,
        mut new: NewActivity,
        key: Option<CommandId>,
    ) -> Result<ActivityView, RoomError> {
        // The plugin judges what will be kept.
        new.config.read();
        let opening_key = key.as_ref().map(derived_key);
        let request = |draft| Request::Create { new: new.clone(), draft };
        let acted = self.judged(by, key, async || Ok(new.clone()), request).await?;
        let id = acted.reply.activity().ok_or(RoomError::Unavailable)?;
        if new.open {
            // A command of its own under an id of its own: whichever of the two a crash cuts off, a retry carries on there.
            self.command(by, opening_key.transpose()?, Request::Open { activity: id.clone() }).await?;
        }
        self.shown(by, &id).await
    }

    /// An activity as it was prepared, for organizers.
    ///
    /// # Errors
    /// [`RoomError::NotOrganizer`], [`RoomError::UnknownActivity`].
    pub async fn prepared(&self, by: &UserId, id: &ActivityId) -> Result<Arc<Activity>, RoomError> {
        let (_, activities) = self.plan(by).await?;
        activities.into_iter().find(|one| one.id == *id).ok_or_else(|| RoomError::UnknownActivity(id.clone()))
    }

    /// Prepares an activity otherwise. It stays what it is in all but its configuration, and keeps its times.
    ///
    /// # Errors
    /// [`RoomError::NotOrganizer`], [`RoomError::UnknownActivity`], [`RoomError::Activity`] when it was opened already or the
    /// plugin does not take the configuration.
    pub async fn revise_activity(
        &self,
        by: &UserId,
        id: &ActivityId,
        mut config: Payload,
        key: Option<CommandId>,
    ) -> Result<ActivityView, RoomError> {
        config.read();
        let new = async || Ok(revised(&*self.prepared(by, id).await?, config.clone()));
        let request = |draft| Request::Revise { activity: id.clone(), config: config.clone(), draft };
        self.judged(by, key, new, request).await?;
        self.shown(by, id).await
    }

    /// Throws an activity away that was not opened.
    ///
    /// # Errors
    /// [`RoomError::NotOrganizer`], [`RoomError::UnknownActivity`], [`RoomError::Activity`] when it was opened already.
    pub async fn discard_activity(
        &self,
        by: &UserId,
        id: &ActivityId,
        key: Option<CommandId>,
    ) -> Result<(), RoomError> {
        self.command(by, key, Request::Discard { activity: id.clone() }).await.map(drop)
    }

    /// Carries out a command about a configuration that its plugin takes. The plugin is asked where the room does not know the
    /// command: one that was carried out before is answered as it was, whatever has become of the plugin.
    async fn judged(
        &self,
        by: &UserId,
        key: Option<CommandId>,
        new: impl AsyncFnOnce() -> Result<NewActivity, RoomError>,
        request: impl Fn(Option<Draft>) -> Request,
    ) -> Result<Acted, RoomError> {
        let member = self.organizer(by).await?;
        match self.command(by, key.clone(), request(None)).await {
            Err(RoomError::NotJudged) => {
                let draft = activity::draft(&new().await?, &self.languages, self.line.environment()).await;
                let draft = draft.map_err(|error| RoomError::from(error).told_to(member.role))?;
                self.command(by, key, request(Some(draft))).await
            }
            acted => acted,
        }
    }
}

/// The activity with this configuration, to be judged by the version that it would be opened with.
fn revised(activity: &Activity, config: Payload) -> NewActivity {
    NewActivity {
        plugin: activity.plugin.name.clone(),
        version: activity.trial.then(|| activity.plugin.version.clone()),
        config,
        open: false,
        schedule: Schedule::default(),
        anonymous: activity.anonymous,
    }
}

/// The id of the command that follows the one with this id.
fn derived_key(key: &CommandId) -> Result<CommandId, RoomError> {
    let hash = Sha256::digest(key.as_str().as_bytes());
    Ok(CommandId::parse(&format!("open-{}", hex::encode(&hash[..16])))?)
}

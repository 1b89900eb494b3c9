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
use crate::access;
use crate::activity;
use crate::domain::activity::{Activity, Draft, Schedule};
use crate::domain::command::{NewActivity, Request};
use crate::domain::id::{ActivityId, CommandId, UserId};
use crate::domain::member::Member;
use crate::domain::payload::Payload;
use crate::protocol::server::ActivityView;
use crate::room::error::RoomError;
use crate::room::message::Message;

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
        let member = self.organizer(by).await?;
        // The plugin judges what will be kept.
        new.config.tidy();
        let opening_key = key.as_ref().map(derived_key);
        let request = |draft: Option<Draft>| Request::Create { new: new.clone(), draft };
        // A command that was carried out before is answered as it was, whatever has become of the plugin.
        let acted = match self.command(by, key.clone(), request(None)).await {
            Err(RoomError::NotJudged) => {
                let draft = self.draft(&new, &member).await?;
                self.command(by, key, request(Some(draft))).await?
            }
            acted => acted?,
        };
        let id = made(&acted.reply)?;
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
        let member = self.organizer(by).await?;
        config.tidy();
        let request = |draft| Request::Revise { activity: id.clone(), config: config.clone(), draft };
        match self.command(by, key.clone(), request(None)).await {
            Err(RoomError::NotJudged) => {
                let activity = self.prepared(by, id).await?;
                let draft = self.draft(&revised(&activity, config.clone()), &member).await?;
                self.command(by, key, request(Some(draft))).await?
            }
            acted => acted?,
        };
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

    /// Whoever asks, if they run the conference.
    async fn organizer(&self, by: &UserId) -> Result<Arc<Member>, RoomError> {
        let (member, _) = self.ask(|answer| Message::WhoIs { user: by.clone(), answer }).await?;
        access::organizer(&member).ok_or(RoomError::NotOrganizer)?;
        Ok(member)
    }

    /// What the plugin says of an activity.
    async fn draft(&self, new: &NewActivity, asking: &Member) -> Result<Draft, RoomError> {
        let draft = activity::draft(new, &self.languages, &self.line.environment).await;
        draft.map_err(|error| RoomError::from(error).told_to(asking.role))
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

/// The activity that a command made.
fn made(reply: &str) -> Result<ActivityId, RoomError> {
    #[derive(serde::Deserialize)]
    struct Made {
        activity: ActivityId,
    }
    serde_json::from_str::<Made>(reply).map(|made| made.activity).map_err(|_| RoomError::Unavailable)
}

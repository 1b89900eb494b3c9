//! A conference once more: the same title and settings, and its activities as drafts, for the next time.
//!
//! What happened in the first one is not copied, and neither is who was in it.
//!
//! # Invariants
//! * With a key it is done once: what a crash cuts off, a retry carries on with.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::body::JsonOf;
use super::error::{ApiError, ApiResult};
use super::extract::{CurrentUser, Key};
use super::openapi::Problems;
use super::path::AtConference;
use super::reader::ReadersTongue;
use super::{AppState, answer};
use crate::clock::new_id;
use crate::domain::activity::{Activity, Schedule};
use crate::domain::changes::ConferenceChanges;
use crate::domain::command::{NewActivity, fingerprint};
use crate::domain::conference::Conference;
use crate::domain::id::{ActivityId, CommandId};
use crate::domain::payload::Payload;
use crate::protocol::conference::ConferenceView;
use crate::protocol::server::ActivityView;
use crate::room::{NewRoom, RoomError, RoomHandle};
use crate::store::StoreError;

/// What is to be different in the copy.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CopyBody {
    /// Another title; the same if not given.
    title: Option<String>,
}

/// A conference that was made of another one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConferenceCopy)]
pub(super) struct CopiedBody {
    /// The new conference.
    conference: ConferenceView,
    /// Its activities, all of them drafts.
    activities: Vec<ActivityView>,
    /// Those that could not be copied.
    skipped: Vec<SkippedBody>,
}

/// An activity that could not be copied.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SkippedActivity)]
pub(super) struct SkippedBody {
    /// What it is called in the conference that was copied.
    title: String,
    /// Name of its plugin.
    plugin: String,
    /// Why not.
    detail: String,
}

/// Makes a conference of this one, for its organizers: mine, with the same settings, and with its activities as drafts. Also of
/// one that has ended.
#[utoipa::path(
    post, path = "/api/conferences/{number}/copy", operation_id = "copy_conference", tag = "conferences",
    request_body = CopyBody, params(AtConference, Key),
    responses((status = 201, description = "the conference that was made", body = CopiedBody), Problems)
)]
pub(super) async fn copy(
    State(state): State<AppState>,
    user: CurrentUser,
    AtConference(room): AtConference,
    Key(key): Key,
    ReadersTongue(tongue): ReadersTongue,
    JsonOf(body): JsonOf<CopyBody>,
) -> ApiResult<Response> {
    let (original, mut activities) = room.plan(user.id()).await?;
    activities.sort_by_key(|activity| turn(activity, &original.settings.queue));
    let key = match key {
        Some(key) => key,
        None => CommandId::parse(&new_id(state.clock.as_ref(), state.rng.as_ref())).map_err(ApiError::internal)?,
    };
    let made = found(&state, &user, &original, &body, &key).await?;
    let target = state.rooms.by_id(made.id.clone()).await?;
    let (mut copied, mut skipped) = (Vec::new(), Vec::new());
    for activity in activities {
        match draft(&target, &user, &activity, &key).await {
            Ok(draft) => copied.push(draft),
            // The plugin is gone, or takes this configuration no longer: the rest is as good without it.
            Err(error @ (RoomError::Plugin(_) | RoomError::Activity(..))) => skipped.push(SkippedBody {
                title: activity.title.clone(),
                plugin: activity.plugin.name.clone(),
                detail: error.problem().detail(tongue),
            }),
            Err(error) => return Err(error.into()),
        }
    }
    let conference = ConferenceView::new(&made, state.site.public_url());
    let location = format!("/api/conferences/{}", made.number);
    answer::created(&location, &CopiedBody { conference, activities: copied, skipped })
}

/// The new conference, made once under this key.
async fn found(
    state: &AppState,
    user: &CurrentUser,
    original: &Conference,
    body: &CopyBody,
    key: &CommandId,
) -> ApiResult<Conference> {
    // One at a time for each person, as where a conference is made of nothing.
    let _turn = state.paces().turn(user.id()).await;
    let is_new = state.store.made_with(user.id(), key).await?.is_none();
    if is_new {
        state.paces().check_founding(user.id(), &state.rooms.mine(user.id()).await?)?;
    }
    let changes = settings_of(original);
    let title = body.title.as_deref().unwrap_or(&original.title);
    let asked = fingerprint(&["copy", original.id.as_str(), body.title.as_deref().unwrap_or_default()]);
    let new = NewRoom { title, guests: original.guests, changes: &changes, asked: Some(asked) };
    let made = state.rooms.create(&user.user, new, Some(key.clone())).await?;
    if is_new {
        state.paces().note_founding(user.id());
    }
    Ok(made)
}

/// When an activity had or was to have its turn: first what was opened, as it was, then what is prepared.
fn turn(activity: &Activity, queue: &[ActivityId]) -> (u64, usize) {
    let place = queue.iter().position(|id| *id == activity.id);
    (activity.opened_at_ms.unwrap_or(u64::MAX), place.unwrap_or(usize::MAX))
}

/// What a copy has from the beginning: not when the first one began, what was pinned in it, or that its door was locked.
fn settings_of(original: &Conference) -> ConferenceChanges {
    let settings = &original.settings;
    ConferenceChanges {
        description: Some(settings.description.clone()),
        private: Some(settings.key.is_some()),
        members_max: Some(settings.members_max),
        slow_mode_s: Some(settings.slow_mode_s),
        chat: Some(settings.speakers),
        screen_chat: Some(settings.screen_chat),
        ..ConferenceChanges::default()
    }
}

/// An activity as a draft in another conference, made once under a key that follows from these two.
async fn draft(
    target: &RoomHandle,
    user: &CurrentUser,
    activity: &Activity,
    key: &CommandId,
) -> Result<ActivityView, RoomError> {
    let hash = Sha256::digest(format!("{key} {}", activity.id).as_bytes());
    let key = CommandId::parse(&format!("copy-{}", hex::encode(&hash[..16])));
    let config = RawValue::from_string(activity.config.clone());
    let config = config.map_err(|error| StoreError::corrupt("the configuration of an activity", error))?;
    let new = NewActivity {
        plugin: activity.plugin.name.clone(),
        version: None,
        config: Payload::new(&config),
        open: false,
        // Times are those of the meeting that was; how long it is open goes for the next one, too.
        schedule: Schedule { open_for_ms: activity.schedule.open_for_ms, ..Schedule::default() },
        anonymous: activity.anonymous,
    };
    target.create_activity(user.id(), new, Some(key?)).await
}

//! What organizers prepare before a meeting: look at what an activity was made of, make it otherwise, throw it away.
//!
//! In which order they come is a change of the conference.

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::answer::Done;
use super::body::JsonOf;
use super::error::{ApiError, ApiResult};
use super::extract::{CurrentUser, Key};
use super::openapi::Problems;
use super::path::AtActivity;
use super::{AppState, reader};
use crate::domain::activity::Activity;
use crate::domain::payload::Payload;
use crate::plugin::PluginSummary;
use crate::protocol::server::ActivityView;

/// What an activity was made of: enough to make another one like it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Preparation)]
pub(super) struct Preparation {
    /// Name of the plugin.
    plugin: String,
    /// The version of it that the activity stands on.
    version: String,
    /// The configuration, as the plugin's schema says.
    #[schema(value_type = Object)]
    config: Box<RawValue>,
    /// Whether nobody is to learn who does what in it.
    anonymous: bool,
    /// The version that judges another configuration of it: the active one, or the one that it tries. None where there is none.
    judged_by: Option<PluginSummary>,
}

/// How an activity is to be prepared.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewPreparation)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPreparation {
    /// The configuration in place of the one that it has, as the plugin's schema says.
    #[schema(value_type = Object)]
    config: Payload,
}

impl Preparation {
    fn new(activity: &Activity, judged_by: Option<PluginSummary>) -> ApiResult<Self> {
        Ok(Self {
            judged_by,
            plugin: activity.plugin.name.clone(),
            version: activity.plugin.version.clone(),
            config: RawValue::from_string(activity.config.clone()).map_err(ApiError::internal)?,
            anonymous: activity.anonymous,
        })
    }
}

/// What an activity was made of, for organizers.
#[utoipa::path(
    get, path = "/api/activities/{id}/config", operation_id = "get_activity_config", tag = "activities",
    params(AtActivity),
    responses((status = 200, description = "its plugin and its configuration", body = Preparation), Problems)
)]
pub(super) async fn show(
    State(state): State<AppState>,
    user: CurrentUser,
    at: AtActivity,
    parts: Parts,
) -> ApiResult<Json<Preparation>> {
    let activity = at.room.prepared(user.id(), &at.id).await?;
    let judge = match activity.trial {
        // By its number, as a configuration is judged; where that does not load there is still one to be told of.
        true => state.plugins.numbered(&activity.plugin.name, &activity.plugin.version).await.unwrap_or_default(),
        false => state.plugins.active(&activity.plugin.name),
    };
    let judged_by = judge.map(|judge| PluginSummary::of(&judge, &reader::of(&parts)));
    Ok(Json(Preparation::new(&activity, judged_by)?))
}

/// Makes it otherwise, for organizers, before it is opened. Its times stay, and so does whether it is anonymous.
#[utoipa::path(
    put, path = "/api/activities/{id}/config", operation_id = "revise_activity", tag = "activities",
    request_body = NewPreparation, params(AtActivity, Key),
    responses((status = 200, description = "the activity, as it is prepared now", body = ActivityView), Problems)
)]
pub(super) async fn revise(
    user: CurrentUser,
    at: AtActivity,
    Key(key): Key,
    JsonOf(new): JsonOf<NewPreparation>,
) -> ApiResult<Json<ActivityView>> {
    Ok(Json(at.room.revise_activity(user.id(), &at.id, new.config, key).await?))
}

/// Throws it away, for organizers, before it is opened.
#[utoipa::path(
    delete, path = "/api/activities/{id}", operation_id = "discard_activity", tag = "activities",
    params(AtActivity, Key),
    responses((status = 200, description = "it is gone", body = Done), Problems)
)]
pub(super) async fn discard(user: CurrentUser, at: AtActivity, Key(key): Key) -> ApiResult<Json<Done>> {
    at.room.discard_activity(user.id(), &at.id, key).await?;
    Ok(Json(Done {}))
}

//! Activities: make, open, act, close.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use hezi_plugin::limits::QUERY_BYTES_MAX;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::JsonOf;
use super::error::{ApiError, ApiResult};
use super::extract::{CurrentUser, Key, Params};
use super::openapi::Problems;
use super::path::{AtActivity, AtConference};
use super::{AppState, answer};
use crate::domain::activity::Schedule;
use crate::domain::command::{NewActivity, Request};
use crate::domain::id::UserId;
use crate::domain::payload::Payload;
use crate::domain::reply::Reply;
use crate::domain::sentence::Sentence;
use crate::protocol::code::Code;
use crate::protocol::server::ActivityView;
use crate::room::Acted;

/// An activity to make.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewActivity)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    /// Name of the plugin.
    plugin: String,
    /// Its configuration, as the plugin's schema says.
    #[schema(value_type = Object)]
    config: Payload,
    /// Whether to open it at once.
    #[serde(default)]
    open: bool,
    /// A version to try, also one that is not active. Only administrators may.
    version: Option<String>,
    /// When it opens by itself, in milliseconds since 1970.
    opens_at_ms: Option<u64>,
    /// When it closes by itself, in milliseconds since 1970.
    closes_at_ms: Option<u64>,
    /// How long it will be open, in milliseconds; instead of `closes_at_ms`.
    open_for_ms: Option<u64>,
    /// Whether nobody is to learn who does what in it, organizers included. Only where the plugin allows it, and for good.
    #[serde(default)]
    anonymous: bool,
}

/// When an activity opens and closes by itself. What is absent does not happen by itself.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewSchedule)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSchedule {
    /// When it opens, in milliseconds since 1970; only for one that was not opened yet.
    opens_at_ms: Option<u64>,
    /// When it closes, in milliseconds since 1970.
    closes_at_ms: Option<u64>,
    /// How long it will be open, in milliseconds: from its opening, or from now on if it is open.
    open_for_ms: Option<u64>,
}

/// Which page of a view somebody asks for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageAsked {
    /// One of the queries that the view's tabs offer, at most 256 bytes; the first page if none.
    query: Option<String>,
    /// The language to be shown it in; that of `Accept-Language` if none.
    #[serde(rename = "lang")]
    _lang: Option<String>,
}

/// For whom somebody acts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ForWhom {
    /// The member for whom an organizer acts; themselves if none.
    #[param(value_type = Option<String>)]
    member: Option<UserId>,
}

/// The activities of a conference.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Activities)]
pub(super) struct ActivitiesBody {
    /// In the order in which they were made.
    activities: Vec<ActivityView>,
}

/// What came of an action.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Acted)]
pub(super) struct ActedBody {
    /// The entry that it made.
    seq: u64,
    /// The plugin's answer.
    #[schema(value_type = Object)]
    reply: Reply,
}

/// Makes an activity, for organizers.
#[utoipa::path(
    post, path = "/api/conferences/{number}/activities", operation_id = "create_activity", tag = "activities",
    request_body = New, params(AtConference, Key),
    responses((status = 201, description = "the activity that was made", body = ActivityView), Problems)
)]
pub(super) async fn create(
    State(state): State<AppState>,
    user: CurrentUser,
    AtConference(room): AtConference,
    Key(key): Key,
    JsonOf(new): JsonOf<New>,
) -> ApiResult<Response> {
    if new.version.is_some() && state.admins.user(user.id()).is_none() {
        return Err(ApiError::new(Code::NotAdmin, Sentence::VersionForAdmins {}));
    }
    let New { plugin, config, open, version, opens_at_ms, closes_at_ms, open_for_ms, anonymous } = new;
    let schedule = Schedule { opens_at_ms, closes_at_ms, open_for_ms };
    let new = NewActivity { plugin, version, config, open, schedule, anonymous };
    let activity = room.create_activity(user.id(), new, key).await?;
    answer::created(&format!("/api/activities/{}", activity.id), &activity)
}

/// The activities of a conference.
#[utoipa::path(
    get, path = "/api/conferences/{number}/activities", operation_id = "list_activities", tag = "activities",
    params(AtConference),
    responses((status = 200, description = "the activities, each with what is to be seen of it", body = ActivitiesBody), Problems)
)]
pub(super) async fn list(user: CurrentUser, AtConference(room): AtConference) -> ApiResult<Json<ActivitiesBody>> {
    Ok(Json(ActivitiesBody { activities: room.activities(user.id()).await? }))
}

/// One activity, with what I see of it.
#[utoipa::path(
    get, path = "/api/activities/{id}", operation_id = "get_activity", tag = "activities",
    params(AtActivity, PageAsked),
    responses((status = 200, description = "the activity", body = ActivityView), Problems)
)]
pub(super) async fn show(
    user: CurrentUser,
    at: AtActivity,
    Params(page): Params<PageAsked>,
) -> ApiResult<Json<ActivityView>> {
    if page.query.as_ref().is_some_and(|query| query.len() > QUERY_BYTES_MAX) {
        return Err(ApiError::invalid(Sentence::QueryTooLong { bytes_max: QUERY_BYTES_MAX }));
    }
    Ok(Json(at.room.activity(user.id(), &at.id, page.query).await?))
}

/// Lets it open and close by itself at these times, or no more, for organizers.
#[utoipa::path(
    put, path = "/api/activities/{id}/schedule", operation_id = "schedule_activity", tag = "activities",
    request_body = NewSchedule, params(AtActivity, Key),
    responses((status = 200, description = "the activity, with its times", body = ActivityView), Problems)
)]
pub(super) async fn schedule(
    user: CurrentUser,
    at: AtActivity,
    Key(key): Key,
    JsonOf(new): JsonOf<NewSchedule>,
) -> ApiResult<Json<ActivityView>> {
    let NewSchedule { opens_at_ms, closes_at_ms, open_for_ms } = new;
    let schedule = Schedule { opens_at_ms, closes_at_ms, open_for_ms };
    Ok(Json(at.room.schedule_activity(user.id(), &at.id, schedule, key).await?))
}

/// Opens it, for organizers.
#[utoipa::path(
    post, path = "/api/activities/{id}/open", operation_id = "open_activity", tag = "activities",
    params(AtActivity, Key),
    responses((status = 200, description = "the activity, open now", body = ActivityView), Problems)
)]
pub(super) async fn open(user: CurrentUser, at: AtActivity, Key(key): Key) -> ApiResult<Json<ActivityView>> {
    Ok(Json(at.room.open_activity(user.id(), &at.id, key).await?))
}

/// Closes it, for organizers.
#[utoipa::path(
    post, path = "/api/activities/{id}/close", operation_id = "close_activity", tag = "activities",
    params(AtActivity, Key),
    responses((status = 200, description = "the activity, closed now", body = ActivityView), Problems)
)]
pub(super) async fn close(user: CurrentUser, at: AtActivity, Key(key): Key) -> ApiResult<Json<ActivityView>> {
    Ok(Json(at.room.close_activity(user.id(), &at.id, key).await?))
}

/// Acts. What an action and its answer look like is the plugin's matter: see `/api/plugins`.
#[utoipa::path(
    post, path = "/api/activities/{id}/actions", operation_id = "act_in_activity", tag = "activities",
    request_body(content = Object, description = "the action, as the plugin's schema says"),
    params(AtActivity, ForWhom, Key),
    responses((status = 200, description = "the entry that the action made, and the answer", body = ActedBody), Problems)
)]
pub(super) async fn act(
    user: CurrentUser,
    at: AtActivity,
    Key(key): Key,
    Params(ForWhom { member }): Params<ForWhom>,
    JsonOf(action): JsonOf<Payload>,
) -> ApiResult<Json<ActedBody>> {
    let act = Request::Act { activity: at.id, action, on_behalf_of: member };
    let Acted { seq, reply } = at.room.command(user.id(), key, act).await?;
    Ok(Json(ActedBody { seq, reply }))
}

//! The people of a conference: who is in, who is kept out, and what those who run it do about them.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AppState;
use super::answer::Done;
use super::body::JsonOf;
use super::error::ApiResult;
use super::extract::{CurrentUser, Key, Page, Params};
use super::openapi::Problems;
use super::path::{AtConference, AtMember};
use crate::domain::command::Request;
use crate::domain::id::{CommandId, UserId};
use crate::domain::measure::Measure;
use crate::domain::member::{Member, Person, Role};
use crate::domain::settings::KeptOut;
use crate::protocol::conference::ConferenceView;
use crate::protocol::time::time_text;
use crate::room::{Attendee, RoomError, RoomHandle};

/// A member as clients see them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub(super) struct MemberView {
    id: UserId,
    /// The name to show.
    name: String,
    role: Role,
    /// When they joined, RFC 3339.
    #[schema(format = DateTime)]
    joined_at: String,
    /// Whether an organizer has taken the word from them.
    muted: bool,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Self {
            id: member.id,
            name: member.name,
            role: member.role,
            joined_at: time_text(member.joined_at_ms),
            muted: member.is_muted,
        }
    }
}

/// A member in the list of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attendee)]
pub(super) struct AttendeeView {
    #[serde(flatten)]
    member: MemberView,
    /// Whether they are connected.
    online: bool,
}

impl From<Attendee> for AttendeeView {
    fn from(Attendee { member, is_online }: Attendee) -> Self {
        Self { member: member.into(), online: is_online }
    }
}

/// A page of the members.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Members)]
pub(super) struct MembersBody {
    /// In order of their ids.
    members: Vec<AttendeeView>,
    /// `after` of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<UserId>,
}

/// Whom it is about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfMember {
    /// The member's id.
    member: UserId,
}

/// Somebody who is kept out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeptOut)]
pub(super) struct KeptOutView {
    /// Who stays out.
    #[serde(flatten)]
    who: Person,
    /// The organizer who removed them.
    by: Person,
    /// When, RFC 3339.
    #[schema(format = DateTime)]
    at: String,
}

impl From<KeptOut> for KeptOutView {
    fn from(KeptOut { who, by, at_ms }: KeptOut) -> Self {
        Self { who, by, at: time_text(at_ms) }
    }
}

/// Who is kept out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Removals {
    /// In the order in which they were removed.
    removals: Vec<KeptOutView>,
}

/// Has something done about somebody, once under the same key.
async fn take(
    room: &RoomHandle,
    user: &CurrentUser,
    key: Option<CommandId>,
    measure: Measure,
    whom: &UserId,
) -> Result<(), RoomError> {
    room.command(user.id(), key, Request::Measure { measure, whom: whom.clone() }).await.map(drop)
}

/// Who joined, in order of their ids.
#[utoipa::path(
    get, path = "/api/conferences/{number}/members", operation_id = "list_members", tag = "conferences",
    params(
        AtConference,
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 1000, description = "100 if not given"),
    ),
    responses((status = 200, description = "a page of the members", body = MembersBody), Problems)
)]
pub(super) async fn list(
    user: CurrentUser,
    AtConference(room): AtConference,
    Params(page): Params<Page<UserId>>,
) -> ApiResult<Json<MembersBody>> {
    let limit = page.limit()?;
    let (members, next) = room.members(user.id(), page.after, limit).await?;
    Ok(Json(MembersBody { members: members.into_iter().map(AttendeeView::from).collect(), next }))
}

/// Makes a member an organizer, for the owner.
#[utoipa::path(
    post, path = "/api/conferences/{number}/organizers", operation_id = "appoint_organizer", tag = "conferences",
    request_body = OfMember, params(AtConference, Key),
    responses((status = 200, description = "the member, an organizer now", body = MemberView), Problems)
)]
pub(super) async fn appoint(
    user: CurrentUser,
    AtConference(room): AtConference,
    Key(key): Key,
    JsonOf(of): JsonOf<OfMember>,
) -> ApiResult<Json<MemberView>> {
    take(&room, &user, key, Measure::Appoint, &of.member).await?;
    Ok(Json(room.member(&of.member).await?.into()))
}

/// Makes an organizer a participant, for the owner.
#[utoipa::path(
    delete, path = "/api/conferences/{number}/organizers/{member}", operation_id = "dismiss_organizer",
    tag = "conferences", params(AtMember, Key),
    responses((status = 200, description = "they are no organizer any more", body = Done), Problems)
)]
pub(super) async fn dismiss(user: CurrentUser, at: AtMember, Key(key): Key) -> ApiResult<Json<Done>> {
    take(&at.room, &user, key, Measure::Dismiss, &at.member).await?;
    Ok(Json(Done {}))
}

/// Makes a member the owner, for the owner, who stays an organizer. Whoever owns as many conferences as a person may gets none.
#[utoipa::path(
    post, path = "/api/conferences/{number}/owner", operation_id = "hand_over_conference", tag = "conferences",
    request_body = OfMember, params(AtConference, Key),
    responses((status = 200, description = "the conference, with its new owner", body = ConferenceView), Problems)
)]
pub(super) async fn hand_over(
    State(state): State<AppState>,
    user: CurrentUser,
    AtConference(room): AtConference,
    Key(key): Key,
    JsonOf(of): JsonOf<OfMember>,
) -> ApiResult<Json<ConferenceView>> {
    take(&room, &user, key, Measure::HandOver, &of.member).await?;
    Ok(Json(ConferenceView::new(&room.conference().await?, state.site.public_url())))
}

/// Takes the word from a member, for organizers: they cannot write or react, and still take part in activities.
#[utoipa::path(
    post, path = "/api/conferences/{number}/mutes", operation_id = "mute_member", tag = "conferences",
    request_body = OfMember, params(AtConference, Key),
    responses((status = 200, description = "the member, muted now", body = MemberView), Problems)
)]
pub(super) async fn mute(
    user: CurrentUser,
    AtConference(room): AtConference,
    Key(key): Key,
    JsonOf(of): JsonOf<OfMember>,
) -> ApiResult<Json<MemberView>> {
    take(&room, &user, key, Measure::Mute, &of.member).await?;
    Ok(Json(room.member(&of.member).await?.into()))
}

/// Gives a member the word again, for organizers.
#[utoipa::path(
    delete, path = "/api/conferences/{number}/mutes/{member}", operation_id = "unmute_member", tag = "conferences",
    params(AtMember, Key),
    responses((status = 200, description = "they have the word again", body = Done), Problems)
)]
pub(super) async fn unmute(user: CurrentUser, at: AtMember, Key(key): Key) -> ApiResult<Json<Done>> {
    take(&at.room, &user, key, Measure::Unmute, &at.member).await?;
    Ok(Json(Done {}))
}

/// Sends a member out, for organizers. They stay out until they are let in again.
#[utoipa::path(
    post, path = "/api/conferences/{number}/removals", operation_id = "remove_member", tag = "conferences",
    request_body = OfMember, params(AtConference, Key),
    responses((status = 200, description = "they are out", body = Done), Problems)
)]
pub(super) async fn remove(
    user: CurrentUser,
    AtConference(room): AtConference,
    Key(key): Key,
    JsonOf(of): JsonOf<OfMember>,
) -> ApiResult<Json<Done>> {
    take(&room, &user, key, Measure::Remove, &of.member).await?;
    Ok(Json(Done {}))
}

/// Who is kept out, for organizers.
#[utoipa::path(
    get, path = "/api/conferences/{number}/removals", operation_id = "list_removals", tag = "conferences",
    params(AtConference),
    responses((status = 200, description = "who is kept out", body = Removals), Problems)
)]
pub(super) async fn removals(user: CurrentUser, AtConference(room): AtConference) -> ApiResult<Json<Removals>> {
    let kept_out = room.kept_out(user.id()).await?;
    Ok(Json(Removals { removals: kept_out.into_iter().map(KeptOutView::from).collect() }))
}

/// Lets somebody in again, for organizers. They have to join themselves.
#[utoipa::path(
    delete, path = "/api/conferences/{number}/removals/{member}", operation_id = "readmit_member",
    tag = "conferences", params(AtMember, Key),
    responses((status = 200, description = "they may join again", body = Done), Problems)
)]
pub(super) async fn readmit(user: CurrentUser, at: AtMember, Key(key): Key) -> ApiResult<Json<Done>> {
    take(&at.room, &user, key, Measure::Readmit, &at.member).await?;
    Ok(Json(Done {}))
}

//! Conferences: make, find, join, leave, end; who is in, what happened.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::answer::Done;
use super::body::JsonOf;
use super::error::{ApiError, ApiResult};
use super::extract::{CurrentUser, Key, Page, Params, items};
use super::openapi::Problems;
use super::path::AtConference;
use super::{AppState, answer};
use crate::access;
use crate::domain::conference::Conference;
use crate::domain::entry::Entry;
use crate::domain::id::UserId;
use crate::domain::member::{Member, Role};
use crate::protocol::server::{self, ConferenceView, EntryKind, time_text};
use crate::room::{NewRoom, RoomError, RoomHandle};

/// A conference to make.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewConference)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConferenceBody {
    /// What it is about, 1 to 120 characters.
    title: String,
    /// Whether people who do not belong to the corp may join by the link, as guests.
    #[serde(default)]
    guests: bool,
}

/// My conferences.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Conferences {
    /// Newest first.
    conferences: Vec<ConferenceView>,
}

/// A conference that I am in now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Joined {
    /// The conference.
    conference: ConferenceView,
    /// What I am in it.
    me: MemberView,
}

/// A member as clients see them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub(super) struct MemberView {
    id: UserId,
    /// The name to show.
    name: String,
    role: Role,
    /// When they joined, RFC 3339.
    joined_at: String,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Self { id: member.id, name: member.name, role: member.role, joined_at: time_text(member.joined_at_ms) }
    }
}

/// A page of the members.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Members {
    /// In order of their ids.
    members: Vec<MemberView>,
    /// `after` of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<UserId>,
}

/// A page of the journal.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Entries {
    /// In order.
    #[schema(value_type = Vec<server::EntryShape<'static>>)]
    entries: Vec<Box<RawValue>>,
    /// `after` of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// Who becomes an organizer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Appointment {
    /// The member's id.
    member: UserId,
}

fn view(conference: &Conference, state: &AppState) -> ConferenceView {
    ConferenceView::new(conference, state.site.public_url())
}

/// Makes a conference. Whoever makes it owns it.
#[utoipa::path(
    post, path = "/api/conferences", operation_id = "create_conference", tag = "conferences",
    request_body = NewConferenceBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "makes a retry safe")),
    responses((status = 201, description = "the conference that was made", body = ConferenceView), Problems)
)]
pub(super) async fn create(
    State(state): State<AppState>,
    user: CurrentUser,
    Key(key): Key,
    JsonOf(new): JsonOf<NewConferenceBody>,
) -> ApiResult<Response> {
    // One at a time for each person, or many at once would all find the same few that they own.
    let _turn = state.paces().turn(user.id()).await;
    let is_new = match &key {
        Some(key) => state.store.made_with(user.id(), key).await?.is_none(),
        None => true,
    };
    if is_new {
        state.paces().check_founding(user.id(), &state.rooms.mine(user.id()).await?)?;
    }
    let conference = state.rooms.create(&user.user, NewRoom { title: &new.title, guests: new.guests }, key).await?;
    if is_new {
        state.paces().note_founding(user.id());
    }
    answer::created(&format!("/api/conferences/{}", conference.number), &view(&conference, &state))
}

/// The conferences that I am in.
#[utoipa::path(
    get, path = "/api/conferences", operation_id = "list_conferences", tag = "conferences",
    responses((status = 200, description = "my conferences, newest first", body = Conferences), Problems)
)]
pub(super) async fn mine(State(state): State<AppState>, user: CurrentUser) -> ApiResult<Json<Conferences>> {
    let mut conferences = state.rooms.mine(user.id()).await?;
    for mine in conferences.iter_mut().filter(|conference| conference.owner.id == user.user.id) {
        // The record has the name that the owner had when they made it.
        mine.owner.name.clone_from(&user.user.name);
    }
    let conferences = conferences.iter().map(|conference| view(conference, &state)).collect();
    Ok(answer::json(Conferences { conferences }))
}

/// One conference.
#[utoipa::path(
    get, path = "/api/conferences/{number}", operation_id = "get_conference", tag = "conferences",
    params(("number" = String, Path, description = "five digits, or the id")),
    responses((status = 200, description = "the conference", body = ConferenceView), Problems)
)]
pub(super) async fn show(
    State(state): State<AppState>,
    user: CurrentUser,
    AtConference(room): AtConference,
) -> ApiResult<Json<ConferenceView>> {
    let conference = room.conference().await?;
    access::entry(&user.user, &conference).ok_or(RoomError::Guest)?;
    Ok(answer::json(view(&conference, &state)))
}

/// Joins. Joining again changes nothing.
#[utoipa::path(
    post, path = "/api/conferences/{number}/join", operation_id = "join_conference", tag = "conferences",
    params(("number" = String, Path, description = "five digits, or the id")),
    responses((status = 200, description = "the conference, and what I am in it", body = Joined), Problems)
)]
pub(super) async fn join(
    State(state): State<AppState>,
    user: CurrentUser,
    AtConference(room): AtConference,
) -> ApiResult<Json<Joined>> {
    may_join(&state, &user, &room).await?;
    let (conference, mut member) = room.join(&user.user).await?;
    // Their name may have become known while they joined under their id.
    if let Some(user) = state.sessions.named_since(&user.user).await? {
        state.rooms.rename(&user).await;
        member.name = user.name;
    }
    Ok(answer::json(Joined { conference: view(&conference, &state), me: member.into() }))
}

/// Refuses whoever joins and leaves all the time. Who is in the conference already may come in through one more door.
pub(super) async fn may_join(state: &AppState, user: &CurrentUser, room: &RoomHandle) -> ApiResult<()> {
    let Err(slowly) = state.paces().check_joining(user.id()) else { return Ok(()) };
    let (asked, mine) = (room.conference().await?.id, state.rooms.mine(user.id()).await?);
    if mine.iter().any(|conference| conference.id == asked) { Ok(()) } else { Err(slowly) }
}

/// Leaves the conference.
#[utoipa::path(
    post, path = "/api/conferences/{number}/leave", operation_id = "leave_conference", tag = "conferences",
    params(("number" = String, Path, description = "five digits, or the id")),
    responses((status = 200, description = "I am not in it any more", body = Done), Problems)
)]
pub(super) async fn leave(
    State(state): State<AppState>,
    user: CurrentUser,
    AtConference(room): AtConference,
) -> ApiResult<Json<Done>> {
    room.leave(user.id()).await?;
    state.paces().note_leaving(user.id());
    Ok(answer::json(Done {}))
}

/// Ends the conference, for organizers. Its number rests and is given out again later.
#[utoipa::path(
    post, path = "/api/conferences/{number}/end", operation_id = "end_conference", tag = "conferences",
    params(("number" = String, Path, description = "five digits, or the id")),
    responses((status = 200, description = "the conference, ended now", body = ConferenceView), Problems)
)]
pub(super) async fn end(
    State(state): State<AppState>,
    user: CurrentUser,
    AtConference(room): AtConference,
) -> ApiResult<Json<ConferenceView>> {
    let conference = room.end(user.id()).await?;
    Ok(answer::json(view(&conference, &state)))
}

/// Who joined, in order of their ids.
#[utoipa::path(
    get, path = "/api/conferences/{number}/members", operation_id = "list_members", tag = "conferences",
    params(
        ("number" = String, Path, description = "five digits, or the id"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 1000, description = "100 if not given"),
    ),
    responses((status = 200, description = "a page of the members", body = Members), Problems)
)]
pub(super) async fn members(
    user: CurrentUser,
    AtConference(room): AtConference,
    Params(page): Params<Page<UserId>>,
) -> ApiResult<Json<Members>> {
    let limit = page.limit()?;
    let (members, next) = room.members(user.id(), page.after, limit).await?;
    Ok(answer::json(Members { members: members.into_iter().map(MemberView::from).collect(), next }))
}

/// Makes a member an organizer, for the owner.
#[utoipa::path(
    post, path = "/api/conferences/{number}/organizers", operation_id = "appoint_organizer", tag = "conferences",
    request_body = Appointment, params(("number" = String, Path, description = "five digits, or the id")),
    responses((status = 200, description = "the member, an organizer now", body = MemberView), Problems)
)]
pub(super) async fn appoint(
    user: CurrentUser,
    AtConference(room): AtConference,
    JsonOf(appointment): JsonOf<Appointment>,
) -> ApiResult<Json<MemberView>> {
    let member = room.appoint(user.id(), &appointment.member).await?;
    Ok(answer::json(member.into()))
}

/// Which part of the journal: forward from an entry, or backward from one, newest first.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct JournalPage {
    /// `next` of the page before, going forward.
    after: Option<u64>,
    /// `next` of the page before, going backward. A page may have fewer entries than asked for though more follow.
    before: Option<u64>,
    /// Only entries of this kind; goes backward from the newest one.
    #[param(inline)]
    kind: Option<EntryKind>,
    /// 100 if not given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// What happened, as far as I may see it.
#[utoipa::path(
    get, path = "/api/conferences/{number}/journal", operation_id = "list_entries", tag = "conferences",
    params(
        ("number" = String, Path, description = "five digits, or the id"),
        JournalPage,
    ),
    responses((status = 200, description = "a page of the journal", body = Entries), Problems)
)]
pub(super) async fn journal(
    user: CurrentUser,
    AtConference(room): AtConference,
    Params(page): Params<JournalPage>,
) -> ApiResult<Json<Entries>> {
    let limit = items(page.limit)?;
    let wants = |entry: &Entry| page.kind.is_none_or(|kind| server::kind(entry) == kind);
    let (entries, next) = match (page.after, page.before, page.kind) {
        (after, None, None) => room.journal(user.id(), after.unwrap_or(0), limit).await?,
        (None, before, _) => room.journal_back(user.id(), before, limit, wants).await?,
        (Some(_), ..) => {
            return Err(ApiError::invalid(
                "`after` reads forward, `before` and `kind` read backward: give one of them",
            ));
        }
    };
    Ok(answer::json(Entries { entries: entries.iter().filter_map(server::entry).collect(), next }))
}

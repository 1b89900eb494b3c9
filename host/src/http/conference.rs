//! Conferences: make, find, join, change, leave, end.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::address::ClientAddress;
use super::answer::Done;
use super::body::JsonOf;
use super::error::ApiResult;
use super::extract::{CurrentUser, Key, Params, items};
use super::member::MemberView;
use super::openapi::Problems;
use super::path::{AtConference, KeyShown, let_in};
use super::{AppState, answer};
use crate::domain::changes::ConferenceChanges;
use crate::domain::command::Request;
use crate::domain::conference::{Conference, ConferenceState};
use crate::domain::id::ConferenceId;
use crate::domain::member::Role;
use crate::domain::settings::Speakers;
use crate::protocol::conference::ConferenceView;
use crate::room::{Entrant, NewRoom, RoomError, RoomHandle, Sought};
use crate::sign_in::named_since;

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
    /// What it is about, in more words: at most 2,000 characters.
    description: Option<String>,
    /// When it is planned to begin, RFC 3339; in the future.
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Timestamp>,
    /// Whether the number alone lets nobody in: the link carries a key.
    private: Option<bool>,
    /// How many members there may be.
    #[schema(minimum = 1, maximum = 1_000_000)]
    members_max: Option<u32>,
    /// Seconds that pass between two messages of one person who is no organizer; 0 for none.
    #[schema(maximum = 3_600)]
    slow_mode_s: Option<u32>,
    /// Who may write.
    #[schema(inline)]
    chat: Option<Speakers>,
}

impl NewConferenceBody {
    /// What is set from the beginning.
    fn changes(&self) -> ConferenceChanges {
        ConferenceChanges {
            description: self.description.clone(),
            starts_at: self.starts_at.map(Some),
            private: self.private,
            members_max: self.members_max.map(Some),
            slow_mode_s: self.slow_mode_s,
            chat: self.chat,
            ..ConferenceChanges::default()
        }
    }
}

/// Which of my conferences.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MineParams {
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    before: Option<ConferenceId>,
    /// 100 if not given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// What stands in the title or the description, in whatever case or width; or the number.
    q: Option<String>,
    /// Only those that go on, or that have ended.
    #[param(inline)]
    state: Option<ConferenceState>,
}

/// A page of my conferences.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Conferences {
    /// Newest first.
    conferences: Vec<ConferenceView>,
    /// `before` of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<ConferenceId>,
}

/// A conference, and who I am in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeenConference)]
pub(super) struct SeenBody {
    #[serde(flatten)]
    conference: ConferenceView,
    /// What I may do in it, or might when it ended; none where I have not joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    role: Option<Role>,
}

/// A conference that I am in now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Joined {
    /// Where it stands, as members see it.
    conference: ConferenceView,
    /// What I am in it.
    me: MemberView,
}

fn view(conference: &Conference, state: &AppState) -> ConferenceView {
    ConferenceView::new(conference, state.site.public_url())
}

/// Makes a conference. Whoever makes it owns it.
#[utoipa::path(
    post, path = "/api/conferences", operation_id = "create_conference", tag = "conferences",
    request_body = NewConferenceBody, params(Key),
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
    let changes = new.changes();
    let new = NewRoom { title: &new.title, guests: new.guests, changes: &changes, asked: None };
    let conference = state.rooms.create(&user.user, new, key).await?;
    if is_new {
        state.paces().note_founding(user.id());
    }
    answer::created(&format!("/api/conferences/{}", conference.number), &view(&conference, &state))
}

/// The conferences that I am in, those that have ended among them.
#[utoipa::path(
    get, path = "/api/conferences", operation_id = "list_conferences", tag = "conferences", params(MineParams),
    responses((status = 200, description = "a page of my conferences, newest first", body = Conferences), Problems)
)]
pub(super) async fn mine(
    State(state): State<AppState>,
    user: CurrentUser,
    Params(params): Params<MineParams>,
) -> ApiResult<Json<Conferences>> {
    let (before, limit) = (params.before.as_ref(), items(params.limit)?);
    let text = params.q.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let sought = Sought { before, limit, text, state: params.state };
    let (mut conferences, next) = state.rooms.mine_by_page(user.id(), sought).await?;
    for mine in conferences.iter_mut().filter(|conference| conference.owner.id == user.user.id) {
        // The record has the name that the owner had when they made it.
        mine.owner.name.clone_from(&user.user.name);
    }
    let conferences = conferences.iter().map(|conference| view(conference, &state)).collect();
    Ok(Json(Conferences { conferences, next }))
}

/// One conference. A private one is shown to its members and to who has its key.
#[utoipa::path(
    get, path = "/api/conferences/{number}", operation_id = "get_conference", tag = "conferences",
    params(AtConference, KeyShown),
    responses((status = 200, description = "the conference", body = SeenBody), Problems)
)]
pub(super) async fn show(
    State(state): State<AppState>,
    user: CurrentUser,
    ClientAddress(from): ClientAddress,
    AtConference(room): AtConference,
    Params(shown): Params<KeyShown>,
) -> ApiResult<Json<SeenBody>> {
    let key = shown.key();
    let seen = room.look(Entrant { user: &user.user, key: key.as_ref() }).await;
    let conference = view(&let_in(&state, &user.user, from, seen)?, &state);
    let role = match room.member(user.id()).await {
        Ok(member) => Some(member.role),
        Err(RoomError::NotMember) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(Json(SeenBody { conference, role }))
}

/// Changes what a conference is called, when it begins, who may come in and who may write, for organizers. What is not named
/// stays; `null` takes away what may be missing.
#[utoipa::path(
    patch, path = "/api/conferences/{number}", operation_id = "change_conference", tag = "conferences",
    request_body = ConferenceChanges, params(AtConference, Key),
    responses((status = 200, description = "the conference as it is now", body = ConferenceView), Problems)
)]
pub(super) async fn change(
    State(state): State<AppState>,
    user: CurrentUser,
    AtConference(room): AtConference,
    Key(key): Key,
    JsonOf(changes): JsonOf<ConferenceChanges>,
) -> ApiResult<Json<ConferenceView>> {
    room.command(user.id(), key, Request::Change { changes: Box::new(changes) }).await?;
    Ok(Json(view(&room.conference().await?, &state)))
}

/// Exchanges the key of a private conference, for organizers: links and QR codes from before let nobody in any more. Who is in
/// stays in.
#[utoipa::path(
    post, path = "/api/conferences/{number}/key", operation_id = "rekey_conference", tag = "conferences",
    params(AtConference, Key),
    responses((status = 200, description = "the conference, with its new link", body = ConferenceView), Problems)
)]
pub(super) async fn rekey(
    State(state): State<AppState>,
    user: CurrentUser,
    AtConference(room): AtConference,
    Key(key): Key,
) -> ApiResult<Json<ConferenceView>> {
    room.command(user.id(), key, Request::Rekey).await?;
    Ok(Json(view(&room.conference().await?, &state)))
}

/// Joins. Joining again changes nothing.
#[utoipa::path(
    post, path = "/api/conferences/{number}/join", operation_id = "join_conference", tag = "conferences",
    params(AtConference, KeyShown),
    responses((status = 200, description = "the conference, and what I am in it", body = Joined), Problems)
)]
pub(super) async fn join(
    State(state): State<AppState>,
    user: CurrentUser,
    ClientAddress(from): ClientAddress,
    AtConference(room): AtConference,
    Params(shown): Params<KeyShown>,
) -> ApiResult<Json<Joined>> {
    may_join(&state, &user, &room).await?;
    let key = shown.key();
    let joined = room.join(Entrant { user: &user.user, key: key.as_ref() }).await;
    let (conference, mut member) = let_in(&state, &user.user, from, joined)?;
    // Their name may have become known while they joined under their id.
    if let Some(user) = named_since(&user.user, &state.store, &state.rooms).await? {
        member.name = user.name;
    }
    Ok(Json(Joined { conference: view(&conference, &state), me: member.into() }))
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
    params(AtConference),
    responses((status = 200, description = "I am not in it any more", body = Done), Problems)
)]
pub(super) async fn leave(
    State(state): State<AppState>,
    user: CurrentUser,
    AtConference(room): AtConference,
) -> ApiResult<Json<Done>> {
    room.leave(user.id()).await?;
    state.paces().note_leaving(user.id());
    Ok(Json(Done {}))
}

/// Ends the conference, for organizers. Its number rests and is given out again later.
#[utoipa::path(
    post, path = "/api/conferences/{number}/end", operation_id = "end_conference", tag = "conferences",
    params(AtConference),
    responses((status = 200, description = "the conference, ended now", body = ConferenceView), Problems)
)]
pub(super) async fn end(
    State(state): State<AppState>,
    user: CurrentUser,
    AtConference(room): AtConference,
) -> ApiResult<Json<ConferenceView>> {
    let conference = room.end(user.id()).await?;
    Ok(Json(view(&conference, &state)))
}

//! What stands in a path: the conference or the activity that a request is about.
//!
//! # Invariants
//! * What can be read by a conference's number can be read by its id, for good: the number is lent.
//! * A number that is none, and an id that is none, are as unknown as one that was never given out.
//! * Who asks is known before anything is looked up, and whoever guesses numbers is slowed down.

use std::net::IpAddr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use serde::Deserialize;
use utoipa::IntoParams;

use super::AppState;
use super::address::ClientAddress;
use super::error::{ApiError, ApiResult};
use super::extract::CurrentUser;
use super::reader;
use crate::domain::conference::Conference;
use crate::domain::id::{ActivityId, ConferenceId, Number, UserId};
use crate::domain::join_key::JoinKey;
use crate::domain::member::User;
use crate::domain::sentence::Sentence;
use crate::protocol::code::Code;
use crate::room::{RoomError, RoomHandle, RuleError};

/// Length of the ids that conferences are given.
pub(super) const ULID_LEN: usize = 26;

/// The conference at `{number}`, which may be its id as well.
#[derive(IntoParams)]
#[into_params(parameter_in = Path, names("number"))]
pub(super) struct AtConference(
    /// Five digits, or the id.
    #[param(value_type = String)]
    pub(super) RoomHandle,
);

impl FromRequestParts<AppState> for AtConference {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let CurrentUser { user, .. } = CurrentUser::from_request_parts(parts, state).await?;
        let text = named(parts, state, "number").await?;
        let ClientAddress(from) = ClientAddress::from_request_parts(parts, state).await?;
        let named = match (Number::parse(&text), ConferenceId::parse(&text)) {
            (Ok(number), _) => Named::Number(number),
            (Err(_), Ok(id)) if text.len() == ULID_LEN => Named::Id(id),
            (Err(_), _) => return Err(ApiError::new(Code::UnknownConference, Sentence::BadNumber {})),
        };
        let room = room_of(state, named, &user, from).await?;
        Ok(Self(room.read_in(reader::of(parts))))
    }
}

/// A person in a conference, at `{number}` and `{member}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AtMember {
    /// Five digits, or the conference's id.
    #[param(rename = "number", value_type = String)]
    pub(super) room: RoomHandle,
    /// Who, whether or not they are a member.
    #[param(value_type = String)]
    pub(super) member: UserId,
}

impl FromRequestParts<AppState> for AtMember {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let AtConference(room) = AtConference::from_request_parts(parts, state).await?;
        let text = named(parts, state, "member").await?;
        let unknown = |_| ApiError::new(Code::UnknownMember, Sentence::UnknownMember { id: text.clone() });
        Ok(Self { room, member: UserId::parse(&text).map_err(unknown)? })
    }
}

/// A message in a conference, at `{number}` and `{message}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AtMessage {
    /// Five digits, or the conference's id.
    #[param(rename = "number", value_type = String)]
    pub(super) room: RoomHandle,
    /// The message's `seq`, whether or not one stands there.
    pub(super) message: u64,
}

impl FromRequestParts<AppState> for AtMessage {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let AtConference(room) = AtConference::from_request_parts(parts, state).await?;
        let text = named(parts, state, "message").await?;
        let unknown = |_| ApiError::new(Code::UnknownMessage, Sentence::BadMessagePlace {});
        Ok(Self { room, message: text.parse().map_err(unknown)? })
    }
}

/// A reaction to a message, at `{number}`, `{message}` and `{reaction}`.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AtReaction {
    /// Five digits, or the conference's id.
    #[param(rename = "number", value_type = String)]
    pub(super) room: RoomHandle,
    /// The message's `seq`, whether or not one stands there.
    pub(super) message: u64,
    /// How somebody reacted.
    pub(super) reaction: String,
}

impl FromRequestParts<AppState> for AtReaction {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let AtMessage { room, message } = AtMessage::from_request_parts(parts, state).await?;
        Ok(Self { room, message, reaction: named(parts, state, "reaction").await? })
    }
}

/// The key that somebody shows with an address, if they show one.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct KeyShown {
    /// The key of a private conference, from its link.
    key: Option<String>,
}

impl KeyShown {
    /// The key, where it can be one.
    pub(super) fn key(&self) -> Option<JoinKey> {
        self.key.as_deref().and_then(JoinKey::parse)
    }
}

/// The key that the link of a page brings, beside whatever those who passed it on have added.
#[derive(Debug, Deserialize)]
pub(super) struct LinkKey {
    key: Option<String>,
}

impl LinkKey {
    /// The key, where it can be one.
    pub(super) fn key(&self) -> Option<JoinKey> {
        self.key.as_deref().and_then(JoinKey::parse)
    }
}

/// What a room said to somebody who wants to come in. Who has the number of a private conference and not its key has guessed,
/// and that is counted.
pub(super) fn let_in<T>(state: &AppState, user: &User, from: IpAddr, said: Result<T, RoomError>) -> ApiResult<T> {
    if matches!(said, Err(RoomError::Rule(RuleError::KeyNeeded))) {
        state.paces().note_wrong_number(&user.id, from);
    }
    Ok(said?)
}

/// What names a conference.
pub(super) enum Named {
    /// The number that it has while it goes on, and for a while after.
    Number(Number),
    /// Its id, for good.
    Id(ConferenceId),
}

/// The room of the conference that is so named, for somebody at this address. A name that no conference has is counted; beyond
/// the limit only those get further who are in the conference already, and all others learn nothing.
pub(super) async fn room_of(state: &AppState, named: Named, user: &User, from: IpAddr) -> ApiResult<RoomHandle> {
    if let Err(slowly) = state.paces().check_number(&user.id, from) {
        let mine = state.rooms.mine(&user.id).await?;
        let is_it = |conference: &Conference| match &named {
            Named::Number(number) => conference.number == *number,
            Named::Id(id) => conference.id == *id,
        };
        if !mine.iter().any(is_it) {
            return Err(slowly);
        }
    }
    let found = match named {
        Named::Number(number) => state.rooms.by_number(number).await,
        Named::Id(id) => state.rooms.by_id(id).await,
    };
    match found {
        Err(RoomError::UnknownConference) => {
            state.paces().note_wrong_number(&user.id, from);
            Err(RoomError::UnknownConference.into())
        }
        found => Ok(found?),
    }
}

/// The activity at `{id}`, with the conference that it belongs to.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AtActivity {
    /// The room of its conference.
    #[param(ignore)]
    pub(super) room: RoomHandle,
    /// The activity's id.
    #[param(value_type = String)]
    pub(super) id: ActivityId,
}

impl FromRequestParts<AppState> for AtActivity {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        CurrentUser::from_request_parts(parts, state).await?;
        let text = named(parts, state, "id").await?;
        let unknown = |_| ApiError::new(Code::UnknownActivity, Sentence::UnknownActivity { id: text.clone() });
        let id = ActivityId::parse(&text).map_err(unknown)?;
        let room = state.rooms.by_activity(&id).await?.read_in(reader::of(parts));
        Ok(Self { room, id })
    }
}

/// The part of the path with this name, unescaped.
async fn named(parts: &mut Parts, state: &AppState, name: &str) -> ApiResult<String> {
    let nothing = || ApiError::new(Code::NotFound, Sentence::NothingHere {});
    let all = RawPathParams::from_request_parts(parts, state).await.map_err(|_| nothing())?;
    all.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).ok_or_else(nothing)
}

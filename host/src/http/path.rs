//! What stands in a path: the conference or the activity that a request is about.
//!
//! # Invariants
//! * What can be read by a conference's number can be read by its id, for good: the number is lent.
//! * A number that is none, and an id that is none, are as unknown as one that was never given out.
//! * Who asks is known before anything is looked up, and whoever guesses numbers is slowed down.

use std::net::IpAddr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::AppState;
use super::address::Address;
use super::error::{ApiError, ApiResult};
use super::extract::CurrentUser;
use crate::domain::conference::Conference;
use crate::domain::id::{ActivityId, ConferenceId, Number};
use crate::domain::member::User;
use crate::protocol::code::Code;
use crate::room::{RoomError, RoomHandle};

/// Length of the ids that conferences are given.
const ULID_LEN: usize = 26;

/// The conference at `{number}`, which may be its id as well.
pub(super) struct AtConference(pub(super) RoomHandle);

impl FromRequestParts<AppState> for AtConference {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let CurrentUser { user, .. } = CurrentUser::from_request_parts(parts, state).await?;
        let text = named(parts, state, "number").await?;
        let Address(from) = Address::from_request_parts(parts, state).await?;
        match (Number::parse(&text), ConferenceId::parse(&text)) {
            (Ok(number), _) => Ok(Self(room_of(state, Named::Number(number), &user, from).await?)),
            (Err(_), Ok(id)) if text.len() == ULID_LEN => Ok(Self(room_of(state, Named::Id(id), &user, from).await?)),
            (Err(bad), _) => Err(ApiError::new(Code::UnknownConference, bad.to_string())),
        }
    }
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
pub(super) struct AtActivity {
    /// The room of its conference.
    pub(super) room: RoomHandle,
    /// Which activity.
    pub(super) id: ActivityId,
}

impl FromRequestParts<AppState> for AtActivity {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        CurrentUser::from_request_parts(parts, state).await?;
        let text = named(parts, state, "id").await?;
        let unknown = |_| ApiError::new(Code::UnknownActivity, "no activity has this id");
        let id = ActivityId::parse(&text).map_err(unknown)?;
        let room = state.rooms.by_activity(&id).await?;
        Ok(Self { room, id })
    }
}

/// The part of the path with this name, unescaped.
async fn named(parts: &mut Parts, state: &AppState, name: &str) -> ApiResult<String> {
    let nothing = || ApiError::new(Code::NotFound, "there is nothing at this address");
    let all = RawPathParams::from_request_parts(parts, state).await.map_err(|_| nothing())?;
    all.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).ok_or_else(nothing)
}

//! What stands in a path: the conference or the activity that a request is about.
//!
//! # Invariants
//! * A number that is none, and an id that is none, are as unknown as one that was never given out.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::AppState;
use super::error::{ApiError, ApiResult};
use crate::domain::id::{ActivityId, Number};
use crate::protocol::code::Code;
use crate::room::RoomHandle;

/// The conference at `{number}`.
pub(super) struct AtConference(pub(super) RoomHandle);

impl FromRequestParts<AppState> for AtConference {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let text = named(parts, state, "number").await?;
        let number = Number::parse(&text).map_err(|bad| ApiError::new(Code::UnknownConference, bad.to_string()))?;
        Ok(Self(state.rooms.by_number(number).await?))
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

//! The door to a room's socket: everything that can be refused is refused here, while an answer can still say why.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::AppState;
use super::address::ClientAddress;
use super::conference::may_join;
use super::error::{ApiError, ApiResult};
use super::extract::{CurrentUser, Params};
use super::openapi::Problems;
use super::path::{AtConference, let_in};
use super::reader::ReadersTongue;
use super::serve::ConnectionPermit;
use crate::domain::join_key::JoinKey;
use crate::domain::sentence::Sentence;
use crate::protocol::code::Code;
use crate::room::{Entrant, Looker, Outbox, Position};
use crate::sign_in::named_since;
use crate::ws::{self, Upgraded};

/// Where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SocketParams {
    /// The last entry that the client has seen.
    since: Option<u64>,
    /// When that entry happened, as it came with it: a position in another journal is told by it.
    #[param(value_type = Option<String>)]
    at: Option<jiff::Timestamp>,
    /// The language to be spoken to in; that of `Accept-Language` if none.
    #[serde(rename = "lang")]
    _lang: Option<String>,
    /// The key of a private conference, from its link; its members need none.
    key: Option<String>,
    /// Whether it is a screen on a wall: it is shown what participants see, and whoever it is signed in as neither joins nor
    /// counts as online by it.
    #[serde(default)]
    #[param(required = false)]
    screen: bool,
}

impl SocketParams {
    fn position(&self) -> Option<Position> {
        // A time before 1970 is no entry's.
        let at_ms = self.at.map(|at| u64::try_from(at.as_millisecond()).unwrap_or(0));
        self.since.map(|since| Position { since, at_ms })
    }
}

/// Connects to the room; who is no member joins with it, unless it is a screen. The frames are described in the README.
#[utoipa::path(
    get, path = "/api/conferences/{number}/socket", operation_id = "connect_to_conference", tag = "conferences",
    params(AtConference, SocketParams),
    responses((status = 101, description = "a WebSocket; the subprotocol `hezi.v1` may be offered"), Problems)
)]
pub(super) async fn socket(
    State(state): State<AppState>,
    user: CurrentUser,
    ClientAddress(from): ClientAddress,
    AtConference(room): AtConference,
    Params(params): Params<SocketParams>,
    ReadersTongue(tongue): ReadersTongue,
    request: Request,
) -> ApiResult<Response> {
    let permit = request.extensions().get::<Arc<ConnectionPermit>>().cloned();
    let (response, upgrade) =
        ws::handshake(request).map_err(|bad| ApiError::invalid(Sentence::BadHandshake { why: bad.to_string() }))?;
    may_join(&state, &user, &room).await?;
    let position = params.position();
    let (outbox, frames) = Outbox::new(state.limits.socket.queue_bytes, tongue);
    let key = params.key.as_deref().and_then(JoinKey::parse);
    let entrant = Entrant { user: &user.user, key: key.as_ref() };
    let looker = if params.screen { Looker::Screen } else { Looker::Member };
    let connected = room.connect(entrant, looker, user.tag, position, outbox.clone()).await;
    let connection = let_in(&state, &user.user, from, connected)?;
    // Somebody may have signed out since the request was let in, and the room have closed this session's sockets already.
    if !state.sessions.is_live(user.tag).await? {
        return Err(ApiError::new(Code::NotSignedIn, Sentence::SessionEnded {}));
    }
    // Their name may have become known while they joined under their id.
    named_since(&user.user, &state.store, &state.rooms).await?;
    let left_ms = user.expires_at_ms.saturating_sub(state.clock.now_ms());
    let joined = Upgraded { connection, outbox, frames, session_left: Duration::from_millis(left_ms) };
    state.sockets.serve(upgrade, joined, permit);
    Ok(response.map(|()| Body::empty()))
}

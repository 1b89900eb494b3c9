//! The few pages that the server itself has: home, the room, and the scripts that they need. How they look is `template`'s.
//!
//! They show what the interface gives; there is nothing in them that another client could not do as well.

use axum::extract::{Path, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, Uri};
use axum::response::{Html, Response};
use serde::Deserialize;

use super::address::Address;
use super::error::{ApiError, ApiResult, PageError};
use super::extract::{Params, Visitor};
use super::path::{KeyShown, Named, let_in, room_of};
use super::{AppState, answer, template};
use crate::domain::conference::ConferenceState;
use crate::domain::id::Number;
use crate::protocol::code::Code;
use crate::protocol::conference::join_path;
use crate::room::Entrant;
use crate::session::SignedIn;
use crate::wecom::is_inside_wecom;

const SCRIPT: &str = "text/javascript; charset=utf-8";
/// Assets change with the program only; the tag finds out.
const CACHE: &str = "public, max-age=60";

/// The home page. Inside WeCom it can scan the QR code of a conference.
pub(super) async fn home(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let Some(SignedIn { user, .. }) = visitor else { return Ok(answer::found("/auth/login", None)?) };
    let scans = state.wecom.is_some() && is_inside_wecom(user_agent(&headers));
    let page = if scans { template::home_with_scanner } else { template::home };
    Ok(answer::any(Html(page(&user.name))))
}

/// What a browser says it is.
pub(super) fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default()
}

/// The number that somebody typed in.
#[derive(Deserialize)]
pub(super) struct Typed {
    number: String,
}

/// Leads to the conference whose number was typed in.
pub(super) async fn find(Params(typed): Params<Typed>) -> Result<Response, PageError> {
    let number = conference_number(typed.number.trim())?;
    Ok(answer::found(&format!("/c/{number}"), None)?)
}

fn conference_number(text: &str) -> ApiResult<Number> {
    Number::parse(text).map_err(|_| ApiError::new(Code::UnknownConference, "会议号是五位数字"))
}

/// Where the QR code leads: the room, or first to sign-in.
pub(super) async fn room(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    Address(from): Address,
    Path(number): Path<String>,
    Params(shown): Params<KeyShown>,
) -> Result<Response, PageError> {
    let (number, key) = (conference_number(&number)?, shown.key());
    let Some(SignedIn { user, .. }) = visitor else {
        let back = join_path(number, key.as_ref()).replace('?', "%3F").replace('=', "%3D");
        return Ok(answer::found(&format!("/auth/login?return_to={back}"), None)?);
    };
    let room = room_of(&state, Named::Number(number), &user, from).await?;
    let seen = room.look(Entrant { user: &user, key: key.as_ref() }).await;
    let conference = match let_in(&state, &user, from, seen) {
        Err(error) if error.code() == Code::Denied => {
            return Err(ApiError::new(Code::Denied, "这个会议不接受访客：请用企业成员的身份登录。").into());
        }
        Err(error) if error.code() == Code::KeptOut => {
            return Err(ApiError::new(Code::KeptOut, "你已被移出这个会议。想再加入，请联系主持人。").into());
        }
        Err(error) if error.code() == Code::KeyNeeded => {
            let detail = "这是私密会议：只有会议号进不去，请用会议链接或二维码进入。";
            return Err(ApiError::new(Code::KeyNeeded, detail).into());
        }
        seen => seen?,
    };
    if conference.state == ConferenceState::Ended {
        let detail = format!("{}（{number}）", conference.title);
        return Err(ApiError::new(Code::ConferenceEnded, detail).into());
    }
    Ok(answer::any(Html(template::room(&conference))))
}

/// Scripts and styles.
pub(super) async fn asset(Path(name): Path<String>, uri: Uri, headers: HeaderMap) -> ApiResult<Response> {
    let (kind, text) = match name.as_str() {
        "scan.js" => (SCRIPT, include_str!("page/scan.js")),
        "home.js" => (SCRIPT, include_str!("page/home.js")),
        "view.js" => (SCRIPT, include_str!("page/view.js")),
        "organize.js" => (SCRIPT, include_str!("page/organize.js")),
        "room.js" => (SCRIPT, include_str!("page/room.js")),
        "style.css" => ("text/css; charset=utf-8", include_str!("page/style.css")),
        _ => return Err(super::error::not_found(uri).await),
    };
    answer::tagged(&headers, kind, CACHE, text.as_bytes().to_vec())
}

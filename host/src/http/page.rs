//! The pages that people open in a browser: who may see which, and where to go first. What is in them lies in `host/web`.
//!
//! They show what the interface gives; there is nothing in them that another client could not do as well.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::address::ClientAddress;
use super::error::{ApiError, ApiResult, PageError};
use super::extract::{Params, Visitor};
use super::middleware::WecomScript;
use super::path::{LinkKey, Named, ULID_LEN, let_in, room_of};
use super::template::WebPage;
use super::{AppState, answer, template};
use crate::domain::conference::Conference;
use crate::domain::id::{ConferenceId, Number, UserId};
use crate::domain::join_key::JoinKey;
use crate::domain::sentence::Sentence;
use crate::protocol::code::Code;
use crate::protocol::conference::join_path;
use crate::room::Entrant;
use crate::session::SignedIn;
use crate::wecom::is_inside_wecom;

/// The home page. Inside WeCom it can scan the QR code of a conference.
pub(super) async fn home(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if visitor.is_none() {
        return Ok(answer::found("/auth/login", None)?);
    }
    if state.wecom.is_some() && is_inside_wecom(user_agent(&headers)) {
        let mut page = Html(template::home_with_scanner()).into_response();
        page.extensions_mut().insert(WecomScript);
        return Ok(page);
    }
    Ok(Html(template::page(WebPage::Home)).into_response())
}

/// The administrators' page. Whoever is none is told so by the page, which cannot do anything for them.
pub(super) async fn admin(Visitor(visitor): Visitor) -> Result<Response, PageError> {
    if visitor.is_none() {
        return Ok(answer::found("/auth/login?return_to=/admin", None)?);
    }
    Ok(Html(template::page(WebPage::Admin)).into_response())
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
    let number = conference_number(&typed.number)?;
    Ok(answer::found(&format!("/c/{number}"), None)?)
}

fn conference_number(text: &str) -> ApiResult<Number> {
    Number::typed(text).map_err(|_| ApiError::new(Code::UnknownConference, Sentence::BadNumber {}))
}

/// Where the QR code leads: the room, or first to sign-in. After the end it shows what there was.
pub(super) async fn room(
    State(state): State<AppState>,
    visitor: Visitor,
    address: ClientAddress,
    Path(name): Path<String>,
    Params(shown): Params<LinkKey>,
) -> Result<Response, PageError> {
    if let Some(number) = Number::typed(&name).ok().filter(|number| number.to_string() != name) {
        // One address a conference: what a page links to and what people share.
        return Ok(answer::found(&join_path(number, shown.key().as_ref()), None)?);
    }
    Ok(match conference(&state, visitor, address, Asked { name: &name, key: shown.key() }).await? {
        Some((conference, me)) => Html(template::page_of(WebPage::Room, &conference, &me)).into_response(),
        None => to_sign_in("/c", &name, shown.key())?,
    })
}

/// The big screen of a room.
pub(super) async fn screen(
    State(state): State<AppState>,
    visitor: Visitor,
    address: ClientAddress,
    Path(name): Path<String>,
    Params(shown): Params<LinkKey>,
) -> Result<Response, PageError> {
    Ok(match conference(&state, visitor, address, Asked { name: &name, key: shown.key() }).await? {
        Some((conference, me)) => Html(template::page_of(WebPage::Screen, &conference, &me)).into_response(),
        None => to_sign_in("/screen", &name, shown.key())?,
    })
}

/// Sign-in, which leads back to a page of a conference.
fn to_sign_in(page: &str, name: &str, key: Option<JoinKey>) -> ApiResult<Response> {
    let key = key.map(|key| format!("%3Fkey%3D{}", key.as_str())).unwrap_or_default();
    answer::found(&format!("/auth/login?return_to={page}/{name}{key}"), None)
}

/// Which conference somebody opens a page of.
struct Asked<'a> {
    /// Its number or its id.
    name: &'a str,
    /// The key of its link, if it has one.
    key: Option<JoinKey>,
}

/// The conference, and who somebody is that may come in; nothing for who is not signed in.
async fn conference(
    state: &AppState,
    Visitor(visitor): Visitor,
    ClientAddress(from): ClientAddress,
    Asked { name, key }: Asked<'_>,
) -> Result<Option<(Conference, UserId)>, PageError> {
    let named = match (Number::parse(name), ConferenceId::parse(name)) {
        (Err(_), Ok(id)) if name.len() == ULID_LEN => Named::Id(id),
        _ => Named::Number(conference_number(name)?),
    };
    let Some(SignedIn { user, .. }) = visitor else { return Ok(None) };
    let room = room_of(state, named, &user, from).await?;
    let seen = room.look(Entrant { user: &user, key: key.as_ref() }).await;
    let conference = let_in(state, &user, from, seen).map_err(at_the_door)?;
    Ok(Some((conference, user.id.clone())))
}

/// Who is not let in for being a guest is told which conferences they may enter, and not what guests may not do.
fn at_the_door(error: ApiError) -> ApiError {
    match error.code() {
        Code::Denied => ApiError::new(Code::Denied, Sentence::NoGuests {}),
        _ => error,
    }
}

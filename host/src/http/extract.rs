//! Who sends a request, under which key, and with which parameters: read once, refused once, for every handler.
//!
//! Bodies are `body`'s, what stands in the path is `path`'s.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use hezi_plugin::SIGNATURE_HEADER;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::AppState;
use super::address::ClientAddress;
use super::cookie::{self, Credential};
use super::error::{ApiError, ApiResult};
use crate::access::AdminProof;
use crate::domain::id::{CommandId, UserId};
use crate::domain::member::User;
use crate::domain::sentence::Sentence;
use crate::domain::session::SessionTag;
use crate::protocol::code::Code;
use crate::session::{SignedIn, Token};

/// Most items on a page of a list.
const PAGE_ITEMS_MAX: usize = 1_000;
/// Items on a page when nobody says how many.
const PAGE_ITEMS_DEFAULT: usize = 100;

/// Somebody who is signed in. Who is not gets `not_signed_in`.
pub(super) struct CurrentUser {
    /// Who sent the request, by id and with the name to show.
    pub(super) user: Arc<User>,
    /// Through which session.
    pub(super) tag: SessionTag,
    /// When the session ends in any case, in milliseconds since 1970.
    pub(super) expires_at_ms: u64,
}

impl CurrentUser {
    /// By what everything else knows them.
    pub(super) fn id(&self) -> &UserId {
        &self.user.id
    }
}

impl FromRequestParts<AppState> for CurrentUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let SignedIn { user, tag, expires_at_ms } = signed_in(parts, state).await?.ok_or_else(not_signed_in)?;
        Ok(Self { user, tag, expires_at_ms })
    }
}

/// Somebody who may be signed in: for pages, which show something to everybody.
pub(super) struct Visitor(pub(super) Option<SignedIn>);

impl FromRequestParts<AppState> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        signed_in(parts, state).await.map(Self)
    }
}

/// Looked up once for a request, however many ask.
async fn signed_in(parts: &mut Parts, state: &AppState) -> ApiResult<Option<SignedIn>> {
    if let Some(known) = parts.extensions.get::<SignedIn>() {
        return Ok(Some(known.clone()));
    }
    let Some(token) = session_token(parts, state) else { return Ok(None) };
    let found = state.sessions.lookup(&token).await?;
    if let Some(found) = &found {
        if let Some(sign_in) = &state.wecom {
            sign_in.note_seen(&found.user);
        }
        parts.extensions.insert(found.clone());
    }
    Ok(found)
}

/// The token of the session that this request belongs to, good or not.
pub(super) fn session_token(parts: &Parts, state: &AppState) -> Option<Token> {
    match cookie::credential(&parts.headers, &state.site)? {
        Credential::Cookie(token) => Some(token),
        Credential::Bearer(text) => Token::parse(&text),
    }
}

fn not_signed_in() -> ApiError {
    ApiError::new(Code::NotSignedIn, Sentence::SignInFirst {})
}

/// An administrator: a configured user who is signed in, or whoever holds the administrators' token.
pub(super) struct Admin {
    /// What functions for administrators ask for, so that none is called unchecked.
    pub(super) proof: AdminProof,
    /// Who, for the audit.
    pub(super) who: String,
}

impl FromRequestParts<AppState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let Some(SignedIn { user, .. }) = signed_in(parts, state).await? else {
            return by_token(parts, state).await;
        };
        let refused = || ApiError::new(Code::NotAdmin, Sentence::AdminsOnly {});
        let proof = state.admins.user(&user.id).ok_or_else(refused)?;
        Ok(Self { proof, who: user.id.to_string() })
    }
}

/// The administrator who shows the token. A wrong one is counted for the address that it comes from; beyond the limit none
/// is looked at, so that nobody learns whether it was right.
async fn by_token(parts: &mut Parts, state: &AppState) -> ApiResult<Admin> {
    let Some(Credential::Bearer(text)) = cookie::credential(&parts.headers, &state.site) else {
        return Err(not_signed_in());
    };
    let ClientAddress(from) = ClientAddress::from_request_parts(parts, state).await?;
    if let Err(slowly) = state.paces().check_token(from) {
        state.note_guess(from).await;
        return Err(slowly);
    }
    if let Some(proof) = state.admins.token(&text) {
        return Ok(Admin { proof, who: "token".to_owned() });
    }
    state.paces().note_wrong_token(from);
    state.note_guess(from).await;
    Err(not_signed_in())
}

/// The header `Idempotency-Key`: the same request under the same key has one effect.
#[derive(IntoParams)]
#[into_params(parameter_in = Header, names("Idempotency-Key"))]
pub(super) struct Key(
    /// Makes a retry safe.
    #[param(value_type = Option<String>)]
    pub(super) Option<CommandId>,
);

impl FromRequestParts<AppState> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> ApiResult<Self> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let key = value.to_str().ok().and_then(|text| CommandId::parse(text).ok());
        let refused = || ApiError::invalid(Sentence::BadIdempotencyKey {});
        key.map(|key| Self(Some(key))).ok_or_else(refused)
    }
}

/// The header `hezi-signature` of an upload, as it came.
pub(super) struct UploadSignature(pub(super) Option<String>);

impl FromRequestParts<AppState> for UploadSignature {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> ApiResult<Self> {
        let value = parts.headers.get(SIGNATURE_HEADER);
        // What is no text is no signature either, and is refused as such.
        Ok(Self(value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())))
    }
}

/// The query, of exactly this shape.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> ApiResult<Self> {
        let query = Query::try_from_uri(&parts.uri).map_err(|error| {
            let text = error.body_text();
            let reason = text.rsplit_once("query string: ").map_or(text.as_str(), |(_, reason)| reason);
            ApiError::invalid(Sentence::BadQuery { why: reason.to_owned() })
        })?;
        let Query(query) = query;
        Ok(Self(query))
    }
}

/// Which part of a list: the items after one, at most so many.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page<T> {
    /// The last item that the caller has; none to begin.
    pub(super) after: Option<T>,
    limit: Option<usize>,
}

impl<T> Page<T> {
    /// How many items the caller wants.
    ///
    /// # Errors
    /// `invalid` when the number is out of range.
    pub(super) fn limit(&self) -> ApiResult<usize> {
        items(self.limit)
    }
}

/// How many items of a list the caller wants.
///
/// # Errors
/// `invalid` when the number is out of range.
pub(super) fn items(asked: Option<usize>) -> ApiResult<usize> {
    match asked.unwrap_or(PAGE_ITEMS_DEFAULT) {
        limit @ 1..=PAGE_ITEMS_MAX => Ok(limit),
        _ => Err(ApiError::invalid(Sentence::BadLimit { most: PAGE_ITEMS_MAX })),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Uri;

    use super::*;

    fn page(query: &str) -> Option<Page<u64>> {
        let uri: Uri = format!("/x?{query}").parse().expect("an address");
        Query::try_from_uri(&uri).ok().map(|Query(page)| page)
    }

    #[test]
    fn a_page_has_a_size_within_bounds() {
        assert_eq!(page("").expect("a page").limit().expect("a limit"), PAGE_ITEMS_DEFAULT);
        let both = page("after=7&limit=3").expect("a page");
        assert_eq!((both.after, both.limit().expect("a limit")), (Some(7), 3));
        for limit in ["0", "1001"] {
            assert!(page(&format!("limit={limit}")).expect("a page").limit().is_err(), "{limit}");
        }
        for query in ["limit=many", "limit=-1", "after=x", "offset=3"] {
            assert!(page(query).is_none(), "{query}");
        }
    }
}

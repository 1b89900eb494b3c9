//! Answers that are not plain JSON with status 200.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH, LOCATION};
use axum::response::Response;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::{ApiError, ApiResult};

/// Nothing to say: an empty object, so that whoever reads JSON finds JSON.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Done {}

/// A command was carried out.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Recorded {
    /// The entry that it made.
    pub(super) seq: u64,
}

/// 201 with what was made and where it is.
pub(super) fn created<T: Serialize>(location: &str, what: &T) -> ApiResult<Response> {
    let body = serde_json::to_vec(what).map_err(ApiError::internal)?;
    let response = Response::builder().status(201).header(CONTENT_TYPE, "application/json").header(LOCATION, location);
    response.body(Body::from(body)).map_err(ApiError::internal)
}

/// 302 to an address of this site, with a cookie if there is one to set.
pub(super) fn found(location: &str, cookie: Option<HeaderValue>) -> ApiResult<Response> {
    let mut response = Response::builder().status(302).header(LOCATION, location);
    if let Some(cookie) = cookie {
        response = response.header(axum::http::header::SET_COOKIE, cookie);
    }
    response.body(Body::empty()).map_err(ApiError::internal)
}

/// A file that seldom changes: with a tag, and 304 for whoever has it already.
pub(super) fn tagged(
    request: &HeaderMap,
    kind: &'static str,
    cache: &'static str,
    bytes: Vec<u8>,
) -> ApiResult<Response> {
    let tag = format!("\"{}\"", hex::encode(&Sha256::digest(&bytes)[..12]));
    let response = Response::builder().header(ETAG, &tag).header(CACHE_CONTROL, cache).header(CONTENT_TYPE, kind);
    let response = match request.get(IF_NONE_MATCH).is_some_and(|known| mentions(known, &tag)) {
        true => response.status(304).body(Body::empty()),
        false => response.body(Body::from(bytes)),
    };
    response.map_err(ApiError::internal)
}

fn mentions(known: &HeaderValue, tag: &str) -> bool {
    let known = known.to_str().unwrap_or_default();
    // A proxy that compressed the answer has made the tag a weak one.
    known.split(',').map(|known| known.trim().trim_start_matches("W/")).any(|known| known == tag || known == "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_it_already_is_told_so() {
        let first = tagged(&HeaderMap::new(), "text/css", "private", b"a{}".to_vec()).expect("an answer");
        assert_eq!(first.status().as_u16(), 200);
        let tag = first.headers()[ETAG].to_str().expect("a tag");
        for (known, status) in [(format!("\"x\", W/{tag}"), 304), ("\"x\"".into(), 200), ("*".into(), 304)] {
            let mut request = HeaderMap::new();
            request.insert(IF_NONE_MATCH, HeaderValue::from_str(&known).expect("a header"));
            let again = tagged(&request, "text/css", "private", b"a{}".to_vec()).expect("an answer");
            assert_eq!(again.status().as_u16(), status, "{known}");
        }
    }
}

//! Request bodies: bounded, and JSON of exactly the expected shape.
//!
//! # Invariants
//! * No more than the limit is held in memory.
//! * JSON that cannot be read is `malformed_json`; JSON of another shape is `invalid` and the detail names the field.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use super::AppState;
use super::error::{ApiError, ApiResult};
use crate::domain::sentence::Sentence;
use crate::protocol::code::Code;

/// How much of a body that is too large is read and thrown away. Closing a connection on unread bytes resets it, and the
/// client would not see why it was refused.
const DRAIN_BYTES_MAX: usize = 4 << 20;

/// A JSON body of type `T`.
pub(super) struct JsonOf<T>(pub(super) T);

/// The bytes of a component.
pub(super) struct ComponentBody(pub(super) Bytes);

impl<T: DeserializeOwned> FromRequest<AppState> for JsonOf<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> ApiResult<Self> {
        if !is_json(request.headers()) {
            return Err(ApiError::new(Code::UnsupportedMediaType, Sentence::WantsJson {}));
        }
        let bytes = read(request, state.limits.http.body_bytes).await?;
        parse(&bytes).map(Self)
    }
}

impl FromRequest<AppState> for ComponentBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> ApiResult<Self> {
        read(request, state.limits.plugin.component_bytes).await.map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// The whole body, if it is not too large.
pub(super) async fn read(request: Request, bytes_max: usize) -> ApiResult<Bytes> {
    let declared: Option<usize> =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let hopeless = declared.is_some_and(|length| length > bytes_max.saturating_add(DRAIN_BYTES_MAX));
    let bytes = match hopeless {
        true => None,
        false => collect(request.into_body(), bytes_max).await?,
    };
    bytes.ok_or_else(|| ApiError::new(Code::TooLarge, Sentence::BodyTooLarge { bytes_max }))
}

async fn collect(mut body: Body, bytes_max: usize) -> ApiResult<Option<Bytes>> {
    let (mut held, mut seen) = (BytesMut::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ApiError::new(Code::MalformedJson, Sentence::BodyCutShort {}))?;
        let Ok(data) = frame.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        if seen > bytes_max.saturating_add(DRAIN_BYTES_MAX) {
            return Ok(None);
        }
        if seen <= bytes_max {
            held.extend_from_slice(&data);
        } else {
            held.clear();
        }
    }
    Ok((seen <= bytes_max).then(|| held.freeze()))
}

/// Reads JSON of exactly this shape.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> ApiResult<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        judge(&path, error.inner(), bytes)
    })?;
    json.end().map_err(|error| judge(".", &error, bytes))?;
    Ok(value)
}

fn judge(path: &str, error: &serde_json::Error, bytes: &[u8]) -> ApiError {
    let why = error.to_string();
    // Where one of several words is wanted, a number is called an error of syntax: what is JSON all the same is of another shape.
    if !error.is_data() && serde_json::from_slice::<serde_json::Value>(bytes).is_err() {
        return ApiError::new(Code::MalformedJson, Sentence::BodyNotJson { why });
    }
    match path {
        "." => ApiError::invalid(Sentence::BadBody { why }),
        path => ApiError::invalid(Sentence::BadField { field: path.to_owned(), why }),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::value::RawValue;

    use super::*;
    use crate::domain::activity::Phase;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct New {
        plugin: String,
        config: Box<RawValue>,
        phase: Option<Phase>,
    }

    fn refusal(body: &str) -> String {
        let error = parse::<New>(body.as_bytes()).expect_err(body);
        format!("{error:?} {}", error.sentence())
    }

    #[test]
    fn raw_json_is_kept_as_it_came() {
        let new: New = parse(br#"{"plugin":"vote","config":{"a": 1.0}}"#).expect("a body");
        assert_eq!((new.plugin.as_str(), new.config.get(), new.phase), ("vote", r#"{"a": 1.0}"#, None));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (body, code, named) in [
            ("", "MalformedJson", "not JSON"),
            ("{", "MalformedJson", "not JSON"),
            (r#"{"plugin":"v","config":1} x"#, "MalformedJson", "not JSON"),
            ("[]", "Invalid", "does not fit"),
            (r#"{"plugin":1,"config":1}"#, "Invalid", "`plugin`"),
            (r#"{"plugin":"v"}"#, "Invalid", "`config`"),
            (r#"{"plugin":"v","config":1,"colour":2}"#, "Invalid", "`colour`"),
            (r#"{"plugin":"v","config":1,"phase":"lost"}"#, "Invalid", "`phase`"),
            (r#"{"plugin":"v","config":1,"phase":true}"#, "Invalid", "`phase`"),
            (r#"{"plugin":"v","config":1,"phase":true"#, "MalformedJson", "not JSON"),
        ] {
            let refusal = refusal(body);
            assert!(refusal.contains(code) && refusal.contains(named), "{body}: {refusal}");
        }
    }

    #[test]
    fn only_json_counts_as_json() {
        for (kind, json) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/problem+json", true),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, kind.parse().expect("a header"));
            assert_eq!(is_json(&headers), json, "{kind}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn a_body_is_held_up_to_its_limit() {
        let request = |bytes: usize| Request::new(Body::from(vec![b'a'; bytes]));
        assert_eq!(read(request(10), 10).await.expect("fits").len(), 10);
        let refusal = read(request(11), 10).await.expect_err("too large");
        assert!(format!("{refusal:?}").contains("TooLarge"));
    }
}

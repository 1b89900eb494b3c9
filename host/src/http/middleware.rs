//! What happens around every request, in one place and in order.
//!
//! # Invariants
//! * Every response carries the request's id, also the one of a panic.
//! * Paths are logged; queries, headers and bodies are not: they hold tokens and what people say.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue,
    TRANSFER_ENCODING, UPGRADE,
};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tracing::Instrument;

use super::error::{ApiError, ProblemForm, method_not_allowed, not_found, tell};
use super::{AppState, origin, reader, template};
use crate::clock::new_id;
use crate::domain::sentence::Sentence;
use crate::domain::tongue::Pause;
use crate::protocol::code::Code;

/// A body of more than this may be on its way when the answer already is.
const LARGE_BODY_BYTES: u64 = 16 << 10;
/// The header with the request's id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Everything around the routes. The last layer is the outermost.
pub(super) fn around(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    routes
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(state.clone(), same_site))
        .layer(from_fn_with_state(state.clone(), in_time))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(state.clone(), for_people))
        .layer(CompressionLayer::new().gzip(true))
        .layer(from_fn_with_state(state.clone(), guarded))
        .layer(from_fn_with_state(state.clone(), observed))
}

/// Gives the request an id, and writes down how it went.
async fn observed(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let id = new_id(state.clock.as_ref(), state.rng.as_ref());
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let span =
        tracing::info_span!("request", request.id = %id, http.method = %method, http.path = request.uri().path());
    // The clock of the settings counts whole milliseconds, and most requests take less than one.
    let began = Instant::now();
    let large = has_large_body(request.headers());
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| tracing::debug!(http.status = status, request.duration_us = took.as_micros() as u64, "answered"));
    metrics::counter!(
        "hezi_http_requests_total",
        "method" => method_label(&method), "route" => route.clone(), "status" => status.to_string()
    )
    .increment(1);
    metrics::histogram!("hezi_http_request_seconds", "route" => route).record(took);
    if large && status >= 400 {
        // The body may not have been read to its end, and the connection is of no use then: say so, or the client sends its
        // next request into a connection that is being closed.
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Whether a request brings more than is read along with its head, or does not say how much it brings.
fn has_large_body(headers: &HeaderMap) -> bool {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    length.map_or_else(|| headers.contains_key(TRANSFER_ENCODING), |length| length > LARGE_BODY_BYTES)
}

/// The method as a label: whoever sends a request can make methods up, and each label is kept for good.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Marks the answer that loads WeCom's script, which is no module of ours and not written for trusted types.
#[derive(Clone, Copy)]
pub(super) struct WecomScript;

/// Tells browsers what they may do with our answers: next to nothing.
async fn guarded(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = policy(response.extensions().get::<WecomScript>(), &state);
    guard(response.headers_mut(), policy, &state);
    response
}

/// What a page may load and do. Texts become elements by the view library's own templates alone (trusted types).
fn policy(wecom: Option<&WecomScript>, state: &AppState) -> String {
    let (scripts, types) = match wecom {
        Some(WecomScript) => (template::WECOM_SCRIPTS, ""),
        None => ("", "require-trusted-types-for 'script'; trusted-types lit-html; "),
    };
    // Older web views do not count a WebSocket to the same host as 'self', so it is named.
    format!(
        "default-src 'none'; script-src 'self' {scripts}; style-src 'self'; img-src 'self' data:; \
         connect-src 'self' {}; {types}form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        state.site.socket_url()
    )
}

fn guard(headers: &mut HeaderMap, policy: String, state: &AppState) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(HeaderName::from_static("content-security-policy"), policy);
    }
    if state.site.is_secure() {
        let value = HeaderValue::from_static("max-age=31536000");
        headers.insert(HeaderName::from_static("strict-transport-security"), value);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// Says what is wrong in the language of whoever asked, or by a page to whoever opens an address in a browser. Below
/// `/api/` are programs, whatever they say they take.
async fn for_people(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let accept = request.headers().get(ACCEPT).and_then(|kinds| kinds.to_str().ok()).unwrap_or_default();
    let looks = accept.contains("text/html") && !request.uri().path().starts_with("/api/");
    let form = if looks { ProblemForm::Page } else { ProblemForm::Document };
    let (uri, accepted) = (request.uri().clone(), request.headers().get(ACCEPT_LANGUAGE).cloned());
    // Most answers have no problem in them, and nobody's language has to be found out for those.
    let languages = || reader::languages(&uri, accepted.as_ref());
    tell(next.run(request).await, form, || reader::tongue(&languages(), &state))
}

/// Turns a panic into a problem. What it was is in the log.
fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    ApiError::internal(format!("a handler panicked: {}", text.unwrap_or("without a text"))).into_response()
}

/// Ends what takes too long. A socket's handshake is short; the socket itself lives outside of the request.
async fn in_time(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    // What an administrator does with a plugin may compile it, and they want to hear how that ended.
    let compile_ms = if path.starts_with("/api/admin/plugins") { state.limits.compile.wall_ms } else { 0 };
    let limit = Duration::from_millis(state.limits.http.request_timeout_ms.saturating_add(compile_ms));
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let limit = Pause(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
            ApiError::new(Code::Unavailable, Sentence::TookTooLong { limit }).into_response()
        }
    }
}

/// Refuses what another site wants to change, or to connect to.
async fn same_site(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if (!request.method().is_safe() || request.headers().contains_key(UPGRADE))
        && let Err(error) = origin::check(request.headers(), &state.site)
    {
        return error.into_response();
    }
    next.run(request).await
}

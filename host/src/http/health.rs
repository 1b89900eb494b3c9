//! For whoever operates the server: does it live, can it work, what does it count.

use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, ApiResult};
use super::openapi::Problems;
use super::{AppState, answer};
use crate::protocol::code::{Code, Problem};

/// Longest wait for the store to answer.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// `live` or `ready`.
    status: &'static str,
}

/// Whether the process lives.
#[utoipa::path(get, path = "/health/live", tag = "operations", responses((status = 200, body = Health)))]
pub(super) async fn live() -> axum::Json<Health> {
    answer::json(Health { status: "live" })
}

/// Whether the server can work: the store answers, and WeCom, where it signs people in, takes this server for its app. If
/// not, the detail says what to do.
#[utoipa::path(get, path = "/health/ready", tag = "operations", responses((status = 200, body = Health), Problems))]
pub(super) async fn ready(State(state): State<AppState>) -> ApiResult<axum::Json<Health>> {
    match tokio::time::timeout(PING_TIMEOUT, state.store.ping()).await {
        Ok(answer) => answer?,
        Err(_) => return Err(ApiError::from(Problem::unavailable())),
    }
    if let Some(trouble) = state.wecom.as_ref().and_then(|sign_in| sign_in.wecom().trouble()) {
        return Err(ApiError::new(Code::Unavailable, trouble.to_string()));
    }
    Ok(answer::json(Health { status: "ready" }))
}

/// What the server counts, for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "operations",
    responses((status = 200, body = String, content_type = "text/plain; version=0.0.4"))
)]
pub(super) async fn metrics(State(state): State<AppState>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], state.metrics.render())
}

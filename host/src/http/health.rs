//! For whoever operates the server: does it live, can it work, what does it count.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

use super::AppState;
use super::error::{ApiError, ApiResult};
use super::openapi::Problems;
use crate::domain::sentence::Sentence;
use crate::protocol::code::Code;

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    status: Status,
}

/// What a probe asked for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HealthStatus)]
enum Status {
    /// The process answers.
    Live,
    /// The server can work.
    Ready,
}

/// Whether the process lives.
#[utoipa::path(
    get, path = "/health/live", operation_id = "get_liveness", tag = "operations", security(),
    responses((status = 200, description = "the process lives", body = Health))
)]
pub(super) async fn live() -> Json<Health> {
    Json(Health { status: Status::Live })
}

/// Whether the server can work: the store writes, and WeCom, where it signs people in, takes this server for its app. If
/// not, the detail says what to do.
#[utoipa::path(
    get, path = "/health/ready", operation_id = "get_readiness", tag = "operations", security(),
    responses((status = 200, description = "the server can work", body = Health), Problems)
)]
pub(super) async fn ready(State(state): State<AppState>) -> ApiResult<Json<Health>> {
    if let Err(trouble) = state.probe().ask(&state.store, state.clock.as_ref()).await {
        return Err(ApiError::new(Code::Unavailable, Sentence::said(trouble)));
    }
    if let Some(trouble) = state.wecom.as_ref().and_then(|sign_in| sign_in.wecom().trouble()) {
        return Err(ApiError::new(Code::Unavailable, Sentence::said(trouble.to_string())));
    }
    Ok(Json(Health { status: Status::Ready }))
}

/// What the server counts, for Prometheus. Not there where the setting `metrics.listen` gives it an address of its own.
#[utoipa::path(
    get, path = "/metrics", operation_id = "get_metrics", tag = "operations", security(),
    responses((status = 200, description = "all metrics", body = String, content_type = "text/plain; version=0.0.4"))
)]
pub(super) async fn metrics(State(state): State<AppState>) -> impl IntoResponse {
    let text = state.metrics.render(|plugin, version| state.plugins.has(plugin, version));
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

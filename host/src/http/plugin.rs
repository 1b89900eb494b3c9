//! The kinds of activity that an organizer can choose from.

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::ApiResult;
use super::extract::CurrentUser;
use super::openapi::Problems;
use super::{AppState, reader};
use crate::plugin::PluginSummary;

/// The active plugins.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plugins)]
pub(super) struct PluginsBody {
    /// In order of their names.
    plugins: Vec<PluginSummary>,
}

/// The kinds of activity, with the shapes of what they take and give.
#[utoipa::path(
    get, path = "/api/plugins", operation_id = "list_plugins", tag = "plugins",
    responses((status = 200, description = "the active plugins", body = PluginsBody), Problems)
)]
pub(super) async fn list(
    State(state): State<AppState>,
    _user: CurrentUser,
    parts: Parts,
) -> ApiResult<Json<PluginsBody>> {
    Ok(Json(PluginsBody { plugins: state.plugins.list(&reader::of(&parts)) }))
}

//! The kinds of activity that an organizer can choose from.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::ApiResult;
use super::extract::CurrentUser;
use super::openapi::Problems;
use super::{AppState, answer};
use crate::domain::language::Languages;
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
    headers: HeaderMap,
) -> ApiResult<Json<PluginsBody>> {
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok()).unwrap_or_default();
    Ok(answer::json(PluginsBody { plugins: state.plugins.list(&Languages::accepted(accepted)) }))
}

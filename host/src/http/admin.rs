//! Plugins, for administrators: load, activate, roll back, switch off, remove, look after.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::Done;
use super::body::{ComponentBody, JsonOf};
use super::error::{ApiError, ApiResult};
use super::extract::{Admin, Params, UploadSignature};
use super::openapi::{Binary, Problems};
use super::{AppState, answer, reader};
use crate::plugin::{Downgrade, PluginError, PluginStatus, PluginSummary, PluginVersion, Swap};

/// What to do with a new version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UploadParams {
    /// Whether new calls go to it at once; they do if not given.
    activate: Option<bool>,
    /// Whether it may take the place of a later version; otherwise that is 409.
    downgrade: Option<bool>,
}

/// A version to activate.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = VersionToActivate)]
#[serde(deny_unknown_fields)]
pub(super) struct Version {
    /// One of those that are stored.
    version: String,
}

/// A version that was stored.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UploadedVersion {
    #[serde(flatten)]
    version: PluginVersion,
    /// What became of the open activities, if it was activated.
    #[serde(skip_serializing_if = "Option::is_none")]
    swap: Option<Swap>,
}

/// A plugin whose active version was chosen.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ActivatedPlugin {
    #[serde(flatten)]
    status: PluginStatus,
    /// What became of the open activities.
    #[serde(skip_serializing_if = "Option::is_none")]
    swap: Option<Swap>,
}

impl ActivatedPlugin {
    /// Waits a while for the open activities.
    async fn of(status: PluginStatus, state: &AppState) -> Self {
        let swap = state.plugins.swapped(&status.name).await;
        Self { status, swap }
    }
}

/// All plugins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AllPlugins {
    /// In order of their names.
    plugins: Vec<PluginStatus>,
}

/// Loads a component: it is checked, compiled, stored and, unless told otherwise, activated.
#[utoipa::path(
    put, path = "/api/admin/plugins", operation_id = "upload_plugin", tag = "administration",
    params(
        UploadParams,
        ("hezi-signature" = Option<String>, Header,
            description = "base64 of the `.minisig` file; needed where the server has trusted keys")
    ),
    request_body(content = Binary, content_type = "application/wasm", description = "the component"),
    responses((status = 201, description = "the version that was stored", body = UploadedVersion), Problems)
)]
pub(super) async fn upload(
    State(state): State<AppState>,
    admin: Admin,
    Params(params): Params<UploadParams>,
    UploadSignature(signature): UploadSignature,
    component: Result<ComponentBody, ApiError>,
) -> ApiResult<Response> {
    let ComponentBody(bytes) = match component {
        Ok(component) => component,
        Err(refused) => {
            state.plugins.note_unread(admin.proof, &admin.who, &refused.sentence().to_string()).await;
            return Err(refused);
        }
    };
    let activate = params.activate.unwrap_or(true);
    let downgrade = if params.downgrade == Some(true) { Downgrade::Wanted } else { Downgrade::Refused };
    let version = state.plugins.upload(admin.proof, &admin.who, bytes, signature, activate, downgrade).await?;
    let swap = if version.active { state.plugins.swapped(&version.name).await } else { None };
    answer::created(&format!("/api/admin/plugins/{}", version.name), &UploadedVersion { version, swap })
}

/// All plugins with all their versions.
#[utoipa::path(
    get, path = "/api/admin/plugins", operation_id = "list_plugin_versions", tag = "administration",
    responses((status = 200, description = "all plugins", body = AllPlugins), Problems)
)]
pub(super) async fn list(State(state): State<AppState>, admin: Admin) -> Json<AllPlugins> {
    Json(AllPlugins { plugins: state.plugins.admin_list(admin.proof) })
}

/// One plugin, with its last log lines.
#[utoipa::path(
    get, path = "/api/admin/plugins/{name}", operation_id = "get_plugin", tag = "administration",
    params(("name" = String, Path)),
    responses((status = 200, description = "the plugin", body = PluginStatus), Problems)
)]
pub(super) async fn show(
    State(state): State<AppState>,
    admin: Admin,
    Path(name): Path<String>,
) -> ApiResult<Json<PluginStatus>> {
    Ok(Json(state.plugins.admin_show(admin.proof, &name)?))
}

/// A version as organizers see what they choose from, active or not: what an activity of it is made with.
#[utoipa::path(
    get, path = "/api/admin/plugins/{name}/{version}", operation_id = "get_plugin_version", tag = "administration",
    params(("name" = String, Path), ("version" = String, Path)),
    responses((status = 200, description = "the version", body = PluginSummary), Problems)
)]
pub(super) async fn show_version(
    State(state): State<AppState>,
    _admin: Admin,
    Path((name, version)): Path<(String, String)>,
    parts: Parts,
) -> ApiResult<Json<PluginSummary>> {
    let loaded = state.plugins.numbered(&name, &version).await?;
    let loaded = loaded.ok_or(PluginError::UnknownVersion { name, version })?;
    Ok(Json(PluginSummary::of(&loaded, &reader::of(&parts))))
}

/// Makes a version the active one: a step forward or back.
#[utoipa::path(
    post, path = "/api/admin/plugins/{name}/activate", operation_id = "activate_plugin", tag = "administration",
    request_body = Version, params(("name" = String, Path)),
    responses((status = 200, description = "the plugin, with the version active", body = ActivatedPlugin), Problems)
)]
pub(super) async fn activate(
    State(state): State<AppState>,
    admin: Admin,
    Path(name): Path<String>,
    JsonOf(Version { version }): JsonOf<Version>,
) -> ApiResult<Json<ActivatedPlugin>> {
    let status = state.plugins.activate(admin.proof, &admin.who, &name, &version).await?;
    Ok(Json(ActivatedPlugin::of(status, &state).await))
}

/// Makes the version active again that was active before: the last one if the plugin is switched off.
#[utoipa::path(
    post, path = "/api/admin/plugins/{name}/rollback", operation_id = "roll_back_plugin", tag = "administration",
    params(("name" = String, Path)),
    responses((status = 200, description = "the plugin, with the earlier version active", body = ActivatedPlugin), Problems)
)]
pub(super) async fn rollback(
    State(state): State<AppState>,
    admin: Admin,
    Path(name): Path<String>,
) -> ApiResult<Json<ActivatedPlugin>> {
    let status = state.plugins.roll_back(admin.proof, &admin.who, &name).await?;
    Ok(Json(ActivatedPlugin::of(status, &state).await))
}

/// Switches a plugin off: nobody can make activities with it.
#[utoipa::path(
    post, path = "/api/admin/plugins/{name}/disable", operation_id = "disable_plugin", tag = "administration",
    params(("name" = String, Path)),
    responses((status = 200, description = "the plugin, switched off", body = PluginStatus), Problems)
)]
pub(super) async fn disable(
    State(state): State<AppState>,
    admin: Admin,
    Path(name): Path<String>,
) -> ApiResult<Json<PluginStatus>> {
    Ok(Json(state.plugins.disable(admin.proof, &admin.who, &name).await?))
}

/// Removes a version that nothing uses.
#[utoipa::path(
    delete, path = "/api/admin/plugins/{name}/{version}", operation_id = "remove_plugin_version",
    tag = "administration", params(("name" = String, Path), ("version" = String, Path)),
    responses((status = 200, description = "it is removed", body = Done), Problems)
)]
pub(super) async fn remove(
    State(state): State<AppState>,
    admin: Admin,
    Path((name, version)): Path<(String, String)>,
) -> ApiResult<Json<Done>> {
    state.plugins.remove(admin.proof, &admin.who, &name, &version).await?;
    Ok(Json(Done {}))
}

//! The way into a conference as a QR code.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, ApiResult};
use super::extract::{CurrentUser, Params};
use super::openapi::Problems;
use super::path::AtConference;
use super::{AppState, answer, qr as code};
use crate::access;
use crate::protocol::server::join_url;
use crate::room::RoomError;

/// The address of a number does not change; an hour keeps reloads cheap.
const CACHE: &str = "private, max-age=3600";

/// The form of the picture.
#[derive(Debug, Default, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum QrFormat {
    /// A drawing.
    #[default]
    Svg,
    /// A picture.
    Png,
    /// A picture inside JSON.
    DataUrl,
}

/// Which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct QrParams {
    /// `svg`, `png` or `data-url`; `svg` if not given.
    #[serde(default)]
    #[param(inline, required = false)]
    format: QrFormat,
}

/// A picture as a text.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DataUrl {
    /// A `data:` URL with a PNG.
    data_url: String,
}

/// The QR code of the address where people join.
#[utoipa::path(
    get, path = "/api/conferences/{number}/qr", operation_id = "get_conference_qr", tag = "conferences",
    params(("number" = String, Path, description = "five digits"), QrParams),
    responses(
        (status = 200, description = "the picture", content(
            (String = "image/svg+xml"), (Vec<u8> = "image/png"), (DataUrl = "application/json")
        )),
        Problems
    )
)]
pub(super) async fn qr(
    State(state): State<AppState>,
    user: CurrentUser,
    AtConference(room): AtConference,
    Params(params): Params<QrParams>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let conference = room.conference().await?;
    access::entry(&user.user, &conference).ok_or(RoomError::Guest)?;
    let url = join_url(state.site.public_url(), conference.number);
    let (kind, bytes) = picture(&url, params.format)?;
    answer::tagged(&headers, kind, CACHE, bytes)
}

fn picture(url: &str, format: QrFormat) -> ApiResult<(&'static str, Vec<u8>)> {
    let picture = match format {
        QrFormat::Svg => ("image/svg+xml", code::svg(url).map_err(ApiError::internal)?.into_bytes()),
        QrFormat::Png => ("image/png", code::png(url).map_err(ApiError::internal)?),
        QrFormat::DataUrl => {
            let png = code::png(url).map_err(ApiError::internal)?;
            let body = DataUrl { data_url: format!("data:image/png;base64,{}", STANDARD.encode(png)) };
            ("application/json", serde_json::to_vec(&body).map_err(ApiError::internal)?)
        }
    };
    Ok(picture)
}

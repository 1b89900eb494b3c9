//! The way into a conference as a QR code.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::address::ClientAddress;
use super::error::{ApiError, ApiResult};
use super::extract::{CurrentUser, Params};
use super::openapi::{Binary, Problems};
use super::path::{AtConference, let_in};
use super::{AppState, answer, qr as code};
use crate::domain::join_key::JoinKey;
use crate::protocol::conference::join_url;
use crate::room::Entrant;

/// The address changes only with the key of a private conference; what is kept is asked for again, and seldom sent again.
const CACHE: &str = "private, no-cache";

/// The form of the picture.
#[derive(Debug, Default, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum QrFormat {
    /// Sharp at every size; what is given unless another is asked for.
    #[default]
    Svg,
    /// Pixels, for what shows no SVG.
    Png,
    /// A picture inside JSON.
    DataUrl,
}

/// In which form a QR code is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct QrParams {
    /// `svg`, `png` or `data-url`; `svg` if not given.
    #[serde(default)]
    #[param(inline, required = false)]
    format: QrFormat,
    /// The key of a private conference, from its link; its members need none.
    key: Option<String>,
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
            (String = "image/svg+xml"), (Binary = "image/png"), (DataUrl = "application/json")
        )),
        Problems
    )
)]
pub(super) async fn qr(
    State(state): State<AppState>,
    user: CurrentUser,
    ClientAddress(from): ClientAddress,
    AtConference(room): AtConference,
    Params(params): Params<QrParams>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let key = params.key.as_deref().and_then(JoinKey::parse);
    let seen = room.look(Entrant { user: &user.user, key: key.as_ref() }).await;
    let conference = let_in(&state, &user.user, from, seen)?;
    let url = join_url(state.site.public_url(), &conference);
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

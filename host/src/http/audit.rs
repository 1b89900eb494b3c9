//! The audit log, for administrators: who did what with this server, and who tried.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::AppState;
use super::error::{ApiError, ApiResult};
use super::extract::{Admin, PageBack, Params};
use super::openapi::Problems;
use crate::domain::sentence::Sentence;
use crate::protocol::time::time_text;
use crate::store::{AuditDeed, AuditId, AuditLine};

/// One thing that was done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditLine)]
pub(super) struct AuditLineView {
    /// When, RFC 3339.
    #[schema(format = DateTime)]
    at: String,
    /// Who: a user's id, `token` for whoever held the administrators' token, `folder` or `watch` for files that the server
    /// found, `server` for what it did by itself, `stranger` for somebody who guesses the token.
    who: String,
    /// What, as a sentence.
    what: String,
    /// The same for programs, which say it in their reader's language; none where there is no word for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    deed: Option<AuditDeed>,
}

impl From<AuditLine> for AuditLineView {
    fn from(line: AuditLine) -> Self {
        Self { at: time_text(line.at_ms), who: line.who, what: line.what, deed: line.deed }
    }
}

/// A page of the log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditLog {
    /// Newest first.
    audit: Vec<AuditLineView>,
    /// `before` of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What was done to the plugins of this server, and what was tried and refused.
#[utoipa::path(
    get, path = "/api/admin/audit", operation_id = "list_audit", tag = "administration",
    params(
        ("before" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 1000, description = "100 if not given"),
    ),
    responses((status = 200, description = "a page of the log, newest first", body = AuditLog), Problems)
)]
pub(super) async fn log(
    State(state): State<AppState>,
    admin: Admin,
    Params(page): Params<PageBack>,
) -> ApiResult<Json<AuditLog>> {
    let limit = page.limit()?;
    let refused = || ApiError::invalid(Sentence::BadAuditPlace {});
    let before = page.before.as_deref().map(|text| AuditId::parse(text).ok_or_else(refused)).transpose()?;
    let (lines, next) = state.plugins.audit_log(admin.proof, before, limit).await?;
    let audit = lines.into_iter().map(AuditLineView::from).collect();
    Ok(Json(AuditLog { audit, next: next.map(|next| next.to_string()) }))
}

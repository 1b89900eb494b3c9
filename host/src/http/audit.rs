//! The audit log, for administrators: who did what with this server, and who tried.

use std::collections::{HashMap, HashSet};

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::AppState;
use super::error::{ApiError, ApiResult};
use super::extract::{Admin, Params, items};
use super::openapi::Problems;
use crate::domain::id::ID_BYTES_MAX;
use crate::domain::sentence::Sentence;
use crate::protocol::time::time_text;
use crate::store::{AuditDeed, AuditId, AuditLine, AuditQuery, DeedCode};

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
    /// What the user is called now.
    #[serde(skip_serializing_if = "Option::is_none")]
    who_name: Option<String>,
    /// What, as a sentence.
    what: String,
    /// The same for programs, which say it in their reader's language; none where there is no word for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    deed: Option<AuditDeed>,
}

impl AuditLineView {
    /// A line, with the names of those who are known.
    fn new(line: AuditLine, names: &HashMap<String, String>) -> Self {
        let AuditLine { at_ms, who, what, deed, .. } = line;
        Self { at: time_text(at_ms), who_name: names.get(&who).cloned(), who, what, deed }
    }
}

/// A page of the log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditLog {
    /// Newest first.
    audit: Vec<AuditLineView>,
    /// `before` of the next page, as long as the log goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Which part of the log, and which lines of it: those that fit all that is given.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditAsked {
    /// `next` of the page before.
    before: Option<String>,
    /// 100 if not given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// Only what they did: `who` of a line.
    #[param(min_length = 1, max_length = 64)]
    who: Option<String>,
    /// Only what was done to this plugin: `plugin` of a line's `deed`. A component that was refused has none.
    #[param(min_length = 1, max_length = 64)]
    plugin: Option<String>,
    /// Only what was done so: `code` of a line's `deed`.
    #[param(inline)]
    code: Option<DeedCode>,
}

impl AuditAsked {
    fn query(self) -> ApiResult<AuditQuery> {
        let refused = || ApiError::invalid(Sentence::BadAuditPlace {});
        let before = self.before.as_deref().map(|text| AuditId::parse(text).ok_or_else(refused)).transpose()?;
        for (field, text) in [("who", &self.who), ("plugin", &self.plugin)] {
            if text.as_ref().is_some_and(|text| text.is_empty() || text.len() > ID_BYTES_MAX) {
                return Err(ApiError::invalid(Sentence::BadAuditField { field, bytes_max: ID_BYTES_MAX }));
            }
        }
        Ok(AuditQuery { before, limit: items(self.limit)?, who: self.who, plugin: self.plugin, code: self.code })
    }
}

/// What was done to the plugins of this server, and what was tried and refused.
///
/// With `who`, `plugin` or `code` a request looks at 2,000 lines at most for those that fit: a page may have fewer than asked for,
/// or none, though more follow. As long as the log goes on there is `next`.
#[utoipa::path(
    get, path = "/api/admin/audit", operation_id = "list_audit", tag = "administration", params(AuditAsked),
    responses((status = 200, description = "a page of the log, newest first", body = AuditLog), Problems)
)]
pub(super) async fn log(
    State(state): State<AppState>,
    admin: Admin,
    Params(asked): Params<AuditAsked>,
) -> ApiResult<Json<AuditLog>> {
    let (lines, next) = state.plugins.audit_log(admin.proof, &asked.query()?).await?;
    let who: HashSet<&str> = lines.iter().map(|line| &*line.who).collect();
    let users = state.store.users(who).await?.into_iter().map(|user| (user.id.to_string(), user.name)).collect();
    let audit = lines.into_iter().map(|line| AuditLineView::new(line, &users)).collect();
    Ok(Json(AuditLog { audit, next: next.map(|next| next.to_string()) }))
}

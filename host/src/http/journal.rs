//! What happened in a conference, as far as somebody may see it.

use axum::Json;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, ApiResult};
use super::extract::{CurrentUser, Params, items};
use super::openapi::Problems;
use super::path::AtConference;
use crate::domain::entry::Entry;
use crate::domain::sentence::Sentence;
use crate::protocol::entry::{self, EntryKind, EntryShape};

/// A page of the journal.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Entries {
    /// In order.
    #[schema(value_type = Vec<EntryShape<'static>>)]
    entries: Vec<Box<RawValue>>,
    /// `after` of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// Which part of the journal: forward from an entry, or backward from one, newest first.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct JournalPage {
    /// `next` of the page before, going forward.
    after: Option<u64>,
    /// `next` of the page before, going backward. A page may have fewer entries than asked for though more follow.
    before: Option<u64>,
    /// Only entries of this kind; goes backward from the newest one.
    #[param(inline)]
    kind: Option<EntryKind>,
    /// 100 if not given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// What happened, as far as I may see it.
#[utoipa::path(
    get, path = "/api/conferences/{number}/journal", operation_id = "list_entries", tag = "conferences",
    params(AtConference, JournalPage),
    responses((status = 200, description = "a page of the journal", body = Entries), Problems)
)]
pub(super) async fn list(
    user: CurrentUser,
    AtConference(room): AtConference,
    Params(page): Params<JournalPage>,
) -> ApiResult<Json<Entries>> {
    let limit = items(page.limit)?;
    let wants = |entry: &Entry| page.kind.is_none_or(|kind| entry::kind(entry) == kind);
    let (entries, next) = match (page.after, page.before, page.kind) {
        (after, None, None) => room.journal(user.id(), after.unwrap_or(0), limit).await?,
        (None, before, _) => room.journal_back(user.id(), before, limit, wants).await?,
        (Some(_), ..) => {
            return Err(ApiError::invalid(Sentence::TwoDirections {}));
        }
    };
    let places = entries.iter().map(|entry| entry.seq);
    let (first, last) = (places.clone().min().unwrap_or(0), places.max().unwrap_or(0));
    let reactions = room.reactions(user.id(), first, last).await?;
    let shown = entries.iter().filter_map(|entry| entry::entry_with(entry, reactions.get(&entry.seq)));
    Ok(Json(Entries { entries: shown.collect(), next }))
}

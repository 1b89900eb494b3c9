//! What is said in a conference: messages, how people react to them, which of them are on the wall, and the notice that
//! everybody sees.
//!
//! The same as over the socket. What was said is read in the journal.

use axum::Json;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::Recorded;
use super::body::JsonOf;
use super::error::ApiResult;
use super::extract::{CurrentUser, Key};
use super::openapi::Problems;
use super::path::{AtConference, AtMessage, AtReaction};
use crate::domain::command::{Reaction, Request};
use crate::domain::id::CommandId;
use crate::room::RoomHandle;

/// What somebody says to everybody in the conference.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewMessage)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMessageBody {
    /// The words, 1 to 2,000 characters.
    text: String,
    /// The place of the message that they answer.
    reply_to: Option<u64>,
}

/// How somebody reacts.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewReaction)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReactionBody {
    /// One of those that the `welcome` of a socket names.
    reaction: String,
}

/// What is to be pinned for everybody, in place of the notice before.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewNotice)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNoticeBody {
    /// The words, 1 to 500 characters.
    text: String,
}

/// Has a command carried out, once under the same key.
async fn carry_out(
    room: &RoomHandle,
    user: &CurrentUser,
    key: Option<CommandId>,
    request: Request,
) -> ApiResult<Json<Recorded>> {
    let acted = room.command(user.id(), key, request).await?;
    Ok(Json(Recorded { seq: acted.seq }))
}

/// Says something to everybody.
#[utoipa::path(
    post, path = "/api/conferences/{number}/messages", operation_id = "say", tag = "messages",
    request_body = NewMessageBody, params(AtConference, Key),
    responses((status = 200, description = "the message's place", body = Recorded), Problems)
)]
pub(super) async fn say(
    user: CurrentUser,
    AtConference(room): AtConference,
    Key(key): Key,
    JsonOf(new): JsonOf<NewMessageBody>,
) -> ApiResult<Json<Recorded>> {
    carry_out(&room, &user, key, Request::Chat { text: new.text, reply_to: new.reply_to }).await
}

/// Deletes a message: organizers any, everybody else their own. What was said is nowhere any more; what remains says who said
/// something and who deleted it.
#[utoipa::path(
    delete, path = "/api/conferences/{number}/messages/{message}", operation_id = "delete_message", tag = "messages",
    params(AtMessage, Key),
    responses((status = 200, description = "the entry that tells of it", body = Recorded), Problems)
)]
pub(super) async fn delete(user: CurrentUser, at: AtMessage, Key(key): Key) -> ApiResult<Json<Recorded>> {
    carry_out(&at.room, &user, key, Request::Delete { message: at.message }).await
}

/// Reacts to one of the last messages.
#[utoipa::path(
    post, path = "/api/conferences/{number}/messages/{message}/reactions", operation_id = "react", tag = "messages",
    request_body = NewReactionBody, params(AtMessage, Key),
    responses((status = 200, description = "the entry that tells of it", body = Recorded), Problems)
)]
pub(super) async fn react(
    user: CurrentUser,
    at: AtMessage,
    Key(key): Key,
    JsonOf(new): JsonOf<NewReactionBody>,
) -> ApiResult<Json<Recorded>> {
    let reaction = Reaction { message: at.message, reaction: new.reaction, stands: true };
    carry_out(&at.room, &user, key, Request::React(reaction)).await
}

/// Takes a reaction back.
#[utoipa::path(
    delete, path = "/api/conferences/{number}/messages/{message}/reactions/{reaction}", operation_id = "unreact",
    tag = "messages", params(AtReaction, Key),
    responses((status = 200, description = "the entry that tells of it", body = Recorded), Problems)
)]
pub(super) async fn unreact(user: CurrentUser, of: AtReaction, Key(key): Key) -> ApiResult<Json<Recorded>> {
    let reaction = Reaction { message: of.message, reaction: of.reaction, stands: false };
    carry_out(&of.room, &user, key, Request::React(reaction)).await
}

/// Puts a message on the wall, for organizers: it is seen there while `screen_chat` is `approved`. Of more than twelve the first
/// goes. One that is there already stays in its place.
#[utoipa::path(
    put, path = "/api/conferences/{number}/messages/{message}/wall", operation_id = "put_up_message", tag = "messages",
    params(AtMessage, Key),
    responses((status = 200, description = "the entry that tells of it", body = Recorded), Problems)
)]
pub(super) async fn put_up(user: CurrentUser, at: AtMessage, Key(key): Key) -> ApiResult<Json<Recorded>> {
    carry_out(&at.room, &user, key, Request::Wall { message: at.message, stands: true }).await
}

/// Takes a message off the wall, for organizers, if it is there.
#[utoipa::path(
    delete, path = "/api/conferences/{number}/messages/{message}/wall", operation_id = "take_down_message", tag = "messages",
    params(AtMessage, Key),
    responses((status = 200, description = "the entry that tells of it", body = Recorded), Problems)
)]
pub(super) async fn take_down(user: CurrentUser, at: AtMessage, Key(key): Key) -> ApiResult<Json<Recorded>> {
    carry_out(&at.room, &user, key, Request::Wall { message: at.message, stands: false }).await
}

/// Pins a notice for everybody, in the place of the one before, for organizers.
#[utoipa::path(
    put, path = "/api/conferences/{number}/notice", operation_id = "pin_notice", tag = "messages",
    request_body = NewNoticeBody, params(AtConference, Key),
    responses((status = 200, description = "the entry that tells of it", body = Recorded), Problems)
)]
pub(super) async fn pin(
    user: CurrentUser,
    AtConference(room): AtConference,
    Key(key): Key,
    JsonOf(new): JsonOf<NewNoticeBody>,
) -> ApiResult<Json<Recorded>> {
    carry_out(&room, &user, key, Request::Notice { text: Some(new.text) }).await
}

/// Takes the notice away, for organizers.
#[utoipa::path(
    delete, path = "/api/conferences/{number}/notice", operation_id = "unpin_notice", tag = "messages",
    params(AtConference, Key),
    responses((status = 200, description = "the entry that tells of it", body = Recorded), Problems)
)]
pub(super) async fn unpin(
    user: CurrentUser,
    AtConference(room): AtConference,
    Key(key): Key,
) -> ApiResult<Json<Recorded>> {
    carry_out(&room, &user, key, Request::Notice { text: None }).await
}

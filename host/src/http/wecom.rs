//! What pages and organizers get from WeCom: the right to use its JavaScript, and invitations to members.
//!
//! Signing in is `login`'s.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::{IntoParams, ToSchema};

use super::AppState;
use super::body::JsonOf;
use super::error::{ApiError, ApiResult};
use super::extract::{CurrentUser, Params};
use super::openapi::Problems;
use super::path::AtConference;
use crate::access;
use crate::domain::sentence::Sentence;
use crate::domain::tongue::Pause;
use crate::protocol::code::{Code, Problem};
use crate::protocol::conference::join_url;
use crate::room::RoomError;
use crate::sign_in::SignIn;
use crate::wecom::Invitation;

/// Longest address of a page.
const URL_CHARS_MAX: usize = 2_048;

/// Which page wants to use WeCom's JavaScript.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct JsSdkParams {
    /// Its address, within this site.
    url: String,
}

/// What a page hands to WeCom's JavaScript.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JsSdk {
    /// The corp that this server is set up for; WeCom's JavaScript takes it as `appId`.
    corp_id: String,
    /// The number of the app in that corp that people open this server from.
    agent_id: u64,
    /// When it was signed, in seconds since 1970.
    timestamp: u64,
    /// Makes two signatures differ.
    nonce: String,
    /// SHA-1 in hex.
    signature: String,
}

/// Who is to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Invitees {
    /// Ids of members of the corp, 1 to 1,000.
    members: Vec<String>,
}

/// What came of an invitation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InvitedBody {
    /// How many members got it.
    invited: usize,
    /// Who did not: WeCom knows no such member, or does not let the app write to them.
    invalid: Vec<String>,
}

fn sign_in(state: &AppState) -> ApiResult<&SignIn> {
    state.wecom.as_ref().ok_or_else(|| ApiError::new(Code::NotFound, Sentence::NoWecom {}))
}

/// Signs the address of a page of this site, so that it may use WeCom's JavaScript.
#[utoipa::path(
    get, path = "/api/wecom/jssdk", operation_id = "sign_page", tag = "wecom", params(JsSdkParams),
    responses((status = 200, description = "what the page hands to WeCom's JavaScript", body = JsSdk), Problems)
)]
pub(super) async fn jssdk(
    State(state): State<AppState>,
    _user: CurrentUser,
    Params(page): Params<JsSdkParams>,
) -> ApiResult<Json<JsSdk>> {
    let wecom = sign_in(&state)?.wecom();
    let url = own_page(&page.url, state.site.public_url())
        .ok_or_else(|| ApiError::invalid(Sentence::BadPageUrl { ours: state.site.public_url().to_owned() }))?;
    let signed = wecom.sign_page(url).await?;
    Ok(Json(JsSdk {
        corp_id: wecom.corp_id().to_owned(),
        agent_id: wecom.agent_id(),
        timestamp: signed.timestamp,
        nonce: signed.nonce,
        signature: signed.signature,
    }))
}

/// The address without its fragment, exactly as the browser has it, if it is one of this site.
fn own_page<'a>(url: &'a str, public_url: &str) -> Option<&'a str> {
    let url = url.split('#').next().unwrap_or_default();
    // What is signed is a text with `&` between its parts: an address must not hold anything that a browser would not show.
    let plain = url.len() <= URL_CHARS_MAX && url.bytes().all(|byte| byte.is_ascii_graphic());
    let (own, asked) = (Url::parse(public_url).ok()?, Url::parse(url).ok()?);
    let bare = asked.username().is_empty() && asked.password().is_none();
    (plain && bare && own.origin() == asked.origin()).then_some(url)
}

/// Invites members of the corp by a message in WeCom, for organizers that are members of it themselves.
#[utoipa::path(
    post, path = "/api/conferences/{number}/invite", operation_id = "invite_members", tag = "wecom",
    request_body = Invitees, params(("number" = String, Path, description = "five digits")),
    responses((status = 200, description = "who got the invitation and who did not", body = InvitedBody), Problems)
)]
pub(super) async fn invite(
    State(state): State<AppState>,
    user: CurrentUser,
    AtConference(room): AtConference,
    JsonOf(invitees): JsonOf<Invitees>,
) -> ApiResult<Json<InvitedBody>> {
    let sign_in = sign_in(&state)?;
    let conference = room.organized_by(user.id()).await?;
    // An organizer all the same: the corp's members are not for people from outside to write to.
    if !access::may_found(&user.user) {
        return Err(RoomError::Guest.into());
    }
    if conference.ended_at_ms.is_some() {
        return Err(ApiError::new(Code::ConferenceEnded, Sentence::Ended {}));
    }
    let members = unique(invitees.members)?;
    sign_in.note_invitation(user.id(), members.len() as u64).map_err(too_many)?;
    let text = format!("{}邀请你参加会议。会议号：{}", user.user.name, conference.number);
    let url = join_url(state.site.public_url(), &conference);
    let invitation = Invitation { members: &members, title: &conference.title, text: &text, url: &url };
    let sent = sign_in.wecom().invite(&invitation).await?;
    Ok(Json(InvitedBody { invited: sent.invited, invalid: sent.invalid }))
}

fn too_many(retry_after_ms: u64) -> ApiError {
    let sentence = Sentence::TooManyInvitations { pause: Pause(retry_after_ms) };
    Problem::new(Code::RateLimited, sentence).for_ms(retry_after_ms).into()
}

fn unique(mut members: Vec<String>) -> ApiResult<Vec<String>> {
    let most = Invitation::MEMBERS_MAX;
    if !(1..=most).contains(&members.len()) {
        return Err(ApiError::invalid(Sentence::BadInvitees { most }));
    }
    if let Some(at) = members.iter().position(|member| !Invitation::is_member_id(member)) {
        return Err(ApiError::invalid(Sentence::BadInvitee { at }));
    }
    members.iter_mut().for_each(|member| member.make_ascii_lowercase());
    members.sort_unstable();
    members.dedup();
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_site_are_signed() {
        let site = "https://meet.example.com";
        for (url, signed) in [
            ("https://meet.example.com/", Some("https://meet.example.com/")),
            ("https://meet.example.com/c/00042?x=1#top", Some("https://meet.example.com/c/00042?x=1")),
            ("https://meet.example.com:443/", Some("https://meet.example.com:443/")),
            ("http://meet.example.com/", None),
            ("https://meet.example.com.evil.cn/", None),
            ("https://meet.example.com@evil.cn/", None),
            ("https://evil@meet.example.com/", None),
            ("https://evil.cn/?https://meet.example.com/", None),
            ("//meet.example.com/", None),
            ("https://meet.example.com/a b", None),
            ("", None),
        ] {
            assert_eq!(own_page(url, site), signed, "{url}");
        }
    }

    #[test]
    fn a_list_of_members_holds_members_once() {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        assert_eq!(unique(ids(&["Li", "wang", "li"])).expect("members"), ["li", "wang"]);
        for list in [ids(&[]), ids(&["@all"]), ids(&["a|b"]), vec!["a".to_owned(); 1_001]] {
            assert!(unique(list).is_err());
        }
    }
}

//! Messages to members: the card that invites them to a conference.
//!
//! # Invariants
//! * A message goes to the members that are named and to nobody else: what WeCom reads as a list, or as everybody, is not
//!   an id.

use serde::Serialize;

use super::answer::SentAnswer;
use super::calls::Calls;
use super::endpoint::Endpoint;
use super::error::WecomError;

/// Longest title, by the documentation.
const TITLE_BYTES_MAX: usize = 128;
/// Longest text, by the documentation.
const TEXT_BYTES_MAX: usize = 512;
/// The same message to the same member within this time is sent once, so that trying again does no harm.
const DUPLICATES_S: u32 = 60;
/// All receivers are invalid.
const NOBODY: i64 = 81013;

/// A card that asks members of the corp to come to a page.
#[derive(Debug)]
pub struct Invitation<'a> {
    /// Ids of members, 1 to [`Invitation::MEMBERS_MAX`].
    pub members: &'a [String],
    /// The card's title.
    pub title: &'a str,
    /// What it says.
    pub text: &'a str,
    /// Where it leads.
    pub url: &'a str,
}

impl Invitation<'_> {
    /// Most members of one invitation, by the documentation.
    pub const MEMBERS_MAX: usize = 1_000;

    /// Whether a text can be the id of one member.
    pub fn is_member_id(text: &str) -> bool {
        let mut bytes = text.bytes();
        bytes.next().is_some_and(|first| first.is_ascii_alphanumeric())
            && text.len() <= 64
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_-@./".contains(&byte))
    }
}

/// What came of an invitation.
#[derive(Debug, PartialEq, Eq)]
pub struct Invited {
    /// How many members got it.
    pub invited: usize,
    /// Who did not: WeCom knows no such member, or does not let the app write to them. In lower case.
    pub invalid: Vec<String>,
}

#[derive(Serialize)]
struct CardMessage<'a> {
    touser: String,
    msgtype: &'static str,
    agentid: u64,
    textcard: TextCard<'a>,
    enable_duplicate_check: u8,
    duplicate_check_interval: u32,
}

#[derive(Serialize)]
struct TextCard<'a> {
    title: String,
    description: String,
    url: &'a str,
    btntxt: &'static str,
}

/// Sends an invitation.
pub(super) async fn send(calls: &Calls, agent_id: u64, invitation: &Invitation<'_>) -> Result<Invited, WecomError> {
    let message = &CardMessage {
        touser: invitation.members.join("|"),
        msgtype: "textcard",
        agentid: agent_id,
        textcard: TextCard {
            title: plain(invitation.title, TITLE_BYTES_MAX),
            description: plain(invitation.text, TEXT_BYTES_MAX),
            url: invitation.url,
            btntxt: "加入会议",
        },
        enable_duplicate_check: 1,
        duplicate_check_interval: DUPLICATES_S,
    };
    let sent = calls
        .with_token(|token| async move {
            let query = [("access_token", token.expose())];
            calls.api.post::<SentAnswer>(Endpoint::MessageSend, &query, message).await
        })
        .await;
    match sent {
        Ok(answer) => Ok(invited(invitation.members, &answer)),
        Err(WecomError::Unknown(NOBODY)) => {
            Ok(Invited { invited: 0, invalid: invitation.members.iter().map(|id| id.to_ascii_lowercase()).collect() })
        }
        Err(error) => Err(error),
    }
}

fn invited(members: &[String], answer: &SentAnswer) -> Invited {
    let refused = answer.invaliduser.split('|').chain(answer.unlicenseduser.split('|'));
    let refused: Vec<String> = refused.filter(|id| !id.is_empty()).map(str::to_ascii_lowercase).collect();
    let members = members.iter().map(|id| id.to_ascii_lowercase());
    let (invalid, invited): (Vec<_>, Vec<_>) = members.partition(|id| refused.contains(id));
    Invited { invited: invited.len(), invalid }
}

/// A text without markup, which a card would show as such, and not longer than allowed.
fn plain(text: &str, bytes_max: usize) -> String {
    let mut out = String::new();
    for char in text.chars() {
        let char = match char {
            '<' => '＜',
            '>' => '＞',
            char => char,
        };
        if out.len() + char.len_utf8() > bytes_max {
            break;
        }
        out.push(char);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_and_lists_are_no_ids() {
        for (text, id) in [
            ("wangwei", true),
            ("Wang.Wei_1-2@corp", true),
            ("ww1/wangwei", true),
            ("@all", false),
            ("a|b", false),
            ("", false),
            ("a b", false),
            ("王", false),
            (&"a".repeat(65), false),
        ] {
            assert_eq!(Invitation::is_member_id(text), id, "{text}");
        }
    }

    #[test]
    fn who_did_not_get_it_is_named() {
        let members = ["Wang", "li", "zhao"].map(str::to_owned);
        let answer = SentAnswer { invaliduser: "wang".into(), unlicenseduser: "LI|somebody".into() };
        let expected = Invited { invited: 1, invalid: vec!["wang".into(), "li".into()] };
        assert_eq!(invited(&members, &answer), expected);
    }

    #[test]
    fn a_card_has_no_markup_and_fits() {
        assert_eq!(plain("<a href=x>周会</a>", 512), "＜a href=x＞周会＜/a＞");
        assert_eq!(plain("会议会议", 7), "会议");
    }
}

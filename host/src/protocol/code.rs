//! Every error code that a client can be told, over HTTP and over the socket, with its title in each language.
//!
//! Which HTTP status a code becomes is `http`'s business.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::sentence::Sentence;
use crate::domain::tongue::Tongue;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $word:tt, $chinese:literal, $retry:literal;)*) => {
        /// An error code. The words are part of the contract with clients.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
        pub enum Code {
            $($(#[doc = $doc])* #[serde(rename = $word)] $name,)*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $word,)* }
            }

            /// The kind of problem in words: `unknown_conference` is "Unknown conference".
            pub fn title(self, tongue: Tongue) -> String {
                match tongue {
                    Tongue::English => in_words(self.as_str()),
                    Tongue::Chinese => match self { $(Code::$name => $chinese,)* }.to_owned(),
                }
            }

            /// Whether the same request may succeed later without a change.
            pub fn is_retryable(self) -> bool {
                match self { $(Code::$name => $retry,)* }
            }
        }
    };
}

codes! {
    /// A field is missing, unknown, of the wrong type or out of range.
    Invalid = "invalid", "输入不合要求", false;
    /// The text is not JSON.
    MalformedJson = "malformed_json", "不是 JSON", false;
    /// The body or the message is larger than allowed.
    TooLarge = "too_large", "太大了", false;
    /// The request has no session.
    NotSignedIn = "not_signed_in", "还没有登录", false;
    /// The plugin, or a rule of the server, does not allow this to this person.
    Denied = "denied", "不允许", false;
    /// The request comes from another site.
    ForeignOrigin = "foreign_origin", "请求来自别的网站", false;
    /// Only members of the conference may do this.
    NotMember = "not_member", "不是会议成员", false;
    /// Only organizers of the conference may do this.
    NotOrganizer = "not_organizer", "不是主持人", false;
    /// Only administrators of the server may do this.
    NotAdmin = "not_admin", "不是管理员", false;
    /// An organizer has taken the word from this member.
    Muted = "muted", "你被禁言了", false;
    /// An organizer has removed this person, and has not let them in again.
    KeptOut = "kept_out", "不能加入这个会议", false;
    /// The conference is private: its link carries a key, which has to be shown.
    KeyNeeded = "key_needed", "需要会议链接", false;
    /// The door of the conference is locked.
    Locked = "locked", "会议已锁定", false;
    /// The conference has as many members as it may have.
    Full = "full", "会议满员了", false;
    /// There is nothing at this address.
    NotFound = "not_found", "什么也没有", false;
    /// There is something at this address, but not for this method.
    MethodNotAllowed = "method_not_allowed", "方法不对", false;
    /// The body is not of the kind that is expected here.
    UnsupportedMediaType = "unsupported_media_type", "内容类型不对", false;
    /// No conference has this number or id.
    UnknownConference = "unknown_conference", "没有这个会议", false;
    /// No activity has this id.
    UnknownActivity = "unknown_activity", "没有这个活动", false;
    /// No plugin has this name, or it is switched off.
    UnknownPlugin = "unknown_plugin", "没有这个插件", false;
    /// Nobody with this id is a member.
    UnknownMember = "unknown_member", "没有这个成员", false;
    /// No message has this place, or it is too old for this.
    UnknownMessage = "unknown_message", "没有这条消息", false;
    /// The text has a word that is not allowed on this server.
    BlockedWord = "blocked_word", "有不允许的词", false;
    /// It does not fit what has happened before.
    Conflict = "conflict", "与之前的冲突", false;
    /// The activity is not in the phase for this.
    WrongPhase = "wrong_phase", "现在不是时候", false;
    /// The conference has ended.
    ConferenceEnded = "conference_ended", "会议已经结束", false;
    /// This command id was used for another command.
    IdReused = "id_reused", "编号用过了", false;
    /// This version of the plugin is here already, with other bytes.
    VersionExists = "version_exists", "这个版本已经有了", false;
    /// It is in use and cannot be removed.
    InUse = "in_use", "正在使用", false;
    /// The conference, or the person, has as many of these as it may have.
    TooMany = "too_many", "太多了", false;
    /// There is nothing left to give.
    Exhausted = "exhausted", "已经没有了", false;
    /// Too many at once; `retry_after_ms` says when to come again.
    RateLimited = "rate_limited", "太快了，请稍后再试", true;
    /// All conference numbers are in use.
    NumbersExhausted = "numbers_exhausted", "会议号用完了", true;
    /// The plugin failed: it trapped or exceeded a limit; `fault` says which. Nothing was changed.
    PluginFault = "plugin_fault", "活动出了故障", false;
    /// The component is not a plugin that can be loaded; `reason` says why.
    PluginRefused = "plugin_refused", "组件不能用", false;
    /// The component needs a signature and has none.
    SignatureMissing = "signature_missing", "没有签名", false;
    /// The component's signature is not one of a trusted key over these bytes.
    SignatureInvalid = "signature_invalid", "签名不对", false;
    /// The store, a plugin or the room is out of service for the moment.
    Unavailable = "unavailable", "服务暂时不可用", true;
    /// The journal of the conference is damaged: it can be read, and nothing can be added to it.
    Damaged = "damaged", "会议记录受损", false;
    /// A mistake in the server; the log has it under the request's id.
    Internal = "internal", "服务器出了错", true;
}

/// A code's word as the words that it is made of.
fn in_words(word: &str) -> String {
    let mut letters = word.chars().map(|c| if c == '_' { ' ' } else { c });
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a client is told when something did not work: a code for programs, a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What went wrong, as one of the words that clients know.
    pub code: Code,
    /// What is wrong and what to do, naming the field if one is to blame. Boxed, since what rarely happens should cost those
    /// little that go well.
    pub sentence: Box<Sentence>,
    /// When to come again, in milliseconds, where that is known.
    pub retry_after_ms: Option<u64>,
    /// What the plugin did, as a stable word: `out_of_time`, `trapped`. Only with [`Code::PluginFault`].
    pub fault: Option<&'static str>,
    /// What is wrong with the component, as a stable word: `component_too_large`. Only with [`Code::PluginRefused`].
    pub reason: Option<String>,
    /// Where in what was sent the fields are that a plugin's own words name, as a JSON pointer: `/config` where a configuration
    /// was judged, which is sent with other things; else empty.
    pub said_of: &'static str,
}

impl Problem {
    /// A problem of which nothing more is known.
    pub fn new(code: Code, sentence: Sentence) -> Self {
        Self { code, sentence: Box::new(sentence), retry_after_ms: None, fault: None, reason: None, said_of: "" }
    }

    /// The same problem, over by itself after so many milliseconds.
    #[must_use]
    pub fn for_ms(self, retry_after_ms: u64) -> Self {
        Self { retry_after_ms: Some(retry_after_ms), ..self }
    }

    /// What is wrong and what to do, for somebody who reads this language.
    pub fn detail(&self, tongue: Tongue) -> String {
        self.sentence.text(tongue)
    }

    /// Something failed for the moment; the cause stands in the log, not in the answer.
    pub fn unavailable() -> Self {
        Self::new(Code::Unavailable, Sentence::OutOfService {}).for_ms(1_000)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_codes_share_a_word() {
        let words: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
    }

    #[test]
    fn every_code_has_a_title_of_its_own_in_each_language() {
        assert_eq!(Code::UnknownConference.title(Tongue::English), "Unknown conference");
        assert_eq!(Code::UnknownConference.title(Tongue::Chinese), "没有这个会议");
        for tongue in Tongue::ALL {
            let titles: HashSet<_> = Code::ALL.iter().map(|code| code.title(tongue)).collect();
            assert_eq!(titles.len(), Code::ALL.len());
        }
    }
}

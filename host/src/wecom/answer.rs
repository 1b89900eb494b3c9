//! The shapes of WeCom's answers, old ones included.
//!
//! `user/getuserinfo`, the call before `auth/getuserinfo`, wrote its fields with capital letters, and some corps' gateways
//! still do. Fields that are not needed are not read.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::endpoint::Endpoint;
use super::error::{WecomError, classify};
use crate::config::Secret;

/// What every answer has.
#[derive(Deserialize)]
struct ErrorFields {
    errcode: Option<i64>,
    #[serde(default)]
    errmsg: String,
}

/// `gettoken`.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub(super) access_token: Secret,
    pub(super) expires_in: u64,
}

/// `get_jsapi_ticket`.
#[derive(Deserialize)]
pub(super) struct TicketAnswer {
    pub(super) ticket: Secret,
    pub(super) expires_in: u64,
}

/// `auth/getuserinfo`.
#[derive(Deserialize)]
pub(super) struct WhoAnswer {
    #[serde(alias = "UserId", alias = "userId")]
    pub(super) userid: Option<String>,
    #[serde(alias = "OpenId", alias = "openId")]
    pub(super) openid: Option<String>,
    pub(super) external_userid: Option<String>,
    pub(super) user_ticket: Option<Secret>,
}

/// `auth/getuserdetail`: what is used of it.
#[derive(Deserialize)]
pub(super) struct DetailAnswer {
    pub(super) name: Option<String>,
    pub(super) avatar: Option<String>,
}

/// `user/get`: what is used of it.
#[derive(Deserialize)]
pub(super) struct MemberAnswer {
    pub(super) name: Option<String>,
    pub(super) alias: Option<String>,
}

/// `message/send`.
#[derive(Deserialize)]
pub(super) struct SentAnswer {
    #[serde(default)]
    pub(super) invaliduser: String,
    #[serde(default)]
    pub(super) unlicenseduser: String,
}

/// Reads an answer: the error that its `errcode` stands for, or its fields.
pub(super) fn read<T: DeserializeOwned>(endpoint: Endpoint, body: &[u8]) -> Result<T, WecomError> {
    const GARBLED: WecomError = WecomError::Unreachable("the answer is not what the documentation says");
    let ErrorFields { errcode, errmsg } = serde_json::from_slice(body).map_err(|_| GARBLED)?;
    match errcode {
        // An answer without the field is no answer of WeCom's: a gateway's login page, for one, is not a success.
        None => Err(GARBLED),
        Some(0) => serde_json::from_slice(body).map_err(|_| GARBLED),
        Some(code) => Err(classify(endpoint, code, &errmsg)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn who(body: &str) -> Result<WhoAnswer, WecomError> {
        read(Endpoint::GetUserInfo, body.as_bytes())
    }

    #[test]
    fn a_member_is_read_from_new_and_old_fields() {
        for body in [
            r#"{"errcode":0,"errmsg":"ok","userid":"WangWei","user_ticket":"t"}"#,
            r#"{"errmsg":"ok","errcode":0,"UserId":"WangWei","DeviceId":"d","user_ticket":"t","expires_in":1800}"#,
        ] {
            let who = who(body).expect(body);
            assert_eq!(who.userid.as_deref(), Some("WangWei"));
            assert_eq!(who.user_ticket.as_ref().map(Secret::expose), Some("t"));
        }
        let guest = who(r#"{"errcode":0,"errmsg":"ok","OpenId":"o","external_userid":"e"}"#).expect("a guest");
        assert_eq!((guest.openid.as_deref(), guest.external_userid.as_deref()), (Some("o"), Some("e")));
    }

    #[test]
    fn only_the_code_counts() {
        let error = |body| who(body).err().expect(body);
        assert_eq!(error(r#"{"errcode":40029,"errmsg":"ok","userid":"x"}"#), WecomError::BadCode);
        assert_eq!(error(r#"{"errcode":-1,"errmsg":"system busy"}"#), WecomError::Busy);
        for garbage in ["", "<html>", "[]", "null", "{}", r#"{"userid":"x"}"#, r#"{"errcode":"0"}"#, "{\"errcode\":0"] {
            assert!(matches!(error(garbage), WecomError::Unreachable(_)), "{garbage}");
        }
        assert!(matches!(
            read::<TokenAnswer>(Endpoint::GetToken, br#"{"errcode":0,"errmsg":"ok"}"#),
            Err(WecomError::Unreachable(_))
        ));
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(read::<WhoAnswer>(Endpoint::GetUserInfo, &body).is_err());
        }
    }
}

//! Why somebody is not signed in. What people read on a page is in Chinese.

use crate::protocol::code::{Code, Problem};
use crate::store::StoreError;
use crate::wecom::{NoClient, WecomError};

/// An error of signing in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The store failed; nothing is known of the sign-in.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the person said of themselves cannot be taken.
    #[error("sign-in refused: `{field}` {reason}")]
    Invalid {
        /// The field to blame.
        field: &'static str,
        /// What it should be.
        reason: String,
    },
    /// The state of a sign-in is not one that this browser has open, or was used before.
    #[error("the `state` of a sign-in is not this browser's, or was used before")]
    ForeignState,
    /// The person, or WeCom for them, said no.
    #[error("the sign-in was refused at WeCom")]
    Refused,
    /// The person does not belong to the corp, and nobody let them in as a guest.
    #[error("somebody who does not belong to the corp wanted to sign in")]
    Outsider,
    /// WeCom does not say who it is.
    #[error(transparent)]
    Wecom(#[from] WecomError),
    /// A sign-in was under way when the server stopped, or broke: a mistake in the server then.
    #[error("a sign-in broke off")]
    BrokeOff,
    /// Sign-in through WeCom cannot be offered at all.
    #[error(transparent)]
    NoClient(#[from] NoClient),
    /// A value could not be sealed: a mistake in the server.
    #[error("a sign-in could not be sealed")]
    Unsealed,
}

impl SignInError {
    /// What a client is told.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Store(error) => error.problem(),
            Self::Invalid { field, reason } => Problem::new(Code::Invalid, format!("`{field}` {reason}")),
            Self::ForeignState => {
                Problem::new(Code::Denied, "这次登录不是在这个浏览器里开始的，或者已经用过。请回到首页重新登录。")
            }
            Self::Refused => Problem::new(Code::Denied, "登录没有完成：你在企业微信里取消了，或者企业微信拒绝了。"),
            Self::Outsider => Problem::new(
                Code::Denied,
                "你不是本企业的成员。只有组织者允许访客参加的会议，才能通过会议链接以访客身份进入。",
            ),
            Self::Wecom(error) => wecom_problem(error),
            Self::BrokeOff | Self::NoClient(_) | Self::Unsealed => {
                Problem::new(Code::Internal, "a mistake in the server")
            }
        }
    }
}

/// What is told of an error of WeCom's: what is set up wrongly is for the log and for whoever operates the server.
fn wecom_problem(error: &WecomError) -> Problem {
    let mut problem = Problem::unavailable();
    match error {
        WecomError::BadCode => {
            return Problem::new(Code::Denied, "企业微信不认这次登录：它已经用过或者过期。请回到首页重新登录。");
        }
        WecomError::RateLimited { retry_after_ms } => problem.retry_after_ms = Some(*retry_after_ms),
        WecomError::Configuration(_) => problem.retry_after_ms = Some(60_000),
        _ => {}
    }
    problem.detail = "企业微信暂时没有回应，请稍后再试。".into();
    problem
}

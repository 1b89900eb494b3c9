//! The calls of WeCom's API that are made: what each is called there, and whether it may be made again.

/// The calls that are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    GetToken,
    GetTicket,
    GetUserInfo,
    GetUserDetail,
    UserGet,
    MessageSend,
}

impl Endpoint {
    /// The path behind `/cgi-bin/`, which names the call in metrics, too.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::GetToken => "gettoken",
            Self::GetTicket => "get_jsapi_ticket",
            Self::GetUserInfo => "auth/getuserinfo",
            Self::GetUserDetail => "auth/getuserdetail",
            Self::UserGet => "user/get",
            Self::MessageSend => "message/send",
        }
    }

    /// Whether making the call again does no harm when nobody knows whether it was heard. A code that was used up by the
    /// first try starts the sign-in over, which the person does not notice; a message would come twice.
    pub(super) fn may_repeat(self) -> bool {
        self != Self::MessageSend
    }
}

//! The addresses of WeCom that the stand-in answers, as one list.

/// An address of WeCom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    /// The page that signs in a person inside WeCom.
    Authorize,
    /// The page that signs in a person in any other browser.
    WebLogin,
    /// An access token.
    GetToken,
    /// Whose code this is.
    GetUserInfo,
    /// What a user ticket tells of a person.
    GetUserDetail,
    /// The entry of a member: their name.
    GetUser,
    /// The ticket that signatures for the JS-SDK are made with.
    GetJsTicket,
    /// The ticket for what the app itself may do in the JS-SDK.
    GetAgentTicket,
    /// A message to members.
    SendMessage,
    /// [`Call::GetUserInfo`] as it was called before 2022: other fields in another order.
    OldGetUserInfo,
    /// [`Call::GetUserDetail`] as it was called before 2022.
    OldGetUserDetail,
}

impl Call {
    /// Where the real WeCom answers it: what comes after the host.
    pub fn path(self) -> &'static str {
        match self {
            Call::Authorize => "/connect/oauth2/authorize",
            Call::WebLogin => "/wwlogin/sso/login",
            Call::GetToken => "/cgi-bin/gettoken",
            Call::GetUserInfo => "/cgi-bin/auth/getuserinfo",
            Call::GetUserDetail => "/cgi-bin/auth/getuserdetail",
            Call::GetUser => "/cgi-bin/user/get",
            Call::GetJsTicket => "/cgi-bin/get_jsapi_ticket",
            Call::GetAgentTicket => "/cgi-bin/ticket/get",
            Call::SendMessage => "/cgi-bin/message/send",
            Call::OldGetUserInfo => "/cgi-bin/user/getuserinfo",
            Call::OldGetUserDetail => "/cgi-bin/user/getuserdetail",
        }
    }
}

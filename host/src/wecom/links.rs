//! Where a browser is sent to sign in: two addresses of WeCom, chosen by the browser.
//!
//! # Invariants
//! * Whatever stands in the values, the address has exactly the documented parameters.

use url::Url;

use crate::config::WecomScope;

/// What both addresses are made of.
pub(super) struct AuthorizationRequest<'a> {
    pub(super) corp_id: &'a str,
    pub(super) agent_id: u64,
    pub(super) redirect_uri: &'a str,
    /// Only `a-zA-Z0-9`, at most 128 of them: WeCom takes nothing else.
    pub(super) state: &'a str,
}

/// Whether a browser is WeCom's own, by its `User-Agent`.
pub fn is_inside_wecom(user_agent: &str) -> bool {
    user_agent.to_ascii_lowercase().contains("wxwork")
}

/// Inside WeCom: signs in without a question.
pub(super) fn inside(base: &Url, request: &AuthorizationRequest<'_>, scope: WecomScope) -> String {
    let mut url = base.clone();
    let (agent_id, scope) = (request.agent_id.to_string(), scope.to_string());
    // In the order of the documentation: an older client of WeCom's was seen to mind.
    url.query_pairs_mut()
        .append_pair("appid", request.corp_id)
        .append_pair("redirect_uri", request.redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("scope", &scope)
        .append_pair("state", request.state)
        .append_pair("agentid", &agent_id);
    url.set_fragment(Some("wechat_redirect"));
    url.into()
}

/// In any other browser: a QR code to scan with WeCom, or one click.
pub(super) fn outside(base: &Url, request: &AuthorizationRequest<'_>) -> String {
    let mut url = base.clone();
    let agent_id = request.agent_id.to_string();
    url.query_pairs_mut()
        .append_pair("login_type", "CorpApp")
        .append_pair("appid", request.corp_id)
        .append_pair("agentid", &agent_id)
        .append_pair("redirect_uri", request.redirect_uri)
        .append_pair("state", request.state);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: AuthorizationRequest<'static> = AuthorizationRequest {
        corp_id: "ww1",
        agent_id: 1_000_002,
        redirect_uri: "https://meet.example.com/auth/callback",
        state: "0a1b",
    };

    #[test]
    fn the_addresses_are_the_documented_ones() {
        let base = Url::parse("https://open.weixin.qq.com/connect/oauth2/authorize").expect("a URL");
        assert_eq!(
            inside(&base, &REQUEST, WecomScope::Base),
            "https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww1\
             &redirect_uri=https%3A%2F%2Fmeet.example.com%2Fauth%2Fcallback&response_type=code&scope=snsapi_base\
             &state=0a1b&agentid=1000002#wechat_redirect"
        );
        assert!(inside(&base, &REQUEST, WecomScope::PrivateInfo).contains("scope=snsapi_privateinfo"));
        let base = Url::parse("https://login.work.weixin.qq.com/wwlogin/sso/login").expect("a URL");
        assert_eq!(
            outside(&base, &REQUEST),
            "https://login.work.weixin.qq.com/wwlogin/sso/login?login_type=CorpApp&appid=ww1&agentid=1000002\
             &redirect_uri=https%3A%2F%2Fmeet.example.com%2Fauth%2Fcallback&state=0a1b"
        );
    }

    #[test]
    fn nothing_slips_in_between() {
        let base = Url::parse("http://127.0.0.1:1/sso").expect("a URL");
        let url = outside(&base, &AuthorizationRequest { corp_id: "ww1&agentid=9#", ..REQUEST });
        assert_eq!(url.matches("&agentid=").count(), 1, "{url}");
        assert!(!url.contains('#'), "{url}");
    }

    #[test]
    fn wecom_is_known_by_its_user_agent() {
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605 wxwork/4.1.20 MicroMessenger/7.0.1";
        for (agent, inside) in [(phone, true), ("X WXWork/1", true), ("Mozilla MicroMessenger/8", false), ("", false)] {
            assert_eq!(is_inside_wecom(agent), inside, "{agent}");
        }
    }
}

//! A program that calls WeCom, as the contract's tests use it.

use hezi_tests::{AGENT_ID, CORP_ID, Call, SECRET, StandIn};
use reqwest::{Client, redirect};
use serde_json::Value;

use super::CALLBACK;
use crate::wecom::query_of;

const IN_WECOM: &str = "Mozilla/5.0 wxwork/4.1.22 MicroMessenger/7.0.1";

/// A program that calls WeCom.
pub(super) struct Program<'a> {
    wecom: &'a StandIn,
    pub(super) client: Client,
}

impl<'a> Program<'a> {
    pub(super) fn of(wecom: &'a StandIn) -> Self {
        let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).build();
        Program { wecom, client: client.expect("an HTTP client") }
    }

    pub(super) fn url(&self, call: Call, query: &[(&str, &str)]) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        format!("{}{}?{query}", self.wecom.url(), call.path())
    }

    pub(super) async fn get(&self, call: Call, query: &[(&str, &str)]) -> Value {
        let answer = self.client.get(self.url(call, query)).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "WeCom says everything in the body");
        answer.json().await.expect("JSON")
    }

    pub(super) async fn post(&self, call: Call, token: &str, body: &Value) -> Value {
        let request = self.client.post(self.url(call, &[("access_token", token)])).json(body);
        request.send().await.expect("an answer").json().await.expect("JSON")
    }

    pub(super) async fn token(&self) -> String {
        let answer = self.get(Call::GetToken, &[("corpid", CORP_ID), ("corpsecret", SECRET)]).await;
        answer["access_token"].as_str().unwrap_or_else(|| panic!("a token: {answer}")).to_owned()
    }

    pub(super) async fn user(&self, token: &str, id: &str) -> Value {
        self.get(Call::GetUser, &[("access_token", token), ("userid", id)]).await
    }

    pub(super) async fn whose(&self, token: &str, code: &str) -> Value {
        self.get(Call::GetUserInfo, &[("access_token", token), ("code", code)]).await
    }

    /// Sends a browser to a page of sign-in: the status, and where it leads or what it says.
    pub(super) async fn knock(&self, call: Call, query: &[(&str, &str)]) -> (u16, String) {
        let request = self.client.get(self.url(call, query)).header("user-agent", IN_WECOM);
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let location = answer.headers().get("location").map(|value| value.to_str().expect("an address").to_owned());
        let text = answer.text().await.expect("a page");
        (status, location.unwrap_or(text))
    }

    /// Signs somebody in with this scope, or in a browser on a desk, and gives the code.
    pub(super) async fn code(&self, who: &str, scope: Option<&str>) -> String {
        let agent = AGENT_ID.to_string();
        let mut query = vec![("appid", CORP_ID), ("redirect_uri", CALLBACK), ("agentid", &agent), ("state", "a1b2")];
        query.push(("as", who));
        let call = match scope {
            Some(scope) => {
                query.extend([("response_type", "code"), ("scope", scope)]);
                Call::Authorize
            }
            None => {
                query.push(("login_type", "CorpApp"));
                Call::WebLogin
            }
        };
        let (status, location) = self.knock(call, &query).await;
        assert_eq!(status, 302, "{location}");
        assert!(location.starts_with(CALLBACK), "{location}");
        let given = query_of(&location);
        assert_eq!(given["state"], "a1b2");
        given["code"].clone()
    }
}

/// The `errcode` of an answer.
pub(super) fn code_of(answer: &Value) -> i64 {
    answer["errcode"].as_i64().unwrap_or_else(|| panic!("every answer has an errcode: {answer}"))
}

//! Where browsers are sent to sign in: inside WeCom, and elsewhere.
//!
//! Who is signed in is said by `as=` in the address, else by the cookie [`WHO_COOKIE`], and else by the person who clicks
//! on a name on the page. `as=-` refuses.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{COOKIE, HeaderMap, LOCATION, USER_AGENT};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use super::Call;
use super::api::Refusal;
use super::desk::Desk;
use super::papers::Way;
use super::rules::{AGENT_ID, CORP_ID};

/// The cookie that says who holds the phone.
pub(crate) const WHO_COOKIE: &str = "standin_as";

/// What stands for somebody who does not agree to be signed in.
pub(crate) const REFUSES: &str = "-";

/// Longest `state`.
const STATE_BYTES_MAX: usize = 128;

type Asked = BTreeMap<String, String>;

pub(super) fn routes() -> Router<Arc<Desk>> {
    Router::new().route(Call::Authorize.path(), get(authorize)).route(Call::WebLogin.path(), get(web_login))
}

async fn authorize(State(desk): State<Arc<Desk>>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default().to_lowercase();
    let way = check_authorize(&asked, &agent);
    enter(&desk, Call::Authorize, &asked, &headers, way).await
}

async fn web_login(State(desk): State<Arc<Desk>>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let way = check_web_login(&asked);
    enter(&desk, Call::WebLogin, &asked, &headers, way).await
}

fn value<'a>(asked: &'a Asked, name: &str) -> &'a str {
    asked.get(name).map(String::as_str).unwrap_or_default()
}

fn refused<T>(code: i64, text: impl Into<String>) -> Result<T, Refusal> {
    Err((code, text.into()))
}

fn check_authorize(asked: &Asked, agent: &str) -> Result<Way, Refusal> {
    if !agent.contains("wxwork") {
        return refused(40068, "open this address in WeCom");
    }
    if value(asked, "response_type") != "code" {
        return refused(40058, "response_type is `code`");
    }
    match (value(asked, "scope"), value(asked, "agentid")) {
        (_, agent) if !agent.is_empty() && agent != AGENT_ID.to_string() => refused(40056, "invalid agentid"),
        ("snsapi_base", _) => Ok(Way::Base),
        ("snsapi_privateinfo", "") => refused(40056, "snsapi_privateinfo needs the agentid"),
        ("snsapi_privateinfo", _) => Ok(Way::PrivateInfo),
        (other, _) => refused(40058, format!("scope `{other}`")),
    }
}

fn check_web_login(asked: &Asked) -> Result<Way, Refusal> {
    if value(asked, "login_type") != "CorpApp" {
        return refused(40058, "login_type is `CorpApp`");
    }
    if value(asked, "agentid") != AGENT_ID.to_string() {
        return refused(40056, "invalid agentid");
    }
    Ok(Way::Web)
}

/// What both ways have in common.
fn check(asked: &Asked, trusted_domain: &str) -> Result<(), Refusal> {
    if value(asked, "appid") != CORP_ID {
        return refused(40013, "invalid corpid");
    }
    let state = value(asked, "state");
    if state.len() > STATE_BYTES_MAX || !state.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return refused(40058, "state has letters and digits, at most 128");
    }
    let target = value(asked, "redirect_uri");
    let host = target.strip_prefix("https://").or_else(|| target.strip_prefix("http://")).unwrap_or_default();
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    if host != trusted_domain {
        return refused(50001, format!("redirect_uri leads to `{host}`, the trusted domain is `{trusted_domain}`"));
    }
    Ok(())
}

async fn enter(desk: &Desk, call: Call, asked: &Asked, headers: &HeaderMap, way: Result<Way, Refusal>) -> Response {
    if let Err(failed) = desk.receive(call).await {
        return failed;
    }
    let trusted_domain = desk.inside().rules.trusted_domain.clone();
    let way = match check(asked, &trusted_domain).and(way) {
        Ok(way) => way,
        Err((code, text)) => {
            desk.inside().tally.count_answer(call, code);
            return (StatusCode::BAD_REQUEST, Html(format!("<h1>{code}</h1><p>{}</p>", escape(&text)))).into_response();
        }
    };
    desk.inside().tally.count_answer(call, 0);
    match who(asked, headers) {
        Some(who) if who == REFUSES => lead_back(asked, None),
        Some(who) => sign_in(desk, asked, &who, way),
        None => Html(page(desk, call, asked)).into_response(),
    }
}

fn sign_in(desk: &Desk, asked: &Asked, who: &str, way: Way) -> Response {
    let now_ms = desk.now_ms();
    let mut inside = desk.inside();
    let Some(id) = inside.people.find(who).map(|person| person.id.clone()) else {
        return (StatusCode::NOT_FOUND, Html(format!("<p>nobody is called {}</p>", escape(who)))).into_response();
    };
    let code = inside.papers.new_code(&id, way, now_ms);
    lead_back(asked, Some(&code))
}

fn who(asked: &Asked, headers: &HeaderMap) -> Option<String> {
    let said = asked.get("as").cloned();
    said.or_else(|| {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let pairs = cookies.flat_map(|cookie| cookie.split("; "));
        pairs.filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == WHO_COOKIE).map(|(_, who)| who.into())
    })
}

/// Back to where the browser came from: with a code, or without one when the person refused.
fn lead_back(asked: &Asked, code: Option<&str>) -> Response {
    let target = value(asked, "redirect_uri");
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(code) = code {
        query.append_pair("code", code);
    }
    query.append_pair("state", value(asked, "state"));
    let mark = if target.contains('?') { '&' } else { '?' };
    (StatusCode::FOUND, [(LOCATION, format!("{target}{mark}{}", query.finish()))]).into_response()
}

/// The people whom one can be, to click on.
fn page(desk: &Desk, call: Call, asked: &Asked) -> String {
    let mut links = String::new();
    let inside = desk.inside();
    let everybody = inside.people.all().map(|person| (person.id.as_str(), person.name()));
    for (id, name) in everybody.chain([(REFUSES, "nobody: refuse to be signed in")]) {
        let pairs = asked.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).append_pair("as", id).finish();
        let (path, label) = (call.path(), if name.is_empty() { "not a member" } else { name });
        let (link, text) = (escape(&format!("{path}?{query}")), escape(&format!("{label} ({id})")));
        // Writing into a text cannot fail.
        let _ = write!(links, "<li><a href=\"{link}\">{text}</a></li>");
    }
    let title = "Stand-in for WeCom: who are you?";
    format!("<!doctype html><meta charset=\"utf-8\"><title>{title}</title><h1>{title}</h1><ul>{links}</ul>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

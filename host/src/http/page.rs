//! The few pages that the server itself has: home, sign-in, the room, and what is said when something is wrong.
//!
//! They show what the interface gives; there is nothing in them that another client could not do as well.
//!
//! # Invariants
//! * What people wrote is escaped on the way into a page, and scripts put it into text nodes only.
//! * No page has a script or a style inside: the content security policy forbids both.

use axum::extract::{Path, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, Uri};
use axum::response::{Html, Response};
use serde::Deserialize;

use super::address::Address;
use super::error::{ApiError, ApiResult, PageError};
use super::extract::{Params, Visitor};
use super::path::room_of;
use super::{AppState, answer};
use crate::access;
use crate::domain::conference::{Conference, ConferenceState};
use crate::domain::id::Number;
use crate::protocol::code::Code;
use crate::session::SignedIn;
use crate::wecom::is_inside_wecom;

const FRAME: &str = include_str!("page/frame.html");
const HOME: &str = include_str!("page/home.html");
const SIGN_IN: &str = include_str!("page/sign_in.html");
const ROOM: &str = include_str!("page/room.html");
const SCAN: &str = include_str!("page/scan.html");

/// Where WeCom's JavaScript comes from: the one foreign address that a page of ours may load a script from.
pub(super) const WECOM_SCRIPTS: &str = "https://res.wx.qq.com";
#[cfg(test)]
const WECOM_SCRIPT: &str = "https://res.wx.qq.com/open/js/jweixin-1.2.0.js";

const SCRIPT: &str = "text/javascript; charset=utf-8";
/// Assets change with the program only; the tag finds out.
const CACHE: &str = "public, max-age=60";

/// Escapes a text for HTML, between tags and inside quoted attributes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Puts escaped texts in the place of `{{name}}`.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    // In one pass, so that a value with braces in it is not taken for a place.
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        out.push_str(before);
        if let Some((_, value)) = values.iter().find(|(key, _)| *key == name) {
            out.push_str(&escape(value));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A whole page: its body, which is HTML already, in the frame that all have.
fn framed(title: &str, body: &str) -> String {
    let frame = fill(FRAME, &[("title", title), ("body", "\u{0}")]);
    frame.replacen('\u{0}', body, 1)
}

/// The page of a problem.
pub(super) fn problem(code: Code, detail: &str) -> String {
    let body = fill(
        "<main><h1>{{title}}</h1><p>{{detail}}</p><p><a href=\"/\">回到首页</a></p></main>",
        &[("title", in_chinese(code)), ("detail", detail)],
    );
    framed(in_chinese(code), &body)
}

fn in_chinese(code: Code) -> &'static str {
    match code {
        Code::UnknownConference => "没有这个会议",
        Code::ConferenceEnded => "会议已经结束",
        Code::NotFound => "没有这个页面",
        Code::ForeignOrigin => "请求来自别的网站",
        Code::Denied => "不能这样进入",
        Code::RateLimited => "试得太快了，请稍后再试",
        Code::Unavailable => "服务暂时不可用，请稍后再试",
        Code::Damaged => "会议记录受损，只能查看",
        _ => "出错了",
    }
}

/// The form of development sign-in.
pub(super) fn sign_in(return_to: &str, refusal: Option<&str>) -> String {
    let body = fill(SIGN_IN, &[("return_to", return_to), ("refusal", refusal.unwrap_or_default())]);
    framed("登录", &body)
}

/// The home page. Inside WeCom it can scan the QR code of a conference.
pub(super) async fn home(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let Some(SignedIn { user, .. }) = visitor else { return Ok(answer::found("/auth/login", None)?) };
    let scans = state.wecom.is_some() && is_inside_wecom(user_agent(&headers));
    let page = fill(HOME, &[("name", &user.name)]) + if scans { SCAN } else { "" };
    Ok(answer::any(Html(framed("盒子", &page))))
}

/// What a browser says it is.
pub(super) fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default()
}

/// The number that somebody typed in.
#[derive(Deserialize)]
pub(super) struct Typed {
    number: String,
}

/// Leads to the conference whose number was typed in.
pub(super) async fn find(Params(typed): Params<Typed>) -> Result<Response, PageError> {
    let number = conference_number(typed.number.trim())?;
    Ok(answer::found(&format!("/c/{number}"), None)?)
}

fn conference_number(text: &str) -> ApiResult<Number> {
    Number::parse(text).map_err(|_| ApiError::new(Code::UnknownConference, "会议号是五位数字"))
}

/// Where the QR code leads: the room, or first to sign-in.
pub(super) async fn room(
    State(state): State<AppState>,
    Visitor(visitor): Visitor,
    Address(from): Address,
    Path(number): Path<String>,
) -> Result<Response, PageError> {
    let number = conference_number(&number)?;
    let Some(SignedIn { user, .. }) = visitor else {
        return Ok(answer::found(&format!("/auth/login?return_to=/c/{number}"), None)?);
    };
    let conference = room_of(&state, number, &user, from).await?.conference().await?;
    if access::entry(&user, &conference).is_none() {
        return Err(ApiError::new(Code::Denied, "这个会议不接受访客：请用企业成员的身份登录。").into());
    }
    if conference.state == ConferenceState::Ended {
        let detail = format!("{}（{number}）", conference.title);
        return Err(ApiError::new(Code::ConferenceEnded, detail).into());
    }
    Ok(answer::any(Html(room_page(&conference))))
}

fn room_page(conference: &Conference) -> String {
    let number = conference.number.to_string();
    framed(&conference.title, &fill(ROOM, &[("title", &conference.title), ("number", &number)]))
}

/// Scripts and styles.
pub(super) async fn asset(Path(name): Path<String>, uri: Uri, headers: HeaderMap) -> ApiResult<Response> {
    let (kind, text) = match name.as_str() {
        "scan.js" => (SCRIPT, include_str!("page/scan.js")),
        "home.js" => (SCRIPT, include_str!("page/home.js")),
        "view.js" => (SCRIPT, include_str!("page/view.js")),
        "organize.js" => (SCRIPT, include_str!("page/organize.js")),
        "room.js" => (SCRIPT, include_str!("page/room.js")),
        "style.css" => ("text/css; charset=utf-8", include_str!("page/style.css")),
        _ => return Err(super::error::not_found(uri).await),
    };
    answer::tagged(&headers, kind, CACHE, text.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{ConferenceId, UserId};
    use crate::domain::member::Person;

    #[test]
    fn what_people_wrote_stays_text() {
        let conference = Conference {
            id: ConferenceId::parse("c1").expect("an id"),
            number: Number::parse("00042").expect("a number"),
            title: "</title><script>alert(1)</script> {{number}} \"x\"".into(),
            owner: Person { id: UserId::parse("u1").expect("an id"), name: "小王".into() },
            guests: false,
            state: ConferenceState::Open,
            created_at_ms: 1,
            ended_at_ms: None,
        };
        let page = room_page(&conference);
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; {{number}} &quot;x&quot;"), "{page}");
        assert!(page.contains("data-number=\"00042\""), "{page}");
    }

    #[test]
    fn pages_have_no_script_and_no_style_inside() {
        for page in [FRAME, HOME, SIGN_IN, ROOM] {
            assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains(" onclick"), "{page}");
            assert!(page.split("<script").skip(1).all(|rest| rest.contains("src=\"/assets/")), "{page}");
        }
        let scripts = [
            include_str!("page/home.js"),
            include_str!("page/scan.js"),
            include_str!("page/view.js"),
            include_str!("page/organize.js"),
            include_str!("page/room.js"),
        ];
        for script in scripts {
            assert!(!script.contains("innerHTML") && !script.contains("eval("));
        }
    }

    #[test]
    fn the_scanner_takes_scripts_from_here_and_from_wecom_only() {
        let sources: Vec<&str> = SCAN.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(sources, [WECOM_SCRIPT, "/assets/scan.js"]);
        assert_eq!(SCAN.matches("<script").count(), sources.len());
        assert!(WECOM_SCRIPT.starts_with(WECOM_SCRIPTS));
    }

    #[test]
    fn the_sign_in_form_carries_on() {
        let page = sign_in("/c/00042", Some("`name` <b>"));
        assert!(page.contains("value=\"/c/00042\"") && page.contains("`name` &lt;b&gt;"), "{page}");
    }
}

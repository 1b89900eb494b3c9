//! How pages look: the frame that all have, and texts put into their places. Pure; what is shown, others know.
//!
//! # Invariants
//! * What people wrote is escaped on the way into a page, and scripts put it into text nodes only.
//! * No page has a script or a style inside: the content security policy forbids both.

use crate::domain::conference::Conference;
use crate::protocol::code::Code;

const FRAME: &str = include_str!("page/frame.html");
const HOME: &str = include_str!("page/home.html");
const SIGN_IN: &str = include_str!("page/sign_in.html");
const ROOM: &str = include_str!("page/room.html");
const SCAN: &str = include_str!("page/scan.html");

/// Where WeCom's JavaScript comes from: the one foreign address that a page of ours may load a script from.
pub(super) const WECOM_SCRIPTS: &str = "https://res.wx.qq.com";
#[cfg(test)]
const WECOM_SCRIPT: &str = "https://res.wx.qq.com/open/js/jweixin-1.2.0.js";

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
        Code::KeptOut => "不能加入这个会议",
        Code::KeyNeeded => "需要会议链接",
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

/// The home page.
pub(super) fn home(name: &str) -> String {
    framed("盒子", &fill(HOME, &[("name", name)]))
}

/// The home page inside WeCom, which can scan the QR code of a conference.
pub(super) fn home_with_scanner(name: &str) -> String {
    framed("盒子", &(fill(HOME, &[("name", name)]) + SCAN))
}

/// The page of a conference.
pub(super) fn room(conference: &Conference) -> String {
    let number = conference.number.to_string();
    framed(&conference.title, &fill(ROOM, &[("title", &conference.title), ("number", &number)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::conference::ConferenceState;
    use crate::domain::id::{ConferenceId, Number, UserId};
    use crate::domain::member::Person;

    #[test]
    fn what_people_wrote_stays_text() {
        let conference = Conference {
            id: ConferenceId::parse("c1").expect("an id"),
            number: Number::parse("00042").expect("a number"),
            title: "</title><script>alert(1)</script> {{number}} \"x\"".into(),
            owner: Person { id: UserId::parse("u1").expect("an id"), name: "小王".into() },
            guests: false,
            organizers_away: Vec::new(),
            settings: crate::domain::settings::ConferenceSettings::default(),
            state: ConferenceState::Open,
            created_at_ms: 1,
            ended_at_ms: None,
        };
        let page = room(&conference);
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

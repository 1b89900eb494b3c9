//! The documents that browsers open: the frame that all have, and texts put into their places. Pure; what is shown, others
//! know. A page's scripts and styles lie in `host/web` and are `asset`'s.
//!
//! # Invariants
//! * What people wrote is escaped on the way into a page, and scripts put it into text nodes only.
//! * No page has a script or a style inside: the content security policy forbids both.

use std::sync::LazyLock;

use super::embedded;

use crate::domain::conference::{Conference, ConferenceState};
use crate::domain::sentence::Sentence;
use crate::domain::tongue::Tongue;
use crate::protocol::code::Problem;

const FRAME: &str = include_str!("../../web/pages/frame.html");
const SIGN_IN: &str = include_str!("../../web/pages/sign_in.html");
const PROBLEM: &str = include_str!("../../web/pages/problem.html");
const SCAN: &str = include_str!("../../web/pages/scan.html");

/// Where WeCom's JavaScript comes from: the one foreign address that a page of ours may load a script from.
pub(super) const WECOM_SCRIPTS: &str = "https://res.wx.qq.com";
#[cfg(test)]
const WECOM_SCRIPT: &str = "https://res.wx.qq.com/open/js/jweixin-1.2.0.js";

/// What a page that scripts fill says it is in, until they have chosen the reader's language.
const SCRIPTED: Tongue = Tongue::Chinese;

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

/// A page that scripts fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WebPage {
    /// Where meetings are found and made.
    Home,
    /// A meeting, on a phone.
    Room,
    /// A meeting, on the wall.
    Screen,
    /// The plugins, for administrators.
    Admin,
}

impl WebPage {
    /// The files of the page begin with this.
    fn name(self) -> &'static str {
        match self {
            WebPage::Home => "home",
            WebPage::Room => "room",
            WebPage::Screen => "screen",
            WebPage::Admin => "admin",
        }
    }

    /// What is to be seen before the scripts run.
    fn body(self) -> &'static str {
        match self {
            WebPage::Home => include_str!("../../web/pages/home.html"),
            WebPage::Room => include_str!("../../web/pages/room.html"),
            WebPage::Screen => include_str!("../../web/pages/screen.html"),
            WebPage::Admin => include_str!("../../web/pages/admin.html"),
        }
    }

    /// What it looks like, besides what all pages share.
    fn styles(self) -> &'static [&'static str] {
        match self {
            WebPage::Home => &["home"],
            WebPage::Room => &["blocks", "room"],
            WebPage::Screen => &["blocks", "screen"],
            WebPage::Admin => &["admin"],
        }
    }

    /// The lines of its head that name its files: all of them, so that one round trip brings them.
    fn files(self) -> &'static str {
        static ALL: LazyLock<[String; 4]> =
            LazyLock::new(|| [WebPage::Home, WebPage::Room, WebPage::Screen, WebPage::Admin].map(files));
        &ALL[self as usize]
    }
}

fn files(page: WebPage) -> String {
    let (build, name) = (embedded::BUILD, page.name());
    let mut head = String::new();
    for style in page.styles() {
        head.push_str(&format!("<link rel=\"stylesheet\" href=\"/assets/{build}/style/{style}.css\">\n"));
    }
    if page == WebPage::Room {
        // It asks for what the page will show while most of the page is still on its way. Not `async`: a busy phone would run
        // it after the page.
        head.push_str(&format!(
            "<script type=\"module\" fetchpriority=\"high\" src=\"/assets/{build}/ahead.js\"></script>\n"
        ));
    }
    head + &format!("<script type=\"module\" src=\"/assets/{build}/{name}.js\"></script>\n")
}

/// A whole page: the lines of its head and its body, which are HTML already, in the frame that all have.
fn framed(tongue: Tongue, title: &str, head: &str, body: &str) -> String {
    let (lang, build) = (tongue.tag(), embedded::BUILD);
    let places = [("lang", lang), ("title", title), ("build", build), ("head", "\u{0}"), ("body", "\u{1}")];
    let frame = fill(FRAME, &places);
    frame.replacen('\u{0}', head, 1).replacen('\u{1}', body, 1)
}

/// The page of a problem.
pub(super) fn problem(problem: &Problem, tongue: Tongue) -> String {
    let (title, detail) = (problem.code.title(tongue), problem.detail(tongue));
    let home = Sentence::BackHome {}.text(tongue);
    framed(tongue, &title, "", &fill(PROBLEM, &[("title", &title), ("detail", &detail), ("home", &home)]))
}

/// The form of development sign-in.
pub(super) fn sign_in(return_to: &str, refusal: Option<&Problem>, tongue: Tongue) -> String {
    let say = |sentence: Sentence| sentence.text(tongue);
    let title = say(Sentence::SignInTitle {});
    let body = fill(
        SIGN_IN,
        &[
            ("return_to", return_to),
            ("refusal", &refusal.map(|problem| problem.detail(tongue)).unwrap_or_default()),
            ("product", &say(Sentence::Product {})),
            ("hint", &say(Sentence::SignInHint {})),
            ("name", &say(Sentence::SignInName {})),
            ("id", &say(Sentence::SignInId {})),
            ("submit", &title),
        ],
    );
    framed(tongue, &title, "", &body)
}

/// A page that is about no conference.
pub(super) fn page(page: WebPage) -> String {
    framed(SCRIPTED, "盒子", page.files(), page.body())
}

/// The home page inside WeCom, which can scan the QR code of a conference.
pub(super) fn home_with_scanner() -> String {
    framed(SCRIPTED, "盒子", &(SCAN.to_owned() + WebPage::Home.files()), WebPage::Home.body())
}

/// A page of a conference.
pub(super) fn page_of(page: WebPage, conference: &Conference) -> String {
    let (id, number) = (conference.id.to_string(), conference.number.to_string());
    // What is over has no line to connect to: the page knows that before it asks.
    let over = if conference.state == ConferenceState::Ended { "over" } else { "" };
    let places = [("title", conference.title.as_str()), ("number", &number), ("id", &id), ("over", over)];
    let body = fill(page.body(), &places);
    framed(SCRIPTED, &conference.title, page.files(), &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{ConferenceId, Number, UserId};
    use crate::domain::member::Person;
    use crate::protocol::code::Code;

    fn conference(title: &str) -> Conference {
        Conference {
            id: ConferenceId::parse("c1").expect("an id"),
            number: Number::parse("00042").expect("a number"),
            title: title.into(),
            owner: Person { id: UserId::parse("u1").expect("an id"), name: "小王".into() },
            guests: false,
            organizers_away: Vec::new(),
            settings: crate::domain::settings::ConferenceSettings::default(),
            state: ConferenceState::Open,
            created_at_ms: 1,
            ended_at_ms: None,
        }
    }

    #[test]
    fn what_people_wrote_stays_text() {
        let conference = conference("</title><script>alert(1)</script> {{number}} \"x\"");
        let page = page_of(WebPage::Room, &conference);
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; {{number}} &quot;x&quot;"), "{page}");
        assert!(page.contains("data-number=\"00042\""), "{page}");
    }

    #[test]
    fn pages_have_no_script_and_no_style_inside() {
        let pages = [WebPage::Home, WebPage::Admin].map(page);
        let of_one = [WebPage::Room, WebPage::Screen].map(|page| page_of(page, &conference("周会")));
        for page in pages.into_iter().chain(of_one).chain([
            home_with_scanner(),
            sign_in("/", None, Tongue::Chinese),
            sign_in("/", None, Tongue::English),
            problem(&Problem::new(Code::NotFound, Sentence::NothingHere {}), Tongue::Chinese),
        ]) {
            assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains(" onclick"), "{page}");
            let mut scripts = page.split("<script").skip(1);
            assert!(scripts.all(|rest| rest.contains("src=\"/assets/") || rest.contains(WECOM_SCRIPT)), "{page}");
            assert!(!page.contains("{{"), "every place is filled: {page}");
        }
    }

    #[test]
    fn the_scanner_takes_a_script_from_wecom_only() {
        let sources: Vec<&str> = SCAN.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(sources, [WECOM_SCRIPT]);
        assert!(WECOM_SCRIPT.starts_with(WECOM_SCRIPTS));
    }

    #[test]
    fn the_sign_in_form_carries_on() {
        let refusal = Problem::new(Code::Invalid, Sentence::said("`name` <b>"));
        let page = sign_in("/c/00042", Some(&refusal), Tongue::English);
        assert!(page.contains("value=\"/c/00042\"") && page.contains("`name` &lt;b&gt;"), "{page}");
        assert!(page.contains("<html lang=\"en\">") && page.contains(">Sign in</button>"), "{page}");
        let page = sign_in("/", None, Tongue::Chinese);
        assert!(page.contains("<html lang=\"zh-Hans\">") && page.contains(">登录</button>"), "{page}");
    }
}

//! The documents that browsers open: the frame that all have, and what a page begins with put into its place. Pure; what is
//! shown, and in which words, the page's scripts know. They lie in `host/web` as its styles do, and are `asset`'s.
//!
//! # Invariants
//! * What people wrote is escaped on the way into a page, and scripts put it into text nodes only.
//! * No page has a script or a style inside: the content security policy forbids both.

use std::sync::LazyLock;

use serde::Serialize;

use super::embedded;
use crate::domain::conference::{Conference, ConferenceState};
use crate::domain::id::UserId;

const FRAME: &str = include_str!("../../web/pages/frame.html");
const SCAN: &str = include_str!("../../web/pages/scan.html");

/// Where WeCom's JavaScript comes from: the one foreign address that a page of ours may load a script from.
pub(super) const WECOM_SCRIPTS: &str = "https://res.wx.qq.com";
#[cfg(test)]
const WECOM_SCRIPT: &str = "https://res.wx.qq.com/open/js/jweixin-1.2.0.js";

/// What the tab of a page is called, until its scripts have chosen the reader's language.
const BRAND: &str = "盒子";

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
    /// The form of development sign-in.
    SignIn,
    /// Why there is no other page.
    Problem,
}

impl WebPage {
    /// Every one of them.
    const ALL: [Self; 6] = [Self::Home, Self::Room, Self::Screen, Self::Admin, Self::SignIn, Self::Problem];

    /// The files of the page begin with this.
    fn name(self) -> &'static str {
        match self {
            WebPage::Home => "home",
            WebPage::Room => "room",
            WebPage::Screen => "screen",
            WebPage::Admin => "admin",
            WebPage::SignIn => "sign_in",
            WebPage::Problem => "problem",
        }
    }

    /// What is to be seen before the scripts run.
    fn body(self) -> &'static str {
        match self {
            WebPage::Home => include_str!("../../web/pages/home.html"),
            WebPage::Room => include_str!("../../web/pages/room.html"),
            WebPage::Screen => include_str!("../../web/pages/screen.html"),
            WebPage::Admin => include_str!("../../web/pages/admin.html"),
            WebPage::SignIn | WebPage::Problem => include_str!("../../web/pages/about.html"),
        }
    }

    /// What it looks like, besides what all pages share.
    fn styles(self) -> &'static [&'static str] {
        match self {
            WebPage::Home => &["home"],
            WebPage::Room => &["blocks", "room"],
            WebPage::Screen => &["blocks", "screen"],
            WebPage::Admin => &["admin"],
            WebPage::SignIn | WebPage::Problem => &[],
        }
    }

    /// The lines of its head that name its files: all of them, so that one round trip brings them.
    fn files(self) -> &'static str {
        static FILES: LazyLock<[String; WebPage::ALL.len()]> = LazyLock::new(|| WebPage::ALL.map(files));
        &FILES[self as usize]
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
fn framed(title: &str, head: &str, body: &str) -> String {
    let places = [("title", title), ("build", embedded::BUILD), ("head", "\u{0}"), ("body", "\u{1}")];
    let frame = fill(FRAME, &places);
    frame.replacen('\u{0}', head, 1).replacen('\u{1}', body, 1)
}

/// A page that has something to say, which its scripts are given as data and put into words; until they run, or where they
/// do not, it says `why`.
pub(super) fn page_about(page: WebPage, about: &impl Serialize, why: &str) -> String {
    let about = serde_json::to_string(about).unwrap_or_default();
    framed(BRAND, page.files(), &fill(page.body(), &[("about", &about), ("why", why)]))
}

/// A page that is about no conference.
pub(super) fn page(page: WebPage) -> String {
    framed(BRAND, page.files(), page.body())
}

/// The home page inside WeCom, which can scan the QR code of a conference.
pub(super) fn home_with_scanner() -> String {
    framed(BRAND, &(SCAN.to_owned() + WebPage::Home.files()), WebPage::Home.body())
}

/// A page of a conference, for whoever is signed in: what they have begun to write is kept under their id, and is nobody else's.
pub(super) fn page_of(page: WebPage, conference: &Conference, me: &UserId) -> String {
    let (id, number) = (conference.id.to_string(), conference.number.to_string());
    // What is over has no line to connect to: the page knows that before it asks.
    let over = if conference.state == ConferenceState::Ended { "over" } else { "" };
    let title = conference.title.as_str();
    let places = [("title", title), ("number", &number), ("id", &id), ("over", over), ("me", me.as_str())];
    let body = fill(page.body(), &places);
    framed(&conference.title, page.files(), &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{ConferenceId, Number};
    use crate::domain::member::Person;

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

    fn me(id: &str) -> UserId {
        UserId::parse(id).expect("an id")
    }

    #[test]
    fn what_people_wrote_stays_text() {
        let conference = conference("</title><script>alert(1)</script> {{number}} \"x\"");
        let page = page_of(WebPage::Room, &conference, &me("\"><b>"));
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; {{number}} &quot;x&quot;"), "{page}");
        assert!(page.contains("data-number=\"00042\"") && page.contains("data-me=\"&quot;&gt;&lt;b&gt;\""), "{page}");
    }

    #[test]
    fn pages_have_no_script_and_no_style_inside() {
        let pages = [WebPage::Home, WebPage::Admin].map(page);
        let of_one = [WebPage::Room, WebPage::Screen].map(|page| page_of(page, &conference("周会"), &me("li")));
        for page in pages.into_iter().chain(of_one).chain([
            home_with_scanner(),
            page_about(WebPage::SignIn, &"/", ""),
            page_about(WebPage::Problem, &"nothing", "there is nothing"),
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
    fn what_a_page_is_about_stays_data() {
        let page = page_about(WebPage::SignIn, &serde_json::json!({ "name": "</div>\"'<b>" }), "");
        let about = r#"data-about="{&quot;name&quot;:&quot;&lt;/div&gt;\&quot;&#39;&lt;b&gt;&quot;}""#;
        assert!(page.contains(about), "{page}");
    }

    #[test]
    fn every_page_has_its_place() {
        for (at, page) in WebPage::ALL.into_iter().enumerate() {
            assert_eq!(page as usize, at);
            assert!(page.files().contains(&format!("/{}.js", page.name())), "{}", page.files());
        }
    }
}

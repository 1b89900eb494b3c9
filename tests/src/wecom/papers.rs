//! What the stand-in hands out and takes back: tokens, codes, tickets.
//!
//! # Invariants
//! * A code is good once, a user ticket is good for half an hour, the newest token is the only one that is good.
//! * Each has a mark inside that stands nowhere else, so that a leak is found without knowing every single one.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};

use super::rules::SECRET;

/// How long a user ticket is good.
const USER_TICKET_LIVES_MS: u64 = 1_800_000;

/// The marks: of the app's secret, tokens, codes, user tickets and JS-API tickets.
const MARKS: [&str; 5] = ["Sx9secretKq7", "Tk4tokenWz8", "Cd5codeYr2", "Ut6ticketHv3", "Jt8ticketBn1"];
/// Characters around a leak that are shown.
const SHOWN_AROUND: usize = 60;

/// How a person was signed in when the code was made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    /// Inside WeCom, for the id only.
    Base,
    /// Inside WeCom, for what a user ticket tells.
    PrivateInfo,
    /// In another browser.
    Web,
}

/// What a code stands for.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) person: String,
    pub(super) way: Way,
    made_ms: u64,
    used: bool,
}

#[derive(Clone, Debug)]
struct Lasting {
    text: String,
    made_ms: u64,
}

impl Lasting {
    fn left_s(&self, now_ms: u64, lives_s: u64) -> Option<u64> {
        let age_s = now_ms.saturating_sub(self.made_ms) / 1_000;
        (age_s < lives_s).then(|| lives_s - age_s)
    }
}

/// Why a paper is not accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Rejected {
    Unknown,
    Expired,
}

/// Everything that was handed out.
#[derive(Debug, Default)]
pub(super) struct Papers {
    random: RandomState,
    made: u64,
    token: Option<Lasting>,
    /// Tokens that were good once and are too old now.
    expired_tokens: BTreeSet<String>,
    codes: BTreeMap<String, Code>,
    user_tickets: BTreeMap<String, (String, u64)>,
    js_ticket: Option<Lasting>,
    agent_ticket: Option<Lasting>,
}

impl Papers {
    /// Something nobody can guess, with a mark in its middle.
    fn make(&mut self, mark: &str) -> String {
        self.made += 1;
        let half = |part: u8| self.random.hash_one((self.made, part));
        format!("{:016x}{mark}{:016x}{:016x}", half(0), half(1), half(2))
    }

    /// The token that is good, made anew when there is none, and for how many seconds.
    pub(super) fn token(&mut self, now_ms: u64, lives_s: u64) -> (String, u64) {
        if let Some(token) = &self.token {
            match token.left_s(now_ms, lives_s) {
                Some(left_s) => return (token.text.clone(), left_s),
                None => drop(self.expired_tokens.insert(token.text.clone())),
            }
        }
        let text = self.make(MARKS[1]);
        self.token = Some(Lasting { text: text.clone(), made_ms: now_ms });
        (text, lives_s)
    }

    pub(super) fn check_token(&self, text: &str, now_ms: u64, lives_s: u64) -> Result<(), Rejected> {
        match &self.token {
            Some(token) if token.text == text => token.left_s(now_ms, lives_s).map(|_| ()).ok_or(Rejected::Expired),
            _ if self.expired_tokens.contains(text) => Err(Rejected::Expired),
            _ => Err(Rejected::Unknown),
        }
    }

    pub(super) fn revoke_tokens(&mut self) {
        self.token = None;
        self.expired_tokens.clear();
    }

    pub(super) fn new_code(&mut self, person: &str, way: Way, now_ms: u64) -> String {
        let text = self.make(MARKS[2]);
        self.codes.insert(text.clone(), Code { person: person.to_owned(), way, made_ms: now_ms, used: false });
        text
    }

    /// Whose code this is. It is good once.
    pub(super) fn use_code(&mut self, text: &str, now_ms: u64, lives_s: u64) -> Result<Code, Rejected> {
        let code = self.codes.get_mut(text).filter(|code| !code.used).ok_or(Rejected::Unknown)?;
        if now_ms >= code.made_ms + lives_s * 1_000 {
            return Err(Rejected::Expired);
        }
        code.used = true;
        Ok(code.clone())
    }

    pub(super) fn new_user_ticket(&mut self, person: &str, now_ms: u64) -> String {
        let text = self.make(MARKS[3]);
        self.user_tickets.insert(text.clone(), (person.to_owned(), now_ms));
        text
    }

    pub(super) fn user_of_ticket(&self, text: &str, now_ms: u64) -> Result<String, Rejected> {
        let (person, made_ms) = self.user_tickets.get(text).ok_or(Rejected::Unknown)?;
        if now_ms >= made_ms + USER_TICKET_LIVES_MS { Err(Rejected::Expired) } else { Ok(person.clone()) }
    }

    /// The JS-API ticket that is good, made anew when there is none, and for how many seconds.
    pub(super) fn fresh_js_ticket(&mut self, now_ms: u64, lives_s: u64) -> (String, u64) {
        let made = self.make(MARKS[4]);
        Papers::fresh(&mut self.js_ticket, made, now_ms, lives_s)
    }

    pub(super) fn fresh_agent_ticket(&mut self, now_ms: u64, lives_s: u64) -> (String, u64) {
        let made = self.make(MARKS[4]);
        Papers::fresh(&mut self.agent_ticket, made, now_ms, lives_s)
    }

    fn fresh(ticket: &mut Option<Lasting>, made: String, now_ms: u64, lives_s: u64) -> (String, u64) {
        if let Some((text, left_s)) = ticket.as_ref().and_then(|t| Some((t.text.clone(), t.left_s(now_ms, lives_s)?))) {
            return (text, left_s);
        }
        *ticket = Some(Lasting { text: made.clone(), made_ms: now_ms });
        (made, lives_s)
    }

    pub(super) fn js_ticket(&self) -> Option<String> {
        self.js_ticket.as_ref().map(|ticket| ticket.text.clone())
    }
}

/// Every place where something secret stands in the text, with what surrounds it.
pub(super) fn find_secrets(text: &str) -> Vec<String> {
    debug_assert!(SECRET.contains(MARKS[0]));
    let places = MARKS.iter().flat_map(|mark| text.match_indices(mark));
    places.map(|(at, mark)| around(text, at, at + mark.len())).collect()
}

fn around(text: &str, start: usize, end: usize) -> String {
    let before: Vec<char> = text[..start].chars().rev().take(SHOWN_AROUND).collect();
    let after = text[end..].chars().take(SHOWN_AROUND);
    before.into_iter().rev().chain(text[start..end].chars()).chain(after).collect()
}

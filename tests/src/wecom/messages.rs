//! Messages to members: what may be sent, and to whom it went.

use serde_json::Value;

use super::api::Refusal;
use super::people::People;

/// Most receivers of one message.
const RECEIVERS_MAX: usize = 1_000;

/// A message that was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// Who got it: user ids as the directory has them.
    pub to: Vec<String>,
    /// What was sent, as it came.
    pub body: Value,
}

impl Sent {
    /// The address that the card leads to; empty when it leads nowhere.
    pub fn leads_to(&self) -> &str {
        let card = &self.body["textcard"]["url"];
        let template = &self.body["template_card"]["card_action"]["url"];
        card.as_str().or(template.as_str()).unwrap_or_default()
    }
}

/// Members whom a message reaches, and ids that it does not, in lower case.
pub(super) struct Receivers {
    pub(super) valid: Vec<String>,
    pub(super) invalid: Vec<String>,
}

/// Checks the message and says whom it reaches.
pub(super) fn receivers(body: &Value, people: &People, agent_id: u32) -> Result<Receivers, Refusal> {
    if body["agentid"].as_u64() != Some(agent_id.into()) {
        return Err((40056, "invalid agentid".to_owned()));
    }
    check_content(body)?;
    let ids: Vec<&str> = body["touser"].as_str().unwrap_or_default().split('|').filter(|id| !id.is_empty()).collect();
    if ids.is_empty() {
        return Err((82001, "all of touser, toparty and totag are empty".to_owned()));
    }
    if ids.len() > RECEIVERS_MAX {
        return Err((40058, format!("touser has more than {RECEIVERS_MAX} ids")));
    }
    let (valid, invalid): (Vec<&str>, Vec<&str>) =
        ids.into_iter().partition(|id| people.find(id).is_some_and(|person| person.is_visible_member()));
    if valid.is_empty() {
        return Err((81013, "user & party & tag all invalid".to_owned()));
    }
    let valid = valid.into_iter().filter_map(|id| people.find(id)).map(|person| person.id.clone()).collect();
    Ok(Receivers { valid, invalid: invalid.into_iter().map(str::to_lowercase).collect() })
}

fn check_content(body: &Value) -> Result<(), Refusal> {
    let missing = |field: &str| Err((40058, format!("{field} is missing, empty or too long")));
    let fits = |value: &Value, most: usize| value.as_str().is_some_and(|text| (1..=most).contains(&text.len()));
    match body["msgtype"].as_str() {
        Some("textcard") => {
            let card = &body["textcard"];
            match () {
                () if !fits(&card["title"], 128) => missing("textcard.title"),
                () if !fits(&card["description"], 512) => missing("textcard.description"),
                () if !fits(&card["url"], 2_048) => missing("textcard.url"),
                () => Ok(()),
            }
        }
        Some("template_card") => {
            let card = &body["template_card"];
            let says = fits(&card["main_title"]["title"], 128) || fits(&card["sub_title_text"], 512);
            match () {
                () if card["card_type"] != "text_notice" => missing("template_card.card_type: `text_notice`"),
                () if !says => missing("template_card.main_title"),
                () if card["card_action"]["type"] != 1 => missing("template_card.card_action.type: 1"),
                () if !fits(&card["card_action"]["url"], 2_048) => missing("template_card.card_action.url"),
                () => Ok(()),
            }
        }
        other => Err((40008, format!("invalid message type: {other:?}"))),
    }
}

//! Looking for a link: something that names a person and, with them, what they chose or what they were called where they chose it.
//!
//! What is looked at comes in pieces that say one thing each, since a page that lists people and a page that lists results are no
//! link, even where one file has both.

use serde_json::Value;

/// A piece of what there is to read.
pub(super) struct Item {
    /// Where it comes from.
    pub(super) whence: String,
    /// All of it, as text.
    pub(super) text: String,
}

/// What must not stand together.
pub(super) struct Secret {
    /// The ids and names of each person.
    pub(super) people: Vec<Vec<String>>,
    /// Under which ids activities knew them.
    pub(super) pseudonyms: Vec<String>,
    /// What can be chosen. All of it together tells of nobody's choice.
    pub(super) choices: Vec<String>,
}

impl Item {
    /// A piece that is a text.
    pub(super) fn new(whence: String, text: impl Into<String>) -> Self {
        Self { whence, text: text.into() }
    }

    /// A piece that is JSON.
    pub(super) fn of(whence: String, value: &Value) -> Self {
        Self::new(whence, value.to_string())
    }
}

/// The pieces that link a person with a choice.
pub(super) fn links(items: &[Item], secret: &Secret) -> Vec<String> {
    let has = |text: &str, words: &[String]| words.iter().filter(|word| text.contains(word.as_str())).count();
    let is_link = |item: &&Item| {
        let people = secret.people.iter().filter(|names| has(&item.text, names) > 0).count();
        let chosen = has(&item.text, &secret.choices);
        let tells = chosen > 0 && chosen < secret.choices.len() || has(&item.text, &secret.pseudonyms) > 0;
        people > 0 && tells
    };
    items.iter().filter(is_link).map(|item| format!("{}: {}", item.whence, item.text)).collect()
}

#[cfg(test)]
mod tests {
    use hezi::domain::activity::Phase;
    use hezi::domain::entry::{Audience, Entry, Happening};
    use hezi::domain::id::{ActivityId, CommandId, UserId};
    use hezi::domain::veil::Veil;
    use hezi::store::{CallInput, Record, ReplyRecord, StateChange, StateWrite};
    use hezi_plugin::JsonText;
    use serde_json::json;

    use super::super::kept::items_of;
    use super::*;

    fn user(id: &str) -> UserId {
        UserId::parse(id).expect("an id")
    }

    fn veil() -> Veil {
        Veil::new([7; 32])
    }

    fn secret() -> Secret {
        let choices = ["apple-of-one", "brick-of-two"].map(str::to_owned).to_vec();
        let people = vec![vec!["id-of-li".to_owned(), "Name Li".to_owned()]];
        Secret { people, pseudonyms: vec![veil().pseudonym(&user("id-of-li")).to_string()], choices }
    }

    /// What an anonymous act of li leaves in the journal.
    fn record() -> Record {
        let (activity, pseudonym) = (ActivityId::parse("a").expect("an id"), veil().pseudonym(&user("id-of-li")));
        let write = StateWrite { key: format!("ballot/{pseudonym}").into(), value: Some("apple-of-one".into()) };
        let command = veil().command(&user("id-of-li"), &CommandId::parse("c1").expect("an id"));
        Record {
            entries: vec![Entry { seq: 5, at_ms: 1, what: Happening::ActedUnnamed { activity: activity.clone() } }],
            changes: vec![StateChange {
                activity: activity.clone(),
                seq: 5,
                writes: vec![write],
                timers: Vec::new(),
                phase: None::<Phase>,
                title: None,
                plugin: None,
            }],
            replies: vec![ReplyRecord {
                member: pseudonym.clone(),
                command,
                fingerprint: [0; 8],
                seq: 5,
                ok: JsonText::of(&json!({ "chosen": ["apple-of-one"] })).expect("JSON").into(),
            }],
            calls: vec![CallInput {
                activity,
                seq: 5,
                plugin_hash: "".into(),
                export: "act".into(),
                caller: Some(pseudonym),
                on_behalf: None,
                language: "".into(),
                payload: r#"{"choose":["apple-of-one"]}"#.into(),
                now_ms: 1,
                seed: [0; 32],
                members_as_of: 4,
            }],
        }
    }

    fn found(record: &Record) -> usize {
        links(&items_of(record), &secret()).len()
    }

    /// Puts a link to a person into a record that has none.
    type Plant = fn(&mut Record, UserId);

    #[test]
    fn an_act_that_names_nobody_is_no_link() {
        assert_eq!(found(&record()), 0);
    }

    #[test]
    fn every_planted_link_is_found() {
        let li = || user("id-of-li");
        let plants: [(&str, Plant); 6] = [
            ("whose reply it is", |record, li| record.replies[0].member = li),
            ("who called", |record, li| record.calls[0].caller = Some(li)),
            ("for whom", |record, li| record.calls[0].on_behalf = Some(li)),
            ("a key of the state", |record, li| record.changes[0].writes[0].key = format!("ballot/{li}").into()),
            ("who acted", |record, li| {
                let activity = record.calls[0].activity.clone();
                record.entries[0].what = Happening::Acted { activity, by: li, for_whom: None };
            }),
            ("to whom something was said", |record, li| {
                let (activity, event) =
                    (record.calls[0].activity.clone(), JsonText::of(&"apple-of-one").expect("JSON"));
                let what = Happening::Emit { activity, to: Audience::Member(li), event };
                record.entries.push(Entry { seq: 6, at_ms: 1, what });
            }),
        ];
        for (what, plant) in plants {
            let mut record = record();
            plant(&mut record, li());
            assert_eq!(found(&record), 1, "{what}");
        }
    }

    #[test]
    fn people_beside_all_choices_or_none_are_no_link() {
        let item = |text: &str| vec![Item::new("here".into(), text)];
        assert!(links(&item("Name Li asks: apple-of-one or brick-of-two"), &secret()).is_empty());
        assert!(links(&item("Name Li took part"), &secret()).is_empty());
        assert!(links(&item("apple-of-one: 1"), &secret()).is_empty());
        assert_eq!(links(&item("Name Li: brick-of-two"), &secret()).len(), 1);
    }
}

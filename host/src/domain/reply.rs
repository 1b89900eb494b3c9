//! The answer to a command that was carried out: what whoever sent it is told, and told again when they send it again.

use hezi_plugin::JsonText;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::id::ActivityId;

/// The answer to a command that was carried out: a plugin's, or the host's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reply(JsonText);

impl Reply {
    /// Nothing is to be told but that it was carried out.
    pub fn done() -> Self {
        Self(JsonText::default())
    }

    /// This activity was made, or is another one now.
    pub fn naming(activity: &ActivityId) -> Self {
        // A value of JSON can always be written, so that it says less is never the case: it is there in place of a panic.
        Self(JsonText::of(&json!({ "activity": activity })).unwrap_or_default())
    }

    /// The JSON text.
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// The activity that it names, if it names one.
    pub fn activity(&self) -> Option<ActivityId> {
        #[derive(Deserialize)]
        struct Naming {
            activity: ActivityId,
        }
        serde_json::from_str::<Naming>(self.text()).ok().map(|naming| naming.activity)
    }
}

impl From<JsonText> for Reply {
    fn from(json: JsonText) -> Self {
        Self(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_plugin(json: &str) -> Reply {
        JsonText::parse(json.to_owned()).expect("JSON").into()
    }

    #[test]
    fn a_record_gives_back_its_text() {
        for reply in [Reply::done(), of_plugin(r#"{ "a":"长" }"#)] {
            let bytes = rmp_serde::to_vec_named(&reply).expect("bytes");
            assert_eq!(bytes, rmp_serde::to_vec_named(reply.text()).expect("bytes"), "as records have had it");
            assert_eq!(rmp_serde::from_slice::<Reply>(&bytes).expect("a reply"), reply);
        }
        let broken = rmp_serde::to_vec_named("{").expect("bytes");
        assert!(rmp_serde::from_slice::<Reply>(&broken).is_err(), "what is no JSON is not passed on");
    }

    #[test]
    fn the_activity_is_read_off_a_reply_that_names_one() {
        let id = ActivityId::parse("a1").expect("an id");
        assert_eq!(Reply::naming(&id).activity(), Some(id));
        assert_eq!([Reply::done(), of_plugin("7")].map(|reply| reply.activity()), [None, None]);
        assert_eq!(Reply::done().text(), "{}");
    }
}

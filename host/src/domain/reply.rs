//! The answer to a command that was carried out: what whoever sent it is told, and told again when they send it again.
//!
//! # Invariants
//! * It is a JSON text: a plugin's was checked when it came out of the call, the host's own are written as JSON. So it goes on as
//!   it is, into the journal and into whatever it is told with.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::id::ActivityId;

/// The answer to a command that was carried out. In JSON it stands as the value that it is, in a record as its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply(Box<str>);

impl Reply {
    /// Nothing is to be told but that it was carried out.
    pub fn done() -> Self {
        Self("{}".into())
    }

    /// This activity was made, or is another one now.
    pub fn naming(activity: &ActivityId) -> Self {
        Self(serde_json::json!({ "activity": activity }).to_string().into())
    }

    /// What a plugin answered: a JSON text, as the runtime gives no other.
    pub fn of_plugin(json: String) -> Self {
        Self(json.into())
    }

    /// The JSON text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The activity that it names, if it names one.
    pub fn activity(&self) -> Option<ActivityId> {
        #[derive(Deserialize)]
        struct Naming {
            activity: ActivityId,
        }
        serde_json::from_str::<Naming>(&self.0).ok().map(|naming| naming.activity)
    }
}

impl Serialize for Reply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_str(&self.0);
        }
        serde_json::from_str::<&RawValue>(&self.0).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Reply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Err(D::Error::custom("a reply is read from records only"));
        }
        String::deserialize(deserializer).map(Self::of_plugin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_in_json_as_it_is() {
        let reply = Reply::of_plugin(r#"{"n":1.50,"n2":[ ]}"#.into());
        assert_eq!(serde_json::to_string(&reply).expect("JSON"), reply.text());
        assert!(serde_json::to_string(&Reply::of_plugin("{".into())).is_err(), "what is none is not passed on");
    }

    #[test]
    fn a_record_gives_back_its_text() {
        for reply in [Reply::done(), Reply::of_plugin(r#"{ "a":"长" }"#.into())] {
            let bytes = rmp_serde::to_vec_named(&reply).expect("bytes");
            assert_eq!(bytes, rmp_serde::to_vec_named(reply.text()).expect("bytes"), "as records have had it");
            assert_eq!(rmp_serde::from_slice::<Reply>(&bytes).expect("a reply"), reply);
        }
    }

    #[test]
    fn the_activity_is_read_off_a_reply_that_names_one() {
        let id = ActivityId::parse("a1").expect("an id");
        assert_eq!(Reply::naming(&id).activity(), Some(id));
        assert_eq!([Reply::done(), Reply::of_plugin("7".into())].map(|reply| reply.activity()), [None, None]);
    }
}

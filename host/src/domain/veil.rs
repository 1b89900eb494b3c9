//! The veil of an anonymous activity: the secret by which its plugin and its journal know people under other names.
//!
//! It is there as long as people can act, since whoever comes back has to be the same person. Whoever has it can try all
//! members and learn who is who; when it is gone, nobody can. Where it is kept and when it goes is `activity`'s business.
//!
//! # Invariants
//! * A person has one pseudonym in an activity, and another one in every other activity.
//! * What is made here cannot be made again, or told from something else, without the secret.
//! * The secret is in no log.

use std::fmt;

use ring::hmac;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::id::{CommandId, UserId};

/// Bytes of the secret.
const SECRET_BYTES: usize = 32;

/// The secret of an anonymous activity.
#[derive(Clone, PartialEq, Eq)]
pub struct Veil([u8; SECRET_BYTES]);

impl Veil {
    /// The veil with this secret, which nobody can guess.
    pub fn new(secret: [u8; SECRET_BYTES]) -> Self {
        Self(secret)
    }

    /// Under which id the activity knows this person.
    pub fn pseudonym(&self, person: &UserId) -> UserId {
        UserId::of_hash(&half(&self.hash(&["person", person.as_str()])))
    }

    /// Under which id the journal keeps the command that this person gave this one.
    pub fn command(&self, person: &UserId, id: &CommandId) -> CommandId {
        CommandId::of_hash(&half(&self.hash(&["command", person.as_str(), id.as_str()])))
    }

    /// A hash of this hash that tells nobody whether a guess at what it is of is right.
    pub fn print(&self, print: [u8; 8]) -> [u8; 8] {
        let hash = self.hash(&["print", &hex::encode(print)]);
        std::array::from_fn(|at| hash[at])
    }

    /// The key of what is kept under the veil for this purpose.
    pub fn key(&self, purpose: &str) -> [u8; 32] {
        self.hash(&["key", purpose])
    }

    fn hash(&self, parts: &[&str]) -> [u8; 32] {
        let mut hash = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
        for part in parts {
            // The length in front keeps ("ab","c") and ("a","bc") apart.
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let tag = hash.sign();
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(tag.as_ref()).for_each(|(byte, of_tag)| *byte = *of_tag);
        bytes
    }
}

fn half(hash: &[u8; 32]) -> [u8; 16] {
    std::array::from_fn(|at| hash[at])
}

impl fmt::Debug for Veil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Veil(…)")
    }
}

impl Serialize for Veil {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Veil {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut secret = [0; SECRET_BYTES];
        hex::decode_to_slice(String::deserialize(deserializer)?, &mut secret).map_err(D::Error::custom)?;
        Ok(Self(secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str) -> UserId {
        UserId::parse(id).expect("an id")
    }

    fn command(id: &str) -> CommandId {
        CommandId::parse(id).expect("an id")
    }

    #[test]
    fn a_person_is_one_in_an_activity_and_another_in_the_next() {
        let (one, other) = (Veil::new([1; 32]), Veil::new([2; 32]));
        assert_eq!(one.pseudonym(&person("li")), one.pseudonym(&person("li")));
        assert_ne!(one.pseudonym(&person("li")), one.pseudonym(&person("wang")));
        assert_ne!(one.pseudonym(&person("li")), other.pseudonym(&person("li")));
        assert_eq!(one.pseudonym(&person("li")).as_str().len(), 32);
    }

    #[test]
    fn commands_of_two_people_and_of_two_activities_do_not_meet() {
        let (one, other) = (Veil::new([1; 32]), Veil::new([2; 32]));
        let kept = one.command(&person("li"), &command("c1"));
        assert_eq!(kept, one.command(&person("li"), &command("c1")));
        assert_ne!(kept, one.command(&person("l"), &command("ic1")));
        assert_ne!(kept, other.command(&person("li"), &command("c1")));
        assert_ne!(one.print([7; 8]), other.print([7; 8]));
        assert_ne!(one.print([7; 8]), [7; 8]);
    }

    #[test]
    fn it_is_kept_and_not_shown() {
        let veil = Veil::new([171; 32]);
        let kept = serde_json::to_string(&veil).expect("JSON");
        assert_eq!(serde_json::from_str::<Veil>(&kept).expect("a veil"), veil);
        assert!(!format!("{veil:?}").contains("ab"), "{veil:?}");
        assert!(serde_json::from_str::<Veil>("\"abab\"").is_err());
    }
}

//! The roll of an anonymous activity: who acted in it, kept apart from what they did.
//!
//! It stands among the rows of the activity's state, where no plugin sees it, each person under their pseudonym and encrypted
//! under the veil. Who opens it, and when, is `anonymity`'s business; when the veil is gone, nobody can.
//!
//! # Invariants
//! * A person stands in it once, however often they act, and when they acted is not in it.
//! * No plugin can read, write or list a row of it: its keys have a character that those of plugins cannot have.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::clock::Rng;
use crate::domain::id::UserId;
use crate::domain::member::Person;
use crate::domain::veil::Veil;
use crate::seal::Seal;

/// What the keys of its rows begin with.
const PREFIX: &str = "\u{1}roll/";
/// What the key of the seal is for.
const PURPOSE: &str = "roll";

/// Who acted in an anonymous activity: pseudonyms, and sealed persons.
#[derive(Debug, Default)]
pub struct Roll(BTreeMap<Box<str>, Bytes>);

impl Roll {
    /// Takes the roll out of the rows of a state: what is left is the plugin's.
    pub fn take_from(rows: &mut Vec<(String, Vec<u8>)>) -> Self {
        let own = rows.extract_if(.., |(key, _)| key.starts_with(PREFIX));
        let noted = own.filter_map(|(key, value)| Some((key.strip_prefix(PREFIX)?.into(), value.into())));
        Self(noted.collect())
    }

    /// Somebody acted, who has this pseudonym under the veil. Gives the row that is to be kept, if they did so for the first
    /// time.
    pub(super) fn note(
        &mut self,
        person: &Person,
        pseudonym: &UserId,
        veil: &Veil,
        rng: &dyn Rng,
    ) -> Option<(Box<str>, Bytes)> {
        if self.0.contains_key(pseudonym.as_str()) {
            return None;
        }
        let written = serde_json::to_vec(person).ok()?;
        let sealed = Bytes::from(Seal::of_key(&veil.key(PURPOSE))?.close(pseudonym.as_str(), &written, rng)?);
        self.0.insert(pseudonym.as_str().into(), sealed.clone());
        Some((format!("{PREFIX}{pseudonym}").into(), sealed))
    }

    /// Everybody who acted, in the order of their ids.
    pub(super) fn people(&self, veil: &Veil) -> Vec<Person> {
        let Some(seal) = Seal::of_key(&veil.key(PURPOSE)) else { return Vec::new() };
        let opened = |(pseudonym, sealed): (&str, &Bytes)| {
            let person = seal.open(pseudonym, sealed).and_then(|person| serde_json::from_slice(&person).ok());
            if person.is_none() {
                tracing::error!("somebody who took part in an anonymous activity cannot be told any more");
            }
            person
        };
        let mut people: Vec<Person> =
            self.0.iter().map(|(pseudonym, sealed)| (&**pseudonym, sealed)).filter_map(opened).collect();
        people.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        people
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;

    fn person(id: &str) -> Person {
        Person { id: UserId::parse(id).expect("an id"), name: format!("name of {id}") }
    }

    fn noted(roll: &mut Roll, id: &str, veil: &Veil) -> Option<(Box<str>, Bytes)> {
        let person = person(id);
        roll.note(&person, &veil.pseudonym(&person.id), veil, &SystemRng)
    }

    #[test]
    fn everybody_stands_in_it_once_and_in_no_order_of_time() {
        let (mut roll, veil) = (Roll::default(), Veil::new([1; 32]));
        let mut rows: Vec<(String, Vec<u8>)> = vec![("ballot/x".into(), vec![1])];
        for id in ["wang", "li", "wang", "zhao"] {
            rows.extend(noted(&mut roll, id, &veil).map(|(key, value)| (key.into(), value.to_vec())));
        }
        assert_eq!(rows.len(), 4, "one row a person");
        let again = Roll::take_from(&mut rows);
        assert_eq!(rows, [("ballot/x".to_owned(), vec![1])], "the plugin sees its own rows");
        assert_eq!(again.people(&veil), [person("li"), person("wang"), person("zhao")]);
    }

    #[test]
    fn without_the_veil_it_tells_nothing() {
        let (mut roll, veil) = (Roll::default(), Veil::new([1; 32]));
        let (key, value) = noted(&mut roll, "li", &veil).expect("a row");
        assert!(roll.people(&Veil::new([2; 32])).is_empty());
        let is_in = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!is_in(key.as_bytes(), "li/") && !is_in(&value, "name of") && !is_in(&value, "li\""));
    }
}

//! Whom WeCom knows: members of the corp, and people who are none.

use std::collections::BTreeMap;

/// What somebody is to the corp.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Standing {
    /// A member; whether the app may see them.
    Member { name: String, in_scope: bool },
    /// Not a member; with the id of a customer when somebody in the app's scope has added them.
    Stranger { external_userid: Option<String> },
}

/// Somebody who uses WeCom or WeChat.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// A member's user id in the case of the directory, or a stranger's open id.
    pub id: String,
    pub(super) standing: Standing,
}

impl Person {
    /// A member of the corp whom the app may see.
    pub fn member(user_id: &str, name: &str) -> Self {
        Person { id: user_id.to_owned(), standing: Standing::Member { name: name.to_owned(), in_scope: true } }
    }

    /// The same member, where the app may not see them.
    pub fn out_of_scope(mut self) -> Self {
        if let Standing::Member { in_scope, .. } = &mut self.standing {
            *in_scope = false;
        }
        self
    }

    /// Somebody who is no member.
    pub fn stranger(open_id: &str) -> Self {
        Person { id: open_id.to_owned(), standing: Standing::Stranger { external_userid: None } }
    }

    /// Somebody who is no member, but a customer of one.
    pub fn customer(open_id: &str, external_userid: &str) -> Self {
        let external_userid = Some(external_userid.to_owned());
        Person { id: open_id.to_owned(), standing: Standing::Stranger { external_userid } }
    }

    /// The name in the directory, which strangers have none in.
    pub fn name(&self) -> &str {
        match &self.standing {
            Standing::Member { name, .. } => name,
            Standing::Stranger { .. } => "",
        }
    }

    pub(super) fn is_visible_member(&self) -> bool {
        matches!(self.standing, Standing::Member { in_scope: true, .. })
    }
}

/// Everybody. Ids are the same in upper and lower case.
#[derive(Debug)]
pub(super) struct People(BTreeMap<String, Person>);

impl People {
    pub(super) fn new(people: Vec<Person>) -> Self {
        People(people.into_iter().map(|person| (person.id.to_lowercase(), person)).collect())
    }

    pub(super) fn add(&mut self, person: Person) {
        self.0.insert(person.id.to_lowercase(), person);
    }

    pub(super) fn find(&self, id: &str) -> Option<&Person> {
        self.0.get(&id.to_lowercase())
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Person> {
        self.0.values()
    }
}

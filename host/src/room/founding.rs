//! Making conferences: an id, a number that nobody has, and everything that belongs to it, or nothing.
//!
//! # Invariants
//! * A number is taken by creating its record; of two who want it one gets it.
//! * With the same key of the same owner one conference is made.

use std::collections::HashSet;

use super::error::RoomError;
use super::rooms::Rooms;
use super::rule::RuleError;
use crate::access;
use crate::clock::{new_id, random_below};
use crate::domain::changes::ConferenceChanges;
use crate::domain::command::{Fingerprint, fingerprint};
use crate::domain::conference::{self, Conference, ConferenceState};
use crate::domain::entry::{Entry, Happening};
use crate::domain::id::{CommandId, ConferenceId, Number};
use crate::domain::join_key::{JoinKey, KEY_BYTES};
use crate::domain::member::{Member, Role, User};
use crate::domain::settings::ConferenceSettings;
use crate::store::{Created, NewConference, Record, TakeNumber};

/// Random numbers that are tried before the free ones are looked up.
const NUMBER_TRIES: usize = 12;

/// A conference to make.
#[derive(Debug, Clone, Copy)]
pub struct NewRoom<'a> {
    /// What it is about.
    pub title: &'a str,
    /// Whether people from outside may join as guests.
    pub guests: bool,
    /// What is set from the beginning.
    pub changes: &'a ConferenceChanges,
    /// Hash of what was asked for, where that is not what is made: of a copy the original is, whatever it is like by now.
    pub asked: Option<Fingerprint>,
}

impl NewRoom<'_> {
    /// Tells it from another one that is asked for under the same key.
    fn print(&self) -> Fingerprint {
        let guests = if self.guests { "guests" } else { "" };
        // Its fields stand in one order and its keys are texts: it can be written.
        let changes = serde_json::to_string(self.changes).unwrap_or_default();
        self.asked.unwrap_or_else(|| fingerprint(&["found", self.title, guests, &changes]))
    }
}

impl Rooms {
    /// Makes a conference. With the same key of the same owner it is made once.
    ///
    /// # Errors
    /// [`RoomError::Rule`] for a title that cannot be shown, [`RoomError::NumbersExhausted`].
    pub async fn create(
        &self,
        owner: &User,
        new: NewRoom<'_>,
        key: Option<CommandId>,
    ) -> Result<Conference, RoomError> {
        if !access::may_found(owner) {
            return Err(RoomError::Guest);
        }
        let title = conference::title(new.title).map_err(RuleError::Change)?;
        let new = NewRoom { title: &title, ..new };
        if let Some(made) = self.made_before(owner, new, key.as_ref()).await? {
            return Ok(made);
        }
        let changes = self.checked(new)?;
        let new = NewRoom { changes: &changes, ..new };
        for _ in 0..NUMBER_TRIES {
            if let Some(made) = self.made_before(owner, new, key.as_ref()).await? {
                return Ok(made);
            }
            let number = random_below(self.shared().rng.as_ref(), self.shared().number_pool);
            if let Some(made) = self.try_number(owner, new, key.as_ref(), number).await? {
                return Ok(made);
            }
        }
        let in_use = self.shared().store.numbers_in_use(self.shared().clock.now_ms()).await?;
        let in_use: HashSet<u32> = in_use.into_iter().collect();
        let mut free: Vec<u32> = (0..self.shared().number_pool).filter(|number| !in_use.contains(number)).collect();
        while !free.is_empty() {
            let at = random_below(self.shared().rng.as_ref(), u32::try_from(free.len()).unwrap_or(u32::MAX)) as usize;
            let number = free.swap_remove(at);
            if let Some(made) = self.try_number(owner, new, key.as_ref(), number).await? {
                return Ok(made);
            }
            if let Some(made) = self.made_before(owner, new, key.as_ref()).await? {
                return Ok(made);
            }
        }
        Err(RoomError::NumbersExhausted)
    }

    async fn made_before(
        &self,
        owner: &User,
        new: NewRoom<'_>,
        key: Option<&CommandId>,
    ) -> Result<Option<Conference>, RoomError> {
        let Some(key) = key else { return Ok(None) };
        let Some(before) = self.shared().store.made_with(&owner.id, key).await? else { return Ok(None) };
        let Some(made) = self.shared().store.conference(&before.conference).await? else { return Ok(None) };
        // What it is called now is no measure: that may have been changed since.
        let is_same = match before.print {
            Some(print) => print == new.print(),
            None => made.title == new.title && made.guests == new.guests,
        };
        if is_same { Ok(Some(made)) } else { Err(RoomError::IdReused) }
    }

    /// What is set from the beginning, with tidy texts and without blocked words.
    fn checked(&self, new: NewRoom<'_>) -> Result<ConferenceChanges, RoomError> {
        let changes = match *new.changes == ConferenceChanges::default() {
            true => ConferenceChanges::default(),
            false => new.changes.clone().checked(self.shared().clock.now_ms()).map_err(RuleError::Change)?,
        };
        for (field, text) in [("title", Some(new.title)), ("description", changes.description.as_deref())] {
            if let Some(word) = text.and_then(|text| self.shared().blocked_words.find(text)) {
                return Err(RuleError::BlockedWord { field, word: word.to_owned() }.into());
            }
        }
        Ok(changes)
    }

    /// Tries to make the conference under this number; none when the number is taken.
    async fn try_number(
        &self,
        owner: &User,
        new: NewRoom<'_>,
        key: Option<&CommandId>,
        number: u32,
    ) -> Result<Option<Conference>, RoomError> {
        let Some(number) = Number::new(number) else { return Ok(None) };
        let now_ms = self.shared().clock.now_ms();
        let id = new_id(self.shared().clock.as_ref(), self.shared().rng.as_ref());
        let mut conference = Conference {
            id: ConferenceId::parse(&id)?,
            number,
            title: new.title.to_owned(),
            owner: owner.person(),
            guests: new.guests,
            organizers_away: Vec::new(),
            settings: ConferenceSettings::default(),
            state: ConferenceState::Open,
            created_at_ms: now_ms,
            ended_at_ms: None,
        };
        new.changes.apply(&mut conference, || {
            let mut random = [0; KEY_BYTES];
            self.shared().rng.fill(&mut random);
            JoinKey::new(random)
        });
        let (member, print) = (Member::new(owner, Role::Organizer, now_ms), new.print());
        let joined = Entry { seq: 1, at_ms: now_ms, what: Happening::Joined { who: owner.person() } };
        let record = Record { entries: vec![joined], ..Record::default() };
        for take in [TakeNumber::Fresh, TakeNumber::Rested { now_ms }] {
            let new = NewConference { conference: &conference, owner: &member, record: &record, key, print };
            if self.shared().store.create_conference(new, take).await? == Created::Yes {
                self.ways().remember_number(number, &conference.id);
                return Ok(Some(conference));
            }
        }
        Ok(None)
    }
}

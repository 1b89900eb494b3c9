//! Making conferences: an id, a number that nobody has, and everything that belongs to it, or nothing.
//!
//! # Invariants
//! * A number is taken by creating its record; of two who want it one gets it.
//! * With the same key of the same owner one conference is made.

use std::collections::HashSet;

use super::error::RoomError;
use super::rooms::Rooms;
use crate::access;
use crate::clock::{new_id, random_below};
use crate::domain::conference::{self, Conference, ConferenceState, TITLE_CHARS_MAX};
use crate::domain::entry::{Entry, Happening};
use crate::domain::id::{CommandId, ConferenceId, Number};
use crate::domain::member::{Member, Role, User};
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
}

impl Rooms {
    /// Makes a conference. With the same key of the same owner it is made once.
    ///
    /// # Errors
    /// [`RoomError::Invalid`] for a title that cannot be shown, [`RoomError::NumbersExhausted`].
    pub async fn create(
        &self,
        owner: &User,
        new: NewRoom<'_>,
        key: Option<CommandId>,
    ) -> Result<Conference, RoomError> {
        access::founder(owner).ok_or(RoomError::Guest)?;
        let title = conference::title(new.title)
            .ok_or_else(|| RoomError::Invalid(format!("`title` has 1 to {TITLE_CHARS_MAX} characters")))?;
        let new = NewRoom { title: &title, ..new };
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
        let Some(id) = self.shared().store.made_with(&owner.id, key).await? else { return Ok(None) };
        match self.shared().store.conference(&id).await? {
            Some(made) if made.title == new.title && made.guests == new.guests => Ok(Some(made)),
            Some(_) => Err(RoomError::IdReused),
            None => Ok(None),
        }
    }

    /// Tries to make the conference under this number; none when the number is taken.
    async fn try_number(
        &self,
        owner: &User,
        NewRoom { title, guests }: NewRoom<'_>,
        key: Option<&CommandId>,
        number: u32,
    ) -> Result<Option<Conference>, RoomError> {
        let Some(number) = Number::new(number) else { return Ok(None) };
        let now_ms = self.shared().clock.now_ms();
        let id = new_id(self.shared().clock.as_ref(), self.shared().rng.as_ref());
        let conference = Conference {
            id: ConferenceId::parse(&id).map_err(|error| RoomError::Invalid(error.to_string()))?,
            number,
            title: title.to_owned(),
            owner: owner.person(),
            guests,
            organizers_away: Vec::new(),
            state: ConferenceState::Open,
            created_at_ms: now_ms,
            ended_at_ms: None,
        };
        let member =
            Member { id: owner.id.clone(), name: owner.name.clone(), role: Role::Organizer, joined_at_ms: now_ms };
        let joined = Entry { seq: 1, at_ms: now_ms, what: Happening::Joined { who: owner.person() } };
        let record = Record { entries: vec![joined], ..Record::default() };
        for take in [TakeNumber::Fresh, TakeNumber::Rested { now_ms }] {
            let new = NewConference { conference: &conference, owner: &member, record: &record, key };
            if self.shared().store.create_conference(new, take).await? == Created::Yes {
                self.ways().remember_number(number, &conference.id);
                return Ok(Some(conference));
            }
        }
        Ok(None)
    }
}

//! Conferences, their numbers, and who sits in them.
//!
//! # Invariants
//! * A number belongs to one conference: taking it is creating its record, or changing one that is free, in the same
//!   transaction that creates the conference.
//! * `member` and `seat` say the same thing from two sides.

use serde::Deserialize;

use super::query::document;
use super::{Record, Store, StoreError};
use crate::domain::command::Fingerprint;
use crate::domain::conference::Conference;
use crate::domain::id::{CommandId, ConferenceId, Number, UserId};
use crate::domain::member::Member;

/// A conference to make.
#[derive(Debug)]
pub struct NewConference<'a> {
    /// The conference, with the number to take.
    pub conference: &'a Conference,
    /// Its first member: the owner.
    pub owner: &'a Member,
    /// The first record of its journal.
    pub record: &'a Record,
    /// The key that makes a retry safe.
    pub key: Option<&'a CommandId>,
    /// Hash of what was asked for, to tell another request under the same key.
    pub print: Fingerprint,
}

/// The conference that somebody made with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBefore {
    /// Which one it was, by its id for good.
    pub conference: ConferenceId,
    /// Hash of what was asked for; none where nobody kept it yet.
    pub print: Option<Fingerprint>,
}

/// How a number is taken.
#[derive(Debug, Clone, Copy)]
pub enum TakeNumber {
    /// It was never used: create its record.
    Fresh,
    /// It was used and has rested until this time, in milliseconds since 1970.
    Rested {
        /// The time of day, in milliseconds since 1970.
        now_ms: u64,
    },
}

/// What came of making a conference.
#[derive(Debug, PartialEq, Eq)]
pub enum Created {
    /// It was made.
    Yes,
    /// The number, or the idempotency key, is taken. Nothing was changed.
    Taken,
}

impl Store {
    /// Makes a conference with everything that belongs to it, or nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn create_conference(&self, new: NewConference<'_>, take: TakeNumber) -> Result<Created, StoreError> {
        let number = match take {
            TakeNumber::Fresh => "CREATE type::record('number', $number) SET conference = $id RETURN NONE;",
            TakeNumber::Rested { .. } => {
                "LET $taken = (UPDATE type::record('number', $number) SET conference = $id, free_at_ms = NONE \
                 WHERE free_at_ms != NONE AND free_at_ms <= $now); \
                 IF array::len($taken) = 0 { THROW 'number already exists' };"
            }
        };
        let retry = match new.key {
            Some(_) => "CREATE type::record('retry', [$owner, $key]) SET conference = $id, print = $print RETURN NONE;",
            None => "",
        };
        let text = format!(
            "BEGIN; {number} {retry} \
             CREATE type::record('conference', $id) SET doc = $doc RETURN NONE; \
             CREATE type::record('member', [$id, $owner]) SET doc = $member RETURN NONE; \
             CREATE type::record('seat', [$owner, $id]) RETURN NONE; \
             CREATE type::record('journal', [$id, 1]) SET w = $record RETURN NONE; COMMIT;"
        );
        let now_ms = match take {
            TakeNumber::Fresh => 0,
            TakeNumber::Rested { now_ms } => now_ms,
        };
        let query = self
            .write(text)
            .bind("number", i64::from(new.conference.number.value()))
            .bind("now", now_ms)
            .bind("id", new.conference.id.as_str())
            .bind("owner", new.owner.id.as_str())
            .bind("key", new.key.map_or("", CommandId::as_str))
            .bind("print", hex::encode(new.print))
            .bind("doc", document(new.conference)?)
            .bind("member", document(new.owner)?)
            .bind("record", surrealdb::types::Bytes::from(new.record.encode()?));
        match query.run().await {
            Ok(_) => Ok(Created::Yes),
            Err(StoreError::Exists) => Ok(Created::Taken),
            Err(error) => Err(error),
        }
    }

    /// The conference that this person made with this idempotency key.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn made_with(&self, owner: &UserId, key: &CommandId) -> Result<Option<MadeBefore>, StoreError> {
        let query = self.read("SELECT conference, print FROM ONLY type::record('retry', [$owner, $key])");
        let mut answer = query.bind("owner", owner.as_str()).bind("key", key.as_str()).run().await?;
        let Some(row) = answer.document::<RetryRow>(0, "a retry")? else { return Ok(None) };
        let print = row.print.map(|print| {
            let mut bytes = Fingerprint::default();
            hex::decode_to_slice(print, &mut bytes).map(|()| bytes)
        });
        let print = print.transpose().map_err(|error| StoreError::corrupt("a retry", error))?;
        Ok(Some(MadeBefore { conference: row.conference, print }))
    }

    /// Numbers of the pool that are neither in use nor resting, and those that have rested; at most `limit` of each kind
    /// are looked for among the records.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn numbers_in_use(&self, now_ms: u64) -> Result<Vec<u32>, StoreError> {
        let query = self.read("SELECT VALUE record::id(id) FROM number WHERE free_at_ms = NONE OR free_at_ms > $now");
        let numbers: Vec<i64> = query.bind("now", now_ms).run().await?.rows(0)?;
        Ok(numbers.into_iter().filter_map(|number| u32::try_from(number).ok()).collect())
    }

    /// The conference that has this number.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn conference_of_number(&self, number: Number) -> Result<Option<ConferenceId>, StoreError> {
        let query = self.read("SELECT VALUE conference FROM ONLY type::record('number', $number)");
        let mut answer = query.bind("number", i64::from(number.value())).run().await?;
        let id: Option<String> = answer.take_one(0)?;
        id.map(|id| ConferenceId::parse(&id).map_err(|error| StoreError::corrupt("a number", error))).transpose()
    }

    /// A conference.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn conference(&self, id: &ConferenceId) -> Result<Option<Conference>, StoreError> {
        let query = self.read("SELECT VALUE doc FROM ONLY type::record('conference', $id)").bind("id", id.as_str());
        query.run().await?.document(0, "a conference")
    }

    /// The conferences that a person is a member of, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn conferences_of(&self, user: &UserId) -> Result<Vec<Conference>, StoreError> {
        let query = self.read(
            "LET $seats = (SELECT VALUE record::id(id)[1] FROM seat:[$user, '']..[$user, []]); \
             SELECT VALUE doc FROM $seats.map(|$id| type::record('conference', $id));",
        );
        let mut conferences: Vec<Conference> =
            query.bind("user", user.as_str()).run().await?.documents(1, "a conference")?;
        conferences.sort_by(|a, b| b.created_at_ms.cmp(&a.created_at_ms).then_with(|| b.id.cmp(&a.id)));
        Ok(conferences)
    }

    /// The ids of the conferences that a person is a member of, newest first: an id begins with the time at which it was made.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn seats_of(&self, user: &UserId) -> Result<Vec<ConferenceId>, StoreError> {
        let query = self.read("SELECT VALUE record::id(id)[1] FROM seat:[$user, '']..[$user, []]");
        let ids: Vec<String> = query.bind("user", user.as_str()).run().await?.rows(0)?;
        let parsed = ids.iter().map(|id| ConferenceId::parse(id).map_err(|error| StoreError::corrupt("a seat", error)));
        let mut ids = parsed.collect::<Result<Vec<ConferenceId>, _>>()?;
        ids.sort_unstable_by(|one, other| other.cmp(one));
        Ok(ids)
    }

    /// These conferences, newest first; those that there are not are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn conferences(&self, ids: &[ConferenceId]) -> Result<Vec<Conference>, StoreError> {
        let query = self.read("SELECT VALUE doc FROM $ids.map(|$id| type::record('conference', $id))");
        let ids: Vec<&str> = ids.iter().map(ConferenceId::as_str).collect();
        let mut conferences: Vec<Conference> = query.bind("ids", ids).run().await?.documents(0, "a conference")?;
        conferences.sort_by(|one, other| other.id.cmp(&one.id));
        Ok(conferences)
    }

    /// The members of a conference, in order of their ids.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn members(&self, conference: &ConferenceId) -> Result<Vec<Member>, StoreError> {
        let query = self.read("SELECT VALUE doc FROM member:[$id, '']..[$id, []]");
        query.bind("id", conference.as_str()).run().await?.documents(0, "a member")
    }
}

#[derive(Deserialize)]
struct RetryRow {
    conference: ConferenceId,
    print: Option<String>,
}

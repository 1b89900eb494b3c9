//! What those who run a conference do about people and about the conference itself.
//!
//! That they may is judged before; here is whether it can be done, and what it changes.
//!
//! # Invariants
//! * There is one owner, who is an organizer as soon as they are here.
//! * Nobody is a member and kept out.

use std::sync::Arc;

use super::People;
use crate::domain::changes::ConferenceChanges;
use crate::domain::entry::Happening;
use crate::domain::id::UserId;
use crate::domain::join_key::JoinKey;
use crate::domain::measure::Measure;
use crate::domain::member::{Member, Person, Role};
use crate::domain::settings::{KEPT_OUT_MAX, KeptOut, Notice, WallMessage};
use crate::room::error::RoomError;
use crate::room::rule::RuleError;
use crate::store::{Addition, Rows};

impl People {
    /// Somebody who runs the conference does something about a person.
    ///
    /// # Errors
    /// [`RoomError::UnknownMember`]; [`RuleError`] where the person is beyond it.
    pub(in crate::room) fn take(
        &mut self,
        measure: Measure,
        whom: &UserId,
        by: &Member,
        now_ms: u64,
    ) -> Result<Addition, RoomError> {
        let (who, rows) = match measure {
            Measure::Mute | Measure::Unmute => self.mute(whom, measure)?,
            Measure::Remove => self.remove(whom, by, now_ms)?,
            Measure::Readmit => self.readmit(whom)?,
            Measure::Appoint => self.appoint(whom)?,
            Measure::Dismiss => self.dismiss(whom)?,
            Measure::HandOver => self.hand_over(whom)?,
        };
        Ok(Addition { rows, ..Addition::of(Happening::Measured { measure, who, by: by.person() }) })
    }

    /// The conference is changed. One that becomes private gets this key.
    pub(in crate::room) fn change_conference(
        &mut self,
        changes: ConferenceChanges,
        by: &Member,
        key: impl FnOnce() -> JoinKey,
    ) -> Addition {
        changes.apply(&mut self.conference, key);
        Addition { rows: self.conference_row(), ..Addition::of(Happening::Changed { changes, by: by.person() }) }
    }

    /// The link gets another key.
    ///
    /// # Errors
    /// [`RuleError::NotPrivate`].
    pub(in crate::room) fn rekey(&mut self, by: &Member, key: JoinKey) -> Result<Addition, RoomError> {
        self.conference.settings.key.as_ref().ok_or(RuleError::NotPrivate)?;
        self.conference.settings.key = Some(key);
        Ok(Addition { rows: self.conference_row(), ..Addition::of(Happening::Rekeyed { by: by.person() }) })
    }

    /// A notice is pinned, or taken away.
    ///
    /// # Errors
    /// [`RuleError::NoNotice`] when there is none to take away.
    pub(in crate::room) fn notice(&mut self, text: Option<String>, by: &Member) -> Result<Addition, RoomError> {
        let notice = &mut self.conference.settings.notice;
        if text.is_none() && notice.is_none() {
            return Err(RuleError::NoNotice.into());
        }
        *notice = text.clone().map(|text| Notice { text, by: by.person() });
        Ok(Addition { rows: self.conference_row(), ..Addition::of(Happening::Noticed { text, by: by.person() }) })
    }

    /// A message is put on the wall. One that is there already stays in its place.
    pub(in crate::room) fn put_up(&mut self, message: WallMessage, by: &Member) -> Addition {
        let happening = Happening::Wall { message: message.seq, stands: true, by: by.person() };
        let is_new = self.conference.settings.put_up(message);
        let rows = if is_new { self.conference_row() } else { Rows::default() };
        Addition { rows, ..Addition::of(happening) }
    }

    /// A message is taken off the wall, if it is there.
    pub(in crate::room) fn take_down(&mut self, message: u64, by: &Member) -> Addition {
        let happening = Happening::Wall { message, stands: false, by: by.person() };
        Addition { rows: self.forget_message(message), ..Addition::of(happening) }
    }

    /// A message is not to be on the wall any more: the rows that change with that.
    pub(in crate::room) fn forget_message(&mut self, message: u64) -> Rows {
        let was_there = self.conference.settings.take_down(message);
        if was_there { self.conference_row() } else { Rows::default() }
    }

    /// Who is kept out, for an organizer.
    ///
    /// # Errors
    /// [`RoomError::NotMember`], [`RoomError::NotOrganizer`].
    pub(in crate::room) fn kept_out(&self, by: &UserId) -> Result<Vec<KeptOut>, RoomError> {
        self.organizer(by)?;
        Ok(self.shown.settings.kept_out.clone())
    }

    fn mute(&mut self, whom: &UserId, measure: Measure) -> Result<(Person, Rows), RoomError> {
        let member = self.participant(whom)?;
        let is_muted = measure == Measure::Mute;
        let mut rows = Rows::default();
        let away = &mut self.conference.settings.muted_away;
        if !is_muted && away.contains(whom) {
            away.retain(|away| away != whom);
            rows = self.conference_row();
        }
        Ok(self.replace(Member { is_muted, ..Member::clone(&member) }, rows))
    }

    fn remove(&mut self, whom: &UserId, by: &Member, now_ms: u64) -> Result<(Person, Rows), RoomError> {
        let who = self.participant(whom)?.person();
        let kept_out = &mut self.conference.settings.kept_out;
        if kept_out.len() >= KEPT_OUT_MAX {
            return Err(RuleError::ManyKeptOut.into());
        }
        kept_out.push(KeptOut { who: who.clone(), by: by.person(), at_ms: now_ms });
        if let Some(member) = self.members.remove(whom) {
            self.remember(&member);
        }
        Ok((who, Rows { left: vec![whom.clone()], ..self.conference_row() }))
    }

    fn readmit(&mut self, whom: &UserId) -> Result<(Person, Rows), RoomError> {
        let kept_out = &mut self.conference.settings.kept_out;
        let at = kept_out.iter().position(|kept| kept.who.id == *whom);
        let kept = kept_out.remove(at.ok_or_else(|| RuleError::NotKeptOut(whom.clone()))?);
        Ok((kept.who, self.conference_row()))
    }

    fn appoint(&mut self, whom: &UserId) -> Result<(Person, Rows), RoomError> {
        let member = self.known(whom)?;
        // Whoever runs the conference has the word.
        Ok(self.replace(Member { role: Role::Organizer, is_muted: false, ..Member::clone(&member) }, Rows::default()))
    }

    /// An organizer who is away is dismissed, too: they come back as a participant.
    fn dismiss(&mut self, whom: &UserId) -> Result<(Person, Rows), RoomError> {
        if self.conference.owner.id == *whom {
            return Err(RuleError::IsOwner(whom.clone()).into());
        }
        let away = &mut self.conference.organizers_away;
        let was_away = away.contains(whom);
        away.retain(|away| away != whom);
        let rows = if was_away { self.conference_row() } else { Rows::default() };
        match self.members.get(whom).cloned() {
            Some(member) if member.role == Role::Organizer => {
                Ok(self.replace(Member { role: Role::Participant, ..Member::clone(&member) }, rows))
            }
            Some(_) => Err(RuleError::IsNoOrganizer(whom.clone()).into()),
            // Nothing but their id is known of somebody who is away.
            None if was_away => Ok((Person { id: whom.clone(), name: whom.to_string() }, rows)),
            None => Err(RoomError::UnknownMember(whom.clone())),
        }
    }

    /// The member who the conference may be handed to.
    ///
    /// # Errors
    /// [`RoomError::UnknownMember`], [`RuleError::IsOwner`], [`RuleError::GuestOwner`].
    pub(in crate::room) fn check_heir(&self, whom: &UserId) -> Result<Arc<Member>, RoomError> {
        let member = self.known(whom)?;
        if self.conference.owner.id == *whom {
            return Err(RuleError::IsOwner(whom.clone()).into());
        }
        if member.is_guest {
            return Err(RuleError::GuestOwner(whom.clone()).into());
        }
        Ok(member)
    }

    fn hand_over(&mut self, whom: &UserId) -> Result<(Person, Rows), RoomError> {
        let member = self.check_heir(whom)?;
        self.conference.owner = member.person();
        let rows = self.conference_row();
        Ok(self.replace(Member { role: Role::Organizer, is_muted: false, ..Member::clone(&member) }, rows))
    }

    /// The member whom a deed is about.
    fn known(&self, whom: &UserId) -> Result<Arc<Member>, RoomError> {
        self.members.get(whom).cloned().ok_or_else(|| RoomError::UnknownMember(whom.clone()))
    }

    /// A member who is no organizer: one organizer does nothing about another.
    fn participant(&self, whom: &UserId) -> Result<Arc<Member>, RoomError> {
        let member = self.known(whom)?;
        match member.role {
            Role::Organizer if self.conference.owner.id == *whom => Err(RuleError::IsOwner(whom.clone()).into()),
            Role::Organizer => Err(RuleError::IsOrganizer(whom.clone()).into()),
            Role::Participant => Ok(member),
        }
    }

    /// The member is this now.
    fn replace(&mut self, member: Member, rows: Rows) -> (Person, Rows) {
        let who = member.person();
        let members = vec![member.clone()];
        self.members.insert(member.id.clone(), Arc::new(member));
        (who, Rows { members, ..rows })
    }

    fn conference_row(&self) -> Rows {
        Rows { conference: Some(self.conference.clone()), ..Rows::default() }
    }
}

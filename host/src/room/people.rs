//! Who belongs to a conference, and as what: its members, its owner, whether it goes on.
//!
//! What people do is judged here and becomes an [`Addition`]; who is connected is `sockets`' business.
//!
//! # Invariants
//! * The list that plugins see changes when a change is durable, and says up to which entry it is good.
//! * What people see of the conference is durable.

mod measures;

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use arc_swap::ArcSwap;
use hezi_plugin::Online;

use super::error::RoomError;
use super::message::{Attendee, MemberPage};
use super::rule::RuleError;
use crate::access;
use crate::activity::{MembersAsOf, plugin_member};
use crate::domain::conference::{Conference, ConferenceState};
use crate::domain::entry::Happening;
use crate::domain::id::UserId;
use crate::domain::join_key::JoinKey;
use crate::domain::member::{Member, Person, Role, User};
use crate::domain::settings::MUTED_AWAY_MAX;
use crate::store::{Addition, Rows};

/// Most members of one page.
pub(super) const PAGE_MAX: usize = 1_000;
/// How many of the last arrivals presence names.
const LATEST_LEN: usize = 5;

/// The people of a conference, and the conference itself.
pub(super) struct People {
    conference: Conference,
    /// The conference as far as it is durable.
    shown: Conference,
    members: BTreeMap<UserId, Arc<Member>>,
    /// The members as plugins see them.
    durable: Arc<ArcSwap<MembersAsOf>>,
    /// Who came last, latest first.
    latest: VecDeque<Person>,
}

/// What came of somebody's wish.
#[expect(clippy::large_enum_variant, reason = "it is taken apart where it is made, so its size is moved once")]
pub(super) enum Judged {
    /// It is so already.
    Already(Arc<Member>),
    /// The member as they are now, and what goes into the journal.
    Changed(Arc<Member>, Addition),
}

impl People {
    /// The people as of the entry `head`.
    pub(super) fn new(conference: Conference, members: Vec<Member>, head: u64) -> Self {
        let as_seen = Arc::new(members.iter().map(plugin_member).collect());
        let durable = Arc::new(ArcSwap::from_pointee(MembersAsOf { members: as_seen, seq: head }));
        let members = members.into_iter().map(|member| (member.id.clone(), Arc::new(member))).collect();
        Self { shown: conference.clone(), conference, members, durable, latest: VecDeque::new() }
    }

    /// What it is now, also where that is not durable yet.
    pub(super) fn conference(&self) -> &Conference {
        &self.conference
    }

    /// The conference as far as it is durable.
    pub(super) fn as_shown(&self) -> &Conference {
        &self.shown
    }

    /// The list that plugins see.
    pub(super) fn as_plugins_see(&self) -> Arc<ArcSwap<MembersAsOf>> {
        Arc::clone(&self.durable)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    /// Who came last, latest first.
    pub(super) fn latest(&self) -> Vec<Person> {
        self.latest.iter().cloned().collect()
    }

    /// Whether the conference has ended.
    pub(super) fn has_ended(&self) -> bool {
        self.conference.state == ConferenceState::Ended
    }

    /// A member, if the person is one.
    ///
    /// # Errors
    /// [`RoomError::NotMember`].
    pub(super) fn member(&self, user: &UserId) -> Result<&Arc<Member>, RoomError> {
        self.members.get(user).ok_or(RoomError::NotMember)
    }

    /// A member who is an organizer.
    ///
    /// # Errors
    /// [`RoomError::NotMember`], [`RoomError::NotOrganizer`].
    pub(super) fn organizer(&self, user: &UserId) -> Result<&Arc<Member>, RoomError> {
        let member = self.member(user)?;
        if access::may_organize(member) { Ok(member) } else { Err(RoomError::NotOrganizer) }
    }

    /// Whether this person, who shows this key, may see what the conference is.
    ///
    /// # Errors
    /// [`RoomError::Guest`], [`RuleError::KeptOut`], [`RuleError::KeyNeeded`].
    pub(super) fn check_entry(&self, user: &User, key: Option<&JoinKey>) -> Result<(), RoomError> {
        if !access::may_enter(user, &self.conference) {
            return Err(RoomError::Guest);
        }
        let settings = &self.conference.settings;
        if settings.keeps_out(&user.id) {
            return Err(RuleError::KeptOut.into());
        }
        if self.is_at_home(&user.id) || access::is_key(settings.key.as_ref(), key) {
            return Ok(());
        }
        Err(RuleError::KeyNeeded.into())
    }

    /// Whether the door is open for this person.
    ///
    /// # Errors
    /// [`RuleError::Locked`], [`RuleError::Full`].
    pub(super) fn check_door(&self, user: &UserId) -> Result<(), RoomError> {
        self.check_lock(user)?;
        if self.is_at_home(user) {
            return Ok(());
        }
        match self.conference.settings.members_max.filter(|limit| self.members.len() >= *limit as usize) {
            Some(limit) => Err(RuleError::Full { limit }.into()),
            None => Ok(()),
        }
    }

    /// Whether the door is locked for this person.
    ///
    /// # Errors
    /// [`RuleError::Locked`].
    pub(super) fn check_lock(&self, user: &UserId) -> Result<(), RoomError> {
        let is_locked = self.conference.settings.is_locked && !self.is_at_home(user);
        if is_locked { Err(RuleError::Locked.into()) } else { Ok(()) }
    }

    /// Whether no rule of the door holds for this person: a member, or an organizer who comes back.
    pub(super) fn is_at_home(&self, user: &UserId) -> bool {
        self.members.contains_key(user) || self.runs_it(user)
    }

    /// Whether this person is an organizer as soon as they are here.
    fn runs_it(&self, user: &UserId) -> bool {
        *user == self.conference.owner.id || self.conference.organizers_away.contains(user)
    }

    /// Somebody joins, or comes again, perhaps under another name.
    pub(super) fn join(&mut self, user: &User, now_ms: u64) -> Judged {
        let (member, happening) = match self.members.get(&user.id) {
            Some(member) if member.name == user.name || user.is_unnamed() => {
                return Judged::Already(Arc::clone(member));
            }
            Some(member) => {
                let member = Member { name: user.name.clone(), ..Member::clone(member) };
                let who = member.person();
                (member, Happening::Renamed { who })
            }
            None => {
                let role = if self.runs_it(&user.id) { Role::Organizer } else { Role::Participant };
                let is_muted = self.conference.settings.muted_away.contains(&user.id);
                let member = Member { is_muted, ..Member::new(user, role, now_ms) };
                (member, Happening::Joined { who: user.person() })
            }
        };
        self.change(member, happening)
    }

    /// Somebody is called by another name now: if they are a member, what comes from now on carries it.
    pub(super) fn rename(&mut self, person: &Person) -> Option<Addition> {
        let member = self.members.get(&person.id).filter(|member| member.name != person.name)?;
        let member = Member { name: person.name.clone(), ..Member::clone(member) };
        if self.conference.owner.id == person.id {
            self.conference.owner.name.clone_from(&person.name);
        }
        match self.change(member, Happening::Renamed { who: person.clone() }) {
            Judged::Changed(_, addition) => Some(addition),
            Judged::Already(_) => None,
        }
    }

    /// A member leaves. What an organizer is they stay, until somebody changes it, and so is who is muted.
    pub(super) fn leave(&mut self, user: &UserId) -> Option<Addition> {
        let member = self.members.remove(user)?;
        let mut rows = Rows { left: vec![user.clone()], ..Rows::default() };
        if self.remember(&member) {
            rows.conference = Some(self.conference.clone());
        }
        Some(Addition { rows, ..Addition::of(Happening::Left { who: member.person() }) })
    }

    /// Notes what somebody who leaves is when they come back; true if there was something to note.
    fn remember(&mut self, member: &Member) -> bool {
        let away = &mut self.conference.settings.muted_away;
        let was_muted = member.is_muted && !away.contains(&member.id);
        if was_muted {
            away.push(member.id.clone());
            let surplus = away.len().saturating_sub(MUTED_AWAY_MAX);
            away.drain(..surplus);
        }
        let runs_it = member.role == Role::Organizer && !self.runs_it(&member.id);
        if runs_it {
            self.conference.organizers_away.push(member.id.clone());
        }
        was_muted || runs_it
    }

    /// Whether this person owns the conference.
    ///
    /// # Errors
    /// [`RoomError::NotMember`], [`RoomError::NotOwner`].
    pub(super) fn check_owner(&self, user: &UserId) -> Result<(), RoomError> {
        self.member(user)?;
        if access::is_owner(user, &self.conference) { Ok(()) } else { Err(RoomError::NotOwner) }
    }

    /// The conference ends; its number is free again at this time.
    pub(super) fn end(&mut self, now_ms: u64, free_at_ms: u64) -> Addition {
        self.conference.state = ConferenceState::Ended;
        self.conference.ended_at_ms = Some(now_ms);
        let rows = Rows { ended: Some((self.conference.clone(), free_at_ms)), ..Rows::default() };
        Addition { rows, ..Addition::of(Happening::Ended) }
    }

    /// A page of members in order of their ids.
    ///
    /// # Errors
    /// [`RoomError::NotMember`].
    pub(super) fn page(
        &self,
        by: &UserId,
        after: Option<&UserId>,
        limit: usize,
        online: &Online,
    ) -> Result<MemberPage, RoomError> {
        self.member(by)?;
        let limit = limit.clamp(1, PAGE_MAX);
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let members = self.members.range::<UserId, _>((from, Bound::Unbounded));
        let attendee =
            |member: &Member| Attendee { is_online: online.contains(member.id.as_str()), member: member.clone() };
        let mut page: Vec<Attendee> = members.take(limit + 1).map(|(_, member)| attendee(member)).collect();
        let more = page.len() > limit;
        page.truncate(limit);
        let next = page.last().filter(|_| more).map(|last| last.member.id.clone());
        Ok((page, next))
    }

    /// It is durable that the conference is this now; true if something else is on the wall.
    pub(super) fn show(&mut self, rows: &Rows) -> bool {
        let now = rows.ended.as_ref().map(|(ended, _)| ended).or(rows.conference.as_ref());
        let Some(conference) = now else { return false };
        let is_wall_other = self.shown.settings.on_wall != conference.settings.on_wall;
        self.shown.clone_from(conference);
        is_wall_other
    }

    /// Rows of members are durable as of this entry: plugins see them from now on.
    pub(super) fn publish(&mut self, rows: &Rows, seq: u64) {
        let current = self.durable.load();
        let mut members = hezi_plugin::Members::clone(&current.members);
        for member in &rows.members {
            members.insert(plugin_member(member));
        }
        for user in &rows.left {
            members.remove(user.as_str());
        }
        self.durable.store(Arc::new(MembersAsOf { members: Arc::new(members), seq }));
    }

    /// Somebody has come, and everybody may know.
    pub(super) fn arrived(&mut self, person: Person) {
        self.latest.retain(|other| other.id != person.id);
        self.latest.push_front(person);
        self.latest.truncate(LATEST_LEN);
    }

    /// It is durable that somebody is called by another name: they are shown by it.
    pub(super) fn renamed(&mut self, person: Person) {
        if self.shown.owner.id == person.id {
            self.shown.owner.name.clone_from(&person.name);
        }
        if let Some(latest) = self.latest.iter_mut().find(|latest| latest.id == person.id) {
            latest.name = person.name;
        }
    }

    /// Somebody has left; false where they have joined again since.
    pub(super) fn has_left(&mut self, user: &UserId) -> bool {
        if self.members.contains_key(user) {
            return false;
        }
        self.latest.retain(|other| other.id != *user);
        true
    }

    fn change(&mut self, member: Member, happening: Happening) -> Judged {
        let rows = Rows { members: vec![member.clone()], ..Rows::default() };
        let member = Arc::new(member);
        self.members.insert(member.id.clone(), Arc::clone(&member));
        Judged::Changed(member, Addition { rows, ..Addition::of(happening) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{ConferenceId, Number};
    use crate::domain::settings::ConferenceSettings;

    fn wang(name: &str) -> User {
        User::new(UserId::parse("wang").expect("an id"), name.to_owned())
    }

    fn conference_of(owner: Person) -> Conference {
        Conference {
            id: ConferenceId::parse("c").expect("an id"),
            number: Number::new(12_345).expect("a number"),
            title: "周会".to_owned(),
            owner,
            guests: false,
            organizers_away: Vec::new(),
            settings: ConferenceSettings::default(),
            state: ConferenceState::Open,
            created_at_ms: 0,
            ended_at_ms: None,
        }
    }

    #[test]
    fn the_owners_new_name_is_shown_once_it_is_durable() {
        let (before, after) = (wang("老王"), wang("小王"));
        let mut people = People::new(conference_of(before.person()), vec![Member::new(&before, Role::Organizer, 0)], 1);
        assert!(people.rename(&after.person()).is_some());
        assert_eq!((&people.conference().owner, &people.as_shown().owner), (&after.person(), &before.person()));
        people.renamed(after.person());
        assert_eq!(people.as_shown().owner, after.person());
    }
}

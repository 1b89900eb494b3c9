//! Joining, leaving, appointing, ending: what concerns people and the conference as a whole.

use std::collections::BTreeSet;

use super::acting::Ticket;
use super::actor::Room;
use super::command::{Answer, MemberPage};
use super::commit::Addition;
use super::error::RoomError;
use super::running::Running;
use crate::access;
use crate::activity::Job;
use crate::domain::activity::{Change, Phase};
use crate::domain::conference::{Conference, ConferenceState};
use crate::domain::entry::Happening;
use crate::domain::id::{ActivityId, UserId};
use crate::domain::member::{Member, Person, Role, User};
use crate::protocol::close::Close;
use crate::store::Rows;

/// Most members of one page.
pub(super) const PAGE_MAX: usize = 1_000;
/// How many of the last arrivals presence names.
const LATEST_LEN: usize = 5;

/// The end of a conference, while its activities are being closed.
pub(super) struct Ending {
    waiting_for: BTreeSet<ActivityId>,
    answers: Vec<Answer<Conference>>,
}

impl Room {
    pub(super) fn join(&mut self, user: &User, answer: Answer<(Conference, Member)>) {
        let allowed = access::entry(user, &self.conference).ok_or(RoomError::Guest).and_then(|_| self.check_open());
        if let Err(error) = allowed {
            return drop(answer.send(Err(error)));
        }
        let (member, happening) = match self.members.get(&user.id) {
            Some(member) if member.name == user.name || user.is_unnamed() => {
                // Joining again says when it is durable that they are in, too: the first join may still be under way.
                let (conference, member) = (self.conference.clone(), member.clone());
                return self.when_durable(Box::new(move |_| drop(answer.send(Ok((conference, member))))));
            }
            Some(member) => {
                let member = Member { name: user.name.clone(), ..member.clone() };
                let who = member.person();
                (member, Happening::Renamed { who })
            }
            None => (self.new_member(user), Happening::Joined { who: user.person() }),
        };
        self.members.insert(user.id.clone(), member.clone());
        let rows = Room::member_row(&member);
        let then = Box::new(move |room: &mut Room| {
            room.note_arrival(member.person());
            drop(answer.send(Ok((room.conference.clone(), member))));
        });
        self.append(Addition { rows, then: Some(then), ..Addition::of(happening) });
    }

    /// A person is called by another name now: if they are a member, what comes from now on carries it.
    pub(super) fn rename(&mut self, person: Person) {
        if self.check_open().is_err() {
            return;
        }
        let Some(member) = self.members.get_mut(&person.id).filter(|member| member.name != person.name) else { return };
        member.name.clone_from(&person.name);
        let rows = Room::member_row(member);
        if self.conference.owner.id == person.id {
            self.conference.owner.name.clone_from(&person.name);
        }
        let who = person.clone();
        let then = Box::new(move |room: &mut Room| {
            if let Some(latest) = room.latest.iter_mut().find(|latest| latest.id == person.id) {
                latest.name = person.name;
            }
            room.presence_changed = true;
        });
        self.append(Addition { rows, then: Some(then), ..Addition::of(Happening::Renamed { who }) });
    }

    fn new_member(&self, user: &User) -> Member {
        let role = if user.id == self.conference.owner.id { Role::Organizer } else { Role::Participant };
        let joined_at_ms = self.around.clock.now_ms();
        Member { id: user.id.clone(), name: user.name.clone(), role, joined_at_ms }
    }

    fn note_arrival(&mut self, person: Person) {
        self.latest.retain(|other| other.id != person.id);
        self.latest.push_front(person);
        self.latest.truncate(LATEST_LEN);
        self.presence_changed = true;
    }

    pub(super) fn leave_member(&mut self, user: &UserId, answer: Answer<()>) {
        if let Err(error) = self.member(user).map(drop).and_then(|()| self.check_open()) {
            return drop(answer.send(Err(error)));
        }
        let Some(member) = self.members.remove(user) else { return };
        let rows = Rows { left: vec![user.clone()], ..Rows::default() };
        let user = user.clone();
        let then = Box::new(move |room: &mut Room| {
            // They may have joined again since.
            if !room.members.contains_key(&user) {
                room.roster.close_where(Close::Left, |seat| seat.member == user);
                room.latest.retain(|other| other.id != user);
            }
            room.presence_changed = true;
            drop(answer.send(Ok(())));
        });
        self.append(Addition { rows, then: Some(then), ..Addition::of(Happening::Left { who: member.person() }) });
    }

    pub(super) fn appoint(&mut self, by: &UserId, user: &UserId, answer: Answer<Member>) {
        let member = match self.may_appoint(by, user) {
            Ok(member) => member,
            Err(error) => return drop(answer.send(Err(error))),
        };
        if member.role == Role::Organizer {
            return self.when_durable(Box::new(move |_| drop(answer.send(Ok(member)))));
        }
        let member = Member { role: Role::Organizer, ..member };
        self.members.insert(member.id.clone(), member.clone());
        let rows = Room::member_row(&member);
        let happening = Happening::Appointed { who: member.person() };
        let then = Box::new(move |room: &mut Room| {
            room.roster.set_role(&member.id, member.role);
            drop(answer.send(Ok(member)));
        });
        self.append(Addition { rows, then: Some(then), ..Addition::of(happening) });
    }

    fn may_appoint(&self, by: &UserId, user: &UserId) -> Result<Member, RoomError> {
        self.member(by)?;
        access::owner(by, &self.conference.owner.id).ok_or(RoomError::NotOwner)?;
        self.check_open()?;
        self.members.get(user).cloned().ok_or_else(|| RoomError::UnknownMember(user.clone()))
    }

    pub(super) fn member_page(
        &self,
        by: &UserId,
        after: Option<&UserId>,
        limit: usize,
    ) -> Result<MemberPage, RoomError> {
        self.member(by)?;
        let limit = limit.clamp(1, PAGE_MAX);
        let from = match after {
            Some(after) => std::ops::Bound::Excluded(after.clone()),
            None => std::ops::Bound::Unbounded,
        };
        let mut page: Vec<Member> =
            self.members.range((from, std::ops::Bound::Unbounded)).take(limit + 1).map(|(_, m)| m.clone()).collect();
        let more = page.len() > limit;
        page.truncate(limit);
        let next = page.last().filter(|_| more).map(|member| member.id.clone());
        Ok((page, next))
    }

    /// Ends the conference: first its activities are closed, each in its own way, then it is over.
    pub(super) fn end(&mut self, by: &UserId, answer: Answer<Conference>) {
        // Who asks comes first, also while it is ending for somebody else already.
        let allowed = self.member(by).and_then(|member| access::organizer(member).ok_or(RoomError::NotOrganizer));
        if let Err(error) = allowed {
            return drop(answer.send(Err(error)));
        }
        if let Some(ending) = &mut self.ending {
            return ending.answers.push(answer);
        }
        match self.check_open() {
            Ok(()) => self.begin_ending(answer),
            Err(error) => drop(answer.send(Err(error))),
        }
    }

    /// Ends the conference because nobody uses it: nothing has happened since this entry, and nobody is connected.
    pub(super) fn end_unused(&mut self, head: u64, answer: Answer<Conference>) {
        let unused = self
            .check_open()
            .and_then(|()| if self.head == head && self.roster.is_empty() { Ok(()) } else { Err(RoomError::InUse) });
        match unused {
            Ok(()) => self.begin_ending(answer),
            Err(error) => drop(answer.send(Err(error))),
        }
    }

    fn begin_ending(&mut self, answer: Answer<Conference>) {
        // Drafts too: one may be about to open. What is still a draft then says so and stays one.
        let not_closed = self.activities.values().filter(|slot| slot.activity.phase != Phase::Closed);
        let closing: Vec<ActivityId> = not_closed.map(|slot| slot.activity.id.clone()).collect();
        self.ending = Some(Ending { waiting_for: closing.iter().cloned().collect(), answers: vec![answer] });
        for id in closing {
            let ticket = self.ticket(Ticket::LastClose(id.clone()));
            if let Err(error) = self.give(&id, Job::Close { ticket }) {
                self.tickets.remove(&ticket);
                self.close_by_force(&id, &error.to_string());
            }
        }
        self.finish_ending();
    }

    /// Closes an activity whose plugin does not: its conference is over all the same.
    pub(super) fn close_by_force(&mut self, id: &ActivityId, why: &str) {
        if let Some(slot) = self.activities.get_mut(id)
            && slot.activity.phase == Phase::Open
        {
            tracing::warn!(activity.id = %id, "closed without its plugin at the end of its conference: {why}");
            slot.activity.phase = Phase::Closed;
            // Its task goes on: it alone has the state, of which the store may lack the last seconds.
            if let Running::Yes(handle) = &slot.running {
                handle.shut();
            }
            let happening = Happening::Activity { activity: slot.activity.brief(), change: Change::Closed };
            let rows = Rows { activities: vec![slot.activity.clone()], ..Rows::default() };
            self.append(Addition { rows, ..Addition::of(happening) });
        }
        self.closed_at_end(id);
    }

    /// An activity was closed, or could not be, at the end of the conference.
    pub(super) fn closed_at_end(&mut self, id: &ActivityId) {
        if let Some(ending) = &mut self.ending {
            ending.waiting_for.remove(id);
        }
    }

    /// Ends the conference if nothing has to be waited for any more.
    pub(super) fn finish_ending(&mut self) {
        if !self.ending.as_ref().is_some_and(|ending| ending.waiting_for.is_empty()) {
            return;
        }
        let Some(ending) = self.ending.take() else { return };
        let now_ms = self.around.clock.now_ms();
        self.conference.state = ConferenceState::Ended;
        self.conference.ended_at_ms = Some(now_ms);
        let free_at_ms = now_ms.saturating_add(self.shared.number_cooldown_s.saturating_mul(1_000));
        let rows = Rows { ended: Some((self.conference.clone(), free_at_ms)), ..Rows::default() };
        let then = Box::new(move |room: &mut Room| {
            room.roster.close_where(Close::ConferenceEnded, |_| true);
            for answer in ending.answers {
                drop(answer.send(Ok(room.conference.clone())));
            }
        });
        self.append(Addition { rows, then: Some(then), ..Addition::of(Happening::Ended) });
    }
}

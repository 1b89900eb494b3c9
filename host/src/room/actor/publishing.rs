//! What is durable is told: to members, sockets and activities, and to whoever waits.
//!
//! # Invariants
//! * Nobody hears of a record from anywhere else, or before it is durable.

use std::sync::Arc;

use super::answering::tell_refusal;
use super::room::Room;
use crate::activity::Attendance;
use crate::domain::entry::{Entry, Happening};
use crate::domain::id::UserId;
use crate::domain::measure::Measure;
use crate::domain::member::{Member, Role, User};
use crate::protocol::close::Close;
use crate::protocol::server::Frame;
use crate::room::later::Later;
use crate::room::order::Committed;
use crate::store::Record;

impl Room {
    /// A record is durable: everybody hears of it.
    pub(super) fn publish(&mut self, Committed { record, rows, keys }: Committed) {
        if !rows.members.is_empty() || !rows.left.is_empty() {
            self.people.publish(&rows, self.order.durable());
            self.sockets.presence_is_old();
        }
        let is_wall_other = self.people.show(&rows);
        self.activities.publish(rows.activities);
        self.tell_attendance(&record);
        for change in record.changes {
            self.watches.note(&change.activity);
            self.activities.note(change);
        }
        record.entries.into_iter().for_each(|entry| self.tell(entry));
        if is_wall_other {
            self.sockets.show(&Frame::Wall { messages: &self.people.as_shown().settings.on_wall });
        }
        keys.into_iter().zip(record.replies).for_each(|(key, reply)| self.replied(key, reply));
    }

    /// An entry is durable: those who may see it are told, and sockets follow what happened to their members.
    fn tell(&mut self, entry: Entry) {
        if let Happening::Measured { measure, who, .. } = &entry.what {
            match (measure, self.people.member(&who.id)) {
                (Measure::Remove, Err(_)) => {
                    self.people.has_left(&who.id);
                    self.sockets.close_of(&who.id, Close::Removed);
                }
                (Measure::Appoint | Measure::Dismiss | Measure::HandOver, Ok(member)) => {
                    self.sockets.set_role(&who.id, member.role);
                }
                _ => {}
            }
        }
        let is_shut = match &entry.what {
            Happening::Changed { changes, .. } => changes.private == Some(true),
            Happening::Rekeyed { .. } => true,
            _ => false,
        };
        self.sockets.tell(entry);
        if is_shut {
            self.sockets.close_screens(|person| self.people.is_at_home(person));
        }
    }

    /// A record is durable: activities that want to know hear who came and went.
    fn tell_attendance(&mut self, record: &Record) {
        for entry in &record.entries {
            match &entry.what {
                Happening::Joined { who } => {
                    if let Ok(member) = self.people.member(&who.id) {
                        self.activities.attend(&Arc::clone(member), Attendance::Joined);
                    }
                }
                Happening::Left { who } => self.activities.attend(&gone(who.id.clone(), &who.name), Attendance::Left),
                Happening::Measured { measure: Measure::Remove, who, .. } => {
                    self.activities.attend(&gone(who.id.clone(), &who.name), Attendance::Left);
                }
                _ => {}
            }
        }
    }

    /// Does what waited for something that is durable by now.
    pub(super) fn do_due(&mut self) {
        while let Some(later) = self.order.next_due() {
            self.do_now(later);
        }
    }

    fn do_now(&mut self, later: Later) {
        match later {
            Later::Arrived { member, answer } => {
                self.people.arrived(member.person());
                self.sockets.presence_is_old();
                drop(answer.send(Ok((self.people.as_shown().clone(), Member::clone(&member)))));
            }
            Later::IsMember { member, answer } => {
                drop(answer.send(Ok((self.people.as_shown().clone(), Member::clone(&member)))));
            }
            Later::Renamed(person) => {
                self.people.renamed(person);
                self.sockets.presence_is_old();
            }
            Later::Left { user, answer } => {
                if self.people.has_left(&user) {
                    self.sockets.close_of(&user, Close::Left);
                }
                self.sockets.presence_is_old();
                drop(answer.send(Ok(())));
            }
            Later::Ended(answers) => self.ended(answers),
            Later::RoomSees { activity, as_of, views, has_changed } => {
                self.show(&activity, as_of, views, has_changed);
            }
            Later::MemberSees { activity, as_of, view, answer } => {
                drop(answer.send(self.activities.with_view(&activity, as_of, view)));
            }
            Later::SocketSees { activity, as_of, connection, query, view } => {
                self.show_own(&activity, as_of, connection, query.as_deref(), &view);
            }
            Later::Seen { conference, answer } => drop(answer.send(Ok(*conference))),
            Later::Paged { page, answer } => drop(answer.send(Ok(page))),
            Later::Reported { report, answer } => drop(answer.send(Ok(report))),
            Later::Refused { waiter, error } => tell_refusal(&mut self.sockets, waiter, error),
        }
    }
}

/// Somebody who is a member no more, as far as it matters to an activity.
fn gone(id: UserId, name: &str) -> Arc<Member> {
    Arc::new(Member::new(&User::new(id, name.to_owned()), Role::Participant, 0))
}

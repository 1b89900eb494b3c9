//! Commands of members: found again, judged, and set on their course.
//!
//! # Invariants
//! * A command is judged once: a second arrival of the same id waits for, or gets, the first one's answer.
//! * A command that is found in the journal is answered from there, and nothing of it is carried out again. When the store
//!   does not answer, nothing is carried out.

use std::sync::Arc;

use super::answering::tell_done;
use super::course::Course;
use super::room::Room;
use crate::activity::Job;
use crate::domain::activity::{Draft, Schedule};
use crate::domain::command::{Authority, Command, Request, Stamp};
use crate::domain::id::UserId;
use crate::domain::language::Languages;
use crate::domain::measure::Measure;
use crate::domain::member::Member;
use crate::room::activities::Ticket;
use crate::room::error::RoomError;
use crate::room::lookup::{Located, Owned, Searched, count_others, find_entry, find_reply};
use crate::room::memory::{Begin, is_same};
use crate::room::message::{Message, Waiter};
use crate::room::rule::RuleError;
use crate::store::Addition;

impl Room {
    /// A command has arrived.
    pub(super) fn command(&mut self, mut command: Command, waiter: Waiter) {
        if let Request::Act { activity, .. } = &command.request
            && let Some(veil) = self.activities.veil(activity)
        {
            // Before it is looked for: what is known of it from before is known under the same names.
            command.stamp = command.stamp.under(veil);
        }
        match self.memory.begin(&command.stamp, waiter) {
            Begin::Attached => {}
            Begin::Answered(waiter, seq, ok) => tell_done(&mut self.sockets, waiter, seq, &ok),
            Begin::Search(pages) => self.search(command, pages),
            Begin::Refused(waiter, problem) => self.refuse(waiter, RoomError::Again(problem)),
            Begin::Reused(waiter) => self.refuse(waiter, RoomError::IdReused),
            Begin::Fresh => self.begin(command),
        }
    }

    /// Looks for a command in these pages of the index.
    fn search(&self, command: Command, pages: Vec<u32>) {
        let (store, conference) = (self.shared.store.clone(), self.people.conference().id.clone());
        self.look_up(async move {
            let found = find_reply(store.as_ref(), &conference, &command.stamp, &pages).await.map_err(RoomError::from);
            Message::Searched(Searched { command, found })
        });
    }

    /// A command was looked for.
    pub(super) fn searched(&mut self, Searched { command, found }: Searched) {
        match found {
            Ok(None) => self.begin(command),
            Ok(Some(reply)) => {
                let is_same = is_same(reply.fingerprint, command.stamp.fingerprint);
                for waiter in self.memory.found(command.stamp.key) {
                    match is_same {
                        true => tell_done(&mut self.sockets, waiter, reply.seq, &reply.ok),
                        false => self.refuse(waiter, RoomError::IdReused),
                    }
                }
            }
            Err(error) => self.reject(&command.stamp, error),
        }
    }

    /// Looks for the message that a command is about.
    fn locate(&self, stamp: Stamp, message: u64, request: Request) {
        let (store, conference) = (self.shared.store.clone(), self.people.conference().id.clone());
        self.look_up(async move {
            let found = find_entry(store.as_ref(), &conference, message).await.map_err(RoomError::from);
            Message::Located(Located { stamp, request, message, found })
        });
    }

    /// A message was looked for: whoever asked is judged again, since that took a moment.
    pub(super) fn located(&mut self, Located { stamp, request, message, found }: Located) {
        let entry = found.and_then(|entry| entry.ok_or_else(|| RuleError::UnknownMessage(message).into()));
        let by = self.check(&stamp, &request);
        let judged = by.and_then(|by| self.about_entry(&by, &entry?, &request));
        self.go_on(stamp, judged.map(Course::Happens));
    }

    /// Looks up what somebody owns who is to have this conference, too.
    fn count_owned(&self, stamp: Stamp, whom: UserId) {
        let (store, conference) = (self.shared.store.clone(), self.people.conference().id.clone());
        self.look_up(async move {
            let others = count_others(store.as_ref(), &conference, &whom).await.map_err(RoomError::from);
            Message::Owned(Owned { stamp, whom, others })
        });
    }

    /// It is known what they own: whoever hands over is judged again, since that took a moment.
    pub(super) fn owned(&mut self, Owned { stamp, whom, others }: Owned) {
        let by = self.check(&stamp, &Request::Measure { measure: Measure::HandOver, whom: whom.clone() });
        let handed_over = by.and_then(|by| self.hand_over(&by, &whom, others?));
        self.go_on(stamp, handed_over.map(Course::Happens));
    }

    /// A command that was not carried out before is judged, and takes its course.
    fn begin(&mut self, Command { stamp, request, languages }: Command) {
        let judged = self.judge(&stamp, request, languages);
        self.go_on(stamp, judged);
    }

    /// What becomes of a command. What it takes from budgets is taken by this.
    fn judge(&mut self, stamp: &Stamp, request: Request, languages: Languages) -> Result<Course, RoomError> {
        let caller = self.check(stamp, &request)?;
        let addition = match request {
            Request::Chat { text, reply_to } => self.chat(&caller, text, reply_to)?,
            request @ (Request::Delete { message } | Request::Wall { message, .. }) => {
                return self.about_message(&caller, message, request);
            }
            Request::React(reaction) => self.react(&caller, reaction)?,
            Request::Notice { text } => self.pin(&caller, text)?,
            Request::Measure { measure: Measure::HandOver, whom } => {
                self.people.check_heir(&whom)?;
                return Ok(Course::HandedOver(whom));
            }
            Request::Measure { measure, whom } => {
                self.people.take(measure, &whom, &caller, self.environment.clock.now_ms())?
            }
            Request::Change { changes } => self.change(&caller, *changes)?,
            Request::Rekey => self.rekey(&caller)?,
            Request::Create { new, draft: Some(draft) } if draft.plugin.name == new.plugin => {
                self.create(new.config.into_text(), new.schedule, draft)?
            }
            Request::Revise { activity, config, draft: Some(Draft { title, plugin, .. }) }
                if plugin.name == self.activities.doc(&activity)?.plugin.name =>
            {
                return Ok(Course::Asked(activity, Job::Revise { config: config.into_text(), title }));
            }
            Request::Create { .. } | Request::Revise { .. } => return Err(RoomError::NotJudged),
            Request::Discard { activity } => return Ok(Course::Asked(activity, Job::Discard)),
            Request::Act { activity, action, on_behalf_of } => {
                let (caller, on_behalf) = self.who_acts(caller, on_behalf_of)?;
                return Ok(Course::Asked(activity, Job::Act { caller, action, on_behalf, languages }));
            }
            Request::Schedule { activity, schedule } => return Ok(Course::Asked(activity, Job::Schedule(schedule))),
            Request::Open { activity } => return Ok(Course::Asked(activity, Job::Open)),
            Request::Close { activity } => return Ok(Course::Asked(activity, Job::Close)),
        };
        Ok(Course::Happens(addition))
    }

    /// A command that was judged takes its course.
    fn go_on(&mut self, stamp: Stamp, judged: Result<Course, RoomError>) {
        match judged {
            Ok(Course::Happens(addition)) => self.append(Addition { command: Some(stamp), ..addition }),
            Ok(Course::Asked(activity, job)) => self.ask(&activity, Ticket::Command(stamp), job),
            Ok(Course::Sought(message, request)) => self.locate(stamp, message, request),
            Ok(Course::HandedOver(whom)) => self.count_owned(stamp, whom),
            Err(error) => self.reject(&stamp, error),
        }
    }

    /// Whether this member may have this done here and now.
    fn check(&self, stamp: &Stamp, request: &Request) -> Result<Arc<Member>, RoomError> {
        let member = self.people.member(&stamp.by)?;
        self.check_open()?;
        let limit = self.shared.limits.commands;
        if self.memory.len() >= limit {
            return Err(RoomError::TooManyCommands { limit });
        }
        match request.authority() {
            Authority::Member => {}
            Authority::Organizer => drop(self.people.organizer(&stamp.by)?),
            Authority::Owner => self.people.check_owner(&stamp.by)?,
        }
        Ok(Arc::clone(member))
    }

    /// Who acts, and the organizer who does it for them, if it is not they themselves.
    fn who_acts(
        &self,
        caller: Arc<Member>,
        on_behalf_of: Option<UserId>,
    ) -> Result<(Arc<Member>, Option<Arc<Member>>), RoomError> {
        let Some(member) = on_behalf_of else { return Ok((caller, None)) };
        match self.people.member(&member) {
            Ok(member) => Ok((Arc::clone(member), Some(caller))),
            Err(_) => Err(RoomError::UnknownMember(member)),
        }
    }

    fn create(&mut self, config: String, schedule: Schedule, draft: Draft) -> Result<Addition, RoomError> {
        let limit = self.shared.activities_max;
        if self.activities.len() >= limit {
            return Err(RoomError::TooManyActivities { limit });
        }
        self.activities.create(config, schedule, draft)
    }
}

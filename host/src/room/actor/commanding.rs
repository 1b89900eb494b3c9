//! Commands of members, and what comes back from activities.
//!
//! # Invariants
//! * A command is judged once: a second arrival of the same id waits for, or gets, the first one's answer.
//! * A command that is found in the journal is answered from there, and nothing of it is carried out again. When the store
//!   does not answer, nothing is carried out.
//! * Every ticket is answered exactly once.

use std::sync::Arc;

use super::Room;
use super::publishing::answer;
use crate::activity::{ActivityError, Event, Job, Told};
use crate::domain::activity::{Change, Draft, Schedule};
use crate::domain::command::{Command, Request, Stamp, Standing};
use crate::domain::entry::Happening;
use crate::domain::id::{ActivityId, UserId};
use crate::domain::language::Languages;
use crate::domain::measure::Measure;
use crate::domain::member::{Member, Role};
use crate::room::activities::{Ticket, made};
use crate::room::error::RoomError;
use crate::room::later::Later;
use crate::room::memory::{Begin, is_same};
use crate::room::message::{Message, StateRows, Waiter};
use crate::room::search::{Searched, find};
use crate::store::Addition;

/// What becomes of a command that may be carried out.
#[expect(clippy::large_enum_variant, reason = "it is taken apart where it is judged, so its size is moved once")]
pub(super) enum Course {
    /// It happens now.
    Happens(Addition),
    /// An activity is asked to do it.
    Asked(ActivityId, Job),
    /// The message at this place, which it is about, is looked for first.
    Sought(u64),
    /// The conference is to be this member's: what they own already is looked up first.
    HandedOver(UserId),
}

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
            Begin::Answered(waiter, seq, ok) => answer(&mut self.sockets, waiter, seq, &ok),
            Begin::Search(pages) => self.search(command, pages),
            Begin::Refused(waiter, problem) => self.refuse(waiter, RoomError::Again(problem)),
            Begin::Reused(waiter) => self.refuse_reuse(waiter),
            Begin::Fresh => self.begin(command),
        }
    }

    /// Looks for a command in these pages of the index.
    fn search(&self, command: Command, pages: Vec<u32>) {
        let (store, conference) = (self.shared.store.clone(), self.people.conference().id.clone());
        self.look_up(async move {
            let found = find(store.as_ref(), &conference, &command.stamp, &pages).await.map_err(RoomError::from);
            Message::Searched(Searched { command, found })
        });
    }

    /// Looks something up in a task of its own. What was found comes into the mailbox.
    pub(super) fn look_up(&self, found: impl Future<Output = Message> + Send + 'static) {
        let own = self.own.clone();
        self.environment.tasks.spawn(async move {
            let found = found.await;
            if let Some(own) = own.upgrade() {
                drop(own.send(found).await);
            }
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
                        true => answer(&mut self.sockets, waiter, reply.seq, &reply.ok),
                        false => self.refuse_reuse(waiter),
                    }
                }
            }
            Err(error) => self.reject(&command.stamp, error),
        }
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
            Request::Delete { message } => return self.delete(&caller, message),
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
    pub(super) fn go_on(&mut self, stamp: Stamp, judged: Result<Course, RoomError>) {
        match judged {
            Ok(Course::Happens(addition)) => self.append(Addition { command: Some(stamp), ..addition }),
            Ok(Course::Asked(activity, job)) => self.ask(&activity, Ticket::Command(stamp), job),
            Ok(Course::Sought(message)) => self.locate(stamp, message),
            Ok(Course::HandedOver(whom)) => self.count_owned(stamp, whom),
            Err(error) => self.reject(&stamp, error),
        }
    }

    /// Whether this member may have this done here and now.
    pub(super) fn check(&self, stamp: &Stamp, request: &Request) -> Result<Arc<Member>, RoomError> {
        let member = self.people.member(&stamp.by)?;
        self.check_open()?;
        let limit = self.shared.limits.commands;
        if self.memory.len() >= limit {
            return Err(RoomError::TooManyCommands { limit });
        }
        match request.standing() {
            Standing::Member => {}
            Standing::Organizer => drop(self.people.organizer(&stamp.by)?),
            Standing::Owner => self.people.check_owner(&stamp.by)?,
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

    /// Gives an activity a job.
    pub(super) fn ask(&mut self, id: &ActivityId, ticket: Ticket, job: Job) {
        if let Err((ticket, error)) = self.activities.ask(id, ticket, job) {
            self.failed(id, ticket, error);
        }
    }

    /// An activity's state was read.
    pub(super) fn loaded(&mut self, id: &ActivityId, state: Result<StateRows, RoomError>) {
        for ticket in self.activities.loaded(id, state) {
            self.failed(id, ticket, ActivityError::Gone.into());
        }
    }

    /// An activity tells something.
    pub(super) fn event(&mut self, Event { activity: id, ticket, told }: Event) {
        let ticket = self.activities.take_ticket(ticket);
        match (told, ticket) {
            (Told::Changed(addition), ticket) => self.changed(&id, ticket, *addition),
            (Told::View(views), Some(Ticket::RoomView)) => {
                self.activities.viewed(&id);
                self.when_durable(Later::RoomSees { activity: id, as_of: self.order.head(), views });
            }
            (Told::View(views), Some(Ticket::MemberView { answer, languages })) => {
                let (as_of, view) = (self.order.head(), views.best(&languages).to_owned());
                self.when_durable(Later::MemberSees { activity: id, as_of, view, answer });
            }
            (Told::View(views), Some(Ticket::OwnView { connection, query })) => {
                self.sockets.own_view_answered(&id, connection);
                // It was made for one reader, so there is one.
                let (as_of, view) = (self.order.head(), views.best(&Languages::default()).to_owned());
                self.when_durable(Later::SocketSees { activity: id, as_of, connection, query, view });
            }
            (Told::Report(report), Some(Ticket::Report(answer))) => {
                self.when_durable(Later::Reported { report, answer });
            }
            (Told::Failed(error), Some(ticket)) => self.failed(&id, ticket, error.into()),
            (Told::OutOfService { activity, on }, _) => {
                self.activities.note_down(&id, on);
                // After its end nothing happens in a conference.
                if self.people.has_ended() {
                    return;
                }
                self.append(Addition::of(Happening::Activity { activity, change: Change::Faulted }));
            }
            // Nobody asked: an answer to nothing.
            (Told::View(_) | Told::Report(_) | Told::Failed(_), _) => {}
        }
    }

    /// A call has changed an activity.
    fn changed(&mut self, id: &ActivityId, ticket: Option<Ticket>, mut addition: Addition) {
        if let Some(Ticket::Command(stamp)) = ticket {
            addition.command = Some(stamp);
            addition.reply.get_or_insert_with(|| made(id));
        }
        self.append(addition);
        self.finish_ending();
    }

    /// A job came to nothing.
    fn failed(&mut self, id: &ActivityId, ticket: Ticket, error: RoomError) {
        match (ticket, error) {
            (Ticket::Command(stamp), error) => self.reject(&stamp, error),
            (Ticket::MemberView { answer, .. }, error) => drop(answer.send(Err(error))),
            (Ticket::OwnView { connection, .. }, _) => self.sockets.own_view_answered(id, connection),
            (Ticket::Report(answer), error) => drop(answer.send(Err(error.told_to(Role::Organizer)))),
            (Ticket::LastClose, _) => self.finish_ending(),
            (Ticket::RoomView, RoomError::Activity(error, _)) => {
                if let Some(views) = self.activities.view_failed(id, &error) {
                    let as_of = self.order.durable();
                    self.do_now(Later::RoomSees { activity: id.clone(), as_of, views });
                }
            }
            (Ticket::RoomView, _) => self.activities.viewed(id),
        }
    }

    /// Refuses a command: whoever waits is told. What a plugin's rules refused is refused again, where the same command is
    /// sent again; anything else may go well then.
    pub(super) fn reject(&mut self, stamp: &Stamp, error: RoomError) {
        let error = match self.people.member(&stamp.by) {
            Ok(member) => error.told_to(member.role),
            Err(_) => error,
        };
        let problem = error.problem();
        let is_final = matches!(&error, RoomError::Activity(error, _) if error.is_final());
        let mut error = Some(error);
        for waiter in self.memory.refuse(stamp.key, &problem, is_final) {
            let error = error.take().unwrap_or_else(|| RoomError::Again(problem.clone()));
            self.refuse(waiter, error);
        }
    }

    fn refuse_reuse(&mut self, waiter: Waiter) {
        self.refuse(waiter, RoomError::IdReused);
    }

    /// Tells whoever waits of a refusal: once all is durable that it was judged by, since a command that was refused for
    /// what never was may have been carried out. One that says no more than "not now" is told at once, for durability may
    /// be what is lacking.
    fn refuse(&mut self, waiter: Waiter, error: RoomError) {
        let is_for_now = error.problem().code.is_retryable();
        let refused = Later::Refused { waiter, error };
        if is_for_now { self.do_now(refused) } else { self.when_durable(refused) }
    }
}

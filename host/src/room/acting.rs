//! Commands of members, and what comes back from activities.
//!
//! # Invariants
//! * A command is judged once: a second arrival of the same id waits for, or gets, the first one's answer.
//! * Every ticket is answered exactly once.

use serde_json::value::RawValue;

use super::actor::Room;
use super::command::{Acted, Answer, MemberCommand, Waiter, Want};
use super::commit::Addition;
use super::error::RoomError;
use super::memory::Begin;
use super::outcome::{apply, call_input, emitted, state_change};
use super::running::{Running, Slot};
use crate::access;
use crate::activity::{self, ActivityError, Changed, Done, Drafted, Job, Product, Report};
use crate::clock::new_id;
use crate::domain::activity::{Activity, Change, Phase};
use crate::domain::command::{CommandKey, Fingerprint};
use crate::domain::entry::Happening;
use crate::domain::id::{ActivityId, CommandId, UserId};
use crate::domain::member::Member;
use crate::pace::Rate;
use crate::protocol::code::Problem;
use crate::protocol::frame;
use crate::protocol::server::{self, Frame};
use crate::store::{ReplyRecord, Rows};

/// What a ticket stands for.
pub(super) enum Ticket {
    /// A command of a member, with the entry's maker.
    Command { key: CommandKey, member: UserId, id: CommandId, fingerprint: Fingerprint },
    /// The room's view of an activity.
    RoomView(ActivityId),
    /// A member's view of an activity.
    MemberView(Answer<server::ActivityView>),
    /// A report.
    Report(Answer<Report>),
    /// The close of an activity because the conference ends.
    LastClose(ActivityId),
}

impl Room {
    /// A command has arrived.
    pub(super) fn command(&mut self, command: MemberCommand) {
        let MemberCommand { member, id, fingerprint, want, waiter } = command;
        let made = Command { key: CommandKey::new(&member, &id), id, print: fingerprint };
        match self.memory.begin(made.key, fingerprint, waiter) {
            Begin::Attached => {}
            Begin::Answered(waiter, seq, ok) => self.answer(waiter, seq, &ok),
            Begin::Search(pages) => self.search(member, made, want, pages),
            Begin::Refused(waiter, problem) => self.refuse(waiter, &problem, RoomError::Again(problem.clone())),
            Begin::Reused(waiter) => self.refuse(waiter, &RoomError::IdReused.problem(), RoomError::IdReused),
            Begin::Fresh => self.begin(member, made, want),
        }
    }

    /// Carries out a command that was not carried out before.
    pub(super) fn begin(&mut self, member: UserId, made: Command, want: Want) {
        let key = made.key;
        if let Err(error) = self.carry_out(member, made, want) {
            self.reject(key, error, false);
        }
    }

    fn carry_out(&mut self, by: UserId, made: Command, want: Want) -> Result<(), RoomError> {
        let member = self.member(&by)?.clone();
        self.check_open()?;
        let limit = self.shared.limits.commands;
        if self.memory.len() >= limit {
            return Err(RoomError::TooManyCommands { limit });
        }
        match want {
            Want::Chat { text } => self.chat(&member, made, text),
            Want::Act { activity, action } => {
                self.slot(&activity)?;
                let ticket = self.ticket(made.ticket(&by));
                self.give_or_drop(&activity, ticket, Job::Act { ticket, caller: member, action })
            }
            Want::Create { plugin, version: _, config, drafted, open: _ } => {
                access::organizer(&member).ok_or(RoomError::NotOrganizer)?;
                let drafted = drafted.filter(|drafted| drafted.plugin.name == plugin).ok_or(RoomError::NotJudged)?;
                self.create(&by, made, config, drafted)
            }
            Want::Open { activity } => {
                access::organizer(&member).ok_or(RoomError::NotOrganizer)?;
                self.slot(&activity)?;
                let ticket = self.ticket(made.ticket(&by));
                self.give_or_drop(&activity, ticket, Job::Open { ticket })
            }
            Want::Close { activity } => {
                access::organizer(&member).ok_or(RoomError::NotOrganizer)?;
                self.slot(&activity)?;
                let ticket = self.ticket(made.ticket(&by));
                self.give_or_drop(&activity, ticket, Job::Close { ticket })
            }
        }
    }

    fn chat(&mut self, from: &Member, made: Command, text: String) -> Result<(), RoomError> {
        let chars_max = self.shared.limits.chat_chars;
        if text.trim().is_empty() || text.chars().count() > chars_max {
            return Err(RoomError::Invalid(format!("`text` has 1 to {chars_max} characters and is not blank")));
        }
        let per_s = self.shared.limits.chat_per_s;
        let taken = self.chat_bucket.take(Rate::per_second(per_s, per_s), self.around.clock.monotonic_ms());
        taken.map_err(|retry_after_ms| RoomError::RateLimited { retry_after_ms })?;
        let happening = Happening::Chat { from: from.person(), text };
        let reply = Some(made.reply(&from.id, "{}".into()));
        self.append(Addition { reply, ..Addition::of(happening) });
        Ok(())
    }

    fn create(&mut self, by: &UserId, made: Command, config: String, drafted: Drafted) -> Result<(), RoomError> {
        let limit = self.shared.activities_max;
        if self.activities.len() >= limit {
            return Err(RoomError::TooManyActivities { limit });
        }
        let id = ActivityId::parse(&new_id(self.around.clock.as_ref(), self.around.rng.as_ref()))
            .map_err(|error| RoomError::Invalid(error.to_string()))?;
        let activity = Activity {
            id: id.clone(),
            plugin: drafted.plugin,
            title: drafted.title,
            phase: Phase::Draft,
            config,
            created_at_ms: self.around.clock.now_ms(),
            trial: drafted.trial,
        };
        let happening = Happening::Activity { activity: activity.brief(), change: Change::Created };
        let rows = Rows { activities: vec![activity.clone()], ..Rows::default() };
        let handle =
            activity::start(activity.clone(), hezi_plugin::Space::new(), self.around.clone(), self.outcomes.clone());
        self.activities.insert(id.clone(), Slot::new(activity, Running::Yes(handle)));
        let reply = Some(made.reply(by, made_json(&id)));
        self.append(Addition { rows, reply, ..Addition::of(happening) });
        Ok(())
    }

    /// A new ticket.
    pub(super) fn ticket(&mut self, ticket: Ticket) -> u64 {
        self.next_ticket += 1;
        self.tickets.insert(self.next_ticket, ticket);
        self.next_ticket
    }

    pub(super) fn slot(&self, id: &ActivityId) -> Result<&Slot, RoomError> {
        self.activities.get(id).ok_or_else(|| RoomError::UnknownActivity(id.clone()))
    }

    fn give_or_drop(&mut self, id: &ActivityId, ticket: u64, job: Job) -> Result<(), RoomError> {
        let given = self.give(id, job);
        if given.is_err() {
            self.tickets.remove(&ticket);
        }
        given
    }

    /// Something came back from an activity.
    pub(super) fn done(&mut self, done: Done) {
        let Done { activity, ticket, result, quarantined } = done;
        let ticket = ticket.and_then(|ticket| self.tickets.remove(&ticket));
        match result {
            Ok(Product::Changed(changed)) => self.changed(&activity, ticket, *changed),
            Ok(Product::View(view)) => self.viewed(&activity, ticket, view),
            Ok(Product::Report(report)) => {
                if let Some(Ticket::Report(answer)) = ticket {
                    self.when_durable(Box::new(move |_| drop(answer.send(Ok(report)))));
                }
            }
            Err(error) => {
                if let Some(ticket) = ticket {
                    self.failed(ticket, error);
                }
            }
        }
        if quarantined && let Some(slot) = self.activities.get(&activity) {
            let happening = Happening::Activity { activity: slot.activity.brief(), change: Change::Faulted };
            self.append(Addition::of(happening));
        }
        self.finish_ending();
    }

    /// A call has changed an activity.
    fn changed(&mut self, id: &ActivityId, ticket: Option<Ticket>, changed: Changed) {
        let Some(slot) = self.activities.get_mut(id) else { return };
        apply(&mut slot.activity, &changed);
        let brief = slot.activity.brief();
        let mut rows = Rows::default();
        if changed.phase.is_some() || changed.plugin.is_some() {
            rows.activities.push(slot.activity.clone());
        }
        let first = match (changed.phase, &changed.caller) {
            (Some(Phase::Open), _) => Happening::Activity { activity: brief, change: Change::Opened },
            (Some(_), _) => Happening::Activity { activity: brief, change: Change::Closed },
            (None, Some(by)) => Happening::Acted { activity: id.clone(), by: by.clone() },
            (None, None) => Happening::Ran { activity: id.clone() },
        };
        let mut happenings = vec![first];
        happenings.extend(changed.effects.emits.iter().filter_map(|emit| emitted(id, emit)));
        let reply = match ticket {
            Some(Ticket::Command { key, member, id: command, fingerprint }) => {
                let ok = changed.reply.clone().unwrap_or_else(|| made_json(id));
                Some((key, reply_record(member, command, fingerprint, ok)))
            }
            Some(Ticket::LastClose(id)) => {
                self.closed_at_end(&id);
                None
            }
            _ => None,
        };
        let call = call_input(id, &changed);
        let change = Some(state_change(id, changed));
        self.append(Addition { happenings, change, call, reply, rows, then: None });
    }

    /// A job came to nothing.
    fn failed(&mut self, ticket: Ticket, error: ActivityError) {
        match ticket {
            Ticket::Command { key, .. } => {
                let remember = error.is_final();
                self.reject(key, error.into(), remember);
            }
            Ticket::RoomView(id) => self.view_failed(&id, &error),
            Ticket::MemberView(answer) => drop(answer.send(Err(error.into()))),
            Ticket::Report(answer) => drop(answer.send(Err(error.into()))),
            Ticket::LastClose(id) => self.close_by_force(&id, &error.to_string()),
        }
    }

    pub(super) fn fail(&mut self, ticket: u64, error: ActivityError) {
        if let Some(ticket) = self.tickets.remove(&ticket) {
            self.failed(ticket, error);
            self.finish_ending();
        }
    }

    /// Refuses a command: whoever waits is told.
    pub(super) fn reject(&mut self, key: CommandKey, error: RoomError, remember: bool) {
        let problem = error.problem();
        let mut error = Some(error);
        for waiter in self.memory.refuse(key, &problem, remember) {
            let error = error.take().unwrap_or_else(|| RoomError::Again(problem.clone()));
            self.refuse(waiter, &problem, error);
        }
    }

    pub(super) fn refuse(&mut self, waiter: Waiter, problem: &Problem, error: RoomError) {
        match waiter {
            Waiter::Socket { connection, id } => {
                let frame = frame::text(&server::refusal(Some(id.as_str()), problem));
                self.roster.send(connection, frame);
            }
            Waiter::Call(answer) => drop(answer.send(Err(error))),
        }
    }

    /// Tells whoever waits that a command was carried out.
    pub(super) fn answer(&mut self, waiter: Waiter, seq: u64, ok: &str) {
        let Ok(reply) = RawValue::from_string(ok.to_owned()) else { return };
        match waiter {
            Waiter::Socket { connection, id } => {
                let frame = Frame::Reply { id: id.as_str(), seq, ok: &reply };
                self.roster.send(connection, frame::text(&server::json(&frame)));
            }
            Waiter::Call(answer) => drop(answer.send(Ok(Acted { seq, reply }))),
        }
    }
}

/// A command that is being carried out.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) key: CommandKey,
    pub(super) id: CommandId,
    pub(super) print: Fingerprint,
}

impl Command {
    fn ticket(self, by: &UserId) -> Ticket {
        Ticket::Command { key: self.key, member: by.clone(), id: self.id, fingerprint: self.print }
    }

    fn reply(&self, by: &UserId, ok: String) -> (CommandKey, ReplyRecord) {
        (self.key, reply_record(by.clone(), self.id.clone(), self.print, ok))
    }
}

fn reply_record(member: UserId, command: CommandId, fingerprint: Fingerprint, ok: String) -> ReplyRecord {
    ReplyRecord { member, command, fingerprint: fingerprint.to_vec(), seq: 0, ok }
}

fn made_json(id: &ActivityId) -> String {
    serde_json::json!({ "activity": id }).to_string()
}

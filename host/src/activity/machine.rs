//! An activity's document, state and plugin, and the calls that take the one through the other.
//!
//! When what runs is said here. The files below stand in an order in which each calls only those before it: `calls` (the parts,
//! and how a call runs), `anonymity` (what is different where nobody is to learn who did what), `reading` (jobs that only
//! read), `deeds` (those that change something) and `schedule` (what happens by itself). Which version of the plugin runs is
//! `versions`' business, when a timer runs is `timers`'.
//!
//! # Invariants
//! * A batch ends after about [`BATCH_MS`]: others have to wait for its thread no longer than that and one call.
//! * The document and the state in memory are what the changes told so far add up to; whether they are durable is the
//!   room's business.

mod anonymity;
mod calls;
mod deeds;
mod reading;
mod schedule;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use hezi_plugin::{Call, Outcome};

pub(super) use self::calls::Machine;
use self::calls::{Caller, Success};
use super::error::ActivityError;
use super::event::{Event, Told};
use super::job::{Ask, Job};
use super::versions::{Current, Followed};
use crate::domain::activity::Phase;
use crate::store::CallInput;

/// How long a batch may go on beginning calls.
const BATCH_MS: u64 = 100;

impl Machine {
    /// Whether an instance holds memory.
    pub(super) fn is_warm(&self) -> bool {
        self.current().is_some_and(|current| current.instance.is_warm())
    }

    /// Gives the instance's memory back.
    pub(super) fn cool(&mut self) {
        if let Some(current) = self.current() {
            current.instance.take().park();
        }
    }

    /// Finds the version to run on.
    pub(super) async fn follow_plugin(&mut self) {
        if self.versions.follow(&mut self.doc, &self.environment).await == Followed::Moved {
            self.timers.forget();
        }
    }

    /// Whether another version is to take over.
    pub(super) fn is_to_move(&self) -> bool {
        self.doc.phase == Phase::Open && self.versions.is_to_move(&self.doc, &self.environment)
    }

    /// Runs what is due by itself and the jobs, one after another, for as long as there is time, and at least one job. Gives
    /// what came of them; jobs that there was no time for stay where they are.
    pub(super) fn run_batch(&mut self, asked: &mut VecDeque<Ask>) -> Vec<Event> {
        let clock = Arc::clone(&self.environment.clock);
        let until_ms = clock.monotonic_ms().saturating_add(BATCH_MS);
        let has_time = || clock.monotonic_ms() < until_ms;
        self.make_ready();
        self.run_schedule();
        self.run_due_timers(has_time);
        run_in_time(asked, has_time, |ask| self.run(ask));
        if let Some(current) = self.versions.current_mut() {
            current.weigh(self.space.bytes());
        }
        std::mem::take(&mut self.told)
    }

    /// Sees to it that there is room for an instance, and lets a waiting version take over.
    fn make_ready(&mut self) {
        if let Some(current) = self.current() {
            self.environment.instances.prepare(&current.instance);
        }
        self.migrate();
        if self.doc.phase == Phase::Open && self.versions.has_moved() {
            // Told before anything is seen of the new version, so that no answer has two of them.
            self.ran(Success::of_the_host());
        }
    }

    /// Runs one job.
    fn run(&mut self, Ask { ticket, job }: Ask) {
        let told = match job {
            Job::Revise { config, title } => self.revise(config, title).into(),
            Job::Discard => self.discard().into(),
            Job::Open => self.open().into(),
            Job::Act { caller, action, on_behalf, languages } => {
                self.act(&caller, on_behalf.as_deref(), action, &languages).into()
            }
            Job::Schedule(schedule) => self.schedule(schedule).into(),
            Job::Attend { who, step } => return self.attend(&who, step),
            Job::Close => self.close(|error| matches!(error, ActivityError::Busy | ActivityError::Gone)).into(),
            Job::End => self.close(|_| false).into(),
            Job::View { viewer, query, readers } => {
                let viewer = viewer.as_deref().map(|viewer| self.as_seen(viewer, self.pseudonym(viewer).as_ref()));
                self.views(viewer.as_ref(), query.as_deref(), &readers).map_or_else(Told::Failed, Told::View)
            }
            Job::Report { languages } => self.report(&languages).map_or_else(Told::Failed, Told::Report),
        };
        self.tell(ticket, told);
    }

    /// How long until a timer is due, or what is scheduled.
    pub(super) fn next_wait(&self) -> Option<Duration> {
        let now_ms = self.environment.clock.now_ms();
        let timer = self.has_timers().then(|| self.timers.next_wait(&self.space, now_ms)).flatten();
        [timer, self.timers.scheduled_wait(&self.doc, now_ms)].into_iter().flatten().min()
    }

    /// Whether there are timers that may run.
    fn has_timers(&self) -> bool {
        self.doc.phase == Phase::Open && self.space.timer_count() > 0
    }

    /// Runs the timers that are due while there is time. Those that are left are due the next time, too.
    fn run_due_timers(&mut self, has_time: impl Fn() -> bool) {
        if !self.has_timers() {
            return;
        }
        let now_ms = self.environment.clock.now_ms();
        for timer in self.timers.due(&self.space, now_ms) {
            if !has_time() {
                return;
            }
            // An earlier one of these may have cancelled or moved it.
            if self.space.timer(&timer).is_none_or(|at_ms| at_ms > now_ms) {
                continue;
            }
            match self.call(Caller::default(), timer.clone(), |timer| Call::Tick { timer }) {
                Ok(success) => {
                    self.timers.ran(&timer, &self.space, now_ms);
                    self.ran(success);
                }
                Err(error) => {
                    let pause_ms = self.timers.failed(timer.clone(), now_ms, self.environment.tick_retry_ms);
                    // As `Debug`, because the plugin chooses the words: a line break in them must not begin a line of the log.
                    tracing::warn!(activity.id = %self.doc.id, timer.name = ?timer, retry.after_ms = pause_ms,
                        error = ?error.to_string(), "a timer failed and will run again");
                    self.tell_news();
                }
            }
        }
    }

    /// Lets a waiting version take over, if the state can be brought to its layout. A failure does not count toward
    /// quarantine: the activity stays where it is, and nobody notices.
    fn migrate(&mut self) {
        let Some(candidate) = self.versions.take_candidate() else { return };
        let from = self.doc.plugin.state_version;
        let next = Current::new(Arc::clone(&candidate.loaded), &self.environment);
        let (context, members_as_of) = self.context(candidate.loaded.first_language());
        let call = Call::Migrate { from };
        let input = self.input(&call, Caller::default(), &context, members_as_of, &candidate.loaded);
        match self.run_call(&next.callee(), context, call).result {
            Ok(Outcome { answer, effects }) => {
                self.versions.move_to(next, &mut self.doc);
                self.timers.forget();
                let input = Some(CallInput { payload: from.to_string(), ..input });
                self.ran(Success { answer, effects, input });
            }
            Err(failure) => self.versions.note_failed_move(candidate, &failure, &self.doc.id, &self.environment),
        }
    }
}

/// Runs one job, and the next ones while there is time.
fn run_in_time<T>(jobs: &mut VecDeque<T>, has_time: impl Fn() -> bool, mut run: impl FnMut(T)) {
    while let Some(job) = jobs.pop_front() {
        run(job);
        if !has_time() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn jobs_run_in_order_for_as_long_as_there_is_time() {
        let left_ms = Cell::new(5_i32);
        let mut jobs: VecDeque<i32> = (1..=4).collect();
        let mut ran = Vec::new();
        run_in_time(
            &mut jobs,
            || left_ms.get() > 0,
            |job| {
                left_ms.set(left_ms.get() - 3);
                ran.push(job);
            },
        );
        assert_eq!((ran, jobs), (vec![1, 2], VecDeque::from([3, 4])));
    }

    #[test]
    fn one_job_runs_though_the_time_is_over() {
        let mut jobs = VecDeque::from([1, 2]);
        let mut ran = Vec::new();
        run_in_time(&mut jobs, || false, |job| ran.push(job));
        assert_eq!((ran, jobs), (vec![1], VecDeque::from([2])));
    }
}

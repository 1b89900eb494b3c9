//! The end of a run: when all that was under way has come to rest, a clean server shows what the store holds, and nothing
//! that anybody was told may contradict it.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use hezi::clock::Clock;
use hezi::domain::activity::{Change, Phase};
use hezi::domain::command::CommandKey;
use hezi::domain::conference::{Conference, ConferenceState};
use hezi::domain::entry::Happening;
use hezi::domain::id::ActivityId;
use hezi::domain::settings::ON_WALL_MAX;
use hezi::store::Record;
use hezi_tests::history::What;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::client::Client;
use super::truth::Truth;
use super::twin::RIVAL;
use super::world::World;

/// Longer than anything late takes to land.
const REST: Duration = Duration::from_secs(60);
/// How often a member tries to get in at the end.
const TRIES_TO_GET_IN: usize = 5;
/// How late a timer may run.
const LATE_MS: u64 = 10_000;
/// Commands that each member sends again at the end.
const AGAIN: usize = 5;

/// Judges a run; what is wrong is blamed on the world.
pub(super) async fn reach(world: &World, mut clients: Vec<Client>, servers: u64) {
    world.trace.note("verdict", "begins");
    world.twin.clear_up();
    sleep(REST).await;
    check_timers(world);
    check_discarded(world);
    world.stop_server().await;
    check_state(world, "after everything came to rest");
    world.start_server(servers + 1).await;
    let ended = clients[0].over;
    let mut everybody = true;
    for client in &mut clients {
        everybody &= ask_again(client, ended).await;
    }
    for client in &mut clients {
        everybody &= client.read_journal().await;
    }
    report(&mut clients[0]).await;
    check_rows(&mut clients[0]).await;
    world.stop_server().await;
    check_state(world, "at the end");
    check_index(world);
    check_journal(world);
    check_wall(world);
    check_history(world, everybody);
}

/// A member comes back and sends again what was answered and what was not; false when they cannot come back.
async fn ask_again(client: &mut Client, ended: bool) -> bool {
    let who = client.name().to_owned();
    if !ended {
        // A room that is being put away at this moment says so, and to come again.
        for _ in 0..TRIES_TO_GET_IN {
            client.connect().await;
            if client.is_connected() {
                break;
            }
            sleep(Duration::from_secs(1)).await;
        }
        if !client.is_connected() {
            client.world.blame(format_args!("{who} does not get in at the end"));
        }
    }
    let open: Vec<(String, What)> = client.unanswered.clone().into_iter().collect();
    let answered = client.done_last(AGAIN);
    for (id, what) in open.into_iter().chain(answered) {
        if ended && matches!(what, What::Chat { .. }) {
            continue;
        }
        client.note(format_args!("{id} at the end"));
        client.deliver(&id, &what).await;
        client.listen(Instant::now() + Duration::from_secs(1)).await;
    }
    client.hang_up("at the very end");
    let world = std::sync::Arc::clone(&client.world);
    let id = &world.conference.get().expect("it was made").0;
    let members = world.twin.truth().members_of(id);
    members.iter().any(|member| member.id.as_str() == who)
}

/// The owner takes the reports on what happened.
async fn report(owner: &mut Client) {
    let Some(room) = owner.room().await else { return owner.world.blame("no room at the end") };
    let activities = owner.world.activities().clone();
    for known in activities {
        let phase = owner.world.twin.truth().activities.get(&known.id).map(|(_, stored)| stored.doc.phase);
        if phase.is_none_or(|phase| phase == Phase::Draft) {
            continue;
        }
        match room.report(&owner.user.id, &known.id).await {
            Ok(report) => {
                let summary: Value = serde_json::from_str(report.summary.get()).expect("JSON");
                let report = json!({ "summary": summary, "columns": report.columns, "rows": report.rows });
                owner.note(format_args!("report on {}: {report}", known.id));
                owner.world.history().report(known.id.as_str(), &report);
            }
            Err(error) => owner.world.blame(format_args!("no report on {}: {error}", known.id)),
        }
    }
}

/// What the last server says is what the store has.
async fn check_rows(owner: &mut Client) {
    let Some(room) = owner.room().await else { return owner.world.blame("no room at the end") };
    let world = std::sync::Arc::clone(&owner.world);
    let id = &world.conference.get().expect("it was made").0;
    let (mut members, mut after) = (Vec::new(), None);
    loop {
        match room.members(&owner.user.id, after, 2).await {
            Ok((page, next)) => {
                members.extend(page.into_iter().map(|attendee| attendee.member));
                after = next;
            }
            Err(error) => return world.blame(format_args!("no members at the end: {error}")),
        }
        if after.is_none() {
            break;
        }
    }
    let durable = world.twin.truth().members_of(id);
    if members != durable {
        world.blame(format_args!("the room has the members {members:?}, the store {durable:?}"));
    }
    let conference = room.conference().await.map_err(|error| error.to_string());
    let stored = world.twin.truth().conferences.get(id).cloned();
    let kept = |one: Conference| (one.state, one.ended_at_ms, one.title, one.settings);
    let (shown, durable) = (conference.map(kept), stored.map(kept));
    if shown.clone().ok() != durable {
        world.blame(format_args!("the room says {shown:?}, the store {durable:?}"));
    }
}

/// What the records of an activity add up to.
#[derive(Default, PartialEq)]
struct Sum {
    rows: BTreeMap<String, Vec<u8>>,
    timers: BTreeMap<String, u64>,
}

impl Sum {
    fn add<'r>(mut self, id: &ActivityId, after: u64, records: impl Iterator<Item = &'r Record>) -> Self {
        let changes = records.flat_map(|record| &record.changes);
        for change in changes.filter(|change| change.activity == *id && change.seq > after) {
            for write in &change.writes {
                match &write.value {
                    Some(value) => self.rows.insert(write.key.to_string(), value.to_vec()),
                    None => self.rows.remove(&*write.key),
                };
            }
            for timer in &change.timers {
                match timer.at_ms {
                    Some(at_ms) => self.timers.insert(timer.name.clone(), at_ms),
                    None => self.timers.remove(&timer.name),
                };
            }
        }
        self
    }
}

/// The state rows with the journal after their mark are what the whole journal adds up to, whenever one looks.
pub(super) fn check_state(world: &World, when: &str) {
    let truth = world.twin.truth();
    for (id, (conference, stored)) in &truth.activities {
        let records = || truth.journal.iter().filter(|((of, _), _)| of == conference).map(|(_, record)| record);
        let whole = Sum::default().add(id, 0, records());
        let rows = truth.state_of(id).into_iter().collect();
        let kept = Sum { rows, timers: stored.timers.iter().cloned().collect() }.add(id, stored.seq, records());
        if kept != whole {
            let keys: Vec<&String> =
                whole.rows.keys().filter(|key| whole.rows.get(*key) != kept.rows.get(*key)).collect();
            world.blame(format_args!(
                "{when} the state of {id} as of {} and the journal after it are not what the journal adds up to: {keys:?}",
                stored.seq
            ));
        }
    }
}

/// Every timer of an activity that runs has run by the time that it was armed for, though nobody came to see it.
fn check_timers(world: &World) {
    let (truth, now_ms) = (world.twin.truth(), world.clock.now_ms());
    for (id, (conference, stored)) in &truth.activities {
        let goes_on = truth.conferences.get(conference).is_some_and(|one| one.state == ConferenceState::Open);
        let records = truth.journal.iter().filter(|((of, _), _)| of == conference).map(|(_, record)| record);
        let timers = Sum::default().add(id, 0, records).timers;
        let overdue = timers.iter().find(|(_, at_ms)| **at_ms + LATE_MS < now_ms);
        if goes_on
            && stored.doc.phase == Phase::Open
            && let Some((name, at_ms)) = overdue
        {
            world.blame(format_args!("the timer {name:?} of {id} is due since {} ms", now_ms - at_ms));
        }
    }
}

/// Of an activity that was thrown away nothing is told afterwards, its row says so, and what it was to ask is gone.
fn check_discarded(world: &World) {
    let truth = world.twin.truth();
    let mut discarded = HashSet::new();
    for entry in truth.journal.values().flat_map(|record| &record.entries) {
        let Happening::Activity { activity, change } = &entry.what else { continue };
        if discarded.contains(&activity.id) {
            world.blame(format_args!("{} was thrown away, and {change:?} at {}", activity.id, entry.seq));
        }
        if *change == Change::Discarded {
            discarded.insert(activity.id.clone());
        }
    }
    for (id, (_, stored)) in &truth.activities {
        let is_gone = (stored.doc.phase == Phase::Discarded, stored.doc.config.is_empty());
        if is_gone != (discarded.contains(id), discarded.contains(id)) {
            world.blame(format_args!("{id} is {:?} with {:?}", stored.doc.phase, stored.doc.config));
        }
    }
}

/// On the wall is what the journal says: what was put there last and not taken off, each once, in the words that were said.
fn check_wall(world: &World) {
    let id = &world.conference.get().expect("it was made").0;
    let truth = world.twin.truth();
    let (mut said, mut wall) = (BTreeMap::new(), Vec::new());
    for entry in truth.journal.iter().filter(|((of, _), _)| of == id).flat_map(|(_, record)| &record.entries) {
        match &entry.what {
            Happening::Chat { text, .. } => drop(said.insert(entry.seq, text.clone())),
            Happening::Wall { message, stands: true, .. } if wall.contains(message) => {}
            Happening::Wall { message, stands: true, .. } => wall.push(*message),
            Happening::Wall { message, stands: false, .. } => wall.retain(|other| other != message),
            _ => {}
        }
        let surplus = wall.len().saturating_sub(ON_WALL_MAX);
        wall.drain(..surplus);
    }
    let wanted: Vec<_> = wall.iter().map(|seq| (*seq, said.get(seq).cloned().unwrap_or_default())).collect();
    let stored = truth.conferences.get(id).map(|one| one.settings.on_wall.clone()).unwrap_or_default();
    let kept: Vec<_> = stored.into_iter().map(|message| (message.seq, message.text)).collect();
    world.trace.note("verdict", format_args!("on the wall: {wanted:?}"));
    if kept != wanted {
        world.blame(format_args!("the wall has {kept:?}, by the journal {wanted:?}"));
    }
}

/// Every command that was carried out at an entry up to the mark stands in a page of the index.
fn check_index(world: &World) {
    let id = &world.conference.get().expect("it was made").0;
    let truth = world.twin.truth();
    let mark = truth.marks.get(id).copied().unwrap_or(0);
    let pages = truth.pages_from(id, 0);
    let indexed: HashSet<(u64, u64)> =
        pages.iter().flat_map(|page| &page.commands).map(|command| (command.half, command.seq)).collect();
    let records = truth.journal.iter().filter(|((of, _), _)| of == id).map(|(_, record)| record);
    for reply in records.flat_map(|record| &record.replies).filter(|reply| reply.seq <= mark) {
        if !indexed.contains(&(CommandKey::new(&reply.member, &reply.command).half(), reply.seq)) {
            world.blame(format_args!("{} at {} is not in the index, whose mark is {mark}", reply.command, reply.seq));
        }
    }
}

/// The journal has no hole and no overlap, and no command twice.
fn check_journal(world: &World) {
    let id = &world.conference.get().expect("it was made").0;
    let truth: &Truth = &world.twin.truth();
    let records: Vec<&Record> =
        truth.journal.iter().filter(|((of, _), _)| of == id).map(|(_, record)| record).collect();
    let seqs = records.iter().flat_map(|record| &record.entries).map(|entry| entry.seq);
    for (at, seq) in (1..).zip(seqs) {
        if at != seq {
            return world.blame(format_args!("the journal has {seq} where {at} should stand"));
        }
    }
    let mut commands = HashSet::new();
    for reply in records.iter().flat_map(|record| &record.replies) {
        if !commands.insert((&reply.member, &reply.command)) {
            world.blame(format_args!(
                "{} of {} was carried out twice, at last at {}",
                reply.command, reply.member, reply.seq
            ));
        }
    }
}

/// What clients saw is what an honest server can have said.
fn check_history(world: &World, everybody: bool) {
    let mut history = world.history();
    for (number, text) in world.twin.rivals().into_iter().enumerate() {
        history.send(RIVAL, &number.to_string(), What::Chat { text });
    }
    if everybody {
        history.everybody_has_read();
        // Only who knows all that a member did can say which was the last.
        for known in world.activities().iter().filter(|known| known.plugin != "red-packet") {
            history.register(known.id.as_str());
        }
    }
    for violation in history.check() {
        world.blame(violation);
    }
    let figures = history.figures(&[]);
    world.trace.note("verdict", format_args!("{figures:?}"));
}

//! Bank: at every place in the order the money of a red packet is where it must be.

use serde_json::Value;

use super::{History, Read, Violation, What};
use crate::View;

/// A red packet, and what was shown of it.
#[derive(Clone, Debug)]
pub(super) struct Packet {
    total_cents: u64,
    shares: u64,
    /// Each view with the place that it stands for.
    shown: Vec<(u64, Purse)>,
}

/// What a view tells of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Purse {
    taken: u64,
    shares: u64,
    taken_cents: u64,
    total_cents: u64,
    refunded_cents: Option<u64>,
}

/// A grab that was acknowledged.
#[derive(Clone, Debug)]
struct Grab<'a> {
    who: &'a str,
    seq: u64,
    cents: u64,
}

impl Packet {
    pub(super) fn new(total_cents: u64, shares: u64) -> Self {
        Packet { total_cents, shares, shown: Vec::new() }
    }

    /// Somebody looks at the packet. The same view again says nothing new.
    pub(super) fn look(&mut self, as_of: u64, view: &Value) {
        let Some(purse) = Purse::of(view) else {
            // A draft says only that it is one.
            assert!(View::of(view).statistic("已领取").is_none(), "not a view of a red packet: {view}");
            return;
        };
        if self.shown.last().is_none_or(|last| *last != (as_of, purse.clone())) {
            self.shown.push((as_of, purse));
        }
    }
}

impl Purse {
    fn of(view: &Value) -> Option<Self> {
        let view = View::of(view);
        let (taken, shares) = pair(&view.statistic("已领取")?)?;
        let (taken_cents, total_cents) = pair(&view.statistic("已领金额")?)?;
        let refunded_cents = view.statistic("已退回").and_then(|text| cents(text.split(' ').next()?));
        Some(Purse { taken, shares, taken_cents, total_cents, refunded_cents })
    }
}

/// The two numbers of `3/20 个` or `12.34/1,050.00 元`.
fn pair(text: &str) -> Option<(u64, u64)> {
    let (one, other) = text.split(' ').next()?.split_once('/')?;
    Some((cents(one)?, cents(other)?))
}

/// A whole number, or an amount with two places in cents.
fn cents(text: &str) -> Option<u64> {
    text.replace(['.', ','], "").parse().ok()
}

impl History {
    /// Nobody grabs twice, no packet gives more than it has, and what is shown is what was given.
    pub(super) fn check_packets(&self, found: &mut Vec<Violation>) {
        for (activity, packet) in &self.packets {
            let grabs = self.grabs(activity);
            check_once(activity, &grabs, found);
            check_total(activity, packet, &grabs, found);
            let acted = self.acted(activity);
            for (as_of, purse) in &packet.shown {
                self.check_purse(activity, packet, &grabs, &acted, (*as_of, purse), found);
            }
            for (_, report) in self.reports.iter().filter(|(reported, _)| reported == activity) {
                check_report(activity, packet, &grabs, report, found);
            }
        }
    }

    /// The acknowledged grabs, in order.
    fn grabs(&self, activity: &str) -> Vec<Grab<'_>> {
        let of_it = |what: &What| matches!(what, What::Act { activity: of, .. } if of == activity);
        let commands = self.commands.iter().filter(|(_, sent)| of_it(&sent.what));
        let grabs = commands.filter_map(|(command, sent)| {
            let (_, seq, ok) = sent.done.as_ref()?;
            Some(Grab { who: &command.who, seq: *seq, cents: ok["cents"].as_u64().unwrap_or_default() })
        });
        let mut grabs: Vec<Grab<'_>> = grabs.collect();
        grabs.sort_by_key(|grab| grab.seq);
        grabs
    }

    /// Where members acted in the activity, as they read themselves, in order.
    fn acted(&self, activity: &str) -> Vec<u64> {
        let reads = self.last_reads();
        let seqs = reads.values().flat_map(|read: &&Read| read.seqs().iter().copied());
        let in_it = |seq: &u64| {
            let place = self.places.get(seq);
            place.is_some_and(|place| place.entry["kind"] == "acted" && place.entry["activity"] == activity)
        };
        let mut seqs: Vec<u64> = seqs.filter(in_it).collect();
        seqs.sort_unstable();
        seqs
    }

    /// A view shows every grab up to its place, acknowledged or not, and none after it.
    fn check_purse(
        &self,
        activity: &str,
        packet: &Packet,
        grabs: &[Grab<'_>],
        acted: &[u64],
        (as_of, purse): (u64, &Purse),
        found: &mut Vec<Violation>,
    ) {
        let by_then = grabs.iter().filter(|grab| grab.seq <= as_of);
        let (known, sum) = by_then.fold((0, 0), |(count, sum), grab| (count + 1, sum + grab.cents));
        let happened = acted.iter().filter(|seq| **seq <= as_of).count() as u64;
        let exact = self.everybody_read;
        let fits = (purse.total_cents, purse.shares) == (packet.total_cents, packet.shares)
            && purse.taken >= known
            && purse.taken_cents >= sum
            && purse.taken_cents <= packet.total_cents
            && (!exact || purse.taken == happened)
            && (purse.taken != known || purse.taken_cents == sum)
            && purse.refunded_cents.is_none_or(|refunded| refunded + purse.taken_cents == packet.total_cents);
        if !fits {
            let expected = format!("{known} acknowledged grabs had {sum} cents, {happened} stand in the journal");
            found.push(Violation::Balance {
                activity: activity.to_owned(),
                seq: as_of,
                shown: format!("{purse:?}"),
                expected,
            });
        }
    }
}

fn check_once(activity: &str, grabs: &[Grab<'_>], found: &mut Vec<Violation>) {
    for (index, second) in grabs.iter().enumerate() {
        if let Some(first) = grabs[..index].iter().find(|first| first.who == second.who) {
            found.push(Violation::GrabbedTwice {
                who: second.who.to_owned(),
                activity: activity.to_owned(),
                first: first.seq,
                second: second.seq,
            });
        }
    }
}

fn check_total(activity: &str, packet: &Packet, grabs: &[Grab<'_>], found: &mut Vec<Violation>) {
    let (mut cents, mut shares) = (0, 0);
    for grab in grabs {
        (cents, shares) = (cents + grab.cents, shares + 1);
        if cents > packet.total_cents || shares > packet.shares || grab.cents < 1 {
            let (activity, seq, last_cents) = (activity.to_owned(), grab.seq, grab.cents);
            return found.push(Violation::Overdrawn { activity, seq, cents, shares, last_cents });
        }
    }
}

/// The report's money adds up, and each acknowledged grab is a row of it.
fn check_report(activity: &str, packet: &Packet, grabs: &[Grab<'_>], report: &Value, found: &mut Vec<Violation>) {
    let summary = |field: &str| report["summary"][field].as_u64().unwrap_or_default();
    let rows: Vec<(&str, u64)> = report["rows"].as_array().into_iter().flatten().filter_map(row).collect();
    let sum = summary("taken_cents") + summary("left_cents") + summary("refunded_cents");
    let given: u64 = rows.iter().map(|(_, cents)| cents).sum();
    let adds_up = sum == packet.total_cents && given == summary("taken_cents");
    let missing = grabs.iter().find(|grab| !rows.contains(&(grab.who, grab.cents)));
    if !adds_up || missing.is_some() {
        let expected = format!("{} cents in all and this grab: {missing:?}", packet.total_cents);
        let seq = missing.map_or(u64::MAX, |grab| grab.seq);
        found.push(Violation::Balance { activity: activity.to_owned(), seq, shown: report.to_string(), expected });
    }
}

/// Member and cents of a row of the report.
fn row(row: &Value) -> Option<(&str, u64)> {
    Some((row[1].as_str()?, row[3].as_str()?.parse().ok()?))
}

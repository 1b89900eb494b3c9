//! Register: the last value of each member counts, in the order of the journal.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{History, Read, Sent, Violation, What};

/// What one member did in one register.
#[derive(Default)]
struct Writes {
    /// Acknowledged values, by place.
    done: BTreeMap<u64, String>,
    /// Values of commands of which nobody knows whether they happened.
    open: Vec<String>,
}

impl Writes {
    fn note(&mut self, sent: &Sent, value: String) {
        match &sent.done {
            Some((_, seq, _)) => drop(self.done.insert(*seq, value)),
            None if !sent.refused => self.open.push(value),
            None => {}
        }
    }

    /// What can be the last value. Whoever's journal is known wrote last at its last place.
    fn possible(&self, acted: Option<Vec<u64>>) -> Vec<Option<String>> {
        let open = || self.open.iter().cloned().map(Some);
        let last_done = self.done.last_key_value().map(|(_, value)| value.clone());
        match acted.as_deref() {
            Some([.., last]) => match self.done.get(last) {
                Some(value) => vec![Some(value.clone())],
                None => open().collect(),
            },
            Some([]) => vec![None],
            None => open().chain([last_done]).collect(),
        }
    }
}

impl History {
    /// Every report of a register has the last value of each member, and a summary that fits them.
    pub(super) fn check_registers(&self, found: &mut Vec<Violation>) {
        for activity in &self.registers {
            let writes = self.writes(activity);
            for (_, report) in self.reports.iter().filter(|(reported, _)| reported == activity) {
                self.check_rows(activity, &writes, report, found);
                check_summary(activity, report, found);
            }
        }
    }

    fn writes(&self, activity: &str) -> BTreeMap<&str, Writes> {
        let mut writes: BTreeMap<&str, Writes> = BTreeMap::new();
        for (command, sent) in &self.commands {
            let What::Act { activity: of, action } = &sent.what else { continue };
            if let Some(value) = value_of(action).filter(|_| of == activity) {
                writes.entry(&command.who).or_default().note(sent, value);
            }
        }
        writes
    }

    fn check_rows(&self, activity: &str, writes: &BTreeMap<&str, Writes>, report: &Value, found: &mut Vec<Violation>) {
        let reads = self.last_reads();
        let rows = report["rows"].as_array().into_iter().flatten();
        let rows: BTreeMap<&str, &str> = rows.filter_map(|row| Some((row[0].as_str()?, row[2].as_str()?))).collect();
        let nobody = Writes::default();
        let mut everybody: Vec<&str> = writes.keys().chain(rows.keys()).copied().collect();
        everybody.sort_unstable();
        everybody.dedup();
        for who in everybody {
            let acted = reads.get(who).map(|read| self.acted_by(read, activity));
            let possible = writes.get(who).unwrap_or(&nobody).possible(acted);
            let reported = rows.get(who).map(|value| (*value).to_owned());
            if !possible.contains(&reported) {
                let (activity, who) = (activity.to_owned(), who.to_owned());
                found.push(Violation::Register { activity, who, reported, possible });
            }
        }
    }

    /// Where the reader acted in the activity.
    fn acted_by(&self, read: &Read, activity: &str) -> Vec<u64> {
        let is_act = |seq: &&u64| {
            let place = self.places.get(seq);
            place.is_some_and(|place| place.entry["kind"] == "acted" && place.entry["activity"] == activity)
        };
        read.seqs().iter().filter(is_act).copied().collect()
    }
}

/// What an action writes into a register, as reports show it.
fn value_of(action: &Value) -> Option<String> {
    if action["score"].is_number() {
        return Some(action["score"].to_string());
    }
    action["choose"][0].as_str().map(str::to_owned)
}

/// Number and sum of a rating are those of its rows; other reports sum up in other ways.
fn check_summary(activity: &str, report: &Value, found: &mut Vec<Violation>) {
    let summary = &report["summary"];
    let (Some(count), Some(sum)) = (summary["count"].as_u64(), summary["sum"].as_str()) else { return };
    let scores = report["rows"].as_array().into_iter().flatten().filter_map(|row| row[2].as_str()?.parse::<f64>().ok());
    let scores: Vec<f64> = scores.collect();
    let expected = (scores.len() as u64, scores.iter().sum::<f64>());
    let fits = count == expected.0 && sum.parse::<f64>().is_ok_and(|sum| (sum - expected.1).abs() < 1e-6);
    if !fits {
        let (shown, expected) =
            (format!("{count} scores of {sum}"), format!("{} scores of {}", expected.0, expected.1));
        found.push(Violation::Sum { activity: activity.to_owned(), shown, expected });
    }
}

//! Set and exactly once: what was acknowledged is there, where and as it was said, once, and nothing else is.
//!
//! The journal does not tell ids of commands. What a member said is found by its text, what they did in an activity by
//! the activity, and only the member sees that they did it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Command, History, Read, Sent, Violation, What};

/// Commands that look the same in the journal: of one member, with one text or in one activity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Look {
    who: String,
    text: Option<String>,
    activity: Option<String>,
}

impl Look {
    fn of_command(command: &Command, what: &What) -> Self {
        let who = command.who.clone();
        match what {
            What::Chat { text } => Look { who, text: Some(text.clone()), activity: None },
            What::Act { activity, .. } => Look { who, text: None, activity: Some(activity.clone()) },
        }
    }

    /// How an entry looks, if it is one that a command makes. What a member did stands in their own journal only.
    fn of_entry(entry: &Value, reader: &str) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        match entry["kind"].as_str() {
            Some("chat") => Some(Look { who: text(&entry["from"]["id"])?, text: text(&entry["text"]), activity: None }),
            Some("acted") => Some(Look { who: reader.to_owned(), text: None, activity: text(&entry["activity"]) }),
            _ => None,
        }
    }
}

/// What commands of one look can have done.
#[derive(Default)]
struct Expected {
    /// Commands that happened or may have.
    possible: usize,
    /// Where the journal has them.
    seqs: Vec<u64>,
}

impl History {
    /// What was acknowledged is there, and what is there was sent.
    pub(super) fn check_commands(&self, found: &mut Vec<Violation>) {
        let reads = self.last_reads();
        self.check_acknowledged(&reads, found);
        self.check_shared(found);
        self.check_effects(&reads, found);
    }

    fn check_acknowledged(&self, reads: &BTreeMap<&str, &Read>, found: &mut Vec<Violation>) {
        for (command, sent) in &self.commands {
            let Some((noted, seq, _)) = sent.done else { continue };
            let may_see = |read: &&&Read| matches!(sent.what, What::Chat { .. }) || read.who == command.who;
            let mut later = reads.values().filter(may_see).filter(|read| read.asked > noted);
            let without = later.find(|read| !read.has(seq));
            let lost = without.map(|read| Violation::Lost { command: command.clone(), seq, reader: read.who.clone() });
            found.extend(lost.or_else(|| self.misplaced(command, sent, seq)));
        }
    }

    /// Whether something else than the command stands at its place.
    fn misplaced(&self, command: &Command, sent: &Sent, seq: u64) -> Option<Violation> {
        let entry = &self.places.get(&seq)?.entry;
        let fits = match &sent.what {
            What::Chat { text } => {
                entry["kind"] == "chat" && entry["from"]["id"] == command.who.as_str() && entry["text"] == text.as_str()
            }
            What::Act { activity, .. } => entry["kind"] == "acted" && entry["activity"] == activity.as_str(),
        };
        (!fits).then(|| Violation::Misplaced { command: command.clone(), seq, there: entry.clone() })
    }

    /// No two commands were acknowledged at one place.
    fn check_shared(&self, found: &mut Vec<Violation>) {
        let mut taken: BTreeMap<u64, &Command> = BTreeMap::new();
        for (command, sent) in &self.commands {
            let Some((_, seq, _)) = sent.done else { continue };
            if let Some(first) = taken.insert(seq, command) {
                found.push(Violation::Shared { first: first.clone(), second: command.clone(), seq });
            }
        }
    }

    /// No command has two effects, and nothing is there that nobody sent.
    fn check_effects(&self, reads: &BTreeMap<&str, &Read>, found: &mut Vec<Violation>) {
        let mut expected: BTreeMap<Look, Expected> = BTreeMap::new();
        for (command, sent) in &self.commands {
            let looks = expected.entry(Look::of_command(command, &sent.what)).or_default();
            looks.possible += usize::from(sent.done.is_some() || !sent.refused);
        }
        for (look, seq) in self.effects(reads) {
            expected.entry(look).or_default().seqs.push(seq);
        }
        for (look, expected) in &expected {
            let Some(over) = expected.seqs.get(expected.possible) else { continue };
            let there = self.places.get(over).map_or_else(|| json!(null), |place| place.entry.clone());
            found.push(match expected.seqs[..expected.possible].last() {
                None => Violation::Unsent { who: look.who.clone(), seq: *over, there },
                Some(first) => Violation::Doubled { who: look.who.clone(), first: *first, second: *over },
            });
        }
    }

    /// What commands did, in order: chat as anybody was told, acts as their member read.
    fn effects(&self, reads: &BTreeMap<&str, &Read>) -> Vec<(Look, u64)> {
        let chats = self.places.iter().filter(|(_, place)| place.entry["kind"] == "chat");
        let chats = chats.filter_map(|(seq, place)| Some((Look::of_entry(&place.entry, "")?, *seq)));
        let acts = reads.values().flat_map(|read| read.seqs().iter().map(|seq| (read.who.as_str(), *seq)));
        let acts = acts.filter_map(|(who, seq)| {
            let entry = &self.places.get(&seq)?.entry;
            (entry["kind"] == "acted").then(|| Look::of_entry(entry, who))?.map(|look| (look, seq))
        });
        chats.chain(acts).collect()
    }
}

//! What the store keeps, read through the store's own ways while no server has it open.

use std::path::PathBuf;
use std::sync::Arc;

use hezi::clock::SystemRng;
use hezi::config::Config;
use hezi::domain::command::CommandKey;
use hezi::domain::entry::Happening;
use hezi::domain::id::{CommandId, ConferenceId, UserId};
use hezi::domain::veil::Veil;
use hezi::store::{Record, Store};
use hezi_tests::User;

use super::links::Item;

/// Everything that the store keeps of its conferences.
#[derive(Default)]
pub(super) struct Kept {
    /// In pieces that say one thing each.
    pub(super) items: Vec<Item>,
    /// The secrets of activities, in hexadecimal digits.
    pub(super) veils: Vec<String>,
    /// What the index of commands has: half of each command's key.
    pub(super) commands: Vec<u64>,
}

impl Kept {
    /// Under which ids the activities whose secrets are there know this person.
    pub(super) fn pseudonyms_of(&self, id: &str) -> Vec<String> {
        let person = UserId::parse(id).expect("an id");
        let veil = |digits: &String| serde_json::from_value::<Veil>(digits.as_str().into()).expect("a veil");
        self.veils.iter().map(|digits| veil(digits).pseudonym(&person).to_string()).collect()
    }

    /// How many commands that any of these people gave one of these ids stand in the index.
    pub(super) fn commands_found<const N: usize>(&self, people: &[User], ids: [&str; N]) -> usize {
        let of = |user: &User, id: &str| {
            let (person, id) = (UserId::parse(&user.id), CommandId::parse(id));
            CommandKey::new(&person.expect("an id"), &id.expect("an id")).half()
        };
        let tried = people.iter().flat_map(|user| ids.iter().map(|id| of(user, id)));
        tried.filter(|half| self.commands.contains(half)).count()
    }
}

/// Reads a folder that no server has open, on a runtime of its own: the engine lets go of its folder when that ends.
pub(super) async fn read(data: PathBuf) -> Kept {
    let read = tokio::task::spawn_blocking(move || {
        let mut threads = tokio::runtime::Builder::new_multi_thread();
        let runtime = threads.enable_all().worker_threads(2).thread_stack_size(10 << 20).build().expect("a runtime");
        runtime.block_on(read_all(data))
    });
    read.await.expect("the store can be read")
}

async fn read_all(data: PathBuf) -> Kept {
    let config = Config { data, ..Config::default() };
    let store = Store::open(&config, Arc::new(SystemRng)).await.expect("the store opens");
    let mut kept = Kept::default();
    for number in store.numbers_in_use(0).await.expect("numbers") {
        let number = hezi::domain::id::Number::new(number).expect("a number");
        let id = store.conference_of_number(number).await.expect("a conference").expect("one");
        read_conference(&store, &id, &mut kept).await;
    }
    store.close().await.expect("closes");
    kept
}

async fn read_conference(store: &Store, id: &ConferenceId, kept: &mut Kept) {
    let (mut after, mut last) = (0, None);
    loop {
        let page = store.records_after(id, after, 64).await.expect("records");
        after = page.last().map_or(after, |placed| placed.end());
        for placed in page {
            kept.items.extend(items_of(&placed.record.expect("a record")));
        }
        if last.replace(after) == Some(after) {
            break;
        }
    }
    for activity in store.activities(id).await.expect("activities") {
        let document = serde_json::to_value(&activity).expect("JSON");
        kept.veils.extend(document["doc"]["veil"].as_str().map(str::to_owned));
        kept.items.push(Item::of("activity".into(), &document));
        for (key, value) in store.state(&activity.doc.id).await.expect("a state") {
            kept.items.push(Item::new("state".into(), format!("{key} = {}", String::from_utf8_lossy(&value))));
        }
    }
    for page in store.command_pages(id, 0).await.expect("an index") {
        kept.commands.extend(page.commands.iter().map(|command| command.half));
    }
}

/// A record in pieces: each entry with what was changed, answered and called there, and what the call said. What is said when an
/// activity opens or closes is everybody's, and a piece of its own.
pub(super) fn items_of(record: &Record) -> Vec<Item> {
    let (mut items, mut is_deed): (Vec<Item>, bool) = (Vec::new(), false);
    for entry in &record.entries {
        let is_said = matches!(entry.what, Happening::Emit { .. });
        if !is_said || !is_deed {
            items.push(Item::new(format!("record at {}", entry.seq), ""));
            is_deed = !is_said && !matches!(entry.what, Happening::Activity { .. });
        }
        let mut text = format!("{entry:?}");
        record
            .changes
            .iter()
            .filter(|change| change.seq == entry.seq)
            .for_each(|change| text += &format!("{change:?}"));
        record.replies.iter().filter(|reply| reply.seq == entry.seq).for_each(|reply| text += &format!("{reply:?}"));
        record.calls.iter().filter(|call| call.seq == entry.seq).for_each(|call| text += &format!("{call:?}"));
        if let Some(item) = items.last_mut() {
            item.text += &text;
        }
    }
    items
}

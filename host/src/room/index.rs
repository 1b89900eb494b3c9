//! Where the commands of a conference stand in its journal, for those that are not in memory any more.
//!
//! The pages are in the store. In memory is what it takes to know that a command is new, eight bytes each: the beginning of
//! its key and the page that it is in. A command that is not found here was never carried out; one that is found has to be
//! looked up, because two keys may begin alike.
//!
//! # Invariants
//! * Every command that was noted is found, whether or not its page has been written yet.

use std::collections::BTreeSet;

use crate::domain::command::CommandKey;
use crate::store::{CommandPage, Indexed, PAGE_COMMANDS};

/// The beginning of a command's key, and the page that it is in.
type Hint = (u32, u32);

/// The index of a room.
#[derive(Default)]
pub(super) struct CommandIndex {
    /// In order.
    hints: Vec<Hint>,
    /// The page that grows.
    open: CommandPage,
    /// Noted since the last page was taken.
    fresh: Vec<Indexed>,
    /// How many of `open` were taken to be written.
    taken: usize,
    /// Pages that could not be written.
    returned: Vec<CommandPage>,
}

impl CommandIndex {
    /// A page of the store, while the room is being opened; the last one grows on.
    pub(super) fn restore(&mut self, page: CommandPage) {
        self.hints.extend(page.commands.iter().map(|command| hint(command.half, page.number)));
        self.taken = page.commands.len();
        self.open = page;
    }

    /// All pages of the store have been restored.
    pub(super) fn restored(&mut self) {
        self.hints.sort_unstable();
    }

    /// How many commands there are.
    pub(super) fn len(&self) -> usize {
        self.hints.len() + self.fresh.len()
    }

    /// A command was carried out.
    pub(super) fn note(&mut self, key: CommandKey, seq: u64) {
        self.fresh.push(Indexed { half: key.half(), seq });
    }

    /// Whether there is anything to write.
    pub(super) fn has_unwritten(&self) -> bool {
        !self.fresh.is_empty() || !self.returned.is_empty()
    }

    /// Pages that were taken could not be written: they are taken again.
    pub(super) fn take_back(&mut self, pages: Vec<CommandPage>) {
        self.returned.extend(pages);
    }

    /// The pages that have to be written for what was noted: each whole, the first of them perhaps again.
    pub(super) fn take_pages(&mut self) -> Vec<CommandPage> {
        if !self.has_unwritten() {
            return Vec::new();
        }
        let mut pages = std::mem::take(&mut self.returned);
        let mut hints: Vec<Hint> = Vec::with_capacity(self.fresh.len());
        for command in self.fresh.drain(..) {
            if self.open.commands.len() >= PAGE_COMMANDS {
                let number = self.open.number + 1;
                let full = std::mem::replace(&mut self.open, CommandPage { number, commands: Vec::new() });
                if full.commands.len() > self.taken {
                    pages.push(full);
                }
                self.taken = 0;
            }
            hints.push(hint(command.half, self.open.number));
            self.open.commands.push(command);
        }
        if self.open.commands.len() > self.taken {
            self.taken = self.open.commands.len();
            pages.push(self.open.clone());
        }
        hints.sort_unstable();
        self.hints = merged(std::mem::take(&mut self.hints), hints);
        // Of two versions of a page the later one has all that the other has.
        pages.reverse();
        let mut seen = BTreeSet::new();
        pages.retain(|page| seen.insert(page.number));
        pages
    }

    /// The numbers of the pages in which a command may stand.
    pub(super) fn pages_of(&self, key: CommandKey) -> Vec<u32> {
        let (prefix, _) = hint(key.half(), 0);
        let start = self.hints.partition_point(|(other, _)| *other < prefix);
        let mut pages: Vec<u32> =
            self.hints[start..].iter().take_while(|(other, _)| *other == prefix).map(|(_, page)| *page).collect();
        pages.dedup();
        pages
    }
}

fn hint(half: u64, page: u32) -> Hint {
    // The upper half of a word is 32 bits wide.
    (u32::try_from(half >> 32).unwrap_or(u32::MAX), page)
}

/// Two sorted lists as one.
fn merged(old: Vec<Hint>, new: Vec<Hint>) -> Vec<Hint> {
    let mut merged = Vec::with_capacity(old.len() + new.len());
    let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
    loop {
        let next = match (old.peek(), new.peek()) {
            (Some(a), Some(b)) if a <= b => old.next(),
            (_, Some(_)) => new.next(),
            (Some(_), None) => old.next(),
            (None, None) => return merged,
        };
        merged.extend(next);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::id::{CommandId, UserId};

    fn key(n: usize) -> CommandKey {
        CommandKey::new(&UserId::parse("u").expect("an id"), &CommandId::parse(&format!("c{n}")).expect("an id"))
    }

    proptest! {
        /// Whatever is noted is found again, by the room that noted it and by one that reads the pages.
        #[test]
        fn what_was_noted_is_found(rounds in prop::collection::vec(0..9_000_usize, 1..8)) {
            let (mut index, mut store) = (CommandIndex::default(), std::collections::BTreeMap::new());
            let mut count = 0;
            for noted in rounds {
                for _ in 0..noted {
                    index.note(key(count), count as u64 + 1);
                    count += 1;
                }
                for page in index.take_pages() {
                    store.insert(page.number, page);
                }
                prop_assert_eq!(index.len(), count);
            }
            let mut reopened = CommandIndex::default();
            for page in store.values() {
                reopened.restore(page.clone());
            }
            reopened.restored();
            for n in (0..count).step_by(97) {
                for index in [&index, &reopened] {
                    let there = Indexed { half: key(n).half(), seq: n as u64 + 1 };
                    prop_assert!(index.pages_of(key(n)).iter().any(|page| store[page].commands.contains(&there)));
                }
            }
            prop_assert!(store.values().all(|page| page.commands.len() <= PAGE_COMMANDS));
            prop_assert!(index.take_pages().is_empty());
        }
    }

    #[test]
    fn pages_that_could_not_be_written_come_again_with_what_came_since() {
        let mut index = CommandIndex::default();
        index.note(key(1), 1);
        let pages = index.take_pages();
        assert!(!index.has_unwritten());
        index.take_back(pages);
        assert!(index.has_unwritten());
        index.note(key(2), 2);
        let pages = index.take_pages();
        assert_eq!(pages.iter().map(|page| page.commands.len()).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn what_was_never_noted_is_in_no_page() {
        let mut index = CommandIndex::default();
        for n in 0..1_000 {
            index.note(key(n), 1);
        }
        index.take_pages();
        let found = (1_000..11_000).filter(|n| !index.pages_of(key(*n)).is_empty()).count();
        assert!(found <= 2, "{found} of ten thousand, of which one in four millions was to be expected");
    }
}

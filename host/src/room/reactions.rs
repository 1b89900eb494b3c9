//! How people reacted to the last messages: who did so, and how often each reaction stands.
//!
//! # Invariants
//! * A person's reaction to a message stands once, also while it is not durable yet.
//! * What is counted is durable.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::rule::RuleError;
use crate::domain::id::UserId;
use crate::protocol::entry::ReactionCounts;
use crate::protocol::server::{MessageReactions, OwnReaction};

/// Reactions to the last messages.
#[derive(Default)]
pub(super) struct Reactions {
    /// By the message's place.
    given: BTreeMap<u64, Gathered>,
    /// Messages whose counts have changed since everybody was told.
    untold: BTreeSet<u64>,
}

/// What a message has got.
#[derive(Default)]
struct Gathered {
    standing: HashMap<UserId, BTreeSet<String>>,
    /// The same, as far as it is durable.
    counted: HashMap<UserId, BTreeSet<String>>,
    counts: ReactionCounts,
    /// The last entry that changed the counts.
    changed_seq: u64,
}

/// A reaction of a member, or its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reacting<'r> {
    pub(super) message: u64,
    pub(super) reaction: &'r str,
    pub(super) stands: bool,
    pub(super) by: &'r UserId,
}

impl Reactions {
    /// Takes a reaction that has got its place, unless that changes nothing.
    ///
    /// # Errors
    /// [`RuleError::Reacted`], [`RuleError::NotReacted`].
    pub(super) fn take(&mut self, of: Reacting<'_>) -> Result<(), RuleError> {
        let standing = &mut self.given.entry(of.message).or_default().standing;
        let own = standing.entry(of.by.clone()).or_default();
        match of.stands {
            true => own.insert(of.reaction.to_owned()).then_some(()).ok_or(RuleError::Reacted),
            false => own.remove(of.reaction).then_some(()).ok_or(RuleError::NotReacted),
        }
    }

    /// A reaction is durable: it counts.
    pub(super) fn count(&mut self, seq: u64, of: Reacting<'_>) {
        let Some(given) = self.given.get_mut(&of.message) else { return };
        given.changed_seq = seq;
        let own = given.counted.entry(of.by.clone()).or_default();
        if of.stands {
            own.insert(of.reaction.to_owned())
        } else {
            own.remove(of.reaction)
        };
        let count = given.counts.entry(of.reaction.to_owned()).or_default();
        *count = if of.stands { *count + 1 } else { count.saturating_sub(1) };
        if *count == 0 {
            given.counts.remove(of.reaction);
        }
        self.untold.insert(of.message);
    }

    /// A message was deleted, with what it had got.
    pub(super) fn forget(&mut self, message: u64) {
        self.given.remove(&message);
        self.untold.remove(&message);
    }

    /// Messages before this place are not among the last ones any more.
    pub(super) fn forget_before(&mut self, seq: u64) {
        self.given = self.given.split_off(&seq);
        self.untold = self.untold.split_off(&seq);
    }

    /// What a message has got.
    pub(super) fn of(&self, message: u64) -> Option<&ReactionCounts> {
        self.given.get(&message).map(|given| &given.counts)
    }

    /// Whether there is something to tell everybody.
    pub(super) fn are_untold(&self) -> bool {
        !self.untold.is_empty()
    }

    /// What everybody is to be told now.
    pub(super) fn take_untold(&mut self) -> Vec<MessageReactions> {
        let untold = std::mem::take(&mut self.untold);
        untold.into_iter().map(|message| self.shown(message)).collect()
    }

    /// What has changed after this entry, for somebody who comes back.
    pub(super) fn since(&self, seq: u64) -> Vec<MessageReactions> {
        let changed = self.given.iter().filter(|(_, given)| given.changed_seq > seq);
        changed.map(|(message, _)| self.shown(*message)).collect()
    }

    /// What the messages at these places have got.
    pub(super) fn between(&self, from: u64, to: u64) -> BTreeMap<u64, ReactionCounts> {
        let given = self.given.range(from..=to.max(from));
        given.map(|(message, given)| (*message, given.counts.clone())).collect()
    }

    /// What this person has given, as far as it counts.
    pub(super) fn by(&self, person: &UserId) -> Vec<OwnReaction> {
        let own = |(message, given): (&u64, &Gathered)| {
            let counted = given.counted.get(person).into_iter().flatten();
            counted.map(|reaction| OwnReaction { message: *message, reaction: reaction.clone() }).collect::<Vec<_>>()
        };
        self.given.iter().flat_map(own).collect()
    }

    fn shown(&self, message: u64) -> MessageReactions {
        MessageReactions { message, reactions: self.of(message).cloned().unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person(n: u8) -> UserId {
        UserId::parse(&format!("p{n}")).expect("an id")
    }

    proptest! {
        /// Whatever people do, a count is the number of people whose reaction stands.
        #[test]
        fn a_count_is_the_number_of_people(deeds in prop::collection::vec((0..3_u64, 0..4_u8, 0..2_usize, any::<bool>()), 0..60)) {
            let (mut reactions, mut stands) = (Reactions::default(), BTreeSet::new());
            for (seq, (message, by, reaction, wanted)) in deeds.into_iter().enumerate() {
                let (by_id, word) = (person(by), ["👍", "🎉"][reaction]);
                let of = Reacting { message, reaction: word, stands: wanted, by: &by_id };
                let changes = stands.contains(&(message, by, reaction)) != wanted;
                prop_assert_eq!(reactions.take(of).is_ok(), changes);
                if changes {
                    if wanted { stands.insert((message, by, reaction)) } else { stands.remove(&(message, by, reaction)) };
                    reactions.count(seq as u64 + 1, of);
                }
            }
            for message in 0..3 {
                for (at, word) in ["👍", "🎉"].iter().enumerate() {
                    let counted = reactions.of(message).and_then(|counts| counts.get(*word)).copied().unwrap_or(0);
                    let expected = stands.iter().filter(|(m, _, r)| (*m, *r) == (message, at)).count();
                    prop_assert_eq!(counted as usize, expected);
                }
            }
        }
    }

    #[test]
    fn what_changed_is_told_once_and_again_to_who_comes_back() {
        let (mut reactions, li) = (Reactions::default(), person(1));
        let of = Reacting { message: 7, reaction: "👍", stands: true, by: &li };
        assert!(reactions.take(of).is_ok() && reactions.take(of).is_err());
        assert!(!reactions.are_untold() && reactions.by(&li).is_empty(), "it is not durable");
        reactions.count(9, of);
        assert_eq!(reactions.take_untold().len(), 1);
        assert!(!reactions.are_untold());
        assert_eq!((reactions.since(8).len(), reactions.since(9).len()), (1, 0));
        assert_eq!(reactions.by(&li), [OwnReaction { message: 7, reaction: "👍".to_owned() }]);
        let back = Reacting { stands: false, ..of };
        assert!(reactions.take(back).is_ok() && reactions.by(&li).len() == 1, "that it goes is not durable");
        assert_eq!(reactions.by(&person(2)), []);
        reactions.forget_before(8);
        assert_eq!(reactions.of(7), None);
    }
}

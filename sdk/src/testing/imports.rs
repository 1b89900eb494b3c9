//! The imports of the interface, as the test room gives them: the signatures of the generated ones, the limits of the host.
//!
//! # Invariants
//! * What would fail a call on the host panics here, with the reason.

use super::world::current;

/// Notes the reply of a call, which counts for what the call did.
pub(crate) fn note_reply(reply: &str) {
    // As deep as the host lets one through, which is what every common JSON library can read.
    if let Err(error) = serde_json::from_str::<serde_json::Value>(reply) {
        panic!("a reply is a JSON text: {error}");
    }
    current(|call| call.reply_bytes = reply.len());
}

pub(crate) mod state {
    use std::ops::Bound;

    pub(crate) use crate::bindings::hezi::activity::state::{Entry, Order, Page};
    use crate::testing::world::{Call, current};

    const KEY_BYTES_MAX: usize = 256;
    const VALUE_BYTES_MAX: usize = 64 << 10;
    const WRITE_BYTES_MAX: usize = 256 << 10;
    const KEYS_MAX: usize = 500_000;
    const STATE_BYTES_MAX: usize = 64 << 20;
    const PAGE_ENTRIES_MAX: usize = 1_000;
    const PAGE_BYTES_MAX: usize = 256 << 10;

    pub(crate) fn get(key: &str) -> Option<Vec<u8>> {
        current(|call| call.world.state.get(key).cloned())
    }

    pub(crate) fn set(key: &str, value: &[u8]) {
        current(|call| {
            call.refuse_writes("write");
            assert!(
                value.len() <= VALUE_BYTES_MAX,
                "the value of `{key}` has {} bytes, {VALUE_BYTES_MAX} at most",
                value.len()
            );
            assert!((1..=KEY_BYTES_MAX).contains(&key.len()), "a key has 1 to {KEY_BYTES_MAX} bytes: `{key}`");
            assert!(!key.chars().any(char::is_control), "a key has no control characters: {key:?}");
            charge(call, key.len() + value.len());
            call.change(key, Some(value.to_vec()));
            let bytes = call.world.state_bytes;
            assert!(bytes <= STATE_BYTES_MAX, "the state has at most {STATE_BYTES_MAX} bytes, not {bytes}");
            assert!(call.world.state.len() <= KEYS_MAX, "an activity has at most {KEYS_MAX} keys");
        });
    }

    pub(crate) fn delete(key: &str) {
        current(|call| {
            call.refuse_writes("write");
            // A key that is not there, or that could not be, was made of what somebody typed: that is no mistake.
            if call.world.state.contains_key(key) {
                charge(call, key.len());
                call.change(key, None);
            }
        });
    }

    pub(crate) fn add(key: &str, delta: i64) -> i64 {
        let before = get(key).map_or(0, |value| {
            let digits = std::str::from_utf8(&value).ok().and_then(|digits| digits.parse::<i64>().ok());
            digits.unwrap_or_else(|| panic!("the value of `{key}` is no number to add to"))
        });
        let sum = before.checked_add(delta).unwrap_or_else(|| panic!("the number under `{key}` left its range"));
        set(key, sum.to_string().as_bytes());
        sum
    }

    pub(crate) fn scan(prefix: &str, cursor: Option<&str>, limit: u32, order: Order) -> Page {
        current(|call| {
            let state = &call.world.state;
            match order {
                Order::Ascending => {
                    let from = match cursor {
                        Some(cursor) if cursor >= prefix => Bound::Excluded(cursor),
                        _ => Bound::Included(prefix),
                    };
                    let found = state.range::<str, _>((from, Bound::Unbounded));
                    page(found.take_while(|(key, _)| key.starts_with(prefix)), limit)
                }
                Order::Descending => {
                    let to = cursor.map_or(Bound::Unbounded, Bound::Excluded);
                    let found = state.range::<str, _>((Bound::Unbounded, to)).rev();
                    let found = found.skip_while(|(key, _)| key.as_str() > prefix && !key.starts_with(prefix));
                    page(found.take_while(|(key, _)| key.starts_with(prefix)), limit)
                }
            }
        })
    }

    fn page<'s>(mut found: impl Iterator<Item = (&'s String, &'s Vec<u8>)>, limit: u32) -> Page {
        let limit = (limit as usize).clamp(1, PAGE_ENTRIES_MAX);
        let (mut entries, mut bytes) = (Vec::new(), 0);
        for (key, value) in found.by_ref() {
            bytes += key.len() + value.len();
            entries.push(Entry { key: key.clone(), value: value.clone() });
            if entries.len() == limit || bytes >= PAGE_BYTES_MAX {
                break;
            }
        }
        let next = found.next().and(entries.last()).map(|entry| entry.key.clone());
        Page { entries, next }
    }

    fn charge(call: &mut Call, bytes: usize) {
        call.written_bytes += bytes;
        assert!(
            !call.world.bounded || call.written_bytes <= WRITE_BYTES_MAX,
            "a call writes at most {WRITE_BYTES_MAX} bytes"
        );
    }
}

pub(crate) mod room {
    use std::ops::Bound;

    pub(crate) use crate::bindings::hezi::activity::room::{MemberPage, Presence};
    use crate::testing::{Emitted, world::current};
    use crate::{Audience, Member};

    const PAGE_MEMBERS_MAX: usize = 1_000;
    const EVENTS_MAX: usize = 64;
    const EVENT_BYTES_MAX: usize = 16 << 10;
    const BROADCASTS_A_SECOND_MAX: usize = 20;

    pub(crate) fn find(id: &str) -> Option<Member> {
        current(|call| call.world.members.get(id).filter(|_| call.world.veil.is_none()).cloned())
    }

    pub(crate) fn count() -> u32 {
        // A test room never has four billion members.
        current(|call| call.world.members.len() as u32)
    }

    pub(crate) fn members(who: Presence, cursor: Option<&str>, limit: u32) -> MemberPage {
        let limit = (limit as usize).clamp(1, PAGE_MEMBERS_MAX);
        let from = cursor.map_or(Bound::Unbounded, Bound::Excluded);
        current(|call| {
            if who == Presence::Online {
                call.refuse_writes("ask who is online");
            }
            let offline = &call.world.offline;
            let found = call.world.members.range::<str, _>((from, Bound::Unbounded)).map(|(_, member)| member);
            let is_told = call.world.veil.is_none();
            let mut found =
                found.filter(|member| is_told && (who == Presence::Everyone || !offline.contains(&member.id)));
            let members: Vec<Member> = found.by_ref().take(limit).cloned().collect();
            let next = found.next().and(members.last()).map(|member| member.id.clone());
            MemberPage { members, next }
        })
    }

    #[cfg(test)]
    pub(crate) fn set_offline(id: &str) {
        current(|call| call.world.offline.insert(id.to_owned()));
    }

    pub(crate) fn emit(to: &Audience, event: &str) {
        let value = serde_json::from_str(event).unwrap_or_else(|error| panic!("an event is a JSON text: {error}"));
        current(|call| {
            call.refuse_writes("emit");
            assert!(
                event.len() <= EVENT_BYTES_MAX,
                "an event has at most {EVENT_BYTES_MAX} bytes, not {}",
                event.len()
            );
            let now_ms = call.world.now_ms;
            call.event_bytes += event.len();
            if matches!(to, Audience::Member(_)) && call.world.veil.is_some() {
                return;
            }
            call.world.emitted.push(Emitted { to: to.clone(), event: value, at_ms: now_ms });
            let events = call.world.emitted.len() - call.emitted_before;
            assert!(events <= EVENTS_MAX, "a call emits at most {EVENTS_MAX} events");
            if *to == Audience::Everyone {
                let recent = &mut call.world.broadcasts_ms;
                recent.retain(|at_ms| at_ms + 1_000 > now_ms);
                recent.push(now_ms);
                let most = BROADCASTS_A_SECOND_MAX;
                assert!(recent.len() <= most, "an activity emits to everyone at most {most} times a second");
            }
        });
    }
}

pub(crate) mod locale {
    pub(crate) fn language() -> String {
        crate::testing::world::current(|call| call.world.language.clone())
    }
}

pub(crate) mod clock {
    pub(crate) fn now() -> u64 {
        crate::testing::world::current(|call| call.world.now_ms)
    }
}

pub(crate) mod random {
    use rand_chacha::rand_core::Rng;

    use crate::testing::world::current;

    const BYTES_MAX: u32 = 64 << 10;

    pub(crate) fn bytes(len: u32) -> Vec<u8> {
        assert!(len <= BYTES_MAX, "at most {BYTES_MAX} random bytes at a time");
        current(|call| {
            call.refuse_writes("draw random numbers");
            let mut bytes = vec![0; len as usize];
            call.random.fill_bytes(&mut bytes);
            bytes
        })
    }

    pub(crate) fn get_u64() -> u64 {
        current(|call| {
            call.refuse_writes("draw random numbers");
            call.random.next_u64()
        })
    }
}

pub(crate) mod timer {
    use crate::testing::world::current;

    const NAME_BYTES_MAX: usize = 64;
    const TIMERS_MAX: usize = 64;
    /// "Never" is as good as the last moment that the host's store can keep.
    const AT_MS_MAX: u64 = i64::MAX.unsigned_abs();

    pub(crate) fn set(name: &str, at_ms: u64) {
        assert!((1..=NAME_BYTES_MAX).contains(&name.len()), "a timer's name has 1 to {NAME_BYTES_MAX} bytes: `{name}`");
        assert!(!name.chars().any(char::is_control), "a timer's name has no control characters: {name:?}");
        current(|call| {
            call.refuse_writes("arm timers");
            call.world.timers.insert(name.to_owned(), at_ms.min(AT_MS_MAX));
            assert!(call.world.timers.len() <= TIMERS_MAX, "at most {TIMERS_MAX} timers are armed at a time");
        });
    }

    pub(crate) fn cancel(name: &str) {
        current(|call| {
            call.refuse_writes("disarm timers");
            call.world.timers.remove(name);
        });
    }
}

pub(crate) mod confirmation {
    use crate::confirmation::Question;
    use crate::testing::world::current;

    pub(crate) fn before_form(id: &str, question: &str) {
        current(|call| call.questions.push(Question::before_form(id, question)));
    }

    pub(crate) fn before_button(action: &str, question: &str) {
        current(|call| call.questions.push(Question::before_button(action, question)));
    }

    /// What the view that was made just now asks.
    pub(crate) fn take() -> Vec<Question> {
        current(|call| std::mem::take(&mut call.questions))
    }
}

pub(crate) mod log {
    use crate::{Level, testing::world::current};

    pub(crate) fn write(level: Level, message: &str) {
        current(|call| call.world.log.push((level, message.to_owned())));
    }
}

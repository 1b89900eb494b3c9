//! What tells people of one name apart in a text. In lists of people clients do it, for these carry ids.

use std::collections::{BTreeMap, BTreeSet};

/// An id that people give is a short word; one that a program gives differs at its end.
const WORD_CHARS: usize = 12;
const END_CHARS: usize = 6;

/// The names of people, each with its id, as a text or a card says them: whoever shares theirs with another one has a word of
/// the id behind it. Whoever has no id, because nobody knows it, keeps the name alone.
///
/// ```
/// let names = hezi_sdk::names_apart([("li", "李娜"), ("na", "李娜"), ("wang", "王伟")]);
/// assert_eq!(names.join("、"), "李娜 (li)、李娜 (na)、王伟");
/// ```
pub fn names_apart<'p>(people: impl IntoIterator<Item = (&'p str, &'p str)>) -> Vec<String> {
    let people: Vec<(&str, &str)> = people.into_iter().collect();
    let (mut first, mut twice) = (BTreeMap::new(), BTreeSet::new());
    for (id, name) in &people {
        if *first.entry(*name).or_insert(*id) != *id {
            twice.insert(*name);
        }
    }
    let called = |(id, name): &(&str, &str)| match twice.contains(name) && !id.is_empty() && !name.is_empty() {
        true => format!("{name} ({})", word(id)),
        false => (*name).to_owned(),
    };
    people.iter().map(called).collect()
}

fn word(id: &str) -> String {
    match id.chars().count().checked_sub(END_CHARS) {
        Some(before) if before + END_CHARS > WORD_CHARS => format!("…{}", id.chars().skip(before).collect::<String>()),
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_shares_a_name_with_another_one_has_a_word_of_the_id() {
        let long = ("zhang-of-the-second-floor", "张三");
        let named =
            names_apart([("a", "张三"), long, ("", "张三"), ("b", "李四"), ("b", "李四"), ("c", ""), ("d", "")]);
        assert_eq!(named, ["张三 (a)", "张三 (…-floor)", "张三", "李四", "李四", "", ""]);
    }
}

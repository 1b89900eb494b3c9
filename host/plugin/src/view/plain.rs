//! What a block means in plain text, made of its own texts and numbers, so it is in their language.
//!
//! # Invariants
//! * A meaning has at most [`PLAIN_CHARS_MAX`] characters: a hundred of them go to everybody with each view.

use std::fmt::{self, Display, Write};

use super::{Block, Card, Input};

/// Longest meaning of a block.
const PLAIN_CHARS_MAX: usize = 280;

/// What a block means; none where it is text already.
pub(super) fn of(block: &Block) -> Option<String> {
    let mut plain = Plain { text: String::new(), chars_left: PLAIN_CHARS_MAX };
    // The only error is that of a text that was cut.
    if write(&mut plain, block)?.is_err() {
        plain.text.push('…');
    }
    Some(plain.text)
}

fn write(to: &mut Plain, block: &Block) -> Option<fmt::Result> {
    Some(match block {
        Block::Heading { .. } | Block::Text { .. } | Block::Notice { .. } | Block::Celebration { .. } => return None,
        Block::Statistic { label, value } => write!(to, "{label}: {value}"),
        Block::Progress { label, value, total } => write!(to, "{label}: {value}/{total}"),
        // The time is the client's to tell: it knows the clock on the wall.
        Block::Countdown { label, .. } => write!(to, "{label}"),
        Block::Bars { title, total, items } => {
            list(to, title, items.iter().map(|bar| format!("{}: {}/{total}", bar.label, bar.value)))
        }
        Block::Cloud { title, items } => {
            list(to, title, items.iter().map(|word| format!("{}: {}", word.text, word.weight)))
        }
        Block::Standings { title, items } => {
            list(to, title, items.iter().map(|place| format!("{}. {}: {}", place.rank, place.name, place.score)))
        }
        Block::People { title, items } => {
            list(to, title, items.iter().map(|person| spaced([&person.name, &person.detail])))
        }
        Block::Cards { title, items } => list(to, title, items.iter().map(card)),
        Block::Tabs { items } => list(to, "", items.iter().map(|tab| &tab.label)),
        Block::Buttons { items } => list(to, "", items.iter().map(|button| &button.label)),
        Block::Form(form) => {
            let fields = form.fields.iter().filter(|field| field.input != Input::Hidden);
            list(to, "", fields.map(|field| &field.label).chain([&form.submit]))
        }
    })
}

fn card(card: &Card) -> String {
    let score = card.score.map(|score| score.to_string()).unwrap_or_default();
    spaced([&card.text, &card.author, &score].into_iter().chain(&card.marks))
}

/// The texts that are not empty, with a blank between them.
fn spaced<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn list(to: &mut Plain, title: &str, items: impl Iterator<Item: Display>) -> fmt::Result {
    let mut between = if title.is_empty() { "" } else { ": " };
    write!(to, "{title}")?;
    for item in items {
        write!(to, "{between}{item}")?;
        between = "; ";
    }
    Ok(())
}

/// Takes so many characters in and no more.
struct Plain {
    text: String,
    chars_left: usize,
}

impl Write for Plain {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            self.chars_left = self.chars_left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(char);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Bar;
    use super::*;

    #[test]
    fn a_chart_reads_as_its_bars() {
        let items = vec![Bar { label: "面".into(), value: 2 }, Bar { label: "饭".into(), value: 1 }];
        let bars = Block::Bars { title: "午饭".into(), total: 3, items };
        assert_eq!(of(&bars).as_deref(), Some("午饭: 面: 2/3; 饭: 1/3"));
        assert_eq!(of(&Block::Text { text: "T".into() }), None);
    }

    #[test]
    fn a_long_list_is_cut() {
        let items = (0..200).map(|value| Bar { label: "长".repeat(50), value }).collect();
        let plain = of(&Block::Bars { title: String::new(), total: 3, items }).unwrap();
        assert_eq!((plain.chars().count(), plain.ends_with('…')), (PLAIN_CHARS_MAX + 1, true));
    }
}

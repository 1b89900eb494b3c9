//! A view as plain text: what can be read on the screen, a line each. For tests and logs.

use std::fmt;

use super::View;
use crate::{Block, Button, Card};

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for block in &self.blocks {
            match block {
                Block::Heading(text) | Block::Text(text) | Block::Celebration(text) => writeln!(f, "{text}")?,
                Block::Notice(notice) => writeln!(f, "{}", notice.text)?,
                Block::Statistic(figure) => writeln!(f, "{}: {}", figure.label, figure.value)?,
                Block::Progress(bar) => writeln!(f, "{}: {}/{}", bar.label, bar.value, bar.total)?,
                Block::Cloud(cloud) => {
                    writeln!(f, "{}", cloud.title)?;
                    cloud.items.iter().try_for_each(|word| writeln!(f, "{}: {}", word.text, word.weight))?;
                }
                Block::Standings(standings) => {
                    writeln!(f, "{}", standings.title)?;
                    let mut places = standings.items.iter();
                    places.try_for_each(|place| writeln!(f, "{}. {} {}", place.rank, place.name, place.score))?;
                }
                Block::Cards(cards) => {
                    writeln!(f, "{}", cards.title)?;
                    cards.items.iter().try_for_each(|card| self.write_card(f, card))?;
                }
                Block::Tabs(tabs) => tabs.iter().try_for_each(|tab| writeln!(f, "<{}>", tab.label))?,
                Block::Buttons(buttons) => buttons.iter().try_for_each(|one| {
                    self.write_button(f, one)?;
                    writeln!(f)
                })?,
                Block::Countdown(clock) => writeln!(f, "{}: {}", clock.label, clock.until_ms)?,
                Block::Bars(bars) => {
                    writeln!(f, "{}", bars.title)?;
                    bars.items.iter().try_for_each(|bar| writeln!(f, "{}: {}/{}", bar.label, bar.value, bars.total))?;
                }
                Block::People(people) => {
                    writeln!(f, "{}", people.title)?;
                    people.items.iter().try_for_each(|one| writeln!(f, "{} ({}) {}", one.name, one.id, one.detail))?;
                }
                Block::Form(form) => {
                    write!(f, "[{}]", form.submit)?;
                    write_question(f, self.question_before_form(&form.id))?;
                    writeln!(f)?;
                }
            }
        }
        Ok(())
    }
}

impl View {
    fn write_card(&self, f: &mut fmt::Formatter<'_>, card: &Card) -> fmt::Result {
        write!(f, "{}", card.text)?;
        if let Some(score) = card.score {
            write!(f, " ({score})")?;
        }
        let author = Some(&card.author).filter(|author| !author.is_empty());
        author.into_iter().chain(&card.marks).try_for_each(|word| write!(f, " · {word}"))?;
        card.buttons.iter().try_for_each(|button| {
            write!(f, " ")?;
            self.write_button(f, button)
        })?;
        writeln!(f)
    }

    fn write_button(&self, f: &mut fmt::Formatter<'_>, button: &Button) -> fmt::Result {
        write!(f, "[{}]", button.label)?;
        write_question(f, self.question_before_button(button))
    }
}

/// What is asked before something is sent stands behind it.
fn write_question(f: &mut fmt::Formatter<'_>, question: Option<&str>) -> fmt::Result {
    question.map_or(Ok(()), |question| write!(f, ": {question}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Form, Person};

    #[test]
    fn a_view_reads_as_text() {
        let mut view = View::new();
        view.heading("问").statistic("人数", "2").bars("票", 2, [("甲", 2)]).form(Form::new("投票"));
        view.people("", [Person::new("a", "小王", "1.23 元")]).countdown("截止", 5);
        let card = Card::new("1", "为什么?").author("小李").mark("置顶").score(3).button(Button::new("赞", &1));
        view.cards("", [card]).cloud("", [("快", 2)]).tabs("2", [("新", "1")]).progress("已答", 3, 2);
        let expected = "问\n人数: 2\n票\n甲: 2/2\n[投票]\n\n小王 (a) 1.23 元\n截止: 5\n\n为什么? (3) · 小李 · 置顶 [赞]\n\n快: 2\n\
                        <新>\n已答: 2/2\n";
        assert_eq!(view.to_string(), expected);
    }
}

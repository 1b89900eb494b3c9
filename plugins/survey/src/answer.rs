//! An answer: how it is read, what it counts for, and how it is written into a report.
//!
//! Pure. Options, rows and columns are kept by their indexes.
//!
//! # Invariants
//! * An answer that was read fits its question.
//! * What an answer counts for depends on nothing but the answer and its question.

use hezi_sdk::list_cell;
use hezi_sdk::serde_json::{Map, Value, json};
use serde::{Deserialize, Serialize};

use crate::question::{Kind, Question};
use crate::texts::Texts;

/// How a form says yes and no.
pub const YES: &str = "yes";
/// See [`YES`].
pub const NO: &str = "no";

/// Cells of a row of a matrix in the counts: more than a matrix has columns.
const ROW_CELLS: u32 = 16;

/// What somebody answered to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Options: the one, several in ascending order, or all, best first.
    Picks(Vec<u32>),
    /// The points of each option.
    Points(Vec<u32>),
    /// The column of each row, if there is one.
    Cells(Vec<Option<u32>>),
    /// A number or a rating.
    Number(i64),
    /// What was written, in the member's own words.
    Text(String),
    /// Yes or no.
    YesNo(bool),
}

/// How options are called in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// By their names.
    Names,
    /// By their numbers, from 1 on.
    Numbers,
}

/// Why an answer does not fit: a sentence for people.
type Reason = String;

impl Question {
    /// Reads an answer; none if there is nothing in it.
    ///
    /// # Errors
    /// A sentence that says why it does not fit.
    pub fn read(&self, value: &Value, texts: Texts) -> Result<Option<Answer>, Reason> {
        let is_empty = match value {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if is_empty {
            return Ok(None);
        }
        let answer = match (self.kind, value) {
            (Kind::Single, Value::String(name)) => Answer::Picks(vec![self.option(name, texts)?]),
            (Kind::Multiple, Value::Array(names)) => Answer::Picks(self.read_picks(names, texts)?),
            (Kind::Order, Value::Array(names)) => Answer::Picks(self.read_order(names, texts)?),
            (Kind::Text, Value::String(text)) => Answer::Text(self.read_text(text, texts)?),
            (Kind::Number | Kind::Rating, Value::Number(_)) => Answer::Number(self.read_number(value, texts)?),
            (Kind::YesNo, Value::Bool(yes)) => Answer::YesNo(*yes),
            (Kind::YesNo, Value::String(word)) if word == YES => Answer::YesNo(true),
            (Kind::YesNo, Value::String(word)) if word == NO => Answer::YesNo(false),
            (Kind::Points, Value::Object(points)) => Answer::Points(self.read_points(points, texts)?),
            (Kind::Matrix, Value::Object(cells)) => Answer::Cells(self.read_cells(cells, texts)?),
            _ => return Err(texts.does_not_fit()),
        };
        Ok(Some(answer))
    }

    fn option(&self, name: &str, texts: Texts) -> Result<u32, Reason> {
        index_of(&self.options, name).ok_or_else(|| texts.no_such_option(name))
    }

    /// Indexes of different options, in the order in which they are named.
    fn read_names(&self, names: &[Value], texts: Texts) -> Result<Vec<u32>, Reason> {
        let mut picks = Vec::with_capacity(names.len());
        for name in names {
            let name = name.as_str().ok_or_else(|| texts.does_not_fit())?;
            let index = self.option(name, texts)?;
            if picks.contains(&index) {
                return Err(texts.picked_twice(name));
            }
            picks.push(index);
        }
        Ok(picks)
    }

    fn read_picks(&self, names: &[Value], texts: Texts) -> Result<Vec<u32>, Reason> {
        let (least, most) = self.range();
        let mut picks = self.read_names(names, texts)?;
        if !(least..=most).contains(&(picks.len() as i64)) {
            return Err(texts.wrong_count(least, most));
        }
        picks.sort_unstable();
        Ok(picks)
    }

    fn read_order(&self, names: &[Value], texts: Texts) -> Result<Vec<u32>, Reason> {
        let order = self.read_names(names, texts)?;
        if order.len() < self.options.len() {
            return Err(texts.order_is_incomplete());
        }
        Ok(order)
    }

    fn read_text(&self, text: &str, texts: Texts) -> Result<String, Reason> {
        let (text, (_, most)) = (text.trim(), self.range());
        if text.chars().count() as i64 > most {
            return Err(texts.text_is_too_long(most));
        }
        Ok(text.to_owned())
    }

    fn read_number(&self, value: &Value, texts: Texts) -> Result<i64, Reason> {
        let (least, most) = self.range();
        // A client may write a whole number as 4.0. Numbers lie within a million, where fractions are exact enough.
        let whole = |number: f64| (number.fract() == 0.0 && number.abs() < 1e9).then_some(number as i64);
        let number = value.as_i64().or_else(|| value.as_f64().and_then(whole));
        number.filter(|number| (least..=most).contains(number)).ok_or_else(|| texts.out_of_range(least, most))
    }

    fn read_points(&self, points: &Map<String, Value>, texts: Texts) -> Result<Vec<u32>, Reason> {
        let (_, total) = self.range();
        let mut given = vec![0; self.options.len()];
        for (name, value) in points {
            let points = value.as_u64().and_then(|points| u32::try_from(points).ok());
            let points = points.filter(|points| i64::from(*points) <= total);
            given[self.option(name, texts)? as usize] = points.ok_or_else(|| texts.points_do_not_add_up(total))?;
        }
        if given.iter().map(|points| i64::from(*points)).sum::<i64>() != total {
            return Err(texts.points_do_not_add_up(total));
        }
        Ok(given)
    }

    fn read_cells(&self, cells: &Map<String, Value>, texts: Texts) -> Result<Vec<Option<u32>>, Reason> {
        let mut columns = vec![None; self.rows.len()];
        for (row, column) in cells {
            let index = index_of(&self.rows, row).ok_or_else(|| texts.no_such_row(row))?;
            let column = column.as_str().ok_or_else(|| texts.does_not_fit())?;
            columns[index as usize] = Some(self.option(column, texts)?);
        }
        Ok(columns)
    }

    /// Whether the answer leaves nothing of the question open.
    pub fn is_answered_by(&self, answer: Option<&Answer>) -> bool {
        match answer {
            None => false,
            Some(Answer::Cells(cells)) => cells.iter().all(Option::is_some),
            Some(_) => true,
        }
    }

    /// The answer as a form sends it.
    pub fn write(&self, answer: &Answer) -> Value {
        let name = |index: &u32| self.options.get(*index as usize).cloned().unwrap_or_default();
        match answer {
            Answer::Picks(picks) if self.kind == Kind::Single => json!(picks.first().map(name)),
            Answer::Picks(picks) => json!(picks.iter().map(name).collect::<Vec<_>>()),
            Answer::Points(points) => {
                self.options.iter().cloned().zip(points.iter().map(|points| json!(points))).collect()
            }
            Answer::Cells(cells) => {
                let cells =
                    self.rows.iter().zip(cells).filter_map(|(row, column)| Some((row.clone(), column.as_ref()?)));
                cells.map(|(row, column)| (row, json!(name(column)))).collect()
            }
            Answer::Number(number) => json!(number),
            Answer::Text(text) => json!(text),
            Answer::YesNo(yes) => json!(if *yes { YES } else { NO }),
        }
    }

    /// What the answer adds to which of the question's counts.
    pub fn counts(&self, answer: &Answer) -> Vec<(u32, u64)> {
        let (least, _) = self.range();
        match answer {
            Answer::Picks(order) if self.kind == Kind::Order => {
                // Borda: a point for each option that it stands above.
                let worth = (0..order.len() as u64).rev();
                order.iter().copied().zip(worth).collect()
            }
            Answer::Picks(picks) => picks.iter().map(|option| (*option, 1)).collect(),
            Answer::Points(points) => (0..).zip(points).map(|(option, points)| (option, u64::from(*points))).collect(),
            Answer::Cells(cells) => {
                let rows = (0..).zip(cells);
                rows.filter_map(|(row, column)| Some((matrix_cell(row, (*column)?), 1))).collect()
            }
            Answer::Number(level) if self.kind == Kind::Rating => vec![((level - least) as u32, 1)],
            Answer::Number(number) => vec![(0, (number - least) as u64)],
            Answer::YesNo(yes) => vec![(u32::from(!*yes), 1)],
            Answer::Text(_) => Vec::new(),
        }
    }

    /// What the question's columns are called, without the question; one column without a name is the question itself.
    pub fn parts(&self) -> &[String] {
        match self.kind {
            Kind::Matrix => &self.rows,
            Kind::Order | Kind::Points => &self.options,
            _ => &[],
        }
    }

    /// The answer in the question's columns.
    pub fn cells(&self, answer: Option<&Answer>, naming: Naming, texts: Texts) -> Vec<String> {
        let Some(answer) = answer else { return vec![String::new(); self.parts().len().max(1)] };
        let name = |index: u32| match naming {
            Naming::Names => self.options.get(index as usize).cloned().unwrap_or_default(),
            Naming::Numbers => (index + 1).to_string(),
        };
        match answer {
            Answer::Picks(order) if self.kind == Kind::Order => {
                let rank = |option: u32| order.iter().position(|placed| *placed == option).map_or(0, |place| place + 1);
                (0..order.len() as u32).map(|option| rank(option).to_string()).collect()
            }
            Answer::Picks(picks) if self.kind == Kind::Single => picks.iter().map(|option| name(*option)).collect(),
            Answer::Picks(picks) => vec![list_cell(picks.iter().map(|option| name(*option)))],
            Answer::Points(points) => points.iter().map(u32::to_string).collect(),
            Answer::Cells(cells) => cells.iter().map(|column| column.map(name).unwrap_or_default()).collect(),
            Answer::Number(number) => vec![number.to_string()],
            Answer::Text(text) => vec![text.clone()],
            Answer::YesNo(yes) => vec![if *yes { texts.yes() } else { texts.no() }],
        }
    }
}

/// Where a column of a row stands among the counts.
pub fn matrix_cell(row: u32, column: u32) -> u32 {
    row * ROW_CELLS + column
}

fn index_of(names: &[String], name: &str) -> Option<u32> {
    names.iter().zip(0..).find(|(one, _)| *one == name).map(|(_, index)| index)
}

//! What came of a torture: the figures, what was wrong, and enough to do it again.

use std::fmt;

use super::{End, Life};
use crate::history::{Figures, Violation};

/// Violations that are printed.
const SHOWN: usize = 12;

/// What came of a torture.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The number from which all chance came.
    pub seed: u64,
    /// Why nothing could be judged: the server does not start on what its disk has, or says itself that something is lost.
    pub refused: Option<String>,
    /// What an honest server cannot have said.
    pub violations: Vec<Violation>,
    /// What was done.
    pub figures: Figures,
    /// The lives of the server.
    pub lives: Vec<Life>,
    /// Logs that the engine made: one for each memtable.
    pub logs: usize,
    /// Syncs of files and folders.
    pub syncs: u64,
    /// Calls that met a mishap.
    pub mishaps: u64,
    /// What the disk and the server said.
    pub story: String,
}

impl Verdict {
    /// Whether nothing was wrong.
    pub fn is_honest(&self) -> bool {
        self.refused.is_none() && self.violations.is_empty()
    }

    /// Fails the test if anything was wrong, with what it was and how to do it again.
    ///
    /// # Panics
    /// When anything was wrong.
    pub fn expect_honest(&self) {
        assert!(self.is_honest(), "{self}\n{}", self.story);
    }

    /// Lives that ended so.
    pub fn ended(&self, end: End) -> usize {
        self.lives.iter().filter(|life| life.end == end).count()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures = &self.figures;
        write!(f, "seed {}: {} lives (", self.seed, self.lives.len())?;
        let words = [
            (End::Kill, "killed"),
            (End::Stop, "stopped"),
            (End::PowerCut, "power cut"),
            (End::CutWhileStopping, "cut while stopping"),
            (End::OfItself, "by itself"),
        ];
        let ends = words.iter().map(|(end, word)| (self.ended(*end), word)).filter(|(count, _)| *count > 0);
        f.write_str(&ends.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", "))?;
        write!(
            f,
            ") over {} logs, {} syncs and {} mishaps; {} sent, {} acknowledged, {} lost, {} doubled, {} holes; {} connections, {} resumed",
            self.logs,
            self.syncs,
            self.mishaps,
            figures.sent,
            figures.acknowledged,
            figures.lost,
            figures.doubled,
            figures.holes,
            figures.connections,
            figures.resumed
        )?;
        if let Some(reason) = &self.refused {
            write!(f, "\n  {reason}")?;
        }
        for violation in self.violations.iter().take(SHOWN) {
            let text: String = violation.to_string().chars().take(400).collect();
            write!(f, "\n  {text}")?;
        }
        if self.violations.len() > SHOWN {
            write!(f, "\n  and {} more", self.violations.len() - SHOWN)?;
        }
        Ok(())
    }
}

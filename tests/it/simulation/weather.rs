//! What goes wrong with a store, how often, and in which call: drawn from the seed.

use std::time::Duration;

use super::dice::Dice;

/// How often what goes wrong, in a thousand calls.
#[derive(Clone, Debug)]
pub(super) struct Weather {
    /// A write fails and is not made.
    refused: u64,
    /// A write fails and was made.
    unsaid: u64,
    /// A write fails and is made afterwards.
    late: u64,
    /// A write meets another one and is not made, and says so.
    conflict: u64,
    /// Another writer has just taken the place that a record was to have.
    rival: u64,
    /// A read fails.
    unread: u64,
    /// Longest pause before or after a call, in milliseconds.
    pause_ms: u64,
}

/// What becomes of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is made and says so.
    Lands,
    /// It fails, and nothing was changed.
    Refused,
    /// It is made, and an error is returned.
    Unsaid,
    /// An error is returned, and so much later it is made.
    Late { after_ms: u64 },
    /// It is not made, because another one was faster, and says so.
    Conflict,
}

/// A write that has begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    pub(super) fate: Fate,
    pub(super) before: Duration,
    pub(super) after: Duration,
    /// Whether it is made although its server dies before it is.
    pub(super) outlives: bool,
}

/// A read that has begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) fails: bool,
    pub(super) before: Duration,
    pub(super) after: Duration,
}

/// What a twin does wrong on purpose, to show that it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plant {
    /// It says that a record is durable and keeps nothing.
    Forgets,
    /// It says that a record is durable a while before it is.
    AnswersEarly,
    /// It exchanges two neighbours of the journal long after both were told.
    Swaps,
    /// It writes a record twice, the second time behind itself.
    Doubles,
    /// It loses a key of an activity's state that a checkpoint had.
    LosesState,
}

impl Plant {
    /// All of them.
    pub(super) const ALL: [Plant; 5] =
        [Plant::Forgets, Plant::AnswersEarly, Plant::Swaps, Plant::Doubles, Plant::LosesState];

    /// How many of a thousand chances it takes.
    fn per_mille(self) -> u64 {
        match self {
            Plant::LosesState => 500,
            _ => 30,
        }
    }
}

impl Weather {
    /// Nothing goes wrong.
    pub(super) fn calm() -> Self {
        Self { refused: 0, unsaid: 0, late: 0, conflict: 0, rival: 0, unread: 0, pause_ms: 4 }
    }

    /// Weather of a seed: some have none of a kind, some have much of it.
    pub(super) fn drawn(dice: &mut Dice) -> Self {
        let rates = [0, 0, 4, 15, 60];
        Self {
            refused: *dice.pick(&rates),
            unsaid: *dice.pick(&rates),
            late: *dice.pick(&rates),
            conflict: *dice.pick(&rates),
            rival: *dice.pick(&rates),
            unread: *dice.pick(&rates),
            pause_ms: *dice.pick(&[4, 40, 400, 4_000]),
        }
    }
}

/// The plan of a run: what becomes of the next call.
pub(super) struct Plan {
    dice: Dice,
    weather: Weather,
    plant: Option<Plant>,
}

impl Plan {
    pub(super) fn new(seed: u64, plant: Option<Plant>) -> Self {
        let mut dice = Dice::new(seed, "store");
        let weather = Weather::drawn(&mut dice);
        Self { dice, weather, plant }
    }

    /// From now on nothing goes wrong.
    pub(super) fn clear_up(&mut self) {
        self.weather = Weather::calm();
        self.plant = None;
    }

    /// What becomes of a write.
    pub(super) fn write(&mut self) -> Course {
        let weather = self.weather.clone();
        let fates = [
            (weather.refused, Fate::Refused),
            (weather.unsaid, Fate::Unsaid),
            (weather.late, Fate::Late { after_ms: self.dice.between(1, 15_000) }),
            (weather.conflict, Fate::Conflict),
        ];
        let mut drawn = self.dice.below(1_000);
        let mut fate = Fate::Lands;
        for (per_mille, other) in fates {
            if drawn < per_mille {
                fate = other;
                break;
            }
            drawn -= per_mille;
        }
        let (before, after) = (self.dice.pause(weather.pause_ms), self.dice.pause(weather.pause_ms));
        Course { fate, before, after, outlives: self.dice.happens(500) }
    }

    /// What becomes of a read.
    pub(super) fn read(&mut self) -> Look {
        let pause_ms = self.weather.pause_ms;
        let fails = self.dice.happens(self.weather.unread);
        Look { fails, before: self.dice.pause(pause_ms), after: self.dice.pause(pause_ms) }
    }

    /// Whether another writer is faster this time.
    pub(super) fn has_rival(&mut self) -> bool {
        self.dice.happens(self.weather.rival)
    }

    /// Whether the twin does this wrong now.
    pub(super) fn errs(&mut self, plant: Plant) -> bool {
        self.plant == Some(plant) && self.dice.happens(plant.per_mille())
    }
}

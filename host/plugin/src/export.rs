//! The functions of a plugin that the host calls, each with its name.

/// What is called, as journals, logs and metrics name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// An activity begins.
    Open,
    /// An `open` whose effects are dropped: is the configuration a good one, and what would the activity be called?
    Draft,
    /// A member does something.
    Act,
    /// The activity is shown.
    View,
    /// A timer is due.
    Tick,
    /// The activity ends.
    Close,
    /// A page of the report is made.
    Report,
    /// The state is brought to another layout.
    Migrate,
    /// Somebody became a member.
    Joined,
    /// Somebody is a member no more.
    Left,
}

impl Export {
    /// All of them, each at the place of its number, in the order of an activity's life.
    pub const ALL: [Self; 10] = [
        Self::Open,
        Self::Draft,
        Self::Act,
        Self::View,
        Self::Tick,
        Self::Close,
        Self::Report,
        Self::Migrate,
        Self::Joined,
        Self::Left,
    ];

    /// Its name, which never changes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Draft => "draft",
            Self::Act => "act",
            Self::View => "view",
            Self::Tick => "tick",
            Self::Close => "close",
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Report => "report",
            Self::Migrate => "migrate",
        }
    }

    /// Whether each component has a function of this name. A `draft` calls `open`, and who comes and goes is told only to those
    /// that ask for it.
    pub(crate) const fn is_required(self) -> bool {
        !matches!(self, Self::Draft | Self::Joined | Self::Left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_at_the_place_of_its_number() {
        for (place, export) in Export::ALL.into_iter().enumerate() {
            assert_eq!(export as usize, place, "{}", export.name());
        }
    }
}

//! The score board: the best ten, kept as answers come in, so that nobody ever has to look at all players.
//!
//! Pure: no state, no room. Members are ranked by points; of two with the same points, who had them first stands first. Equal
//! points are an equal place all the same: whoever has the most points has won, however many they are.
//!
//! Ten are enough because points never fall. Whoever is not among the best ten has ten members above them, and these can only
//! rise; so the best ten after a change are among the best ten before it and the one who has changed. And who has just risen
//! stands behind everybody with the same points, for they had them earlier; so no times need to be kept.
//!
//! # Invariants
//! * The entries are the first ten of all members with points, in the order above.
//! * `leaders` is how many members have as many points as the first.

use serde::{Deserialize, Serialize};

/// How many are on the board.
pub const PLACES: usize = 10;

/// The best members.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    entries: Vec<Entry>,
    leaders: u32,
}

/// A member on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The member's id.
    pub id: String,
    /// The member's name when they earned the points.
    pub name: String,
    /// All their points.
    pub points: u32,
}

impl Board {
    /// Puts in a member who has more points than before. True when the board has changed.
    pub fn raise(&mut self, member: Entry) -> bool {
        let most = self.entries.first().map_or(0, |first| first.points);
        // An eleventh leader is counted, but not listed.
        let leads = member.points >= most;
        if leads {
            self.leaders = if member.points > most { 1 } else { self.leaders + 1 };
        }
        self.entries.retain(|entry| entry.id != member.id);
        let place = self.entries.partition_point(|entry| entry.points >= member.points);
        let is_listed = place < PLACES;
        if is_listed {
            self.entries.insert(place, member);
            self.entries.truncate(PLACES);
        }
        leads || is_listed
    }

    /// The best members with their places, from 1.
    pub fn places(&self) -> impl Iterator<Item = (u32, &Entry)> {
        let place = |entry: &Entry| self.entries.partition_point(|other| other.points > entry.points) as u32 + 1;
        self.entries.iter().map(move |entry| (place(entry), entry))
    }

    /// How many places up a member who has this one now is since this board. Who was not on it had at best the place behind
    /// it; and nobody is up or down since a board without anybody.
    pub fn change(&self, id: &str, place: u32) -> i32 {
        let before = self.places().find(|(_, entry)| entry.id == id).map(|(place, _)| place);
        let before = before.unwrap_or(if self.entries.is_empty() { place } else { self.entries.len() as u32 + 1 });
        // A board has few places, so the difference fits.
        before as i32 - place as i32
    }

    /// The members who have the most points, as far as they are on the board.
    pub fn winners(&self) -> impl Iterator<Item = &Entry> {
        self.places().filter(|(place, _)| *place == 1).map(|(_, entry)| entry)
    }

    /// How many members have the most points, on the board or not.
    pub fn leaders(&self) -> u32 {
        self.leaders
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(id: &str, points: u32) -> Entry {
        Entry { id: id.into(), name: id.into(), points }
    }

    fn listed(board: &Board) -> Vec<(u32, &str, u32)> {
        board.places().map(|(place, entry)| (place, entry.id.as_str(), entry.points)).collect()
    }

    #[test]
    fn equal_points_are_an_equal_place_and_the_earlier_stands_first() {
        let mut board = Board::default();
        for (id, points) in [("li", 700), ("wang", 900), ("zhao", 700), ("sun", 600)] {
            assert!(board.raise(entry(id, points)));
        }
        assert_eq!(listed(&board), [(1, "wang", 900), (2, "li", 700), (2, "zhao", 700), (4, "sun", 600)]);
        board.raise(entry("li", 900));
        assert_eq!(listed(&board), [(1, "wang", 900), (1, "li", 900), (3, "zhao", 700), (4, "sun", 600)]);
        assert_eq!((board.winners().count(), board.leaders()), (2, 2));
        board.raise(entry("wang", 901));
        assert_eq!((board.winners().count(), board.leaders()), (1, 1));
    }

    #[test]
    fn an_eleventh_leader_is_counted_and_not_listed() {
        let mut board = Board::default();
        (0..12).for_each(|n| assert!(board.raise(entry(&format!("m{n}"), 500))));
        assert_eq!((board.winners().count(), board.leaders()), (10, 12));
        assert!(!board.raise(entry("late", 499)), "who is neither listed nor a leader changes nothing");
    }

    #[test]
    fn places_change_since_an_earlier_board() {
        let mut before = Board::default();
        assert_eq!(before.change("li", 1), 0, "the first board changes nothing");
        for (id, points) in [("wang", 900), ("li", 700)] {
            before.raise(entry(id, points));
        }
        assert_eq!([("li", 1), ("wang", 2), ("new", 1)].map(|(id, place)| before.change(id, place)), [1, -1, 2]);
    }

    proptest! {
        /// The board is what sorting everybody would give, after every change. Gains are small, so that ties are common.
        #[test]
        fn the_board_is_the_head_of_the_whole_table(gains in prop::collection::vec((0_usize..25, 1_u32..4), 0..150)) {
            let mut board = Board::default();
            // Points, and when they were reached, by member.
            let mut table = vec![(0_u32, 0_usize); 25];
            for (time, (who, gain)) in gains.into_iter().enumerate() {
                table[who] = (table[who].0 + gain, time);
                let before = board.clone();
                let changed = board.raise(entry(&format!("m{who}"), table[who].0));
                prop_assert_eq!(changed, board != before);

                let mut ranked: Vec<usize> = (0..25).filter(|who| table[*who].0 > 0).collect();
                ranked.sort_by_key(|who| (u32::MAX - table[*who].0, table[*who].1));
                let most = table[ranked[0]].0;
                let place = |who: usize| table.iter().filter(|(points, _)| *points > table[who].0).count() as u32 + 1;
                let expected: Vec<_> =
                    ranked.iter().take(PLACES).map(|who| (place(*who), format!("m{who}"), table[*who].0)).collect();
                let listed: Vec<_> =
                    listed(&board).into_iter().map(|(place, id, points)| (place, id.to_owned(), points)).collect();
                prop_assert_eq!(listed, expected);
                prop_assert_eq!(board.leaders() as usize, table.iter().filter(|(points, _)| *points == most).count());
            }
        }
    }
}

//! The judge is judged: it passes everything that an honest server may say, and finds each planted lie.

mod faults;
mod meeting;

use hezi_tests::history::{History, Violation};
use proptest::prelude::*;

use faults::Fault;
use meeting::{Line, Step, meeting};

fn judge(lines: &[Line]) -> Vec<Violation> {
    let mut history = History::new();
    meeting::tell(&mut history, lines);
    history.check()
}

/// A meeting in which everything happens at least once, crashes and unanswered commands included.
fn full_meeting() -> Vec<Line> {
    use Step::{Chat, Connect, Crash, Grab, Read, Resend, Score, View};
    use meeting::Fate::{Ack, Land, Lose};

    let steps = [
        Connect(0),
        Connect(1),
        Connect(2),
        Chat(1, Ack),
        Chat(2, Ack),
        Score(1, 3, Ack),
        Grab(1, Ack),
        View,
        Read(0),
        Score(2, 5, Ack),
        Chat(1, Land),
        Chat(2, Lose),
        Grab(2, Land),
        Crash,
        Connect(1),
        Connect(2),
        Resend(2, 0),
        Resend(1, 0),
        Resend(1, 2),
        Resend(2, 3),
        Chat(0, Ack),
        Score(1, 4, Ack),
        Chat(1, Ack),
        Grab(3, Lose),
        View,
        Crash,
        Connect(2),
        Connect(3),
        Chat(3, Ack),
        Resend(3, 0),
        Resend(1, 2),
        Chat(2, Ack),
        Chat(1, Lose),
        Score(3, 2, Land),
        View,
    ];
    meeting(&steps)
}

#[test]
fn an_honest_meeting_passes() {
    assert_eq!(judge(&full_meeting()), []);
}

#[test]
fn every_planted_fault_is_found_wherever_it_is() {
    for fault in Fault::ALL {
        let mut planted = 0;
        for pick in 0..40 {
            let mut lines = full_meeting();
            if fault.plant(&mut lines, pick) {
                planted += 1;
                let found = judge(&lines);
                assert!(found.iter().any(|found| fault.is_named_by(found)), "{fault:?} at {pick}: {found:?}");
            }
        }
        assert!(planted > 0, "{fault:?} cannot be planted in this meeting");
    }
}

#[test]
fn a_violation_says_in_words_what_does_not_fit() {
    let mut lines = full_meeting();
    assert!(Fault::AcknowledgedTooEarly.plant(&mut lines, 0));
    let found = judge(&lines);
    let lost = found.iter().find(|found| matches!(found, Violation::Lost { .. })).expect("a loss");
    let words = lost.to_string();
    assert!(words.contains("was acknowledged there") && words.starts_with("seq "), "{words}");
}

#[test]
fn figures_count_what_was_found() {
    let mut lines = full_meeting();
    assert!(Fault::Hole.plant(&mut lines, 0));
    let mut history = History::new();
    meeting::tell(&mut history, &lines);
    let figures = history.figures(&history.check());
    assert_eq!((figures.holes, figures.doubled), (1, 0), "{figures:?}");
    assert!(figures.acknowledged > 10 && figures.acknowledged < figures.sent, "{figures:?}");
    assert!(figures.resumed > 0 && figures.resumed < figures.connections, "{figures:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn any_honest_meeting_passes(steps in prop::collection::vec(meeting::any_step(), 0..120)) {
        prop_assert_eq!(judge(&meeting(&steps)), []);
    }

    #[test]
    fn any_fault_in_any_meeting_is_found(
        steps in prop::collection::vec(meeting::any_step(), 40..120),
        fault in prop::sample::select(Fault::ALL),
        pick in 0_usize..1_000,
    ) {
        let mut lines = meeting(&steps);
        // A meeting may have no place for a fault: nobody grabbed, nobody came back.
        if fault.plant(&mut lines, pick) {
            let found = judge(&lines);
            prop_assert!(found.iter().any(|found| fault.is_named_by(found)), "{:?}: {:?}", fault, found);
        }
    }
}

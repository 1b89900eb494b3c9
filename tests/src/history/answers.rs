//! The same command gets the same answer, on every road and for good.

use super::{Answered, Command, History, Source, Violation};

impl History {
    /// A command was answered, over whichever connection or request.
    ///
    /// # Panics
    /// When nobody sent it.
    pub fn reply(&mut self, who: &str, id: &str, answered: Answered) {
        self.now += 1;
        let command = Command::new(who, id);
        let Some(sent) = self.commands.get_mut(&command) else { panic!("nobody sent {command}: {answered:?}") };
        let before = sent.done.as_ref().map(|(_, seq, ok)| Answered::Done { seq: *seq, ok: ok.clone() });
        sent.refused = answered.is_final_refusal();
        match (before, &answered) {
            (None, Answered::Done { seq, ok }) => {
                sent.done = Some((self.now, *seq, ok.clone()));
                self.tell(*seq, Source::Reply(command));
            }
            (Some(before), after) if before != *after && (sent.refused || matches!(after, Answered::Done { .. })) => {
                self.contradictions.push(Violation::ReplyChanged { command, before, after: answered });
            }
            _ => {}
        }
    }
}

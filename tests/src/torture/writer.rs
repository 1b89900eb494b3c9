//! A member who writes: a fixed number of commands under way, and what was not answered is sent again under the same id.

use std::collections::VecDeque;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use super::Stage;
use super::line::{Line, Refusal};
use crate::history::What;
use crate::{Activity, Conference, User};

/// Commands that a member has under way at a time.
const UNDER_WAY: usize = 8;
/// How long a member waits before they try again what did not work.
const PATIENCE: Duration = Duration::from_millis(20);
/// How long everything may take to be answered in the end, when a long journal is opened.
const SETTLED_WITHIN: Duration = Duration::from_secs(15);
/// Characters of what is said: 200 to 1,900 bytes, or three times that in Chinese, within the server's 2,000 characters.
const TEXT_CHARS: std::ops::Range<usize> = 200..1_900;
/// After how many frames a member hangs up and comes back.
const FRAMES: std::ops::Range<usize> = 300..3_000;

/// Ids of the activities.
#[derive(Clone, Debug)]
pub(super) struct Activities {
    rating: String,
    vote: String,
    packet: String,
}

impl Activities {
    pub(super) fn of([rating, vote, packet]: &[Activity; 3]) -> Self {
        Activities { rating: rating.id.clone(), vote: vote.id.clone(), packet: packet.id.clone() }
    }
}

/// Who acts and talks in one conference, over one connection after another.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) user: User,
    room: Conference,
    activities: Activities,
    who: usize,
    rng: Rng,
    /// Commands made up to now.
    made: usize,
    unanswered: VecDeque<Value>,
    /// The last place that the member saw.
    seen: Option<u64>,
}

/// What a reply means for who waits for it.
enum Heard {
    /// It says nothing of any command.
    Nothing,
    /// A command is settled.
    Settled,
    /// The server is out of service for the moment.
    TryLater,
}

impl Writer {
    pub(super) fn new(user: User, room: &Conference, activities: Activities, seed: u64, who: usize) -> Self {
        let rng = Rng::with_seed(seed.wrapping_mul(0x9e37_79b9).wrapping_add(who as u64));
        let room = room.clone();
        Writer { user, room, activities, who, rng, made: 0, unanswered: VecDeque::new(), seen: None }
    }

    /// Writes until the server's life is over.
    pub(super) async fn write(&mut self, stage: &Stage) {
        let mut over = stage.over.subscribe();
        while !*over.borrow() {
            if let Ok(line) = self.connect(stage).await {
                self.talk(stage, line).await;
            }
            // Right after the end, and before a server is asked again that just refused.
            let _ = timeout(PATIENCE, over.wait_for(|over| *over)).await;
        }
    }

    /// Sends what is unanswered until it is answered.
    ///
    /// # Errors
    /// Why it is not: what the server says, or that it says nothing in time.
    pub(super) async fn settle(&mut self, stage: &Stage) -> Result<(), String> {
        let deadline = Instant::now() + SETTLED_WITHIN;
        loop {
            match self.connect(stage).await {
                Ok(mut line) => {
                    if timeout(SETTLED_WITHIN, self.finish(stage, &mut line)).await == Ok(true) {
                        return Ok(());
                    }
                }
                Err(Refusal::Refused(code, detail)) if code == "damaged" => return Err(detail),
                Err(_) => {}
            }
            if Instant::now() > deadline {
                return Err(format!("{} of {} are not answered", self.unanswered.len(), self.user.id));
            }
            sleep(PATIENCE).await;
        }
    }

    /// Connects and sends what is unanswered.
    async fn connect(&mut self, stage: &Stage) -> Result<Line, Refusal> {
        let mut line = Line::open(stage, &self.user, &self.room, self.seen).await?;
        for frame in &self.unanswered {
            note_send(stage, &self.user, frame);
            line.send(frame).await;
        }
        Ok(line)
    }

    /// Keeps commands under way until the connection ends, or the member is tired of it.
    async fn talk(&mut self, stage: &Stage, mut line: Line) {
        for _ in 0..self.rng.usize(FRAMES) {
            while self.unanswered.len() < UNDER_WAY {
                let frame = self.command();
                note_send(stage, &self.user, &frame);
                line.send(&frame).await;
                self.unanswered.push_back(frame);
            }
            let Some(frame) = line.next(stage).await else { return };
            if let Heard::TryLater = self.hear(stage, &frame) {
                return;
            }
        }
    }

    /// Whether everything is answered now; if not, it is to be sent again.
    async fn finish(&mut self, stage: &Stage, line: &mut Line) -> bool {
        while !self.unanswered.is_empty() {
            let Some(frame) = line.next(stage).await else { return false };
            if let Heard::TryLater = self.hear(stage, &frame) {
                return false;
            }
        }
        true
    }

    fn hear(&mut self, stage: &Stage, frame: &Value) -> Heard {
        match frame["type"].as_str() {
            Some("welcome") if frame["resumed"] != true => self.seen = frame["seq"].as_u64(),
            Some("event") => self.seen = self.seen.max(frame["seq"].as_u64()),
            Some("reply") => return self.hear_reply(stage, frame),
            _ => {}
        }
        Heard::Nothing
    }

    fn hear_reply(&mut self, stage: &Stage, frame: &Value) -> Heard {
        if matches!(frame["error"]["code"].as_str(), Some("unavailable" | "internal" | "rate_limited")) {
            return Heard::TryLater;
        }
        let before = self.unanswered.len();
        self.unanswered.retain(|command| command["id"] != frame["id"]);
        if before > self.unanswered.len() && frame["ok"].is_object() {
            stage.acknowledged.send_modify(|count| *count += 1);
        }
        Heard::Settled
    }

    /// The next command: mostly something to say.
    fn command(&mut self) -> Value {
        self.made += 1;
        let id = format!("c{}", self.made);
        let act =
            |activity: &str, action: Value| json!({ "type": "act", "id": id, "activity": activity, "action": action });
        match self.rng.u32(0..20) {
            0 | 1 => act(&self.activities.rating, json!({ "score": self.rng.u32(1..=5) })),
            2 => act(&self.activities.vote, json!({ "choose": [self.rng.choice(["A", "B", "C"])] })),
            3 if self.made > 20 => act(&self.activities.packet, json!({ "grab": {} })),
            _ => json!({ "type": "chat", "id": id, "text": self.text() }),
        }
    }

    /// Something to say that nobody else says: of letters, which do not compress well, or Chinese, which is three bytes each.
    fn text(&mut self) -> String {
        let chars = self.rng.usize(TEXT_CHARS);
        let mut text = format!("{}-{} ", self.who, self.made);
        if self.rng.u32(0..4) == 0 {
            text.extend((0..chars / 2).map(|_| self.rng.char('一'..='龥')));
        } else {
            text.extend((0..chars).map(|_| self.rng.alphanumeric()));
        }
        text
    }
}

fn note_send(stage: &Stage, user: &User, frame: &Value) {
    stage.history().send(&user.id, frame["id"].as_str().expect("an id"), What::of(frame));
}

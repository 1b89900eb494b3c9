//! What members do: say something, act, send again, look, leave and come back; and what organizers do besides.

use std::time::Duration;

use hezi::domain::changes::ConferenceChanges;
use hezi::domain::command::{NewActivity, Request};
use hezi::domain::id::{CommandId, UserId};
use hezi::domain::measure::Measure;
use hezi::domain::member::User;
use hezi::domain::payload::Payload;
use hezi::protocol::entry;
use hezi::room::{RoomError, RoomHandle};
use hezi_tests::history::{Answered, What};
use serde_json::{Value, json};

use super::client::Client;
use super::components::NAMES;
use super::world::Known;

/// Cents and shares of every red packet of a run.
pub(super) const PACKET: (u64, u64) = (100, 3);
/// Organizers put messages of the first so many entries on the wall: few enough that they meet one there again.
const MESSAGES: u64 = 40;
/// Entries on a page of the journal.
const PAGE: usize = 50;

/// A command as a socket hands it to its room.
pub(super) fn command(what: &What) -> Request {
    match what {
        What::Chat { text } => Request::Chat { text: text.clone(), reply_to: None },
        What::Act { activity, action } => {
            let activity = hezi::domain::id::ActivityId::parse(activity).expect("an id");
            Request::Act { activity, action: raw(action), on_behalf_of: None }
        }
    }
}

fn raw(value: &Value) -> Payload {
    serde_json::from_str(&value.to_string()).expect("JSON")
}

fn configuration(plugin: &str) -> Value {
    match plugin {
        "vote" => json!({ "question": "?", "options": ["甲", "乙"], "revisable": true }),
        "rating" => json!({ "subject": "?", "min": 1, "max": 5, "step": 1, "revisable": true }),
        _ => {
            json!({ "total_cents": PACKET.0, "shares": PACKET.1, "mode": "lucky", "greeting": "恭喜", "expires_in_s": 20 })
        }
    }
}

/// Something that an organizer does besides activities.
#[derive(Clone, Copy, Debug)]
pub(super) enum Moderation {
    Mute,
    Unmute,
    Pin,
    Unpin,
    Rename,
    PutUp,
    TakeDown,
}

impl Moderation {
    const ALL: [Self; 7] =
        [Self::Mute, Self::Unmute, Self::Pin, Self::Unpin, Self::Rename, Self::PutUp, Self::TakeDown];

    /// What is asked for; `message` is a place at which somebody may have said something.
    fn request(self, whom: &str, message: u64) -> Request {
        let about = |measure| Request::Measure { measure, whom: UserId::parse(whom).expect("an id") };
        match self {
            Self::Mute => about(Measure::Mute),
            Self::Unmute => about(Measure::Unmute),
            Self::Pin => Request::Notice { text: Some(whom.into()) },
            Self::Unpin => Request::Notice { text: None },
            Self::PutUp => Request::Wall { message, stands: true },
            Self::TakeDown => Request::Wall { message, stands: false },
            Self::Rename => {
                let changes = ConferenceChanges { title: Some(whom.into()), ..ConferenceChanges::default() };
                Request::Change { changes: Box::new(changes) }
            }
        }
    }
}

fn refused(error: &RoomError) -> Answered {
    Answered::Refused(error.problem().code.as_str().to_owned())
}

impl Client {
    /// One thing, as the dice fall.
    pub(super) async fn do_something(&mut self) {
        let deed = self.dice.below(100);
        if !self.is_connected() && deed < 60 {
            return self.connect().await;
        }
        match deed {
            0..30 => self.chat().await,
            30..55 => self.act().await,
            55..72 => self.send_again().await,
            72..78 => self.hang_up("by chance"),
            78..82 => {
                let pause = self.dice.pause(8_000);
                self.note("reads nothing for a while");
                tokio::time::sleep(pause).await;
            }
            82..86 => drop(self.read_journal().await),
            86..90 => self.look().await,
            90..93 => self.leave().await,
            93..95 => self.take_another_name().await,
            _ if self.owner => self.organize().await,
            _ => {}
        }
    }

    async fn chat(&mut self) {
        let id = self.fresh_id();
        let what = What::Chat { text: format!("{id} 说") };
        self.begin(id, what).await;
    }

    async fn act(&mut self) {
        let activities = self.world.activities().clone();
        if activities.is_empty() {
            return self.chat().await;
        }
        let Known { id: activity, plugin } = self.dice.pick(&activities).clone();
        let action = match plugin.as_str() {
            "vote" => json!({ "choose": [self.dice.pick(&["甲", "乙"])] }),
            "rating" => json!({ "score": self.dice.between(1, 6) }),
            _ => json!({ "grab": {} }),
        };
        let id = self.fresh_id();
        self.begin(id, What::Act { activity: activity.to_string(), action }).await;
    }

    /// Sends a command for the first time.
    async fn begin(&mut self, id: String, what: What) {
        self.note(format_args!("{id}: {what:?}"));
        self.unanswered.insert(id.clone(), what.clone());
        self.deliver(&id, &what).await;
    }

    /// Sends a command that was not answered once more.
    async fn send_again(&mut self) {
        let waiting: Vec<(String, What)> = self.unanswered.clone().into_iter().collect();
        if waiting.is_empty() {
            return;
        }
        let (id, what) = self.dice.pick(&waiting).clone();
        self.note(format_args!("{id} again"));
        self.deliver(&id, &what).await;
    }

    /// Over the socket, or by a request of its own.
    pub(super) async fn deliver(&mut self, id: &str, what: &What) {
        match what {
            What::Act { .. } if !self.is_connected() || self.dice.happens(300) => {
                let Some(room) = self.room().await else { return };
                self.world.history().send(self.user.id.as_str(), id, what.clone());
                let (by, key) = (self.user.id.clone(), CommandId::parse(id).expect("an id"));
                match self.patiently(room.command(&by, Some(key), command(what))).await {
                    Some(Ok(done)) => {
                        let ok = serde_json::from_str(done.reply.text()).expect("JSON");
                        self.answered(id, Answered::Done { seq: done.seq, ok }, false);
                    }
                    Some(Err(error)) => self.answered(id, refused(&error), false),
                    None => self.note(format_args!("{id}: gives up waiting")),
                }
            }
            _ => {
                if self.is_connected() && !self.send(id, what).await {
                    self.hang_up("because the room has gone");
                }
            }
        }
    }

    /// Reads the whole journal, page by page; true when it came to the end.
    pub(super) async fn read_journal(&mut self) -> bool {
        let Some(room) = self.room().await else { return false };
        let (who, by) = (self.user.id.to_string(), self.user.id.clone());
        let read = self.world.history().ask_journal(&who);
        let (mut after, mut entries) = (0, Vec::new());
        loop {
            let Some(Ok((page, next))) = self.patiently(room.journal(&by, after, PAGE)).await else {
                self.note("does not get the journal");
                return false;
            };
            for entry in &page {
                self.world.told_entry(&who, entry);
                let shown = entry::entry(entry).expect("an entry can be shown");
                entries.push(serde_json::from_str::<Value>(shown.get()).expect("JSON"));
            }
            let Some(next) = next else { break };
            after = next;
        }
        self.note(format_args!("has read {} entries", entries.len()));
        self.world.history().journal(read, &entries);
        true
    }

    /// Looks at an activity.
    async fn look(&mut self) {
        let activities = self.world.activities().clone();
        let Some(room) = self.room().await else { return };
        if activities.is_empty() {
            return;
        }
        let (by, id) = (self.user.id.clone(), self.dice.pick(&activities).id.clone());
        let shown = self.patiently(room.activity(&by, &id, None)).await;
        if let Some(Ok(view)) = shown {
            self.world.told_head(by.as_str(), "their own view", view.as_of.unwrap_or_default());
            self.note(format_args!("looks at {id} as of {:?}", view.as_of));
        }
    }

    async fn leave(&mut self) {
        if self.owner {
            return;
        }
        let Some(room) = self.room().await else { return };
        let by = self.user.id.clone();
        // An organizer who comes back is a participant, and sees less than before: what they saw would be no measure.
        if matches!(self.patiently(room.organized_by(&by)).await, Some(Ok(_)) | None) {
            return;
        }
        let left = self.patiently(room.leave(&by)).await.map(|left| left.map_err(|error| error.to_string()));
        self.note(format_args!("leaves: {left:?}"));
    }

    async fn take_another_name(&mut self) {
        let Some(server) = self.world.up() else { return };
        let name = format!("{}号", self.dice.below(1_000));
        self.user = User { name, ..self.user.clone() };
        server.rooms.rename(&self.user).await;
    }

    /// What only organizers do.
    async fn organize(&mut self) {
        let Some(room) = self.room().await else { return };
        match self.dice.below(7) {
            6 if self.world.activities().len() < 6 => self.prepare(&room).await,
            0 if self.world.activities().len() < 4 => {
                let plugin = *self.dice.pick(&NAMES);
                let key = self.fresh_id();
                self.unmade.insert(key, (plugin.to_owned(), configuration(plugin).to_string()));
                self.make_activity(&room).await;
            }
            0 | 1 => self.make_activity(&room).await,
            2 => self.appoint(&room).await,
            3 | 4 => self.moderate(&room).await,
            _ if self.dice.happens(300) => self.close_one(&room).await,
            _ => self.report(&room).await,
        }
    }

    /// Prepares an activity, makes it otherwise, and has two organizers at once open it and throw it away: one of them is
    /// refused, or both where the server goes down.
    async fn prepare(&mut self, room: &RoomHandle) {
        let by = self.user.id.clone();
        let new = NewActivity {
            plugin: "vote".into(),
            version: None,
            config: raw(&configuration("vote")),
            open: false,
            schedule: hezi::domain::activity::Schedule::default(),
            anonymous: false,
        };
        let Some(Ok(draft)) = self.patiently(room.create_activity(&by, new, None)).await else { return };
        let otherwise = raw(&json!({ "question": "??", "options": ["甲", "乙"], "revisable": true }));
        let revised = self.patiently(room.revise_activity(&by, &draft.id, otherwise, None)).await;
        let both = async {
            tokio::join!(room.open_activity(&by, &draft.id, None), room.discard_activity(&by, &draft.id, None))
        };
        let (opened, discarded) = match self.patiently(both).await {
            Some((opened, discarded)) => (opened.map(drop), discarded),
            None => return self.note(format_args!("gives up waiting for {}", draft.id)),
        };
        self.note(format_args!("{}: revised {}", draft.id, matches!(revised, Some(Ok(_)))));
        self.note(format_args!("{}: opened {opened:?}, discarded {discarded:?}", draft.id));
        match (opened, discarded) {
            (Ok(()), Ok(())) => self.world.blame(format_args!("{} is open, and thrown away", draft.id)),
            (Ok(()), Err(_)) => self.world.activities().push(Known { id: draft.id, plugin: "vote".into() }),
            _ => {}
        }
    }

    /// Makes an activity that is to be made, the same one again if the answer was lost.
    pub(super) async fn make_activity(&mut self, room: &RoomHandle) {
        let Some((key, (plugin, config))) = self.unmade.first_key_value() else { return };
        let (key, plugin, config) = (key.clone(), plugin.clone(), config.clone());
        let new = NewActivity {
            plugin: plugin.clone(),
            version: None,
            config: serde_json::from_str(&config).expect("JSON"),
            open: true,
            schedule: hezi::domain::activity::Schedule::default(),
            anonymous: false,
        };
        let (by, command) = (self.user.id.clone(), CommandId::parse(&key).expect("an id"));
        match self.patiently(room.create_activity(&by, new, Some(command))).await {
            Some(Ok(made)) => {
                self.note(format_args!("{key}: made {plugin} {}", made.id));
                self.unmade.remove(&key);
                let id = made.id.to_string();
                if plugin == "red-packet" {
                    self.world.history().packet(&id, PACKET.0, PACKET.1);
                }
                self.world.activities().push(Known { id: made.id, plugin });
            }
            Some(Err(error)) => self.note(format_args!("{key}: not made: {error}")),
            None => self.note(format_args!("{key}: gives up waiting")),
        }
    }

    async fn appoint(&mut self, room: &RoomHandle) {
        let by = self.user.id.clone();
        let whom = UserId::parse(&format!("m{}", self.dice.between(1, 4))).expect("an id");
        let request = Request::Measure { measure: Measure::Appoint, whom: whom.clone() };
        let appointed = self.patiently(room.command(&by, None, request)).await.map(|made| made.is_ok());
        self.note(format_args!("appoints {whom}: {appointed:?}"));
    }

    /// What organizers do besides activities, the same once more if the answer was lost.
    pub(super) async fn moderate(&mut self, room: &RoomHandle) {
        if self.unmoderated.is_none() {
            let whom = format!("m{}", self.dice.between(1, 4));
            let deed = *self.dice.pick(&Moderation::ALL);
            let message = self.dice.between(1, MESSAGES);
            self.unmoderated = Some((self.fresh_id(), deed, whom, message));
        }
        let Some((id, deed, whom, message)) = self.unmoderated.clone() else { return };
        let (by, command) = (self.user.id.clone(), CommandId::parse(&id).expect("an id"));
        match self.patiently(room.command(&by, Some(command), deed.request(&whom, message))).await {
            Some(Ok(done)) => {
                self.world.told_done(by.as_str(), &id, done.seq, &json!({}));
                self.unmoderated = None;
            }
            Some(Err(RoomError::Rule(error))) => {
                self.note(format_args!("{id}: {error}"));
                self.unmoderated = None;
            }
            other => self.note(format_args!("{id}: {:?}", other.map(|done| done.is_ok()))),
        }
    }

    async fn close_one(&mut self, room: &RoomHandle) {
        let activities = self.world.activities().clone();
        if activities.is_empty() {
            return;
        }
        let (by, id) = (self.user.id.clone(), self.dice.pick(&activities).id.clone());
        let closed = self.patiently(room.close_activity(&by, &id, None)).await;
        let closed = closed.map(|closed| closed.map(drop).map_err(|error| error.to_string()));
        self.note(format_args!("closes {id}: {closed:?}"));
    }

    async fn report(&mut self, room: &RoomHandle) {
        let activities = self.world.activities().clone();
        if activities.is_empty() {
            return;
        }
        let (by, id) = (self.user.id.clone(), self.dice.pick(&activities).id.clone());
        let report = self.patiently(room.report(&by, &id)).await;
        let rows = report.map(|report| report.map(|report| report.rows.len()).map_err(|error| error.to_string()));
        self.note(format_args!("asks for a report: {rows:?}"));
    }

    /// Ends the conference, as often as it takes.
    pub(super) async fn end(&mut self) {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let Some(room) = self.room().await else { continue };
            let by = self.user.id.clone();
            match self.patiently(room.end(&by)).await {
                Some(Ok(_) | Err(RoomError::Ended)) => {
                    self.over = true;
                    return self.note("has ended the conference");
                }
                ended => self.note(format_args!("ends it once more: {:?}", ended.map(|ended| ended.is_ok()))),
            }
        }
    }
}

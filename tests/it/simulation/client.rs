//! A member with a phone: a socket that comes and goes, commands that wait for their answers, and what was seen last.
//!
//! What members do stands in `deeds`.
//!
//! # Invariants
//! * A command that was not answered is sent again with the same id and says the same.
//! * `since` is the last entry that came over any of the member's sockets.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hezi::domain::id::{CommandId, UserId};
use hezi::domain::member::User;
use hezi::domain::session::SessionTag;
use hezi::domain::tongue::Tongue;
use hezi::protocol::close::Close;
use hezi::room::{Connection, Entrant, Looker, Next, Outbox, OutboxReader, Position, RoomError, RoomHandle};
use hezi_tests::history::{Answered, ConnectionId, What};
use serde_json::Value;
use tokio::time::{Instant, sleep_until, timeout};

use super::deeds::Moderation;
use super::dice::Dice;
use super::world::{Server, World};

/// Frames taken out of a queue at a time.
const FRAMES: usize = 4;
/// How long the most patient client waits for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// A socket of a member.
struct Socket {
    connection: Connection,
    reader: OutboxReader,
    noted: ConnectionId,
}

/// A member.
pub(super) struct Client {
    pub(super) world: Arc<World>,
    pub(super) user: User,
    pub(super) dice: Dice,
    pub(super) owner: bool,
    /// Commands that are to be sent again.
    pub(super) unanswered: BTreeMap<String, What>,
    /// Activities to make: the key, the plugin, the configuration.
    pub(super) unmade: BTreeMap<String, (String, String)>,
    /// What was to be done as an organizer and was not answered: the id, what, and about whom.
    pub(super) unmoderated: Option<(String, Moderation, String, u64)>,
    /// Commands that were carried out.
    done: Vec<(String, What)>,
    commands: u64,
    /// The server that the socket hangs on.
    server: Option<Arc<Server>>,
    socket: Option<Socket>,
    since: Option<u64>,
    /// Whether the conference is over, as far as the member knows.
    pub(super) over: bool,
}

impl Client {
    pub(super) fn new(world: &Arc<World>, number: u64, owner: bool) -> Self {
        let id = UserId::parse(&format!("m{number}")).expect("an id");
        Self {
            world: Arc::clone(world),
            user: User::new(id, format!("成员{number}")),
            dice: Dice::new(world.seed, &format!("member {number}")),
            owner,
            unanswered: BTreeMap::new(),
            unmade: BTreeMap::new(),
            unmoderated: None,
            done: Vec::new(),
            commands: 0,
            server: None,
            socket: None,
            since: None,
            over: false,
        }
    }

    pub(super) fn name(&self) -> &str {
        self.user.id.as_str()
    }

    pub(super) fn note(&self, what: impl std::fmt::Display) {
        self.world.trace.note(self.name(), what);
    }

    /// An id that no command of the member had before.
    pub(super) fn fresh_id(&mut self) -> String {
        self.commands += 1;
        format!("{}-{}", self.user.id, self.commands)
    }

    /// The last commands that were carried out.
    pub(super) fn done_last(&self, most: usize) -> Vec<(String, What)> {
        self.done.iter().rev().take(most).cloned().collect()
    }

    pub(super) fn is_connected(&self) -> bool {
        self.socket.is_some()
    }

    /// Takes part until then.
    pub(super) async fn live(mut self, until: Instant) -> Self {
        while Instant::now() < until && !self.over {
            let next = Instant::now() + self.dice.pause(2_000);
            self.listen(next).await;
            self.do_something().await;
        }
        self.hang_up("at the end");
        self
    }

    /// The way to the room, if there is one at the moment.
    pub(super) async fn room(&mut self) -> Option<RoomHandle> {
        let server = self.world.up()?;
        let number = self.world.conference.get()?.1;
        self.patiently(server.rooms.by_number(number)).await?.ok()
    }

    /// Waits for an answer, as long as the client has patience.
    pub(super) async fn patiently<T>(&mut self, answer: impl Future<Output = T>) -> Option<T> {
        let patience = *self.dice.pick(&[Duration::from_millis(300), Duration::from_secs(3), PATIENCE]);
        timeout(patience, answer).await.ok()
    }

    /// Connects, as one who has seen everything up to `since`, or anew.
    pub(super) async fn connect(&mut self) {
        self.server = self.world.up();
        let Some(room) = self.room().await else { return };
        let since = self.since.filter(|_| self.dice.happens(900));
        let (outbox, reader) = Outbox::new(self.world.settings.queue_bytes, Tongue::English);
        let noted = self.world.history().connect(self.user.id.as_str(), since);
        let tag = SessionTag([self.name().len() as u8; 32]);
        let user = self.user.clone();
        let position = since.map(|since| Position { since, at_ms: None });
        match self
            .patiently(room.connect(Entrant { user: &user, key: None }, Looker::Member, tag, position, outbox))
            .await
        {
            Some(Ok(connection)) => {
                self.note(format_args!("connects since {since:?}"));
                self.socket = Some(Socket { connection, reader, noted });
            }
            Some(Err(error)) => {
                self.note(format_args!("does not connect since {since:?}: {error}"));
                self.over |= matches!(error, RoomError::Ended);
            }
            None => self.note("gives up connecting"),
        }
    }

    /// The connection breaks, or the member turns away.
    pub(super) fn hang_up(&mut self, why: &str) {
        if self.socket.take().is_some() {
            self.note(format_args!("is cut {why}"));
        }
    }

    /// Sends a command over the socket; false when there is none any more.
    pub(super) async fn send(&mut self, id: &str, what: &What) -> bool {
        self.world.history().send(self.user.id.as_str(), id, what.clone());
        let (command_id, command) = (CommandId::parse(id).expect("an id"), super::deeds::command(what));
        let Some(socket) = &self.socket else { return false };
        // A room that does not take it for so long is as good as gone.
        timeout(PATIENCE, socket.connection.command(command_id, command)).await.unwrap_or(false)
    }

    /// Reads what comes until then.
    pub(super) async fn listen(&mut self, until: Instant) {
        let (world, mut frames) = (Arc::clone(&self.world), Vec::new());
        while let Some(socket) = &mut self.socket {
            let turn = world.turn();
            let same = match (&self.server, world.up()) {
                (Some(one), Some(other)) => Arc::ptr_eq(one, &other),
                _ => false,
            };
            let next = tokio::select! {
                biased;
                () = std::future::ready(()), if !same => None,
                () = turn => None,
                next = socket.reader.next(&mut frames, FRAMES) => Some(next),
                () = sleep_until(until) => return,
            };
            for frame in frames.drain(..) {
                self.receive(&frame);
            }
            match next {
                Some(Next::Frames) => {}
                Some(Next::Closed(close)) => {
                    self.over |= close == Close::ConferenceEnded;
                    self.hang_up(close.reason());
                }
                None => self.hang_up("by the server's end"),
            }
        }
        sleep_until(until).await;
    }

    fn receive(&mut self, frame: &[u8]) {
        let start = match frame[1] {
            126 => 4,
            127 => 10,
            _ => 2,
        };
        let text = std::str::from_utf8(&frame[start..]).expect("a text frame");
        let value: Value = serde_json::from_str(text).expect("a JSON object");
        let who = self.user.id.to_string();
        match value["type"].as_str() {
            Some("welcome") => {
                let seq = value["seq"].as_u64().expect("a welcome has a seq");
                self.note(format_args!("is welcome at {seq}, resumed: {}", value["resumed"]));
                self.world.told_head(&who, "a welcome", seq);
                if value["resumed"] == false {
                    self.since = Some(seq);
                }
            }
            Some("event") => {
                let seq = value["seq"].as_u64().expect("an event has a seq");
                self.world.told_event(&who, text, seq);
                self.note(format_args!("sees {seq} {}", value["kind"]));
                self.since = self.since.max(Some(seq));
            }
            Some("view") => {
                self.world.told_head(&who, "a view", value["as_of"].as_u64().expect("a view is as of a seq"))
            }
            Some("reply") => {
                let id = value["id"].as_str().expect("the reply to a command").to_owned();
                return self.answered(&id, Answered::of(&value), true);
            }
            _ => return,
        }
        if let Some(socket) = &self.socket {
            self.world.history().frame(socket.noted, &value);
        }
    }

    /// A command was answered, over the socket or by a request.
    pub(super) fn answered(&mut self, id: &str, answered: Answered, over_socket: bool) {
        let way = if over_socket { "socket" } else { "request" };
        match &answered {
            Answered::Done { seq, ok } => {
                self.note(format_args!("{id} is done at {seq}: {ok} ({way})"));
                self.world.told_done(self.user.id.as_str(), id, *seq, ok);
                let what = self.unanswered.remove(id);
                self.done.extend(what.map(|what| (id.to_owned(), what)));
            }
            Answered::Refused(code) => {
                self.note(format_args!("{id} is refused: {code} ({way})"));
                if !matches!(code.as_str(), "unavailable" | "rate_limited") {
                    self.unanswered.remove(id);
                }
            }
        }
        self.world.history().reply(self.user.id.as_str(), id, answered);
    }
}

//! A log that ends in the middle of a record: the server must go on from what is whole, and keep all that comes after.
//!
//! # Invariants
//! * The torn record is one that nobody was told of, so nothing acknowledged may be missing.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::End;
use crate::history::{Answered, History, Violation, What};
use crate::{Conference, Disk, Host, Launch, Socket, User};

/// Messages before the torn one, and after the start on the torn log.
const BEFORE: usize = 12;
const AFTER: usize = 8;
/// Characters of the torn message: its record is a little longer.
pub const TORN_CHARS: usize = 1_500;

/// A server that was killed right after a record, and copies of what it left.
#[derive(Debug)]
pub struct Torn {
    host: Host,
    launch: Launch,
    user: User,
    room: Conference,
    history: History,
    /// The command whose record is torn.
    last: Value,
    pristine: PathBuf,
}

impl Torn {
    /// Lets somebody write, kills the server, and keeps a copy of its store.
    pub async fn prepare(launch: Launch) -> Self {
        let launch = launch.unhurried().on_disk(Disk::sound(0));
        let mut host = launch.clone().start().await;
        let user = host.user("小王").await;
        let room = user.create_conference("断电").await;
        let mut history = History::new();
        let mut socket = connect(&mut history, &user, &room).await;
        for n in 0..BEFORE {
            say(&mut history, &mut socket, &user, chat(&format!("b{n}"), &format!("前{n}"))).await;
        }
        let last = chat("torn", &"撕".repeat(TORN_CHARS / 3));
        history.send(&user.id, "torn", What::of(&last));
        // It is on disk once this is answered; nobody notes the answer, since the cut makes it one that never left.
        socket.send(&last).await;
        socket.reply("torn").await.ok();
        drop(socket);
        host.kill().await;
        let pristine = launch.folder("pristine");
        copy(&launch.data_folder(), &pristine);
        Torn { host, launch, user, room, history, last, pristine }
    }

    /// Cuts that many bytes off the log, starts, writes more, ends, starts, sends the torn command again, and judges.
    ///
    /// # Panics
    /// When the server does not start.
    pub async fn cut(&mut self, bytes: u64, end: End) -> Vec<Violation> {
        let store = self.launch.data_folder();
        fs::remove_dir_all(&store).expect("the store can be put back");
        copy(&self.pristine, &store);
        cut_off(&newest_log(&store), bytes);
        let mut history = self.history.clone();
        self.start(bytes).await;
        let mut socket = connect(&mut history, &self.user, &self.room).await;
        for n in 0..AFTER {
            say(&mut history, &mut socket, &self.user, chat(&format!("a{n}"), &format!("后{n}"))).await;
        }
        self.end(end).await;
        self.start(bytes).await;
        let mut socket = connect(&mut history, &self.user, &self.room).await;
        say(&mut history, &mut socket, &self.user, self.last.clone()).await;
        let asked = history.ask_journal(&self.user.id);
        history.journal(asked, &self.user.journal(&self.room.number).await);
        history.everybody_has_read();
        self.host.kill().await;
        history.check()
    }

    async fn start(&mut self, bytes: u64) {
        let started = self.host.try_restart_as(self.launch.clone()).await;
        started.unwrap_or_else(|status| panic!("without {bytes} bytes: {status}\n{}", self.launch.log()));
    }

    async fn end(&mut self, end: End) {
        if end == End::Stop {
            self.host.ask_to_stop().await;
            self.host.ended().await;
        } else {
            self.host.kill().await;
        }
    }
}

fn chat(id: &str, text: &str) -> Value {
    json!({ "type": "chat", "id": id, "text": text })
}

async fn connect(history: &mut History, user: &User, room: &Conference) -> Socket {
    let connection = history.connect(&user.id, None);
    let socket = user.connect(&room.number).await;
    history.frame(connection, &socket.welcome);
    socket
}

async fn say(history: &mut History, socket: &mut Socket, user: &User, frame: Value) {
    let id = frame["id"].as_str().expect("an id");
    history.send(&user.id, id, What::of(&frame));
    socket.send(&frame).await;
    let reply = socket.reply(id).await;
    history.reply(&user.id, id, Answered::of(&reply.frame));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder for the copy");
    for entry in fs::read_dir(from).expect("the store is there") {
        let entry = entry.expect("the store can be listed").path();
        let target = to.join(entry.file_name().expect("a file has a name"));
        if entry.is_dir() {
            copy(&entry, &target);
        } else {
            fs::copy(&entry, &target).expect("a file can be copied");
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the store can be listed");
    let paths = entries.map(|entry| entry.expect("the store can be listed").path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The log that the engine wrote last: their names count up.
fn newest_log(store: &Path) -> PathBuf {
    let is_log = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "log" || ending == "wal");
    let newest = files(store).into_iter().filter(is_log).max();
    newest.unwrap_or_else(|| panic!("no log in {}", store.display()))
}

fn cut_off(log: &Path, bytes: u64) {
    let file = fs::File::options().write(true).open(log).expect("the log can be opened");
    let length = file.metadata().expect("the log has a length").len();
    assert!(length > bytes, "{} has {length} bytes only", log.display());
    file.set_len(length - bytes).expect("the log can be cut");
}

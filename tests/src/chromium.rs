//! Real Chromium for the tests of the pages, driven over its DevTools protocol on the WebSocket library that the tests have.
//!
//! A [`Chromium`] is one process; a [`Tab`] is a browser of its own in it, with its own cookies and storage, as another phone has.
//! Whoever drives it speaks of what is to be seen: [`Tab::see`] waits for it, [`Tab::tap`] presses what has that text.
//!
//! # Invariants
//! * Whatever a page writes into its console as an error, throws, or is refused by its policy, is kept, and [`Tab::complaints`]
//!   gives it.
//! * The process ends with its owner.

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::SplitSink;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex as AsyncMutex, oneshot};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::{DEADLINE, Host, program};

/// Names under which systems have it.
const PROGRAMS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];
/// What it says when it can be driven.
const LISTENING: &str = "DevTools listening on ws://";
/// How often its folder is removed while something of it still ends.
const REMOVALS_MAX: u32 = 10_000;

type Line = WebSocketStream<TcpStream>;

/// The connection to the process: who waits for an answer, and what was said by whom.
struct Wire {
    sink: AsyncMutex<SplitSink<Line, Message>>,
    next: AtomicU64,
    waiting: Mutex<HashMap<u64, oneshot::Sender<Value>>>,
    /// Who waits for something to happen: in which session, and what.
    awaited: Mutex<HashMap<(String, String), oneshot::Sender<Value>>>,
    complaints: Mutex<HashMap<String, Vec<String>>>,
}

impl Wire {
    async fn call(&self, session: Option<&str>, method: &str, params: Value) -> Value {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.waiting.lock().expect("no test panics here").insert(id, answer);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        self.sink.lock().await.send(Message::text(message.to_string())).await.expect("Chromium takes commands");
        let answer = timeout(DEADLINE, answered).await.unwrap_or_else(|_| panic!("Chromium does not answer {method}"));
        let answer = answer.expect("Chromium is there");
        assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
        answer["result"].clone()
    }

    /// An answer to a command, or something that happened.
    fn take(&self, message: &Value) {
        if let Some(id) = message["id"].as_u64() {
            let waiting = self.waiting.lock().expect("no test panics here").remove(&id);
            if let Some(waiting) = waiting {
                drop(waiting.send(message.clone()));
            }
            return;
        }
        let session = message["sessionId"].as_str().unwrap_or_default().to_owned();
        let event = (session.clone(), message["method"].as_str().unwrap_or_default().to_owned());
        if let Some(awaited) = self.awaited.lock().expect("no test panics here").remove(&event) {
            drop(awaited.send(message["params"].clone()));
        }
        let Some(complaint) = complaint(message) else { return };
        self.complaints.lock().expect("no test panics here").entry(session).or_default().push(complaint);
    }
}

/// What an event says against a page, if anything.
fn complaint(message: &Value) -> Option<String> {
    let params = &message["params"];
    match message["method"].as_str()? {
        "Runtime.exceptionThrown" => Some(params["exceptionDetails"].to_string()),
        "Runtime.consoleAPICalled" if params["type"] == "error" => Some(params["args"].to_string()),
        "Log.entryAdded" if params["entry"]["level"] == "error" => Some(params["entry"].to_string()),
        "Audits.issueAdded" if params["issue"]["code"] == "ContentSecurityPolicyIssue" => {
            Some(params["issue"].to_string())
        }
        _ => None,
    }
}

/// A running Chromium.
pub struct Chromium {
    wire: Arc<Wire>,
    process: Child,
    profile: TempDir,
}

impl Drop for Chromium {
    /// All of its processes go, and their folder after them: one that is left writes into what is being removed, and some of it
    /// stays on the machine for good.
    fn drop(&mut self) {
        if let Some(id) = self.process.id() {
            let kill = ["-c", "kill -KILL \"-$0\"", &id.to_string()];
            let killed = std::process::Command::new("sh").args(kill).status();
            assert!(killed.is_ok_and(|status| status.success()) || std::thread::panicking(), "Chromium can be killed");
        }
        while matches!(self.process.try_wait(), Ok(None)) {
            std::thread::yield_now();
        }
        // The others are nobody's children here: they are gone as soon as nothing new is in the folder.
        let folder = self.profile.path();
        let mut tries = 0..REMOVALS_MAX;
        while folder.exists() && tries.next().is_some() && std::fs::remove_dir_all(folder).is_err() {
            std::thread::yield_now();
        }
    }
}

impl Chromium {
    /// Starts it; none on a machine that does not have it.
    pub async fn start() -> Option<Self> {
        let program = program::find(PROGRAMS)?;
        let profile = TempDir::with_prefix("hezi-chromium-").expect("a temporary folder");
        let mut process = Command::new(program)
            .args(["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"])
            .args([
                "--remote-debugging-port=0",
                "--lang=zh-CN",
                "--hide-scrollbars",
                "--disable-extensions",
                // Each window would load two pages for an address bar that nobody sees, which takes a processor for a second.
                "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
                "about:blank",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            // It leaves a folder for its lock there, each time that it is killed.
            .env("TMPDIR", profile.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .expect("Chromium can be started");
        let mut lines = BufReader::new(process.stderr.take().expect("standard error is piped")).lines();
        let address = timeout(DEADLINE, async {
            while let Some(line) = lines.next_line().await.expect("Chromium writes text") {
                if let Some((_, address)) = line.split_once(LISTENING) {
                    return address.to_owned();
                }
            }
            panic!("Chromium ended before it could be driven");
        });
        let address = address.await.expect("Chromium can be driven in time");
        // Whoever stops reading would make it wait once the pipe is full.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Some(Self { wire: connect(&address).await, process, profile })
    }

    /// A browser of its own, as large as this, on a server.
    pub async fn tab(&self, host: &Host, width: u32, height: u32) -> Tab {
        let context = self.wire.call(None, "Target.createBrowserContext", json!({})).await;
        self.tab_in(&context["browserContextId"], host, width, height).await
    }

    /// Another tab of the same browser.
    pub async fn another_tab(&self, tab: &Tab, host: &Host, width: u32, height: u32) -> Tab {
        self.tab_in(&tab.context, host, width, height).await
    }

    async fn tab_in(&self, context: &Value, host: &Host, width: u32, height: u32) -> Tab {
        // In a window of its own: a tab that is behind another one is not drawn.
        let target = json!({ "url": "about:blank", "browserContextId": context, "newWindow": true });
        let target = self.wire.call(None, "Target.createTarget", target).await["targetId"].clone();
        let attach = json!({ "targetId": target, "flatten": true });
        let session = self.wire.call(None, "Target.attachToTarget", attach).await["sessionId"].clone();
        let session = session.as_str().expect("a session").to_owned();
        let tab = Tab { wire: Arc::clone(&self.wire), session, context: context.clone(), origin: host.url() };
        for domain in ["Page.enable", "Runtime.enable", "Log.enable", "Audits.enable", "Network.enable"] {
            tab.call(domain, json!({})).await;
        }
        // Every tab believes that it is the one in front: of several windows only one would get the keyboard.
        tab.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        tab.resize(width, height).await;
        tab
    }
}

async fn connect(address: &str) -> Arc<Wire> {
    let (authority, _) = address.split_once('/').expect("an address with a path");
    let stream = TcpStream::connect(authority).await.expect("Chromium listens");
    let (line, _) = client_async(format!("ws://{address}"), stream).await.expect("Chromium speaks WebSocket");
    let (sink, mut source) = line.split();
    let wire = Arc::new(Wire {
        sink: AsyncMutex::new(sink),
        next: AtomicU64::new(1),
        waiting: Mutex::default(),
        awaited: Mutex::default(),
        complaints: Mutex::default(),
    });
    let reading = Arc::clone(&wire);
    tokio::spawn(async move {
        while let Some(Ok(message)) = source.next().await {
            if let Ok(text) = message.to_text() {
                reading.take(&serde_json::from_str(text).unwrap_or_default());
            }
        }
    });
    wire
}

/// A page with a browser context of its own: a phone, a desk or the wall.
pub struct Tab {
    wire: Arc<Wire>,
    session: String,
    context: Value,
    origin: String,
}

impl Tab {
    /// Sends a command of the protocol.
    pub async fn call(&self, method: &str, params: Value) -> Value {
        self.wire.call(Some(&self.session), method, params).await
    }

    /// The next event of this name, from now on: what it says.
    pub(crate) fn next_event(&self, name: &str) -> impl Future<Output = Value> + use<> {
        let (happened, awaited) = oneshot::channel();
        let event = (self.session.clone(), name.to_owned());
        self.wire.awaited.lock().expect("no test panics here").insert(event, happened);
        let name = name.to_owned();
        async move {
            let awaited = timeout(DEADLINE, awaited).await.unwrap_or_else(|_| panic!("{name} does not happen"));
            awaited.expect("Chromium is there")
        }
    }

    /// Opens a path of the server and waits until it is loaded.
    pub async fn open(&self, path: &str) {
        self.call("Page.navigate", json!({ "url": format!("{}{path}", self.origin) })).await;
        self.wait_for("document.readyState === 'complete'", path).await;
    }

    /// Goes to a page without anything.
    pub async fn leave(&self) {
        self.call("Page.navigate", json!({ "url": "about:blank" })).await;
        self.wait_for("location.href === 'about:blank'", "elsewhere").await;
    }

    /// Signs in by the development form's route, in this browser, and reads in this language.
    pub async fn sign_in(&self, id: &str, name: &str, language: &str) {
        self.open("/auth/login").await;
        let person = json!({ "id": id, "name": name });
        let script = format!(
            "localStorage.setItem('hezi.language', {}); fetch('/auth/dev', {{ method: 'POST', \
             headers: {{ 'content-type': 'application/json' }}, body: {} }}).then((answer) => answer.status)",
            json!(language),
            json!(person.to_string()),
        );
        assert_eq!(self.eval(&script).await, json!(200), "{name} signs in");
    }

    /// The value of an expression in the page; of a promise, what comes of it.
    pub async fn eval(&self, script: &str) -> Value {
        let params = json!({ "expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true });
        let answer = self.call("Runtime.evaluate", params).await;
        assert!(answer["exceptionDetails"].is_null(), "{script}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true in the page.
    ///
    /// # Panics
    /// When it is not in time, with what the page shows.
    pub async fn wait_for(&self, condition: &str, what: &str) {
        let look = format!(
            "new Promise((done) => {{ const end = Date.now() + {}; const look = () => {{ let is = false; \
             try {{ is = Boolean({condition}); }} catch {{}} \
             if (is || Date.now() > end) done(is); else setTimeout(look, 30); }}; look(); }})",
            DEADLINE.as_millis() * 4 / 5
        );
        let params = json!({ "expression": look, "awaitPromise": true, "returnByValue": true });
        // A page that is being replaced takes the promise along: it is asked again.
        for _ in 0..5 {
            let id = self.try_eval(&params).await;
            match id {
                Some(Value::Bool(true)) => return,
                Some(_) => break,
                None => {}
            }
        }
        let shown = self.eval("document.body.innerText").await;
        panic!("{what} is not to be seen; complaints: {:?}; the page shows:\n{shown}", self.complaints());
    }

    async fn try_eval(&self, params: &Value) -> Option<Value> {
        let id = self.wire.next.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.wire.waiting.lock().expect("no test panics here").insert(id, answer);
        let message = json!({ "id": id, "method": "Runtime.evaluate", "params": params, "sessionId": self.session });
        self.wire.sink.lock().await.send(Message::text(message.to_string())).await.expect("Chromium takes commands");
        let answer = timeout(DEADLINE, answered).await.expect("Chromium answers").expect("Chromium is there");
        answer["result"]["result"].get("value").cloned()
    }

    /// Waits until this text is to be seen.
    pub async fn see(&self, text: &str) {
        self.wait_for(&format!("document.body.innerText.includes({})", json!(text)), text).await;
    }

    /// Presses the first thing of this kind that has this text, as soon as it is there and can be pressed.
    pub async fn tap(&self, kind: &str, text: &str) {
        // In one evaluation: what was found may be gone before a second one presses it.
        let press = format!(
            "(() => {{ const found = [...document.querySelectorAll({})].find((one) => !one.disabled \
             && one.ariaDisabled !== 'true' && (one.innerText || one.ariaLabel || '').includes({})); found?.click(); return Boolean(found); }})()",
            json!(kind),
            json!(text)
        );
        self.wait_for(&press, text).await;
    }

    /// Types into the first thing of this kind.
    pub async fn fill(&self, kind: &str, text: &str) {
        let find = format!("document.querySelector({})", json!(kind));
        self.wait_for(&find, kind).await;
        self.eval(&format!("{find}.focus()")).await;
        self.call("Input.insertText", json!({ "text": text })).await;
    }

    /// Puts a value into a field of a form, in place of what stands there, or picks one of a list by its place.
    pub async fn put(&self, field: &str, value: &str) {
        let put = format!(
            "(() => {{ const field = document.querySelector('{field}'); const isList = field.tagName === 'SELECT'; \
             if (isList) field.selectedIndex = {0}; else field.value = {0}; \
             field.dispatchEvent(new Event(isList ? 'change' : 'input', {{ bubbles: true }})); }})()",
            json!(value)
        );
        self.wait_for(&format!("document.querySelector('{field}')"), field).await;
        self.eval(&put).await;
    }

    /// Presses Enter where the cursor is.
    pub async fn enter(&self) {
        for kind in ["keyDown", "keyUp"] {
            let key =
                json!({ "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r" });
            self.call("Input.dispatchKeyEvent", key).await;
        }
    }

    /// A picture of what is to be seen.
    pub async fn screenshot(&self, path: &Path) {
        let picture = self.call("Page.captureScreenshot", json!({ "format": "png" })).await;
        let bytes = STANDARD.decode(picture["data"].as_str().expect("a picture")).expect("base64");
        std::fs::write(path, bytes).expect("the picture can be written");
    }

    /// What the page complained of until now.
    pub fn complaints(&self) -> Vec<String> {
        self.wire.complaints.lock().expect("no test panics here").get(&self.session).cloned().unwrap_or_default()
    }
}

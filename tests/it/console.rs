//! `hezi plugin …`: what an administrator types, what comes back, and what never does.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hezi_tests::{ADMIN_TOKEN, Console, DEADLINE, Host, Launch, Ran, built_in_plugins, guest, plugin};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::plugins::{NEWER, VERSION, active, newer, with_other_bytes};

/// Files to push, which are gone when the test is.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Files(TempDir::with_prefix("hezi-console-").expect("a temporary folder"))
    }

    fn save(&self, name: &str, bytes: &[u8]) -> String {
        let path: PathBuf = self.0.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path.display().to_string()
    }
}

/// The words of the line that begins with this word.
fn line<'a>(ran: &'a Ran, first: &str) -> Vec<&'a str> {
    let mut lines = ran.ok().lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    lines.find(|words| words.first() == Some(&first)).unwrap_or_else(|| panic!("no line of {first}: {ran:?}"))
}

#[tokio::test]
async fn a_version_goes_through_its_life() {
    let host = Host::start().await;
    let (console, files, wang) = (Console::beside(&host), Files::new(), host.user("小王").await);
    let file = files.save("vote.wasm", &newer(&plugin("vote")));

    let pushed = console.run(["push", "--no-activate", &file]).await;
    assert!(pushed.ok().starts_with("vote 0.1.1 is stored, not active (sha256 "), "{pushed:?}");
    assert_eq!(active(&wang, "vote").await.as_deref(), Some(VERSION));

    let activated = console.run(["activate", "vote", NEWER]).await;
    assert_eq!(activated.ok(), "vote 0.1.1 is active\n");
    assert_eq!(active(&wang, "vote").await.as_deref(), Some(NEWER));

    assert_eq!(console.run(["rollback", "vote"]).await.ok(), "vote 0.1.0 is active\n");
    assert_eq!(console.run(["rollback", "vote"]).await.ok(), "vote 0.1.1 is active\n");
    assert_eq!(console.run(["disable", "vote"]).await.ok(), "vote is switched off\n");
    assert_eq!(active(&wang, "vote").await, None);
    assert_eq!(console.run(["rollback", "vote"]).await.ok(), "vote 0.1.1 is active\n");

    assert_eq!(console.run(["remove", "vote", VERSION]).await.ok(), "vote 0.1.0 is removed\n");
    assert_eq!(active(&wang, "vote").await.as_deref(), Some(NEWER));
    let gone = console.run(["rollback", "vote"]).await;
    assert!(gone.refused(1).contains("no earlier version"), "{gone:?}");
}

#[tokio::test]
async fn tables_are_for_people() {
    let host = Host::start().await;
    let (console, files) = (Console::beside(&host), Files::new());
    let file = files.save("vote.wasm", &newer(&plugin("vote")));
    let pushed = console.run(["push", &file]).await;
    assert!(pushed.ok().starts_with("vote 0.1.1 is stored and active (sha256 "), "{pushed:?}");

    let list = console.run(["list"]).await;
    assert!(list.ok().starts_with("NAME"), "{list:?}");
    assert_eq!(list.ok().lines().count(), 1 + built_in_plugins(), "{list:?}");
    assert_eq!(line(&list, "vote")[..3], ["vote", NEWER, VERSION]);
    assert_eq!(line(&list, "vote")[4..], ["kB", "0", "0", "-"], "size, calls, faults, quarantined: {list:?}");

    let show = console.run(["show", "vote"]).await;
    assert!(show.ok().starts_with("vote 0.1.1 is active\n"), "{show:?}");
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(newer(&plugin("vote"))));
    assert_eq!(line(&show, NEWER)[1], "active");
    assert_eq!(line(&show, NEWER).last(), Some(&hash.as_str()));
    assert_eq!(line(&show, VERSION)[1], "-");

    let audit = console.run(["audit", "--limit", "1"]).await;
    assert!(audit.ok().lines().nth(1).is_some_and(|act| act.contains("token  stored and activated vote 0.1.1")));
    let place = audit.ok().trim_end().rsplit(' ').next().expect("a place to read on from");
    let older = console.run(["audit", "--before", place]).await;
    assert!(!older.ok().contains("0.1.1") && older.ok().contains("folder"), "{older:?}");

    let by_token = console.run(["audit", "--who", "token", "--plugin", "vote", "--code", "stored_and_activated"]).await;
    assert_eq!(by_token.ok().lines().count(), 2, "the head, and what was pushed: {by_token:?}");
    let by_nobody = console.run(["audit", "--who", "nobody"]).await;
    assert_eq!(by_nobody.ok().lines().count(), 1, "{by_nobody:?}");
}

#[tokio::test]
async fn what_a_plugin_did_is_shown() {
    let host = Launch::new().set("limits.quarantine.conferences", 1).start().await;
    let (console, wang) = (Console::beside(&host), host.user("小王").await);
    host.administrator().upload(guest("hostile")).await.ok(201);
    let room = wang.create_conference("周会").await;
    let hostile = wang.open(&room.number, "hostile", json!({ "do": {} })).await;
    for _ in 0..5 {
        wang.try_act(&hostile, json!({ "do": "trap" })).await.problem(503, "plugin_fault");
    }

    let list = console.run(["list"]).await;
    let words = line(&list, "hostile");
    assert_eq!(words[words.len() - 2..], ["5", VERSION], "five faults, and in quarantine: {list:?}");

    let show = console.run(["show", "hostile"]).await;
    assert!(show.ok().contains("active, quarantined") && show.ok().contains("last log lines of hostile"), "{show:?}");
    assert!(show.ok().lines().filter(|line| line.contains("fault")).count() >= 5, "{show:?}");
}

#[tokio::test]
async fn programs_get_the_servers_json() {
    let host = Host::start().await;
    let (console, files, admin) = (Console::beside(&host), Files::new(), host.administrator());
    let file = files.save("vote.wasm", &newer(&plugin("vote")));

    let pushed = console.run(["push", "--json", &file]).await.json();
    assert_eq!((&pushed["version"], &pushed["active"]), (&json!(NEWER), &json!(true)));
    let pairs: [(&[&str], &str); 3] = [
        (&["list"], "/api/admin/plugins"),
        (&["show", "vote"], "/api/admin/plugins/vote"),
        (&["audit", "--limit", "2"], "/api/admin/audit?limit=2"),
    ];
    for (command, path) in pairs {
        let said = console.run([&["--json"], command].concat()).await.json();
        assert_eq!(said, admin.get(path).await.ok(200), "{command:?}");
    }
    assert_eq!(console.run(["--json", "rollback", "vote"]).await.json()["active"], VERSION);
    assert_eq!(console.run(["--json", "disable", "vote"]).await.json()["active"], Value::Null);
    assert_eq!(console.run(["--json", "activate", "vote", VERSION]).await.json()["active"], VERSION);
    assert_eq!(console.run(["--json", "remove", "vote", NEWER]).await.json(), json!({}));
}

#[tokio::test]
async fn a_refusal_is_one_line_and_exit_code_1() {
    let host = Host::start().await;
    let (console, files) = (Console::beside(&host), Files::new());

    for command in [
        &["show", "karaoke"][..],
        &["activate", "karaoke", VERSION],
        &["activate", "vote", "9.9.9"],
        &["rollback", "karaoke"],
        &["rollback", "vote"],
        &["disable", "karaoke"],
        &["remove", "vote", VERSION],
        &["remove", "vote", "9.9.9"],
        &["audit", "--before", "yesterday"],
        &["audit", "--code", "sung"],
    ] {
        let ran = console.run(command).await;
        assert!(ran.refused(1).len() > 20 && ran.stdout.is_empty(), "{command:?}: {ran:?}");
    }

    let good = files.save("good.wasm", &newer(&plugin("vote")));
    let garbage = files.save("garbage.wasm", b"no component");
    let other = files.save("other.wasm", &with_other_bytes(&plugin("rating")));
    let ran = console.run(["push", &good, &garbage, &other]).await;
    assert!(ran.refused(1).contains("garbage.wasm: the component is refused"), "names the file: {ran:?}");
    assert!(ran.stdout.starts_with("vote 0.1.1 is stored"), "what came before it is in: {ran:?}");
    let ran = console.run(["push", &other]).await;
    assert!(ran.refused(1).contains("raise the version"), "{ran:?}");
}

#[tokio::test]
async fn what_never_reached_the_server_is_exit_code_2() {
    let host = Host::start().await;
    let (console, files) = (Console::beside(&host), Files::new());
    let good = files.save("good.wasm", &newer(&plugin("vote")));
    let closed = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let nobody = format!("http://{}", closed.local_addr().expect("an address"));
    drop(closed);

    for (command, says) in [
        (&["list", "--to", &nobody][..], nobody.as_str()),
        (&["list", "--to", "meet.example.com"], "--to"),
        (&["list", "--config", "/not/there.toml"], "/not/there.toml"),
        (&["list", "--token-file", "/not/there"], "/not/there"),
        (&["push", &good, "/not/there.wasm"], "/not/there.wasm"),
        (&["push", &good, &good, "--signature", &good], "--signature"),
    ] {
        let ran = console.run(command).await;
        assert!(ran.refused(2).contains(says), "{command:?}: {ran:?}");
    }
    for command in [&["lst"][..], &["show"], &["push"], &["remove", "vote"], &["audit", "--limit", "0"]] {
        let ran = console.run(command).await;
        assert_eq!(ran.code, Some(2), "{command:?}: {ran:?}");
    }
    let shown = host.administrator().get("/api/admin/plugins/vote").await.ok(200).to_string();
    assert!(!shown.contains(NEWER), "all files are read before the first is sent: {shown}");
}

#[tokio::test]
async fn the_token_comes_from_a_setting_or_a_file() {
    let host = Host::start().await;
    let files = Files::new();
    let file = files.save("token", format!("{ADMIN_TOKEN}\n").as_bytes());
    let nobody = Console::elsewhere().set("listen", host.url().trim_start_matches("http://"));

    let none = nobody.run(["list"]).await;
    assert!(none.refused(2).contains("admin.token"), "{none:?}");
    nobody.run(["list", "--token-file", &file]).await.ok();
    Console::elsewhere().set("admin.token", ADMIN_TOKEN).run(["list", "--to", &host.url()]).await.ok();

    let wrong = "not-the-token-of-this-server";
    let ran = nobody.set("admin.token", wrong).run(["list"]).await;
    assert!(ran.refused(1).contains("does not accept the token"), "{ran:?}");
    assert!(!ran.stderr.contains(wrong), "{ran:?}");
    assert!(!host.log().contains(ADMIN_TOKEN) && !host.log().contains(wrong), "{}", host.log());
}

#[tokio::test]
async fn the_token_is_not_sent_in_plain_text_to_another_machine() {
    let console = Console::elsewhere().set("admin.token", ADMIN_TOKEN);

    for server in ["http://meet.example.com", "http://192.0.2.1:4000"] {
        let ran = console.run(["list", "--to", server]).await;
        assert!(ran.refused(2).contains("--insecure"), "{ran:?}");
    }
    let public = console.set("public_url", "http://meet.example.com").run(["list"]).await;
    assert!(public.refused(2).contains("meet.example.com"), "{public:?}");
}

/// Takes one request, answers it, and gives it as text.
async fn take_request(listener: &TcpListener, answer: &str) -> String {
    let taken = timeout(DEADLINE, async {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains("the component") {
            let read = stream.read_buf(&mut seen).await.expect("a request");
            assert!(read > 0, "the request ended early: {}", String::from_utf8_lossy(&seen));
        }
        stream.write_all(answer.as_bytes()).await.expect("it reads the answer");
        String::from_utf8_lossy(&seen).into_owned()
    });
    taken.await.expect("a request within the deadline")
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_signatures_go_along() {
    let (files, listener) = (Files::new(), TcpListener::bind("127.0.0.1:0").await.expect("a free port"));
    let server = format!("http://{}", listener.local_addr().expect("an address"));
    let component = files.save("signed.wasm", b"the component");
    files.save("signed.wasm.minisig", b"untrusted comment: ?>\nsignature\n");
    let other = files.save("other.sig", b"another signature");
    let console = Console::elsewhere().set("admin.token", ADMIN_TOKEN);
    let moved = "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n";

    let beside = ["push", &component, "--to", &server];
    let (ran, request) = tokio::join!(console.run(beside), take_request(&listener, moved));
    assert!(ran.refused(2).contains("redirects to http://127.0.0.1:9/"), "{ran:?}");
    let signature = STANDARD.encode("untrusted comment: ?>\nsignature\n");
    assert!(request.contains(&format!("hezi-signature: {signature}\r\n")), "{request}");
    assert!(request.starts_with("PUT /api/admin/plugins HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("authorization: Bearer {ADMIN_TOKEN}\r\n")), "{request}");

    let named = ["push", &component, "--no-activate", "--signature", &other, "--to", &server];
    let gone = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>";
    let (ran, request) = tokio::join!(console.run(named), take_request(&listener, gone));
    assert!(ran.refused(2).contains("502"), "{ran:?}");
    assert!(request.starts_with("PUT /api/admin/plugins?activate=false HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("hezi-signature: {}\r\n", STANDARD.encode("another signature"))), "{request}");
    assert!(!ran.stderr.contains(ADMIN_TOKEN), "{ran:?}");
}

#[tokio::test]
async fn a_server_that_does_not_know_what_it_did_has_not_refused() {
    let (files, listener) = (Files::new(), TcpListener::bind("127.0.0.1:0").await.expect("a free port"));
    let server = format!("http://{}", listener.local_addr().expect("an address"));
    let component = files.save("unsure.wasm", b"the component");
    let problem = r#"{"code":"unavailable","status":503,"detail":"whether it had an effect is not known"}"#;
    let length = problem.len();
    let answer = format!("HTTP/1.1 503 Service Unavailable\r\ncontent-length: {length}\r\n\r\n{problem}");

    let console = Console::elsewhere().set("admin.token", ADMIN_TOKEN);
    let push = ["push", &component, "--to", &server];
    let (ran, _) = tokio::join!(console.run(push), take_request(&listener, &answer));
    let said = ran.refused(2);
    assert!(said.contains("unsure.wasm: whether it had an effect is not known"), "{ran:?}");
}

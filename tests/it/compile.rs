//! Compiling: it happens in a process of its own with bounds, and a component that is made to keep a compiler busy costs
//! its author a refusal and the people in the meetings nothing.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use hezi_tests::process::{children, is_alive, peak_memory_bytes};
use hezi_tests::{Activity, DEADLINE, Host, Launch, User, hezi_binary, plugin};
use serde_json::json;

/// What the default settings give a compile.
const MEMORY_BYTES: &str = "536870912";
const CPU_S: &str = "30";

/// A component of 17 kB that is valid, has one small function, and takes minutes and gigabytes to compile: each of the
/// variables passes through each of the loops.
pub(crate) fn bomb() -> Vec<u8> {
    const LOOPS: usize = 1_000;
    const VARIABLES: usize = 1_000;
    let add = |variable: usize| format!("local.get {variable} local.get 0 i32.add local.set {variable} ");
    let adds: String = (1..=VARIABLES).map(add).collect();
    let function = format!(
        "(func (param i32) (local {}) {} {adds} {})",
        "i32 ".repeat(VARIABLES),
        "loop ".repeat(LOOPS),
        "local.get 0 br_if 0 end ".repeat(LOOPS)
    );
    component(&function)
}

fn component(module: &str) -> Vec<u8> {
    wat::parse_str(format!("(component (core module {module}))")).expect("a component in text form")
}

fn refused(answer: &hezi_tests::Answer) -> String {
    let problem = answer.problem(422, "plugin_refused");
    problem["detail"].as_str().expect("a detail").to_owned()
}

/// A server without plugins and without compiled code.
pub(crate) fn bare() -> Launch {
    let launch = Launch::new();
    let (plugins, code) = (launch.folder("no-plugins"), launch.folder("code"));
    launch.set("plugins.dir", plugins.display()).set("plugins.cache_dir", code.display())
}

/// The same, with limits of compiling that nothing in a test reaches: a test of one of them sets that one.
pub(crate) fn patient() -> Launch {
    let launch = bare().set("limits.compile.cpu_s", 3_600).set("limits.compile.wall_ms", 3_600_000);
    launch.set("limits.compile.memory_bytes", 4_u64 << 30)
}

/// A server whose plugins were compiled before, so that low limits of compiling do not concern them.
async fn warm() -> Launch {
    let host = Host::start().await;
    host.launched_by().clone()
}

/// Waits for what no event announces: asks again and again, and fails after [`DEADLINE`].
pub(crate) async fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < DEADLINE, "{what} did not happen within {DEADLINE:?}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_compile_that_passes_a_limit_is_refused_with_the_limit_named() {
    for (setting, value) in
        [("limits.compile.cpu_s", 1), ("limits.compile.wall_ms", 1_000), ("limits.compile.memory_bytes", 128 << 20)]
    {
        let host = patient().set(setting, value).start().await;

        let detail = refused(&host.administrator().upload(bomb()).await);

        assert!(detail.contains(setting) && detail.contains("make it smaller"), "{setting}: {detail}");
        assert_eq!(children(host.pid()), [0_u32; 0], "{setting}: no process is left behind");
        assert_eq!(host.anonymous().get("/health/ready").await.status, 200);
        if setting == "limits.compile.wall_ms" {
            // How far even a harmless one comes in that time depends on what else the machine does.
            continue;
        }
        // The next one has its turn, and the limit is enough for it.
        let harmless = refused(&host.administrator().upload(component("(func (export \"f\"))")).await);
        assert!(harmless.contains("hezi:activity/activity"), "{setting}: {harmless}");
    }
}

#[tokio::test]
async fn machine_code_that_is_too_large_is_refused() {
    let host = bare().set("limits.compile.output_bytes", 100_000).start().await;

    let detail = refused(&host.administrator().upload(plugin("vote")).await);

    assert!(detail.contains("limits.compile.output_bytes"), "{detail}");
}

#[tokio::test]
async fn too_many_parts_are_refused_before_anything_is_compiled() {
    let host = bare().set("limits.compile.cpu_s", 1).start().await;
    let many_functions = component(&"(func)".repeat(100_000));
    let long_function = component(&format!("(func {})", "nop ".repeat(300_000)));

    for (bytes, says) in [(many_functions, "20000 functions"), (long_function, "262144 bytes in one function")] {
        let detail = refused(&host.administrator().upload(bytes).await);
        assert!(detail.contains(says), "{says}: {detail}");
    }
}

/// Does things until the process that compiles is gone; gives how often, and the most memory that process was seen with.
async fn go_on_while(compiles: u32, host: &Host, wang: &User, vote: &Activity) -> (usize, u64) {
    let (mut rounds, mut peak_bytes) = (0, 0);
    while is_alive(compiles) {
        assert_eq!(host.anonymous().get("/health/ready").await.status, 200);
        wang.act(vote, json!({ "choose": ["面"] })).await;
        peak_bytes = peak_memory_bytes(compiles).unwrap_or_default().max(peak_bytes);
        rounds += 1;
    }
    (rounds, peak_bytes)
}

#[tokio::test]
async fn a_compile_bomb_costs_the_server_neither_time_nor_memory() {
    // It is memory that ends the compile: then it has taken that much on any machine.
    let launch = warm().await.unhurried().set("limits.compile.memory_bytes", 192 << 20);
    let host = launch.set("limits.compile.cpu_s", 3_600).set("limits.compile.wall_ms", 3_600_000).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let lunch = json!({ "question": "午饭吃什么?", "options": ["面", "饭"], "revisable": true });
    let vote = wang.open(&room.number, "vote", lunch).await;
    wang.act(&vote, json!({ "choose": ["面"] })).await;
    let before_bytes = peak_memory_bytes(host.pid()).expect("the server runs");

    let (admin, pid) = (host.administrator(), host.pid());
    let meeting = async {
        let compiles = until("a process that compiles", || children(pid).first().copied()).await;
        go_on_while(compiles, &host, &wang, &vote).await
    };
    let (answer, (rounds, compile_bytes)) = tokio::join!(admin.upload(bomb()), meeting);

    let detail = refused(&answer);
    assert!(detail.contains("limits.compile.memory_bytes"), "{detail}");
    assert!(rounds >= 1, "people went on meanwhile");
    assert!(compile_bytes > 96 << 20, "the compile took only {compile_bytes} bytes: it is no bomb any more");
    let grown_bytes = peak_memory_bytes(pid).expect("the server runs").saturating_sub(before_bytes);
    assert!(grown_bytes < 48 << 20, "the server took {grown_bytes} bytes for a compile that took {compile_bytes}");
    assert_eq!(children(pid), [0_u32; 0]);
}

#[tokio::test]
async fn a_compile_ends_with_the_server() {
    let mut host = bare().start().await;
    let (admin, pid) = (host.administrator(), host.pid());
    let upload = tokio::spawn(async move {
        let upload = admin.request("PUT", "/api/admin/plugins").bytes("application/wasm", bomb());
        upload.try_send().await
    });
    let compiles = until("a process that compiles", || children(pid).first().copied()).await;

    host.kill().await;

    until("the end of the process that compiles", || (!is_alive(compiles)).then_some(())).await;
    let answer = upload.await.expect("the upload does not panic");
    assert!(answer.is_err(), "nobody answers: {answer:?}");
}

#[tokio::test]
async fn a_compile_in_progress_does_not_keep_the_server_from_stopping() {
    let mut host = patient().start().await;
    let (admin, pid) = (host.administrator(), host.pid());
    let upload = tokio::spawn(async move {
        let upload = admin.request("PUT", "/api/admin/plugins").bytes("application/wasm", bomb());
        upload.try_send().await
    });
    let compiles = until("a process that compiles", || children(pid).first().copied()).await;

    host.ask_to_stop().await;

    // The compile would go on for minutes: had the server waited for it, this would never come.
    assert!(host.ended().await.success());
    assert!(!is_alive(compiles), "the process that compiles is gone with the server");
    let answer = upload.await.expect("the upload does not panic");
    if let Ok(answer) = answer {
        answer.problem(503, "unavailable");
    }
}

#[tokio::test]
async fn what_was_compiled_once_is_not_compiled_again() {
    let host = bare().durable().start().await;
    host.administrator().upload(plugin("vote")).await.ok(201);
    let launch = host.launched_by().clone();
    let code = launch.data_folder().with_file_name("code");
    drop(host);

    // Nothing can be compiled within a millisecond.
    let hurried = launch.clone().set("limits.compile.wall_ms", 1);
    let host = hurried.clone().start().await;
    assert_eq!(offered(&host).await, ["vote"]);
    drop(host);

    fs::remove_dir_all(&code).expect("the folder can be removed");
    let host = hurried.start().await;
    assert_eq!(offered(&host).await, [""; 0], "one that does not load is left out");
    assert!(host.log().contains("limits.compile.wall_ms"), "{}", host.log());
    drop(host);

    let host = launch.start().await;
    assert_eq!(offered(&host).await, ["vote"], "and compiled again when there is time");
    assert_eq!(fs::read_dir(&code).expect("the folder").count(), 1);
}

async fn offered(host: &Host) -> Vec<String> {
    let list = host.user("小王").await.get("/api/plugins").await.ok(200);
    let names = list["plugins"].as_array().expect("a list").iter();
    names.map(|plugin| plugin["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn a_plugin_works_though_its_machine_code_cannot_be_kept() {
    let host = bare().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let code = host.launched_by().data_folder().with_file_name("code");
    fs::remove_dir_all(&code).expect("the folder can be removed");
    fs::write(&code, "a file is no folder").expect("a file");

    host.administrator().upload(plugin("vote")).await.ok(201);

    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    wang.act(&vote, json!({ "choose": ["A"] })).await;
    assert!(host.log().contains("is not kept"), "{}", host.log());
}

/// Runs the process that compiles as the server does, and waits for its end.
fn compile_by_hand(component: &[u8], memory_bytes: &str, cpu_s: &str) -> Output {
    let mut child = Command::new(hezi_binary())
        .args(["compile-component", "--memory-bytes", memory_bytes, "--cpu-s", cpu_s])
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the process can be started");
    let order = json!({ "limits": {}, "code_key": vec![7; 32], "component_bytes": component.len() });
    let mut stdin = child.stdin.take().expect("standard input is piped");
    // A process that has ended by itself takes nothing; its end says why.
    drop(stdin.write_all(format!("{order}\n").as_bytes()).and_then(|()| stdin.write_all(component)));
    let waiting = std::thread::spawn(move || child.wait_with_output().expect("the process ends"));
    let output = waiting.join().expect("waiting does not panic");
    drop(stdin);
    output
}

#[tokio::test]
async fn precompiled_code_is_never_accepted() {
    let host = Host::start().await;
    let compiled = compile_by_hand(&plugin("vote"), MEMORY_BYTES, CPU_S);
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let sealed = compiled.stdout;
    assert_eq!(&sealed[32..36], b"\x7fELF", "machine code stands behind the seal");

    let detail = refused(&host.administrator().upload(sealed[32..].to_vec()).await);
    assert!(detail.contains("precompiled machine code"), "{detail}");
    let detail = refused(&host.administrator().upload(sealed).await);
    assert!(detail.contains("not a WebAssembly component"), "{detail}");
}

/// The length of a section and where its content begins.
fn leb128(bytes: &[u8]) -> (usize, usize) {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return (value, at + 1);
        }
    }
    panic!("a length of more than five bytes")
}

/// A component of nearly 4 MiB of the code that the SDK makes: a plugin's module again and again.
fn as_large_as_may_be() -> Vec<u8> {
    const BYTES_MAX: usize = 4 << 20;
    const MODULES_MAX: usize = 16;
    let plugin = plugin("lottery");
    let (mut at, mut largest) = (8, 0..0);
    while at < plugin.len() {
        let (length, width) = leb128(&plugin[at + 1..]);
        let end = at + 1 + width + length;
        if plugin[at] == 1 && end - at > largest.len() {
            largest = at..end;
        }
        at = end;
    }
    let mut large = plugin[..8].to_vec();
    for _ in 0..MODULES_MAX.min((BYTES_MAX - large.len()) / largest.len()) {
        large.extend_from_slice(&plugin[largest.clone()]);
    }
    assert!(large.len() > BYTES_MAX * 3 / 4, "{} bytes", large.len());
    large
}

#[test]
fn the_largest_component_of_the_usual_kind_fits_into_the_default_limits() {
    let compiled = compile_by_hand(&as_large_as_may_be(), MEMORY_BYTES, CPU_S);

    assert!(compiled.status.success(), "{}: {}", compiled.status, String::from_utf8_lossy(&compiled.stderr));
    assert!(compiled.stdout.len() < 64 << 20, "{} bytes of machine code", compiled.stdout.len());
}

#[test]
fn the_process_that_compiles_says_why_it_does_not() {
    let wasi = r#"(component (import "wasi:cli/environment@0.2.0" (instance (export "get" (func (result string))))))"#;
    let wasi = wat::parse_str(wasi).expect("a component");
    // What it imports is the server's question; here it is only compiled.
    assert!(compile_by_hand(&wasi, MEMORY_BYTES, CPU_S).status.success());

    let garbage = compile_by_hand(b"garbage", MEMORY_BYTES, CPU_S);
    assert_eq!(garbage.status.code(), Some(3));
    assert_eq!(String::from_utf8_lossy(&garbage.stderr), "component_not_wasm this is not a WebAssembly component\n");
    assert_eq!(garbage.stdout, b"");

    let nothing = Command::new(hezi_binary())
        .args(["compile-component", "--memory-bytes", MEMORY_BYTES, "--cpu-s", CPU_S])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .expect("the process can be started");
    assert_eq!(nothing.status.code(), Some(5), "without an order it does nothing");
    assert_eq!(String::from_utf8_lossy(&nothing.stderr).lines().count(), 1);
}

#[tokio::test]
async fn a_key_that_others_may_know_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let launch = bare();
    drop(launch.clone().start().await);
    let key = launch.data_folder().with_file_name("code.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("a mode");

    let exit = launch.refuse().await;

    let refusal = exit.refusal();
    assert!(refusal.contains("code.key") && refusal.contains("644") && refusal.contains("remove it"), "{refusal}");
    fs::remove_file(&key).expect("removed");
    launch.start().await;
}

#[tokio::test]
async fn a_limit_that_cannot_work_is_named() {
    for (setting, value) in [("limits.compile.memory_bytes", 1 << 20), ("limits.compile.cpu_s", 0)] {
        let exit = Launch::new().set(setting, value).refuse().await;
        assert!(exit.refusal().contains("limits.compile"), "{}", exit.refusal());
    }
}

//! Signatures: where a server has trusted keys, nothing is loaded that none of them signed, and nothing is read before.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hezi_tests::{Answer, Host, Launch, plugin};
use minisign::{KeyPair, sign};

/// minisign's own example: a key, and its signatures of the four bytes `test`, of the kind of today and of the old kind.
const EXAMPLE_KEY: &str = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
const EXAMPLE_SIGNATURE: &str = "untrusted comment: signature from minisign secret key\n\
    RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=\n\
    trusted comment: timestamp:1556193335\tfile:test\n\
    y/rUw2y8/hOUYjZU71eHp/Wo1KZ40fGy2VJEDl34XMJM+TX48Ss/17u3IvIfbVR1FkZZSNCisQbuQY+bHwhEBg==\n";
const EXAMPLE_OLD_KIND: &str = "untrusted comment: signature from minisign secret key\n\
    RWQf6LRCGA9i59SLOFxz6NxvASXDJeRtuZykwQepbDEGt87ig1BNpWaVWuNrm73YiIiJbq71Wi+dP9eKL8OC351vwIasSSbXxwA=\n\
    trusted comment: timestamp:1555779966\tfile:test\n\
    QtKMXWyYcwdpZAlPF7tE2ENJkRd1ujvKjlj1m9RtHTBnZPa5WKU5uWRs5GoP5M/VqE81QFuMKI5k/SfNQUaOAA==\n";

/// An author with a key.
struct Author {
    pair: KeyPair,
}

impl Author {
    fn new() -> Self {
        Author { pair: KeyPair::generate_unencrypted_keypair().expect("a key pair") }
    }

    /// The key as it stands in `minisign.pub` and in the settings.
    fn key(&self) -> String {
        self.pair.pk.to_base64()
    }

    /// The key's id as minisign shows it.
    fn key_id(&self) -> String {
        let id = self.pair.pk.keynum().try_into().expect("eight bytes");
        format!("{:016X}", u64::from_le_bytes(id))
    }

    /// The `.minisig` file of these bytes.
    fn sign(&self, bytes: &[u8]) -> String {
        let signature = sign(Some(&self.pair.pk), &self.pair.sk, Cursor::new(bytes), Some("for Hezi"), None);
        signature.expect("a signature").to_string()
    }
}

/// A server without plugins that trusts these keys.
async fn trusting(keys: &[&str]) -> Host {
    let launch = Launch::new();
    let folder = launch.folder("no-plugins");
    launch.set("plugins.dir", folder.display()).set("plugins.trusted_keys", list(keys)).start().await
}

/// A list of texts as a setting.
fn list(keys: &[&str]) -> String {
    format!("[{}]", keys.iter().map(|key| format!("\"{key}\"")).collect::<Vec<_>>().join(","))
}

async fn upload(host: &Host, bytes: Vec<u8>, header: &str) -> Answer {
    let upload = host.administrator().request("PUT", "/api/admin/plugins").header("hezi-signature", header);
    upload.bytes("application/wasm", bytes).send().await
}

async fn upload_signed(host: &Host, bytes: Vec<u8>, file: &str) -> Answer {
    upload(host, bytes, &STANDARD.encode(file)).await
}

#[tokio::test]
async fn an_upload_that_a_trusted_key_signed_is_taken_and_the_key_is_written_down() {
    let (author, other) = (Author::new(), Author::new());
    let host = trusting(&[&other.key(), &author.key()]).await;

    let stored = upload_signed(&host, plugin("vote"), &author.sign(&plugin("vote"))).await.ok(201);

    assert_eq!(stored["name"], "vote");
    assert!(host.log().contains(&author.key_id()), "the log names the key {}:\n{}", author.key_id(), host.log());
    let offered = host.user("小王").await.get("/api/plugins").await.ok(200);
    assert_eq!(offered["plugins"][0]["name"], "vote");
}

#[tokio::test]
async fn an_upload_without_a_signature_is_refused() {
    let author = Author::new();
    let host = trusting(&[&author.key()]).await;

    let problem = host.administrator().upload(plugin("vote")).await.problem(422, "signature_missing");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("hezi-signature")), "{problem}");

    // Nothing was read, or this would be told to be no component.
    host.administrator().upload(b"no component".to_vec()).await.problem(422, "signature_missing");
    // A body that is too large is not even kept.
    host.administrator().upload(vec![0; (4 << 20) + 1]).await.problem(413, "too_large");
}

#[tokio::test]
async fn a_signature_that_is_not_good_is_refused() {
    let (author, stranger) = (Author::new(), Author::new());
    let host = trusting(&[&author.key()]).await;
    let vote = plugin("vote");
    let good = author.sign(&vote);
    let mut tampered = vote.clone();
    let last = tampered.len() - 1;
    tampered[last] ^= 1;

    for (what, bytes, header) in [
        ("other bytes", tampered, STANDARD.encode(&good)),
        ("another plugin", plugin("rating"), STANDARD.encode(&good)),
        ("another key", vote.clone(), STANDARD.encode(stranger.sign(&vote))),
        ("another comment", vote.clone(), STANDARD.encode(good.replace("for Hezi", "for you"))),
        ("the file itself", vote.clone(), good.lines().nth(1).expect("a line").to_owned()),
        ("garbage", vote.clone(), "%%%".to_owned()),
        ("base64 of garbage", vote.clone(), STANDARD.encode([0xff; 100])),
        ("nothing", vote.clone(), String::new()),
        ("too much", vote.clone(), STANDARD.encode("x".repeat(9_000))),
    ] {
        let problem = upload(&host, bytes, &header).await.problem(422, "signature_invalid");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 40), "{what}: {problem}");
    }

    assert_eq!(host.user("小王").await.get("/api/plugins").await.ok(200)["plugins"], serde_json::json!([]));
    upload_signed(&host, vote, &good).await.ok(201);
}

#[tokio::test]
async fn minisigns_own_signatures_are_understood() {
    let host = trusting(&[EXAMPLE_KEY]).await;

    // The signature is good, so the bytes are read, and are no component.
    upload_signed(&host, b"test".to_vec(), EXAMPLE_SIGNATURE).await.problem(422, "plugin_refused");
    upload_signed(&host, b"Test".to_vec(), EXAMPLE_SIGNATURE).await.problem(422, "signature_invalid");
    let old = upload_signed(&host, b"test".to_vec(), EXAMPLE_OLD_KIND).await.problem(422, "signature_invalid");
    assert!(old["detail"].as_str().is_some_and(|detail| detail.contains("old kind")), "{old}");
}

#[tokio::test]
async fn a_server_without_trusted_keys_asks_for_no_signature() {
    let host = Host::start().await;
    upload(&host, plugin("vote"), "%%%").await.ok(201);
}

#[tokio::test]
async fn a_key_that_is_none_keeps_the_server_from_starting() {
    let author = Author::new();
    for wrong in ["", "RWQ", "minisign.pub", &author.key()[..50]] {
        let exit = Launch::new().set("plugins.trusted_keys", list(&[&author.key(), wrong])).refuse().await;
        let refusal = exit.refusal();
        assert!(refusal.contains("plugins.trusted_keys") && refusal.contains("entry 2"), "{refusal}");
    }
    let in_the_file = format!("[plugins]\ntrusted_keys = [\"{}\", \"x\"]\n", author.key());
    let exit = Launch::new().config_file(&in_the_file).refuse().await;
    assert!(exit.refusal().contains("entry 2"), "{}", exit.refusal());
}

fn put(folder: &Path, name: &str, signature: Option<String>) {
    fs::write(folder.join(format!("{name}.wasm")), plugin(name)).expect("a file");
    if let Some(signature) = signature {
        fs::write(folder.join(format!("{name}.wasm.minisig")), signature).expect("a file");
    }
}

#[tokio::test]
async fn the_folder_needs_signatures_only_where_it_is_not_trusted() {
    let (author, stranger) = (Author::new(), Author::new());
    let launch = Launch::new();
    let folder = launch.folder("plugins");
    put(&folder, "vote", Some(author.sign(&plugin("vote"))));
    put(&folder, "rating", Some(stranger.sign(&plugin("rating"))));
    put(&folder, "lottery", None);
    let launch = launch.set("plugins.dir", folder.display()).set("plugins.trusted_keys", list(&[&author.key()]));

    let host = launch.clone().start().await;
    assert_eq!(offered(&host).await, ["lottery", "rating", "vote"], "who writes the folder writes the settings too");
    drop(host);

    let host = launch.set("plugins.trust_folder", false).start().await;
    assert_eq!(offered(&host).await, ["vote"]);
    for file in ["rating.wasm", "lottery.wasm"] {
        assert!(host.log().contains(file), "the log names {file}:\n{}", host.log());
    }
    assert!(host.log().contains(".minisig"), "{}", host.log());
}

async fn offered(host: &Host) -> Vec<String> {
    let list = host.user("小王").await.get("/api/plugins").await.ok(200);
    let names = list["plugins"].as_array().expect("a list").iter();
    names.map(|plugin| plugin["name"].as_str().expect("a name").to_owned()).collect()
}

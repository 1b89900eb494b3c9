//! Each foreign crate has one home in the host: what is absent everywhere else cannot be guessed from the code.

use super::report;
use super::source::{sources, workspace};

/// A name, and the only places of the host where it may stand.
const OWNERS: &[(&str, &[&str])] = &[
    ("wasmtime", &["host/plugin/"]),
    ("surrealdb", &["host/src/store"]),
    ("surrealdb_core", &["host/src/store"]),
    ("surrealdb_types", &["host/src/store"]),
    ("surrealdb_engine_local", &["host/src/store"]),
    ("axum", &["host/src/http"]),
    ("axum_extra", &["host/src/http"]),
    ("fastwebsockets", &["host/src/ws"]),
    ("reqwest", &["host/src/wecom", "host/client/"]),
    ("rlimit", &["host/src/plugin/compiler/child.rs", "host/src/app/files.rs"]),
    ("minisign_verify", &["host/src/plugin/signature.rs"]),
    ("icu_locale_core", &["host/src/domain/language.rs"]),
    ("StatusCode", &["host/src/http/error.rs"]),
];

/// Files that may name what another file owns.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

fn is_excepted(path: &str, word: &str) -> bool {
    EXCEPTIONS.iter().any(|(file, name, _reason)| *file == path && *name == word)
}

#[test]
fn each_foreign_crate_has_one_home() {
    let mut complaints = Vec::new();
    for source in sources().iter().filter(|source| source.path.starts_with("host/")) {
        for (word, homes) in OWNERS {
            if homes.iter().any(|home| source.path.starts_with(home)) || is_excepted(&source.path, word) {
                continue;
            }
            for at in source.words(source.product_code(), word) {
                let after = &source.code[at + word.len()..];
                let is_path = after.starts_with("::") || source.code[..at].ends_with("use ") || *word == "StatusCode";
                if is_path {
                    complaints.push(format!("{} `{word}` belongs into {}", source.place(at), homes.join(", ")));
                }
            }
        }
    }
    report("A foreign crate has one home.", &complaints);
}

#[test]
fn authors_of_plugins_never_compile_the_host() {
    let mut complaints = Vec::new();
    let plugins = std::fs::read_dir(workspace().join("plugins")).expect("the plugins");
    let plugins = plugins.map(|entry| format!("plugins/{}", entry.expect("a plugin").file_name().to_string_lossy()));
    for folder in plugins.chain(["sdk/examples/speakers".to_owned(), "sdk".to_owned()]) {
        let manifest = std::fs::read_to_string(workspace().join(&folder).join("Cargo.toml")).expect("a manifest");
        for (line, text) in manifest.lines().enumerate() {
            let name = text.split(['=', '.', ' ']).next().unwrap_or_default();
            if ["hezi", "hezi-plugin", "wasmtime", "surrealdb", "tokio"].contains(&name) {
                complaints.push(format!("{folder}/Cargo.toml:{} depends on `{name}`", line + 1));
            }
        }
    }
    report("The SDK and the plugins depend on nothing of the host.", &complaints);
}

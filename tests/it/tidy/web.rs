//! The pages' sources: what is foreign is what was published, both languages say everything, and every file says what it is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::report;
use super::source::workspace;

/// Files that somebody else wrote: a list of them, and where they lie.
const FOREIGN: &[(&str, &str)] = &[
    ("host/web/vendor/lit-html.json", "host/web/vendor/lit-html"),
    ("tests/browser/vendor/axe-core.json", "tests/browser/vendor/axe-core"),
];

/// Keys that are put together in the code: the beginning, and every end.
const COMPOSED: &[(&str, &[&str])] = &[
    ("organize.", &["activities", "people", "meet", "draft", "open", "closed"]),
    ("people.", &["mute", "unmute", "remove", "appoint", "dismiss", "hand_over"]),
    ("people.done_", &["mute", "unmute", "remove", "readmit", "appoint", "dismiss", "hand_over"]),
    ("phase.", &["draft", "open", "closed"]),
    ("notice.", &["info", "success", "warning"]),
    ("said.", &["appointed", "dismissed", "handed_over"]),
    ("fair.bad_", &["commitment", "names", "order", "pool", "promise", "seed", "total", "winner"]),
];

/// A module longer than this is two.
const LINES_MAX: usize = 400;

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { below(&path, files) } else { files.push(path) }
    }
}

/// Our own modules of the pages, with their texts.
pub(super) fn scripts() -> Vec<(String, String)> {
    let web = workspace().join("host/web");
    let mut files = Vec::new();
    below(&web, &mut files);
    let own = files.into_iter().filter(|path| !path.starts_with(web.join("vendor")));
    let modules = own.filter(|path| path.extension().is_some_and(|ending| ending == "js"));
    let named =
        modules.map(|path| (path.strip_prefix(&web).expect("it lies there").display().to_string(), read(&path)));
    let mut named: Vec<_> = named.collect();
    named.sort();
    assert!(named.len() > 30, "the pages lie elsewhere now");
    named
}

/// The keys of a catalogue.
fn keys(catalogue: &str) -> BTreeSet<String> {
    let lines = catalogue.lines().filter_map(|line| line.strip_prefix("  \""));
    lines.filter_map(|line| line.split_once("\": ")).map(|(key, _)| key.to_owned()).collect()
}

/// The keys that a module asks for: `t("…")`, and those that stand in lists of codes.
fn asked(text: &str) -> Vec<String> {
    let calls = text.split("t(\"").skip(1).zip(text.split("t(\""));
    let whole = calls.filter(|(_, before)| !before.ends_with(|char: char| char.is_alphanumeric() || char == '.'));
    whole.filter_map(|(rest, _)| rest.split_once('"')).map(|(key, _)| key.to_owned()).collect()
}

#[test]
fn both_languages_say_everything_and_nothing_else() {
    let modules = scripts();
    let of = |tongue: &str| -> BTreeSet<String> {
        // A page that says what no other does has a catalogue of its own, and so has what comes when it is asked for.
        let catalogues = ["js", "admin.js", "fair.js", "hosts.js"].map(|ending| format!("texts/{tongue}.{ending}"));
        let texts = catalogues.map(|name| &modules.iter().find(|(path, _)| *path == name).expect("a catalogue").1);
        texts.iter().flat_map(|text| keys(text)).collect()
    };
    let (chinese, english) = (of("zh-Hans"), of("en"));
    let mut complaints: Vec<String> =
        chinese.symmetric_difference(&english).map(|key| format!("`{key}` stands in one language only")).collect();
    let mut used: BTreeSet<String> = BTreeSet::new();
    for (path, text) in modules.iter().filter(|(path, _)| !path.starts_with("texts/")) {
        for key in asked(text) {
            if !chinese.contains(&key) {
                complaints.push(format!("host/web/{path} asks for `{key}`, which no language has"));
            }
            used.insert(key);
        }
    }
    let composed = COMPOSED.iter().flat_map(|(start, ends)| ends.iter().map(move |end| format!("{start}{end}")));
    used.extend(composed.chain(codes(&modules)));
    complaints.extend(used.difference(&chinese).map(|key| format!("`{key}` has no text")));
    // What is chosen between two keys in one call is found by its text.
    let all: String = modules.iter().filter(|(path, _)| !path.starts_with("texts/")).map(|(_, text)| &**text).collect();
    let unused = chinese.difference(&used).filter(|key| !all.contains(&format!("\"{key}\"")));
    complaints.extend(unused.map(|key| format!("nobody asks for `{key}`")));
    report("Both catalogues have every text that the pages ask for.", &complaints);
}

/// The keys of the codes that `problems.js` has a sentence for.
fn codes(modules: &[(String, String)]) -> Vec<String> {
    let (_, text) = modules.iter().find(|(path, _)| path == "problems.js").expect("problems.js");
    let (_, rest) = text.split_once("const KNOWN = [").expect("the list of codes");
    let (list, _) = rest.split_once(']').expect("its end");
    let words = list.split('"').skip(1).step_by(2);
    words.chain(["internal"]).map(|code| format!("problem.{code}")).collect()
}

#[test]
fn every_module_says_what_it_is_and_is_short() {
    let mut complaints = Vec::new();
    for (path, text) in scripts() {
        if !text.starts_with("// ") {
            complaints.push(format!("host/web/{path} does not begin with what it is"));
        }
        if text.lines().count() > LINES_MAX {
            complaints.push(format!("host/web/{path} has more than {LINES_MAX} lines"));
        }
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write", "new Function"] {
            if text.contains(word) {
                complaints.push(format!("host/web/{path} has `{word}`: texts become elements by templates alone"));
            }
        }
    }
    report("The pages' modules are written alike.", &complaints);
}

#[test]
fn the_pages_know_no_plugin_by_name() {
    let mut complaints = Vec::new();
    let plugins = fs::read_dir(workspace().join("plugins")).expect("there are plugins");
    for plugin in plugins.map(|entry| entry.expect("a plugin").file_name().to_string_lossy().into_owned()) {
        let named = scripts().into_iter().filter(|(path, text)| {
            path != "client/example.js"
                && (text.contains(&format!("\"{plugin}\"")) || text.contains(&format!("'{plugin}'")))
        });
        complaints.extend(named.map(|(path, _)| format!("host/web/{path} names the plugin `{plugin}`")));
    }
    // `rating` is a kind of input as well as a plugin.
    complaints.retain(|complaint| !complaint.contains("blocks/form.js names the plugin `rating`"));
    report("A plugin that was loaded a minute ago is as good as any.", &complaints);
}

#[test]
fn what_is_foreign_is_what_was_published() {
    let mut complaints = Vec::new();
    for (list, folder) in FOREIGN {
        let vendored: Value = serde_json::from_str(&read(&workspace().join(list))).expect("JSON");
        for field in ["name", "version", "licence", "source"] {
            assert!(vendored[field].as_str().is_some_and(|text| !text.is_empty()), "{list} has no `{field}`");
        }
        let noted = vendored["files"].as_object().expect("files");
        let mut files = Vec::new();
        below(&workspace().join(folder), &mut files);
        for path in &files {
            let name = path.strip_prefix(workspace().join(folder)).expect("it lies there").display().to_string();
            let hash = hex::encode(Sha256::digest(fs::read(path).expect("a file")));
            if noted.get(&name).and_then(Value::as_str) != Some(hash.as_str()) {
                complaints.push(format!("{folder}/{name} is not the file that {list} notes"));
            }
        }
        assert_eq!(files.len(), noted.len(), "{list} notes files that are not there");
        assert!(noted.contains_key("LICENSE"), "{list} has no licence");
    }
    report("What was taken from others is as they published it.", &complaints);
}

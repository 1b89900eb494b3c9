//! `docs/settings.md` lists every setting with what its type, its documentation and its range say: it is made of them here.
//!
//! `INSTA_UPDATE=always` writes it anew, as for the snapshots of `wire`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use hezi::config::{Config, range};
use serde_json::Value;
use syn::{Attribute, Expr, Fields, Item, Lit, Meta, Type};

/// Where the types of the settings are.
const SOURCES: &[&str] =
    &["host/src/config.rs", "host/src/config", "host/src/domain/tongue.rs", "host/plugin/src/limits.rs"];
const HEAD: &str = "# Settings\n\n\
    Every setting of the server, made of its source: do not edit this page. The [README](../README.md) explains those that most \
    people need. A setting stands in the TOML file under its name (`limits.room.chat_per_s` is `chat_per_s` in `[limits.room]`), \
    and in the environment under the name beside it, which counts more. A number out of its range stops the start with one line \
    that names it.\n";

/// A struct of settings: its fields with what is said of them and their types.
type Group = Vec<(String, String, String)>;

/// The types by name: structs with their fields, enums with their words.
#[derive(Default)]
struct Types {
    groups: BTreeMap<String, Group>,
    words: BTreeMap<String, Vec<String>>,
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace").to_path_buf()
}

fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for source in SOURCES.iter().map(|source| workspace().join(source)) {
        match fs::read_dir(&source) {
            Ok(entries) => files.extend(entries.map(|entry| entry.expect("an entry").path())),
            Err(_) => files.push(source),
        }
    }
    files
}

impl Types {
    fn read() -> Self {
        let mut types = Self::default();
        for file in files() {
            let text = fs::read_to_string(&file).expect("a file of ours");
            for item in syn::parse_file(&text).expect("Rust").items {
                types.add(item);
            }
        }
        types
    }

    fn add(&mut self, item: Item) {
        match item {
            Item::Struct(item) => {
                let Fields::Named(fields) = item.fields else { return };
                let fields = fields.named.into_iter().map(|field| {
                    (field.ident.expect("a name").to_string(), documentation(&field.attrs), kind(&field.ty))
                });
                self.groups.insert(item.ident.to_string(), fields.collect());
            }
            Item::Enum(item) => {
                let words = item
                    .variants
                    .iter()
                    .map(|variant| renamed(&variant.attrs).unwrap_or_else(|| variant.ident.to_string().to_lowercase()));
                self.words.insert(item.ident.to_string(), words.collect());
            }
            _ => {}
        }
    }

    /// The rows of a group, and the groups below it after them.
    fn write(&self, name: &str, path: &str, defaults: &Value, page: &mut String) {
        let (below, own): (Vec<_>, Vec<_>) =
            self.groups[name].iter().partition(|(_, _, kind)| self.groups.contains_key(kind));
        if !own.is_empty() {
            let title = if path.is_empty() { "Of the server" } else { path };
            let head = "| setting | in the environment | default | range | meaning |\n| --- | --- | --- | --- | --- |";
            writeln!(page, "\n## {title}\n\n{head}").expect("a text");
        }
        for (field, said, kind) in own {
            let key = joined(path, field);
            let variable = format!("HEZI_{}", key.replace('.', "__").to_uppercase());
            let (default, range) = (shown(field, &defaults[field]), self.range(&key, field, kind));
            writeln!(page, "| `{key}` | `{variable}` | {default} | {range} | {said} |").expect("a text");
        }
        for (field, _, kind) in below {
            self.write(kind, &joined(path, field), &defaults[field], page);
        }
    }

    fn range(&self, key: &str, field: &str, kind: &str) -> String {
        if let Some(range) = range(key) {
            return format!("{} to {}", amount(field, *range.start()), amount(field, *range.end()));
        }
        match (self.words.get(kind), kind) {
            (Some(words), _) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
            (None, "bool") => "`true`, `false`".to_owned(),
            (None, "Vec") => "a list".to_owned(),
            (None, "SocketAddr") => "an address and a port".to_owned(),
            (None, "PathBuf") => "a path".to_owned(),
            (None, "u64") => "a number".to_owned(),
            _ => "a text".to_owned(),
        }
    }
}

fn joined(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}

/// The name of a type without the path before it, and without `Option` around it.
fn kind(of: &Type) -> String {
    let Type::Path(path) = of else { panic!("a setting has a type with a name") };
    let last = path.path.segments.last().expect("a name");
    match &last.arguments {
        syn::PathArguments::AngleBracketed(inside) if last.ident == "Option" => match inside.args.first() {
            Some(syn::GenericArgument::Type(inner)) => kind(inner),
            _ => panic!("an option of something"),
        },
        _ => last.ident.to_string(),
    }
}

fn documentation(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(doc) if doc.path.is_ident("doc") => match &doc.value {
            Expr::Lit(line) => match &line.lit {
                Lit::Str(line) => Some(line.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// The word of a variant that has another one than its name.
fn renamed(attributes: &[Attribute]) -> Option<String> {
    let serde = attributes.iter().find(|attribute| attribute.path().is_ident("serde"))?;
    let mut word = None;
    serde
        .parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                word = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            }
            Ok(())
        })
        .ok()?;
    word
}

fn shown(field: &str, default: &Value) -> String {
    match default {
        Value::Null => "none".to_owned(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Number(number) => amount(field, number.as_u64().expect("no setting is negative")),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

/// A number as it is written, and as people say it where the name has a unit.
fn amount(field: &str, number: u64) -> String {
    let units: &[(&str, u64)] = match field.rsplit('_').next() {
        _ if field.contains("bytes") => &[("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)],
        Some("ms") => &[("days", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000)],
        Some("s") if !field.ends_with("per_s") => &[("days", 86_400), ("h", 3_600), ("min", 60)],
        _ => &[],
    };
    let said = units.iter().find(|(_, size)| number >= *size && number.is_multiple_of(*size));
    said.map_or_else(|| format!("`{number}`"), |(unit, size)| format!("`{number}` ({} {unit})", number / size))
}

#[test]
fn the_reference_says_what_the_types_say() {
    let defaults = serde_json::to_value(Config::default()).expect("settings");
    let mut page = HEAD.to_owned();
    Types::read().write("Config", "", &defaults, &mut page);

    let file = workspace().join("docs/settings.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(&file, &page).expect("the page is written");
    }
    let there = fs::read_to_string(&file).unwrap_or_default();
    let differs = there.lines().zip(page.lines()).find(|(there, made)| there != made);
    assert!(there == page, "docs/settings.md is old; run this test with INSTA_UPDATE=always: {differs:#?}");
    assert!(page.lines().filter(|line| line.starts_with("| `")).count() > 90, "the types are read in another way now");
    assert!(!page.contains("|  |"), "a setting without a meaning: {page}");
}

//! The files of the pages as they are in the program, and which of them a page needs.
//!
//! How they are served is `asset`'s business.

use std::collections::BTreeSet;

use rust_embed_for_web::{EmbedableFile, RustEmbed};

/// The name of this build's files.
pub(super) const BUILD: &str = env!("HEZI_WEB_BUILD");

/// What lies in `host/web`.
#[derive(RustEmbed)]
#[folder = "web"]
pub(super) struct Web;

/// Every module that this one needs, itself first: browsers are told of all at once, and need not find one after another.
pub(super) fn modules(entry: &str) -> Vec<String> {
    let (mut found, mut known) = (vec![entry.to_owned()], BTreeSet::from([entry.to_owned()]));
    let mut at = 0;
    while let Some(module) = found.get(at).cloned() {
        let imports = Web::get(&module).map(|file| imports(&module, &String::from_utf8_lossy(file.data())));
        found.extend(imports.unwrap_or_default().into_iter().filter(|import| known.insert(import.clone())));
        at += 1;
    }
    found
}

/// The modules that a module names in its `import … from "…"` and `export … from "…"`.
fn imports(module: &str, text: &str) -> Vec<String> {
    let named = text.split("from").skip(1).filter_map(|rest| {
        let quote = rest.trim_start().chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        rest.split(quote).nth(1)
    });
    named.filter(|path| path.starts_with('.')).map(|path| resolved(module, path)).collect()
}

/// Where a relative path leads from a module.
fn resolved(module: &str, path: &str) -> String {
    let mut parts: Vec<&str> = module.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_that_a_page_names_is_there() {
        for page in ["home", "room", "screen", "admin"] {
            let modules = modules(&format!("pages/{page}.js"));
            assert!(modules.len() > 5, "{modules:?}");
            for module in modules {
                assert!(Web::get(&module).is_some(), "{page} names {module}");
            }
        }
    }

    #[test]
    fn paths_lead_from_where_they_stand() {
        let text = "import { a } from \"../texts.js\";\nexport { b } from './b.js';\nimport x from \"other\";";
        assert_eq!(imports("pages/room.js", text), ["texts.js", "pages/b.js"]);
    }
}

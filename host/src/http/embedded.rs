//! The files of the pages as they are in the program: those of `host/web`, and each page's modules joined into one.
//!
//! How they are served is `asset`'s business; they are joined while the program is built (`host/build`).

use rust_embed_for_web::{EmbeddedFile, RustEmbed};

/// The name of this build's files.
pub(super) const BUILD: &str = env!("HEZI_WEB_BUILD");

/// What lies in `host/web`.
#[derive(RustEmbed)]
#[folder = "web"]
struct Web;

/// The pages, and what they load later.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/pages"]
struct Pages;

/// A file by its path in `host/web`, or a page's joined modules by their name.
pub(super) fn file(path: &str) -> Option<EmbeddedFile> {
    Web::get(path).or_else(|| Pages::get(path))
}

#[cfg(test)]
mod tests {
    use rust_embed_for_web::EmbedableFile as _;

    use super::*;

    #[test]
    fn pages_are_whole_and_load_only_what_is_there() {
        let mut late = 0;
        for page in ["home", "room", "screen", "admin", "sign_in", "problem"] {
            let joined = file(&format!("{page}.js")).expect("a page");
            let text = String::from_utf8(joined.data().to_vec()).expect("a text");
            assert!(!text.contains("\nimport ") && !text.starts_with("import"), "{page} waits for another file");
            for named in text.split("import(\"./").skip(1) {
                let name = named.split('"').next().expect("a name");
                assert!(file(name).is_some(), "{page} loads {name}");
                late += 1;
            }
        }
        assert!(late > 0, "what only organizers need comes when it is needed");
    }
}

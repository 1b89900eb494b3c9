//! Where sign-in leads back to: an address of this site and no other.
//!
//! # Invariants
//! * What comes out is a path that a browser cannot read as another host, and fits into a header.

/// Longest address; nothing of ours comes near it.
const CHARS_MAX: usize = 512;

/// Where to go when nothing usable was asked for.
pub(super) const HOME: &str = "/";

/// The address that was asked for, if it lies within this site; else the home page.
///
/// Browsers read `//host` and, because they take a backslash for a slash, `/\host` as another host. They also drop tabs and
/// line ends inside an address. Escapes such as `%2f` stay escapes for them, but a redirect on the way may undo one, so a
/// path that would begin so after undoing them is refused as well.
pub(super) fn within_site(asked: Option<&str>) -> &str {
    asked.filter(|path| is_within_site(path)).unwrap_or(HOME)
}

fn is_within_site(path: &str) -> bool {
    let plain = path.len() <= CHARS_MAX && path.bytes().all(|byte| byte.is_ascii_graphic());
    plain && begins_with_one_slash(path) && begins_with_one_slash(&unescape_slashes(path))
}

fn begins_with_one_slash(path: &str) -> bool {
    let mut bytes = path.bytes();
    bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\')) && !path.contains('\\')
}

fn unescape_slashes(path: &str) -> String {
    let mut path = path.to_ascii_lowercase();
    // Twice, for what was escaped twice.
    for _ in 0..2 {
        path = path.replace("%25", "%").replace("%2f", "/").replace("%5c", "\\");
        path = path.replace("%09", "").replace("%0a", "").replace("%0d", "");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_this_site_are_kept() {
        for path in ["/", "/c/12345", "/c/12345?x=1&y=%E4%BD%A0", "/a/../b", "/a//b", "/c/1#top"] {
            assert_eq!(within_site(Some(path)), path);
        }
    }

    #[test]
    fn everything_else_leads_home() {
        for path in [
            "",
            "c/12345",
            "//evil",
            "//evil.cn/c/12345",
            "///evil",
            "\\\\evil",
            "\\/evil",
            "/\\evil",
            "/\\/evil",
            "/%2fevil",
            "/%2Fevil",
            "/%5cevil",
            "/%5Cevil",
            "%2f%2fevil",
            "/%252fevil",
            "/%09/evil",
            "/%0d%0a/evil",
            "/\t/evil",
            "/\n/evil",
            "/a\r\nset-cookie: a=b",
            " /c/1",
            "/c/1 ",
            "/c/你好",
            "http://evil",
            "https:evil",
            "javascript:alert(1)",
            "/a\\b",
        ] {
            assert_eq!(within_site(Some(path)), HOME, "{path:?}");
        }
        assert_eq!(within_site(Some(&format!("/{}", "a".repeat(CHARS_MAX)))), HOME);
        assert_eq!(within_site(None), HOME);
    }
}

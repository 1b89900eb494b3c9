//! Where in a JSON text a place is: `draw.count`, `options[2]`.
//!
//! `serde_json` tells the place of an error as line and column. Finding the field from there costs nothing as long as
//! there is no error, and little code: tracking fields while reading would wrap every visitor of every type.

/// An object or an array around the place.
enum Around<'t> {
    /// In an object: the latest key.
    Object(&'t str),
    /// In an array: the index.
    Array(usize),
}

/// The field that ends at `line` and `column`, both counted from 1, the column in bytes. Empty for the whole text.
pub(super) fn at(text: &str, line: usize, column: usize) -> String {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let end = (before + column).min(text.len());
    let mut around = around(text, end);
    // An error at the bracket itself is about the whole array, not about its first item.
    if end > 0 && text.as_bytes()[end - 1] == b'[' {
        around.pop();
    }
    written(&around)
}

fn around(text: &str, end: usize) -> Vec<Around<'_>> {
    let (bytes, mut around, mut key_is_next, mut place) = (text.as_bytes(), Vec::new(), false, 0);
    while place < end {
        match bytes[place] {
            b'{' => {
                around.push(Around::Object(""));
                key_is_next = true;
            }
            b'[' => {
                around.push(Around::Array(0));
                key_is_next = false;
            }
            b'}' | b']' => drop(around.pop()),
            b',' => match around.last_mut() {
                Some(Around::Array(index)) => *index += 1,
                Some(Around::Object(_)) => key_is_next = true,
                None => {}
            },
            b'"' => {
                let after = after_string(bytes, place);
                if let (true, Some(Around::Object(key))) = (key_is_next, around.last_mut()) {
                    *key = text.get(place + 1..after.saturating_sub(1)).unwrap_or_default();
                    key_is_next = false;
                }
                place = after;
                continue;
            }
            _ => {}
        }
        place += 1;
    }
    around
}

/// The place behind the string that begins at `place`.
fn after_string(bytes: &[u8], place: usize) -> usize {
    let mut at = place + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

fn written(around: &[Around]) -> String {
    let mut path = String::new();
    for level in around {
        match level {
            Around::Object("") => {}
            Around::Object(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
            Around::Array(index) => {
                path.push('[');
                path.push_str(&index.to_string());
                path.push(']');
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The field that ends before the mark `^`.
    fn marked(text: &str) -> String {
        let (head, tail) = text.split_once('^').unwrap();
        let line = head.matches('\n').count() + 1;
        let column = head.rsplit('\n').next().unwrap().len();
        at(&format!("{head}{tail}"), line, column)
    }

    #[test]
    fn places_are_named() {
        for (text, path) in [
            (r#"{"draw":{"prize":"a","count":"x"^}}"#, "draw.count"),
            (r#"{"draw":{"prize":"a"}^}"#, "draw"),
            (r#"{"draw":{"prize":"a","more"^:1}}"#, "draw.more"),
            (r#"{"a":["x","y",3^]}"#, "a[2]"),
            (r#"{"a":[^]}"#, "a"),
            (r#"{"a":[[1,2],[3,{"b":4^}]]}"#, "a[1][1].b"),
            ("{\n  \"a\": 1,\n  \"b\": 2^\n}", "b"),
            (r#"{"a":"]}\",{[","b":1^}"#, "b"),
            ("1^", ""),
            ("^", ""),
            ("{}^", ""),
            (r#"{"名字":1^}"#, "名字"),
        ] {
            assert_eq!(marked(text), path, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_and_no_place_panics(text in "[\\[\\]{}\",:\\\\a名\n ]{0,40}", line in 0_usize..6, column in 0_usize..60) {
            at(&text, line, column);
        }
    }
}

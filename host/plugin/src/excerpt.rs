//! The beginning of a text that may be long: what is said to people often quotes what a plugin, or somebody, made up.

/// The text, or its first `chars_max` characters and a sign that there were more.
#[must_use]
pub fn excerpt(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(excerpt("短", 1), "短");
        assert_eq!(excerpt("长长", 1), "长…");
        assert_eq!(excerpt("", 0), "");
    }
}

//! What can be the key of a map: texts and numbers.

/// The key of a [`Map`](super::Map): a text (a member's id, say) or a number. Numbers are ordered as numbers.
pub trait Key {
    /// The key as it is read back.
    type Owned;

    /// Writes the key behind what is there already. No two keys may look the same.
    fn push_to(&self, text: &mut String);

    /// Reads what [`push_to`](Key::push_to) wrote.
    fn read(text: &str) -> Option<Self::Owned>;
}

impl Key for str {
    type Owned = String;

    fn push_to(&self, text: &mut String) {
        text.push_str(self);
    }

    fn read(text: &str) -> Option<String> {
        Some(text.to_owned())
    }
}

impl Key for u32 {
    type Owned = Self;

    fn push_to(&self, text: &mut String) {
        push_hex(text, u64::from(*self), 8);
    }

    fn read(text: &str) -> Option<Self> {
        Self::from_str_radix(text, 16).ok()
    }
}

impl Key for u64 {
    type Owned = Self;

    fn push_to(&self, text: &mut String) {
        push_hex(text, *self, 16);
    }

    fn read(text: &str) -> Option<Self> {
        Self::from_str_radix(text, 16).ok()
    }
}

/// Digits of one width sort as numbers do. Written by hand because it stands in every call and `format!` is slow.
fn push_hex(text: &mut String, number: u64, digits: u32) {
    for place in (0..digits).rev() {
        let digit = (number >> (4 * place)) & 0xf;
        text.push(char::from(b"0123456789abcdef"[digit as usize]));
    }
}

pub(super) fn full_key<K: Key + ?Sized>(prefix: &str, key: &K) -> String {
    // Room for the usual key, so that the text is allocated once.
    let mut text = String::with_capacity(prefix.len() + 32);
    text.push_str(prefix);
    key.push_to(&mut text);
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text<K: Key + ?Sized>(key: &K) -> String {
        full_key("", key)
    }

    proptest! {
        #[test]
        fn numbers_are_read_back_and_ordered_as_numbers(a: u64, b: u64, c: u32, d: u32) {
            prop_assert_eq!(u64::read(&text(&a)), Some(a));
            prop_assert_eq!(u32::read(&text(&c)), Some(c));
            prop_assert_eq!(text(&a).cmp(&text(&b)), a.cmp(&b));
            prop_assert_eq!(text(&c).cmp(&text(&d)), c.cmp(&d));
        }
    }
}

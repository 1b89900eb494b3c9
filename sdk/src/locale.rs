//! The language in which a call speaks to people.

use crate::{ReadCtx, Texts, host};

impl ReadCtx {
    /// The language in which the call speaks to people: one of the tags of the plugin's [`Texts`].
    pub fn language(&self) -> String {
        host::locale::language()
    }

    /// The texts in that language.
    pub fn texts<T: Texts>(&self) -> T {
        T::in_language(&self.language())
    }
}

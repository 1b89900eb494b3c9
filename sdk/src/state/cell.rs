//! A cell: one value under one key.

use std::marker::PhantomData;

use serde::{Serialize, de::DeserializeOwned};

use super::{check_name, read, write};
use crate::{Ctx, ReadCtx, host};

/// One value under one key.
#[derive(Debug)]
pub struct Cell<T> {
    key: &'static str,
    value: PhantomData<fn() -> T>,
}

impl<T> Cell<T> {
    /// The value under `key`.
    pub const fn new(key: &'static str) -> Self {
        check_name(key);
        Self { key, value: PhantomData }
    }

    /// Removes the value.
    pub fn remove<E>(&self, _ctx: &mut Ctx<E>) {
        host::state::delete(self.key);
    }
}

impl<T: Serialize + DeserializeOwned> Cell<T> {
    /// The value, if it was ever set.
    pub fn get(&self, _ctx: &ReadCtx) -> Option<T> {
        host::state::get(self.key).map(|value| read(self.key, &value))
    }

    /// The value that `open` has set.
    ///
    /// # Panics
    /// When it was never set.
    pub fn load(&self, ctx: &ReadCtx) -> T {
        self.get(ctx).unwrap_or_else(|| panic!("nothing was ever set under `{}`", self.key))
    }

    /// Sets the value.
    pub fn set<E>(&self, _ctx: &mut Ctx<E>, value: &T) {
        host::state::set(self.key, &write(self.key, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const NAMES: Cell<Vec<String>> = Cell::new("names");

    #[test]
    fn a_cell_holds_its_last_value() {
        testing::with_ctx(|ctx| {
            assert_eq!(NAMES.get(ctx), None);
            NAMES.set(ctx, &vec!["小王".into()]);
            NAMES.set(ctx, &vec!["小李".into()]);
            assert_eq!(NAMES.load(ctx), ["小李"]);
            NAMES.remove(ctx);
            assert_eq!(NAMES.get(ctx), None);
        });
    }

    #[test]
    #[should_panic(expected = "nothing was ever set under `names`")]
    fn loading_what_was_never_set_panics() {
        testing::with_ctx(|ctx| NAMES.load(ctx));
    }

    #[test]
    #[should_panic(expected = "the state under `names` cannot be read")]
    fn a_value_of_another_type_panics() {
        testing::with_ctx(|ctx| {
            Cell::<u8>::new("names").set(ctx, &1);
            NAMES.load(ctx)
        });
    }
}

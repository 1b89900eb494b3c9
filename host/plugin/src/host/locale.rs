//! `locale`: the language in which the call speaks to people.

use super::{Host, Need};
use crate::bindings::hezi::activity::locale;

impl locale::Host for Host {
    fn language(&mut self) -> wasmtime::Result<String> {
        self.enter("locale.language", Need::Read, 0)?;
        Ok(self.ctx.language.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Mode, *};
    use crate::{Limits, Members, Space, bindings::hezi::activity::locale::Host as _};

    #[test]
    fn a_call_is_told_its_language_and_describe_is_not() {
        let host = |mode| Host::in_call(mode, Limits::default(), Space::new(), Members::new());
        assert_eq!(host(Mode::View).language().unwrap(), "en");
        assert!(host(Mode::Describe).language().is_err());
    }
}

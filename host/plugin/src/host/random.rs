//! `random`: a ChaCha20 stream from the seed of the call.
//!
//! Bytes and numbers are drawn from the same stream, in the order in which the plugin asks for them: `bytes` fills from
//! the stream and `get-u64` takes the next 64 bits, as `rand_chacha`'s `fill_bytes` and `next_u64` do. Whoever knows
//! the seed can draw the same again.

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

use super::{Host, Need};
use crate::{Fault, bindings::hezi::activity::random, limits::RANDOM_BYTES_MAX};

impl random::Host for Host {
    fn bytes(&mut self, len: u32) -> wasmtime::Result<Vec<u8>> {
        self.enter("random.bytes", Need::Write, 0)?;
        if len > RANDOM_BYTES_MAX {
            return Err(self.fail(Fault::TooMuchRandom { bytes: len, limit_bytes: RANDOM_BYTES_MAX }));
        }
        self.charge(len as usize)?;
        let mut bytes = vec![0; len as usize];
        self.rng().fill_bytes(&mut bytes);
        Ok(bytes)
    }

    fn get_u64(&mut self) -> wasmtime::Result<u64> {
        self.enter("random.get-u64", Need::Write, 0)?;
        Ok(self.rng().next_u64())
    }
}

impl Host {
    fn rng(&mut self) -> &mut ChaCha20Rng {
        self.rng.get_or_insert_with(|| ChaCha20Rng::from_seed(self.ctx.seed))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Mode, *};
    use crate::{Limits, Members, Space, bindings::hezi::activity::random::Host as _};

    fn host(mode: Mode) -> Host {
        Host::in_call(mode, Limits::default(), Space::new(), Members::new())
    }

    #[test]
    fn the_same_seed_gives_the_same_stream() {
        let draw = |mut host: Host| (host.get_u64().unwrap(), host.bytes(5).unwrap(), host.get_u64().unwrap());
        assert_eq!(draw(host(Mode::Write)), draw(host(Mode::Write)));
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        assert_eq!(draw(host(Mode::Write)).0, rng.next_u64());
    }

    #[test]
    fn lengths_are_bounded() {
        let mut host = host(Mode::Write);
        assert_eq!(host.bytes(0).unwrap().len(), 0);
        assert_eq!(host.bytes(65_536).unwrap().len(), 65_536);
        assert!(host.bytes(65_537).is_err());
        assert_eq!(host.take_fault().unwrap().code(), "too_much_random");
    }

    #[test]
    fn a_view_draws_nothing() {
        let mut host = host(Mode::View);
        assert!(host.get_u64().is_err());
        assert_eq!(host.take_fault(), Some(Fault::ReadOnly { function: "random.get-u64" }));
    }
}

//! Things that a gauge counts for as long as they are there, however they go.

/// One of the things that a gauge counts.
pub struct Counted(&'static str);

impl Counted {
    /// The gauge of this name counts one more until this is dropped.
    pub fn by(gauge: &'static str) -> Self {
        metrics::gauge!(gauge).increment(1);
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!(self.0).decrement(1);
    }
}

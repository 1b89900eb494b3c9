//! Lets through what a client sends as long as it is masked.
//!
//! RFC 6455 (section 5.1) has a server close a connection when a frame of the client's is not masked. fastwebsockets
//! accepts such frames, and its [`Frame`](fastwebsockets::Frame) does not say whether there was a mask. So the bytes are
//! watched on their way in: this reader follows the frame headers, which costs a few instructions a frame and a skip over
//! the payload, and fails in front of the first frame without a mask.
//!
//! # Invariants
//! * Complete frames before the unmasked one get through.
//! * Once it has failed it keeps failing.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

/// The error of an unmasked frame, inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("a frame of the client is not masked")]
pub(super) struct Unmasked;

/// Where in a frame the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FramePlace {
    /// At its first byte.
    First,
    /// At its second byte: the mask bit and the short length.
    Second,
    /// In a long length of which `left` bytes are missing.
    Length { left: u8, so_far: u64 },
    /// In the mask and the payload, of which `left` bytes are missing.
    Rest { left: u64 },
}

/// Bytes of a mask.
const MASK_BYTES: u64 = 4;

/// A reader that fails at an unmasked frame.
pub(super) struct MaskGuard<R> {
    inner: R,
    place: FramePlace,
    failed: bool,
}

impl<R> MaskGuard<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, place: FramePlace::First, failed: false }
    }

    /// The reader underneath, to read the rest without looking.
    pub(super) fn into_inner(self) -> R {
        self.inner
    }

    /// Follows the bytes. Gives how many may pass: all, or those before the unmasked frame.
    fn follow(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        let mut frame_start = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            match self.place {
                FramePlace::First => {
                    frame_start = at;
                    self.place = FramePlace::Second;
                    at += 1;
                }
                FramePlace::Second if byte & 0x80 == 0 => {
                    self.failed = true;
                    return frame_start;
                }
                FramePlace::Second => {
                    self.place = after_short_length(byte & 0x7f);
                    at += 1;
                }
                FramePlace::Length { left, so_far } => {
                    self.place = after_length_byte(left, so_far << 8 | u64::from(byte));
                    at += 1;
                }
                FramePlace::Rest { left } => {
                    let skipped = left.min((bytes.len() - at) as u64);
                    self.place = rest(left - skipped);
                    at += skipped as usize;
                }
            }
        }
        bytes.len()
    }
}

fn after_short_length(length: u8) -> FramePlace {
    match length {
        126 => FramePlace::Length { left: 2, so_far: 0 },
        127 => FramePlace::Length { left: 8, so_far: 0 },
        length => rest(MASK_BYTES + u64::from(length)),
    }
}

fn after_length_byte(left: u8, so_far: u64) -> FramePlace {
    match left {
        // A length this long is refused by the limit on messages before its payload is read.
        1 => rest(so_far.saturating_add(MASK_BYTES)),
        left => FramePlace::Length { left: left - 1, so_far },
    }
}

fn rest(left: u64) -> FramePlace {
    if left == 0 { FramePlace::First } else { FramePlace::Rest { left } }
}

impl<R: AsyncRead + Unpin> AsyncRead for MaskGuard<R> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let refused = || Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, Unmasked)));
        if this.failed {
            return refused();
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
        let passed = this.follow(&buf.filled()[before..]);
        buf.set_filled(before + passed);
        // Nothing read would mean the end of the stream.
        if this.failed && passed == 0 { refused() } else { Poll::Ready(Ok(())) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::AsyncReadExt;

    use super::*;

    fn masked(first: u8, payload: usize) -> Vec<u8> {
        let mut frame = vec![first];
        match payload {
            0..=125 => frame.push(0x80 | payload as u8),
            126..=65_535 => {
                frame.push(0x80 | 126);
                frame.extend((payload as u16).to_be_bytes());
            }
            _ => {
                frame.push(0x80 | 127);
                frame.extend((payload as u64).to_be_bytes());
            }
        }
        frame.resize(frame.len() + 4 + payload, 0);
        frame
    }

    /// What gets through when the bytes come in pieces of this size, and whether it ended with an error.
    async fn through(bytes: &[u8], piece: usize) -> (Vec<u8>, bool) {
        let pieces = Pieces(bytes.chunks(piece).map(<[u8]>::to_vec).collect());
        let mut guard = MaskGuard::new(pieces);
        let mut out = Vec::new();
        let failed = guard.read_to_end(&mut out).await.is_err();
        (out, failed)
    }

    /// A reader that gives one piece a read.
    struct Pieces(std::collections::VecDeque<Vec<u8>>);

    impl AsyncRead for Pieces {
        fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            if let Some(mut piece) = self.0.pop_front() {
                let fits = piece.len().min(buf.remaining());
                buf.put_slice(&piece[..fits]);
                if fits < piece.len() {
                    self.0.push_front(piece.split_off(fits));
                }
            }
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn frames_before_the_unmasked_one_get_through() {
        let mut bytes = masked(0x81, 5);
        bytes.extend(masked(0x89, 0));
        bytes.extend(masked(0x82, 300));
        let good = bytes.len();
        bytes.extend([0x81, 0x02, b'h', b'i']);
        for piece in [1, 2, 3, 7, 1_000] {
            let (out, failed) = through(&bytes, piece).await;
            assert!(failed, "{piece}");
            // The first byte of a frame says nothing of the mask and may be through already.
            assert!(out.len() == good || out.len() == good + 1, "{piece}: {} of {good}", out.len());
        }
    }

    proptest! {
        #[test]
        fn masked_frames_get_through_whole(sizes in prop::collection::vec(0usize..70_000, 0..6), piece in 1usize..9_000) {
            let bytes: Vec<u8> = sizes.iter().flat_map(|size| masked(0x81, *size)).collect();
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            let (out, failed) = runtime.block_on(through(&bytes, piece));
            prop_assert!(!failed);
            prop_assert_eq!(out, bytes);
        }
    }
}

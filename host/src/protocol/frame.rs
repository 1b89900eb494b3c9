//! A whole WebSocket text frame as bytes, so that one event is encoded once and shared by every socket.
//!
//! Server frames are not masked (RFC 6455, section 5.1), hence the same for everybody. Reading frames is `ws`'s business.

use bytes::{BufMut, Bytes, BytesMut};

/// First byte of a final text frame.
const FIN_TEXT: u8 = 0x81;
/// First byte of a final close frame.
const FIN_CLOSE: u8 = 0x88;
/// First byte of a pong frame.
const FIN_PONG: u8 = 0x8a;
/// First byte of a ping frame.
const FIN_PING: u8 = 0x89;

fn frame(first: u8, payload: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(payload.len() + 10);
    out.put_u8(first);
    match payload.len() {
        len @ 0..=125 => out.put_u8(len as u8),
        len @ 126..=65_535 => {
            out.put_u8(126);
            out.put_u16(len as u16);
        }
        len => {
            out.put_u8(127);
            out.put_u64(len as u64);
        }
    }
    out.put_slice(payload);
    out.freeze()
}

/// A text message in one frame.
pub fn text(payload: &str) -> Bytes {
    frame(FIN_TEXT, payload.as_bytes())
}

/// A close frame. `reason` has at most 123 bytes.
pub fn close(code: u16, reason: &str) -> Bytes {
    let mut payload = Vec::with_capacity(2 + reason.len());
    payload.extend_from_slice(&code.to_be_bytes());
    payload.extend_from_slice(reason.as_bytes());
    frame(FIN_CLOSE, &payload)
}

/// A ping without a payload.
pub fn ping() -> Bytes {
    frame(FIN_PING, &[])
}

/// The answer to a ping, with its payload of at most 125 bytes.
pub fn pong(payload: &[u8]) -> Bytes {
    frame(FIN_PONG, payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_the_rfc_says() {
        assert_eq!(&text("hi")[..], b"\x81\x02hi");
        assert_eq!(&text(&"x".repeat(126))[..4], b"\x81\x7e\x00\x7e");
        assert_eq!(&text(&"x".repeat(65_536))[..10], b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00");
    }
}

//! A whole WebSocket text frame as bytes, so that one event is encoded once and shared by every socket.
//!
//! Server frames are not masked (RFC 6455, section 5.1), hence the same for everybody. Reading frames is `ws`'s business.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use serde::Serialize;

/// First byte of a final text frame.
const FIN_TEXT: u8 = 0x81;
/// First byte of a final close frame.
const FIN_CLOSE: u8 = 0x88;
/// First byte of a pong frame.
const FIN_PONG: u8 = 0x8a;
/// First byte of a ping frame.
const FIN_PING: u8 = 0x89;

/// The longest head of a frame: its first byte, a mark, and a length of eight bytes.
const HEAD_BYTES_MAX: usize = 10;
/// Where most frames end: those are made in one piece.
const EXPECTED_BYTES: usize = 256;

/// A frame whose payload is written by this.
fn frame(first: u8, write: impl FnOnce(&mut BytesMut)) -> Bytes {
    let mut out = BytesMut::with_capacity(EXPECTED_BYTES);
    // How long the head is follows from how long the payload is: there is room for any.
    out.put_bytes(0, HEAD_BYTES_MAX);
    write(&mut out);
    let mut head = [0; HEAD_BYTES_MAX];
    let mut unwritten = &mut head[..];
    unwritten.put_u8(first);
    match out.len() - HEAD_BYTES_MAX {
        len @ 0..=125 => unwritten.put_u8(len as u8),
        len @ 126..=65_535 => {
            unwritten.put_u8(126);
            unwritten.put_u16(len as u16);
        }
        len => {
            unwritten.put_u8(127);
            unwritten.put_u64(len as u64);
        }
    }
    let head_bytes = HEAD_BYTES_MAX - unwritten.len();
    out.advance(HEAD_BYTES_MAX - head_bytes);
    out[..head_bytes].copy_from_slice(&head[..head_bytes]);
    out.freeze()
}

/// A text message in one frame: a value as JSON, written where it is sent from.
pub fn json<T: Serialize>(value: &T) -> Bytes {
    frame(FIN_TEXT, |out| {
        if let Err(error) = serde_json::to_writer(out.writer(), value) {
            // Unreachable for the shapes of `server`, whose keys are texts and whose numbers are finite: kept as a visible
            // fault rather than a panic.
            out.truncate(HEAD_BYTES_MAX);
            out.put_slice(format!(r#"{{"type":"fault","detail":{:?}}}"#, error.to_string()).as_bytes());
        }
    })
}

/// A close frame. `reason` has at most 123 bytes.
pub fn close(code: u16, reason: &str) -> Bytes {
    frame(FIN_CLOSE, |out| {
        out.put_u16(code);
        out.put_slice(reason.as_bytes());
    })
}

/// A ping without a payload.
pub fn ping() -> Bytes {
    frame(FIN_PING, |_| {})
}

/// The answer to a ping, with its payload of at most 125 bytes.
pub fn pong(payload: &[u8]) -> Bytes {
    frame(FIN_PONG, |out| out.put_slice(payload))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_the_rfc_says() {
        assert_eq!(&json(&"hi")[..], b"\x81\x04\"hi\"");
        for (len, head) in [
            (125, &b"\x81\x7d"[..]),
            (126, b"\x81\x7e\x00\x7e"),
            (65_535, b"\x81\x7e\xff\xff"),
            (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
        ] {
            let payload = format!("\"{}\"", "x".repeat(len - 2));
            assert_eq!(json(&&payload[1..len - 1])[..], [head, payload.as_bytes()].concat(), "{len}");
        }
    }

    #[test]
    fn what_is_no_json_is_seen() {
        let fault = json(&std::collections::BTreeMap::from([(vec![1], 2)]));
        assert_eq!(&fault[2..], br#"{"type":"fault","detail":"key must be a string"}"#);
    }
}

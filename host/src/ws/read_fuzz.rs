//! What a client can send, frame by frame and byte by byte, against another implementation of RFC 6455.
//!
//! Whatever the bytes, and however they are cut on their way: no text comes out here that does not come out there, and
//! nothing panics. Of streams that keep to the RFC exactly the same comes out.

use std::io::{self, Cursor, Read, Write};

use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tungstenite::protocol::{Role, WebSocketConfig};
use tungstenite::{Message, WebSocket};

use super::{MaskGuard, Reader, Step, next_frame};
use crate::config::SocketLimits;

/// Largest message, so that some are too large.
const MESSAGE_BYTES: usize = 256;

/// A frame of a client.
#[derive(Debug, Clone)]
struct Sent {
    fin: bool,
    opcode: u8,
    payload: Vec<u8>,
    mask: [u8; 4],
}

impl Sent {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![(u8::from(self.fin) << 7) | self.opcode];
        match u16::try_from(self.payload.len()) {
            Ok(len) if len < 126 => bytes.push(0x80 | u8::try_from(len).expect("short")),
            Ok(len) => {
                bytes.push(0x80 | 126);
                bytes.extend_from_slice(&len.to_be_bytes());
            }
            Err(_) => panic!("no frame here is so long"),
        }
        bytes.extend_from_slice(&self.mask);
        bytes.extend(self.payload.iter().zip(self.mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        bytes
    }
}

/// A text in fragments, cut anywhere, also within a character, with pings between them.
fn text() -> impl Strategy<Value = Vec<Sent>> {
    let cuts = prop::collection::vec(any::<prop::sample::Index>(), 0..4);
    let pings = prop::collection::vec(prop::option::of(prop::collection::vec(any::<u8>(), 0..126)), 5);
    ("[a-z你好😀\\\\u{0}]{0,120}", cuts, pings, any::<[u8; 4]>()).prop_map(|(text, cuts, pings, mask)| {
        let bytes = text.into_bytes();
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        at.extend([0, bytes.len()]);
        at.sort_unstable();
        let parts: Vec<&[u8]> = at.windows(2).map(|ends| &bytes[ends[0]..ends[1]]).collect();
        let mut frames = Vec::new();
        for (n, part) in parts.iter().enumerate() {
            let opcode = if n == 0 { 1 } else { 0 };
            frames.push(Sent { fin: n + 1 == parts.len(), opcode, payload: part.to_vec(), mask });
            if let Some(Some(payload)) = pings.get(n) {
                frames.push(Sent { fin: true, opcode: 9, payload: payload.clone(), mask });
            }
        }
        frames
    })
}

/// Anything that looks like a frame.
fn frame() -> impl Strategy<Value = Sent> {
    (any::<bool>(), 0_u8..16, prop::collection::vec(any::<u8>(), 0..300), any::<[u8; 4]>())
        .prop_map(|(fin, opcode, payload, mask)| Sent { fin, opcode, payload, mask })
}

/// The texts that come out here when the bytes arrive in pieces.
fn ours(bytes: Vec<u8>, pieces: &[usize]) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let (mut client, server) = tokio::io::duplex(64);
        let limits = SocketLimits { message_bytes: MESSAGE_BYTES, ..SocketLimits::default() };
        let mut reader = Reader::new(MaskGuard::new(server), &limits);
        let write = async {
            let mut rest = bytes.as_slice();
            let mut pieces = pieces.iter().cycle();
            while !rest.is_empty() {
                let (piece, later) = rest.split_at((*pieces.next().expect("a piece")).min(rest.len()));
                // The reader may have seen enough.
                if client.write_all(piece).await.is_err() {
                    break;
                }
                rest = later;
            }
            client.shutdown().await.ok();
            // What the server has to say goes elsewhere: nothing comes back here.
            drop(client.read_u8());
        };
        let read = async {
            let mut texts = Vec::new();
            while let Ok(frame) = next_frame(&mut reader.frames, reader.idle_timeout).await {
                match reader.assembly.take(&frame) {
                    Ok(Step::Message(text)) => texts.push(text.into_owned()),
                    Ok(Step::Nothing | Step::Ping(_)) => {}
                    Ok(Step::Goodbye(_)) | Err(_) => break,
                }
            }
            drop(reader);
            texts
        };
        let (texts, ()) = tokio::join!(read, write);
        texts
    })
}

/// A stream whose answers go nowhere.
struct Wire(Cursor<Vec<u8>>);

impl Read for Wire {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        Read::read(&mut self.0, into)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The texts that come out of the other implementation.
fn theirs(bytes: Vec<u8>) -> Vec<String> {
    let config = WebSocketConfig::default().max_message_size(Some(MESSAGE_BYTES)).max_frame_size(Some(MESSAGE_BYTES));
    let mut socket = WebSocket::from_raw_socket(Wire(Cursor::new(bytes)), Role::Server, Some(config));
    let mut texts = Vec::new();
    loop {
        match socket.read() {
            Ok(Message::Text(text)) => texts.push(text.as_str().to_owned()),
            Ok(Message::Close(_)) | Err(_) => return texts,
            Ok(_) => {}
        }
    }
}

fn bytes_of(frames: &[Sent]) -> Vec<u8> {
    frames.iter().flat_map(Sent::bytes).collect()
}

proptest! {
    #[test]
    fn what_keeps_to_the_rfc_is_read_as_elsewhere(
        texts in prop::collection::vec(text(), 0..6),
        pieces in prop::collection::vec(1..40_usize, 1..6),
    ) {
        let bytes = bytes_of(&texts.concat());
        prop_assert_eq!(ours(bytes.clone(), &pieces), theirs(bytes));
    }

    #[test]
    fn what_does_not_brings_out_nothing_more_than_elsewhere(
        texts in prop::collection::vec(text(), 0..3),
        odd in prop::collection::vec(frame(), 0..4),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        pieces in prop::collection::vec(1..40_usize, 1..6),
    ) {
        let mut frames = texts.concat();
        frames.extend(odd);
        let mut bytes = bytes_of(&frames);
        for (at, flip) in flips {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] ^= flip;
            }
        }
        let (ours, theirs) = (ours(bytes.clone(), &pieces), theirs(bytes));
        prop_assert!(theirs.starts_with(&ours), "here {ours:?}, there {theirs:?}");
    }
}

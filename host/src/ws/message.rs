//! Puts messages together from frames, and refuses what RFC 6455 forbids and fastwebsockets lets through.
//!
//! Pure: no sockets here. A frame comes in, what to do about it comes out.
//!
//! # Invariants
//! * The limit holds over all fragments of a message, not for each.
//! * A message that comes out is UTF-8.

use std::borrow::Cow;

use bytes::BytesMut;
use fastwebsockets::{Frame, OpCode};

use crate::protocol::close::Close;

/// Largest payload of a control frame (section 5.5).
const CONTROL_BYTES_MAX: usize = 125;

/// What a frame amounts to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step<'f> {
    /// A whole message: the frame's own text where it came in one.
    Message(Cow<'f, str>),
    /// Nothing yet.
    Nothing,
    /// A ping to answer, with its payload.
    Ping(&'f [u8]),
    /// The client says good-bye, with this code if it gave one.
    Goodbye(Option<u16>),
}

/// A message that is being put together.
pub(super) struct Assembly {
    message_bytes_max: usize,
    /// The fragments so far; none between messages.
    pending: Option<BytesMut>,
}

impl Assembly {
    pub(super) fn new(message_bytes_max: usize) -> Self {
        Self { message_bytes_max, pending: None }
    }

    /// Takes the next frame.
    ///
    /// # Errors
    /// Why the connection has to be closed.
    pub(super) fn take<'f>(&mut self, frame: &'f Frame<'_>) -> Result<Step<'f>, Close> {
        match frame.opcode {
            // A message must not begin inside another one (section 5.4).
            OpCode::Text | OpCode::Binary if self.pending.is_some() => Err(Close::ProtocolError),
            OpCode::Binary => Err(Close::NotText),
            OpCode::Text if frame.fin && frame.payload.len() <= self.message_bytes_max => {
                text(&frame.payload).map(|text| Step::Message(text.into()))
            }
            OpCode::Text => self.add(BytesMut::new(), frame),
            OpCode::Continuation => match self.pending.take() {
                Some(pending) => self.add(pending, frame),
                None => Err(Close::ProtocolError),
            },
            OpCode::Ping | OpCode::Pong | OpCode::Close if frame.payload.len() > CONTROL_BYTES_MAX => {
                Err(Close::ProtocolError)
            }
            OpCode::Ping => Ok(Step::Ping(&frame.payload)),
            OpCode::Pong => Ok(Step::Nothing),
            OpCode::Close => goodbye(&frame.payload),
        }
    }

    fn add(&mut self, mut pending: BytesMut, frame: &Frame<'_>) -> Result<Step<'static>, Close> {
        if pending.len().saturating_add(frame.payload.len()) > self.message_bytes_max {
            return Err(Close::TooLarge);
        }
        pending.extend_from_slice(&frame.payload);
        if frame.fin {
            return text(&pending).map(|text| Step::Message(text.to_owned().into()));
        }
        self.pending = Some(pending);
        Ok(Step::Nothing)
    }
}

fn text(bytes: &[u8]) -> Result<&str, Close> {
    std::str::from_utf8(bytes).map_err(|_| Close::NotUtf8)
}

fn goodbye(payload: &[u8]) -> Result<Step<'static>, Close> {
    match payload {
        [] => Ok(Step::Goodbye(None)),
        [_] => Err(Close::ProtocolError),
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            if !may_be_sent(code) {
                return Err(Close::ProtocolError);
            }
            text(reason)?;
            Ok(Step::Goodbye(Some(code)))
        }
    }
}

/// Whether a close frame may carry this code (section 7.4 and the registry): 1004 to 1006 and 1015 may not.
fn may_be_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

#[cfg(test)]
mod tests {
    use fastwebsockets::Payload;
    use proptest::prelude::*;

    use super::*;

    fn frame(fin: bool, opcode: OpCode, payload: &[u8]) -> Frame<'_> {
        Frame::new(fin, opcode, None, Payload::Borrowed(payload))
    }

    /// Feeds the frames and looks at what the last one amounts to.
    fn last<T>(frames: &[(bool, OpCode, &[u8])], look: impl FnOnce(Result<Step<'_>, Close>) -> T) -> T {
        let mut assembly = Assembly::new(16);
        let frames: Vec<Frame<'_>> =
            frames.iter().map(|(fin, opcode, payload)| frame(*fin, *opcode, payload)).collect();
        let (last, before) = frames.split_last().expect("a frame");
        before.iter().for_each(|frame| drop(assembly.take(frame)));
        look(assembly.take(last))
    }

    #[test]
    fn fragments_make_a_message_with_a_ping_in_between() {
        let frames: &[(bool, OpCode, &[u8])] = &[
            (false, OpCode::Text, "你".as_bytes().split_at(1).0),
            (true, OpCode::Ping, b"still there?"),
            (false, OpCode::Continuation, "你".as_bytes().split_at(1).1),
            (true, OpCode::Continuation, b"!"),
        ];
        last(&frames[..2], |step| assert_eq!(step, Ok(Step::Ping(b"still there?"))));
        last(frames, |step| assert_eq!(step, Ok(Step::Message("你!".into()))));
    }

    #[test]
    fn the_limit_holds_over_all_fragments() {
        let full: &[u8] = &[b'a'; 16];
        let too_large = |step: Result<Step<'_>, Close>| assert_eq!(step, Err(Close::TooLarge));
        let is_whole = |step: Result<Step<'_>, Close>| assert!(matches!(step, Ok(Step::Message(_))));
        last(&[(true, OpCode::Text, full)], is_whole);
        last(&[(true, OpCode::Text, &[b'a'; 17])], too_large);
        last(&[(false, OpCode::Text, full), (true, OpCode::Continuation, b"a")], too_large);
        last(&[(false, OpCode::Text, full), (true, OpCode::Continuation, b"")], is_whole);
    }

    #[test]
    fn what_the_rfc_forbids_is_refused() {
        let long: &[u8] = &[0; 126];
        type Frames<'f> = &'f [(bool, OpCode, &'f [u8])];
        let cases: &[(Frames<'_>, Close)] = &[
            (&[(true, OpCode::Binary, b"")], Close::NotText),
            (&[(true, OpCode::Continuation, b"a")], Close::ProtocolError),
            (&[(false, OpCode::Text, b"a"), (true, OpCode::Text, b"b")], Close::ProtocolError),
            (&[(false, OpCode::Text, b"a"), (true, OpCode::Binary, b"b")], Close::ProtocolError),
            (&[(true, OpCode::Text, b"\xff")], Close::NotUtf8),
            (&[(false, OpCode::Text, b"a"), (true, OpCode::Continuation, b"\xe4\xbd")], Close::NotUtf8),
            (&[(true, OpCode::Pong, long)], Close::ProtocolError),
            (&[(true, OpCode::Close, long)], Close::ProtocolError),
            (&[(true, OpCode::Close, b"\x03")], Close::ProtocolError),
            (&[(true, OpCode::Close, b"\x03\xed")], Close::ProtocolError),
            (&[(true, OpCode::Close, b"\x00\x00")], Close::ProtocolError),
            (&[(true, OpCode::Close, b"\x03\xe8\xff")], Close::NotUtf8),
        ];
        for (frames, close) in cases {
            let payloads: Vec<&[u8]> = frames.iter().map(|frame| frame.2).collect();
            last(frames, |step| assert_eq!(step, Err(*close), "{payloads:?}"));
        }
    }

    #[test]
    fn a_goodbye_keeps_its_code() {
        last(&[(true, OpCode::Close, b"")], |step| assert_eq!(step, Ok(Step::Goodbye(None))));
        last(&[(true, OpCode::Close, b"\x03\xe9bye")], |step| assert_eq!(step, Ok(Step::Goodbye(Some(1001)))));
    }

    proptest! {
        #[test]
        fn however_a_text_is_cut_it_comes_out_whole(text in ".{0,40}", cuts in prop::collection::vec(0usize..200, 0..5)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            cuts.push(bytes.len());
            let mut assembly = Assembly::new(1_000);
            let (mut start, mut whole) = (0, None);
            for (index, end) in cuts.iter().enumerate() {
                let opcode = if index == 0 { OpCode::Text } else { OpCode::Continuation };
                let frame = frame(index + 1 == cuts.len(), opcode, &bytes[start..*end]);
                if let Ok(Step::Message(message)) = assembly.take(&frame) {
                    whole = Some(message.into_owned());
                }
                start = *end;
            }
            prop_assert_eq!(whole, Some(text));
        }
    }
}

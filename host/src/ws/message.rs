//! Puts messages together from frames, and refuses what RFC 6455 forbids and fastwebsockets lets through.
//!
//! Pure: no sockets here. A frame comes in, what to do about it comes out.
//!
//! # Invariants
//! * The limit holds over all fragments of a message, not for each.
//! * A message that comes out is UTF-8.

use bytes::BytesMut;
use fastwebsockets::{Frame, OpCode};

use crate::protocol::close::Close;

/// Largest payload of a control frame (section 5.5).
const CONTROL_BYTES_MAX: usize = 125;

/// What a frame amounts to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A whole message.
    Message(String),
    /// Nothing yet.
    Nothing,
    /// A ping to answer, with its payload.
    Ping(Vec<u8>),
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
    pub(super) fn take(&mut self, frame: &Frame<'_>) -> Result<Step, Close> {
        match frame.opcode {
            // A message must not begin inside another one (section 5.4).
            OpCode::Text | OpCode::Binary if self.pending.is_some() => Err(Close::ProtocolError),
            OpCode::Binary => Err(Close::NotText),
            OpCode::Text if frame.fin && frame.payload.len() <= self.message_bytes_max => message(&frame.payload),
            OpCode::Text => self.add(BytesMut::new(), frame),
            OpCode::Continuation => match self.pending.take() {
                Some(pending) => self.add(pending, frame),
                None => Err(Close::ProtocolError),
            },
            OpCode::Ping | OpCode::Pong | OpCode::Close if frame.payload.len() > CONTROL_BYTES_MAX => {
                Err(Close::ProtocolError)
            }
            OpCode::Ping => Ok(Step::Ping(frame.payload.to_vec())),
            OpCode::Pong => Ok(Step::Nothing),
            OpCode::Close => goodbye(&frame.payload),
        }
    }

    fn add(&mut self, mut pending: BytesMut, frame: &Frame<'_>) -> Result<Step, Close> {
        if pending.len().saturating_add(frame.payload.len()) > self.message_bytes_max {
            return Err(Close::TooLarge);
        }
        pending.extend_from_slice(&frame.payload);
        if frame.fin {
            return message(&pending);
        }
        self.pending = Some(pending);
        Ok(Step::Nothing)
    }
}

fn message(bytes: &[u8]) -> Result<Step, Close> {
    let text = std::str::from_utf8(bytes).map_err(|_| Close::NotUtf8)?;
    Ok(Step::Message(text.to_owned()))
}

fn goodbye(payload: &[u8]) -> Result<Step, Close> {
    match payload {
        [] => Ok(Step::Goodbye(None)),
        [_] => Err(Close::ProtocolError),
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            if !may_be_sent(code) {
                return Err(Close::ProtocolError);
            }
            std::str::from_utf8(reason).map_err(|_| Close::NotUtf8)?;
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

    /// Feeds the frames and gives what the last one amounts to.
    fn last(frames: &[(bool, OpCode, &[u8])]) -> Result<Step, Close> {
        let mut assembly = Assembly::new(16);
        let mut step = Ok(Step::Nothing);
        for (fin, opcode, payload) in frames {
            step = assembly.take(&frame(*fin, *opcode, payload));
        }
        step
    }

    #[test]
    fn fragments_make_a_message_with_a_ping_in_between() {
        let frames: &[(bool, OpCode, &[u8])] = &[
            (false, OpCode::Text, "你".as_bytes().split_at(1).0),
            (true, OpCode::Ping, b"still there?"),
            (false, OpCode::Continuation, "你".as_bytes().split_at(1).1),
            (true, OpCode::Continuation, b"!"),
        ];
        assert_eq!(last(&frames[..2]), Ok(Step::Ping(b"still there?".to_vec())));
        assert_eq!(last(frames), Ok(Step::Message("你!".into())));
    }

    #[test]
    fn the_limit_holds_over_all_fragments() {
        let full: &[u8] = &[b'a'; 16];
        assert!(matches!(last(&[(true, OpCode::Text, full)]), Ok(Step::Message(_))));
        assert_eq!(last(&[(true, OpCode::Text, &[b'a'; 17])]), Err(Close::TooLarge));
        assert_eq!(last(&[(false, OpCode::Text, full), (true, OpCode::Continuation, b"a")]), Err(Close::TooLarge));
        let empty_one: &[(bool, OpCode, &[u8])] = &[(false, OpCode::Text, full), (true, OpCode::Continuation, b"")];
        assert!(matches!(last(empty_one), Ok(Step::Message(_))));
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
            assert_eq!(last(frames), Err(*close), "{:?}", frames.iter().map(|f| f.2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_goodbye_keeps_its_code() {
        assert_eq!(last(&[(true, OpCode::Close, b"")]), Ok(Step::Goodbye(None)));
        assert_eq!(last(&[(true, OpCode::Close, b"\x03\xe9bye")]), Ok(Step::Goodbye(Some(1001))));
    }

    proptest! {
        #[test]
        fn however_a_text_is_cut_it_comes_out_whole(text in ".{0,40}", cuts in prop::collection::vec(0usize..200, 0..5)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            cuts.push(bytes.len());
            let mut assembly = Assembly::new(1_000);
            let (mut start, mut step) = (0, Ok(Step::Nothing));
            for (index, end) in cuts.iter().enumerate() {
                let opcode = if index == 0 { OpCode::Text } else { OpCode::Continuation };
                step = assembly.take(&frame(index + 1 == cuts.len(), opcode, &bytes[start..*end]));
                start = *end;
            }
            prop_assert_eq!(step, Ok(Step::Message(text)));
        }
    }
}

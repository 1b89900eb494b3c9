//! Every reason why the server closes a socket, with its code on the wire and whether the client should come back.
//!
//! Codes below 3000 are RFC 6455's, 4000 to 4999 are Hezi's own. A reason has at most 123 bytes: a control frame carries
//! 125 and the code takes two.

/// Whether a client should connect again after a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Connect again with `since`, after a short random pause.
    ComeBack,
    /// Do not: it would be refused, or end the same way.
    Final,
}

/// Why a socket is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Close {
    /// The client said good-bye.
    Goodbye,
    /// The client broke the WebSocket protocol.
    ProtocolError,
    /// The client sent a binary message; only text is understood.
    NotText,
    /// A text message was not UTF-8.
    NotUtf8,
    /// A message was larger than allowed.
    TooLarge,
    /// The server stops or restarts.
    Restart,
    /// The client did not read fast enough.
    Slow,
    /// The conference has ended.
    ConferenceEnded,
    /// The session has ended.
    SignedOut,
    /// The member left the conference.
    Left,
    /// An organizer removed the member.
    Removed,
    /// Nothing was heard of the client, not even an answer to a ping.
    Idle,
    /// The room starts again from its journal.
    RoomReset,
    /// The member has too many sockets in this room.
    TooManySockets,
}

impl Close {
    /// Every reason, in the order of the table.
    pub const ALL: &'static [Close] = &[
        Close::Goodbye,
        Close::ProtocolError,
        Close::NotText,
        Close::NotUtf8,
        Close::TooLarge,
        Close::Restart,
        Close::Slow,
        Close::ConferenceEnded,
        Close::SignedOut,
        Close::Left,
        Close::Removed,
        Close::Idle,
        Close::RoomReset,
        Close::TooManySockets,
    ];

    /// Code, reason and advice of each close.
    fn row(self) -> (u16, &'static str, Advice) {
        use Advice::{ComeBack, Final};
        match self {
            Close::Goodbye => (1000, "good-bye", Final),
            Close::ProtocolError => (1002, "final: the frame breaks the WebSocket protocol", Final),
            Close::NotText => (1003, "final: only text messages are understood", Final),
            Close::NotUtf8 => (1007, "final: a text message was not UTF-8", Final),
            Close::TooLarge => (1009, "final: a message was larger than allowed", Final),
            Close::Restart => (1012, "come back: the server restarts", ComeBack),
            Close::Slow => (4001, "come back: the connection did not keep up", ComeBack),
            Close::ConferenceEnded => (4003, "final: the conference has ended", Final),
            Close::SignedOut => (4004, "final: the session has ended", Final),
            Close::Left => (4005, "final: left the conference", Final),
            Close::Idle => (4006, "come back: nothing was heard for too long", ComeBack),
            Close::RoomReset => (4007, "come back: the room starts again from its journal", ComeBack),
            Close::Removed => (4009, "final: an organizer has removed this member", Final),
            Close::TooManySockets => (4008, "final: too many connections of one member", Final),
        }
    }

    /// The code on the wire.
    pub fn code(self) -> u16 {
        self.row().0
    }

    /// The reason on the wire, at most 123 bytes.
    pub fn reason(self) -> &'static str {
        self.row().1
    }

    /// Whether the client should connect again.
    pub fn advice(self) -> Advice {
        self.row().2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_fit_and_say_what_to_do() {
        for close in Close::ALL {
            assert!(close.reason().len() <= 123, "{close:?}");
            let comes_back = close.reason().starts_with("come back");
            assert_eq!(comes_back, close.advice() == Advice::ComeBack, "{close:?}");
        }
    }
}

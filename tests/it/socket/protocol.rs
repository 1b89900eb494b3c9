//! Frames that no decent client sends: each is answered with the close code of RFC 6455, and the room does not notice.

use hezi_tests::{Close, Conference, Host, OpCode, RawSocket, User};

/// The largest message, as the contract has it.
const MESSAGE_BYTES_MAX: usize = 64 << 10;

async fn host_with_conference() -> (Host, User, Conference) {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    (host, wang, room)
}

/// A chat message that is a JSON text of exactly this many bytes: JSON may be padded with spaces.
fn chat_of(bytes: usize) -> Vec<u8> {
    let mut text = br#"{"type":"chat","id":"c1","text":"hi"}"#.to_vec();
    assert!(text.len() <= bytes);
    text.resize(bytes, b' ');
    text
}

/// Does something to a fresh socket and says how the server closes it; the room must go on for everybody else.
async fn close_after(abuse: impl AsyncFnOnce(&mut RawSocket)) -> Close {
    let (_host, wang, room) = host_with_conference().await;
    let mut bystander = wang.connect(&room.number).await;
    let mut socket = RawSocket::open(&wang, &room.number).await;
    abuse(&mut socket).await;
    let close = socket.expect_close().await;
    bystander.say("after", "我没事").await.ok();
    assert_eq!(wang.journal(&room.number).await.len(), 2, "joined, and what the bystander said");
    close
}

#[tokio::test]
async fn a_binary_message_is_not_understood() {
    let close = close_after(async |socket: &mut RawSocket| socket.send(OpCode::Binary, b"\x00\x01").await).await;
    assert_eq!(close.code, Some(1003), "{close:?}");
}

#[tokio::test]
async fn a_frame_without_a_mask_breaks_the_protocol() {
    let close =
        close_after(async |socket: &mut RawSocket| socket.send_unmasked(OpCode::Text, &chat_of(60)).await).await;
    assert_eq!(close.code, Some(1002), "{close:?}");
}

#[tokio::test]
async fn text_that_is_not_utf8_is_refused() {
    let invalid = b"{\"type\":\"chat\",\"id\":\"c1\",\"text\":\"\xff\"}";
    let close = close_after(async |socket: &mut RawSocket| socket.send(OpCode::Text, invalid).await).await;
    assert_eq!(close.code, Some(1007), "{close:?}");
}

#[tokio::test]
async fn text_that_ends_within_a_character_is_refused() {
    let close = close_after(async |socket: &mut RawSocket| {
        socket.send_frame(false, OpCode::Text, "你".as_bytes()).await;
        socket.send_frame(true, OpCode::Continuation, &"好".as_bytes()[..2]).await;
    })
    .await;
    assert_eq!(close.code, Some(1007), "{close:?}");
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused() {
    let close = close_after(async |socket: &mut RawSocket| {
        socket.send(OpCode::Text, &chat_of(MESSAGE_BYTES_MAX + 1)).await;
    })
    .await;
    assert_eq!(close.code, Some(1009), "{close:?}");
}

#[tokio::test]
async fn fragments_that_add_up_to_more_than_the_limit_are_refused() {
    let close = close_after(async |socket: &mut RawSocket| {
        socket.send_frame(false, OpCode::Text, &chat_of(60_000)).await;
        for _ in 0..20 {
            socket.send_frame(false, OpCode::Continuation, &[b' '; 60_000]).await;
        }
    })
    .await;
    assert_eq!(close.code, Some(1009), "{close:?}");
}

#[tokio::test]
async fn a_frame_that_only_claims_to_be_huge_is_refused_at_once() {
    let close = close_after(async |socket: &mut RawSocket| socket.announce(OpCode::Text, 1 << 40).await).await;
    assert_eq!(close.code, Some(1009), "{close:?}");
}

#[tokio::test]
async fn a_continuation_of_nothing_breaks_the_protocol() {
    let close = close_after(async |socket: &mut RawSocket| socket.send(OpCode::Continuation, b"...").await).await;
    assert_eq!(close.code, Some(1002), "{close:?}");
}

#[tokio::test]
async fn a_message_within_a_message_breaks_the_protocol() {
    let close = close_after(async |socket: &mut RawSocket| {
        socket.send_frame(false, OpCode::Text, b"{").await;
        socket.send(OpCode::Text, &chat_of(60)).await;
    })
    .await;
    assert_eq!(close.code, Some(1002), "{close:?}");
}

#[tokio::test]
async fn control_frames_that_are_long_or_in_pieces_break_the_protocol() {
    let long = close_after(async |socket: &mut RawSocket| socket.send(OpCode::Ping, &[0; 126]).await).await;
    let in_pieces = close_after(async |socket: &mut RawSocket| socket.send_frame(false, OpCode::Ping, b"").await).await;
    let reserved = close_after(async |socket: &mut RawSocket| socket.send(OpCode::Reserved, b"").await).await;

    assert_eq!([long.code, in_pieces.code, reserved.code], [Some(1002); 3]);
}

#[tokio::test]
async fn a_message_of_exactly_the_limit_is_understood_whole_or_in_fragments() {
    let (_host, wang, room) = host_with_conference().await;
    let mut socket = RawSocket::open(&wang, &room.number).await;

    let message = chat_of(MESSAGE_BYTES_MAX);
    for _ in 0..2 {
        socket.send(OpCode::Text, &message).await;
    }
    for (n, part) in message.chunks(7_000).enumerate() {
        let opcode = if n == 0 { OpCode::Text } else { OpCode::Continuation };
        socket.send_frame((n + 1) * 7_000 >= message.len(), opcode, part).await;
        socket.send(OpCode::Ping, b"?").await;
    }

    let (mut replies, mut pongs) = (Vec::new(), 0);
    while replies.len() < 3 {
        let (opcode, payload) = socket.frame().await.expect("the socket stays");
        let text = String::from_utf8_lossy(&payload).into_owned();
        match opcode {
            0xA => pongs += usize::from(payload == b"?"),
            _ if text.contains(r#""type":"reply""#) => replies.push(text),
            _ => {}
        }
    }
    assert!(replies.iter().all(|reply| reply.contains("\"ok\"") && reply == &replies[0]), "{replies:?}");
    assert_eq!(pongs, message.chunks(7_000).count(), "pings between fragments are answered");
    assert_eq!(wang.journal(&room.number).await.len(), 2, "one message, sent three times");
}

#[tokio::test]
async fn a_socket_that_is_cut_off_in_the_middle_of_a_frame_is_forgotten() {
    let (_host, wang, room) = host_with_conference().await;
    let mut bystander = wang.connect(&room.number).await;

    for bytes in [&b"\x81"[..], b"\x81\xfe\x01", b"\x81\x85\x00\x00\x00\x00he"] {
        let mut socket = RawSocket::open(&wang, &room.number).await;
        socket.send_bytes(bytes).await;
    }

    bystander.say("c1", "我没事").await.ok();
    bystander.expect_presence(|frame| frame["online"] == 1).await;
}

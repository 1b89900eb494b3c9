//! The opening handshake: whether a request asks for a WebSocket, and the response that grants it.
//!
//! Where the request comes from, and whether it may connect, was judged before.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastwebsockets::upgrade::{UpgradeFut, is_upgrade_request, upgrade};
use hyper::header::{HeaderMap, HeaderValue, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL};
use hyper::{Method, Request, Response};

use super::stream::Halves;

/// The subprotocol that clients may offer.
const SUBPROTOCOL: &str = "hezi.v1";

/// Why a request does not become a WebSocket.
#[derive(Debug, thiserror::Error)]
pub enum BadHandshake {
    /// It does not ask for one.
    #[error("send `Connection: Upgrade` and `Upgrade: websocket`")]
    NoUpgrade,
    /// A header of the handshake is missing or wrong.
    #[error("the handshake is not one of version 13: {0}")]
    Header(String),
}

/// A connection that becomes a WebSocket once its response was sent.
pub struct Upgrade(UpgradeFut);

impl Upgrade {
    /// The connection's two halves.
    pub(super) async fn finish(self) -> Result<Halves, fastwebsockets::WebSocketError> {
        let socket = self.0.await?;
        Ok(Halves::of(socket.into_inner().into_inner()))
    }
}

/// Accepts a WebSocket: the response to send, and what becomes of the connection then.
///
/// # Errors
/// [`BadHandshake`] when the request does not ask for a WebSocket properly.
pub fn handshake<B>(request: Request<B>) -> Result<(Response<()>, Upgrade), BadHandshake> {
    if !is_upgrade_request(&request) {
        return Err(BadHandshake::NoUpgrade);
    }
    if request.method() != Method::GET || !has_proper_key(request.headers()) {
        return Err(BadHandshake::Header("a handshake is a GET with a `Sec-WebSocket-Key` of 16 bytes".into()));
    }
    let offered = offers_subprotocol(request.headers());
    let (response, upgraded) = upgrade(request).map_err(|error| BadHandshake::Header(error.to_string()))?;
    let mut response = response.map(drop);
    if offered {
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    }
    Ok((response, Upgrade(upgraded)))
}

/// Whether the key is what RFC 6455 (section 4.2.1) asks for, which fastwebsockets does not check: 16 bytes in base 64.
fn has_proper_key(headers: &HeaderMap) -> bool {
    let key = headers.get(SEC_WEBSOCKET_KEY).map(|key| STANDARD.decode(key.as_bytes()));
    matches!(key, Some(Ok(bytes)) if bytes.len() == 16)
}

/// Whether the client offers our subprotocol. A client that offers only others gets none, as the RFC says.
fn offers_subprotocol(headers: &HeaderMap) -> bool {
    let offers = headers.get_all(SEC_WEBSOCKET_PROTOCOL).into_iter().filter_map(|value| value.to_str().ok());
    offers.flat_map(|value| value.split(',')).any(|offer| offer.trim() == SUBPROTOCOL)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&str, &str)]) -> Request<()> {
        let mut request = Request::get("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).expect("a request")
    }

    const GOOD: &[(&str, &str)] = &[
        ("connection", "keep-alive, Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];

    #[test]
    fn the_key_is_answered_as_the_rfc_says() {
        let (response, _) = handshake(request(GOOD)).expect("a handshake");
        assert_eq!(response.headers()["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert!(!response.headers().contains_key(SEC_WEBSOCKET_PROTOCOL));
    }

    #[test]
    fn our_subprotocol_is_echoed_when_offered() {
        let mut headers = GOOD.to_vec();
        headers.push(("sec-websocket-protocol", "graphql-ws, hezi.v1"));
        let (response, _) = handshake(request(&headers)).expect("a handshake");
        assert_eq!(response.headers()[SEC_WEBSOCKET_PROTOCOL], "hezi.v1");
    }

    #[test]
    fn an_ordinary_request_is_told_what_to_do() {
        assert!(matches!(handshake(request(&[])), Err(BadHandshake::NoUpgrade)));
        assert!(matches!(handshake(request(&GOOD[..2])), Err(BadHandshake::Header(_))));
        let mut short = GOOD.to_vec();
        short[3] = ("sec-websocket-key", "x");
        assert!(matches!(handshake(request(&short)), Err(BadHandshake::Header(_))));
        let mut head = request(GOOD);
        *head.method_mut() = Method::HEAD;
        assert!(matches!(handshake(head), Err(BadHandshake::Header(_))));
    }
}

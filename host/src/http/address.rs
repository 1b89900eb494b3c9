//! Where a request comes from, as far as that can be believed.
//!
//! # Invariants
//! * `x-forwarded-for` counts only where a trusted proxy wrote it, and of what stands there only the last address that is
//!   no proxy's: everything before it was written by whoever asks.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

use super::AppState;
use super::error::{ApiError, ApiResult};
use super::serve::Peer;

/// What proxies write down.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// Whoever has one address of a network of IPv6 has all of its last 64 bits.
const V6_NETWORK: u128 = !0 << 64;

/// The address that a request is counted under: the client's, or the network's that the client is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClientAddress(pub(super) IpAddr);

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let Some(Peer(peer)) = parts.extensions.get().copied() else {
            return Err(ApiError::internal("a request without a connection"));
        };
        Ok(Self(counted(client(peer, &parts.headers, &state.proxies))))
    }
}

/// Whether somebody passed the request on, as a proxy does.
pub(super) fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(FORWARDED_FOR) || headers.contains_key("forwarded")
}

/// The last address on the way to us that is not a trusted proxy's.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|network| network.contains(&address));
    let mut last = peer.to_canonical();
    let values = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = values.flat_map(|value| value.split(',')).collect();
    for hop in hops.into_iter().rev() {
        if !trusted(last) {
            break;
        }
        // What is no address was not written by a proxy that we know: the last one that we know answers for it.
        let Some(address) = address(hop.trim()) else { break };
        last = address;
    }
    last
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

fn counted(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & V6_NETWORK)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_of(peer: &str, forwarded: &[&str]) -> String {
        let proxies: Vec<IpNet> = ["10.0.0.0/8", "127.0.0.1/32"].iter().map(|text| text.parse().expect("it")).collect();
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().expect("a header"));
        }
        client(peer.parse().expect("an address"), &headers, &proxies).to_string()
    }

    #[test]
    fn only_what_a_trusted_proxy_wrote_is_believed() {
        for (peer, forwarded, client) in [
            ("203.0.113.7", &[][..], "203.0.113.7"),
            ("203.0.113.7", &["198.51.100.1"], "203.0.113.7"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["1.2.3.4", "198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            ("10.0.0.1", &["198.51.100.1:5123"], "198.51.100.1"),
            ("10.0.0.1", &["[2001:db8::1]:5123"], "2001:db8::1"),
            ("10.0.0.1", &["2001:db8::1"], "2001:db8::1"),
            ("10.0.0.1", &["198.51.100.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1, unknown, 10.0.0.2"], "10.0.0.2"),
        ] {
            assert_eq!(client_of(peer, forwarded), client, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let counted = |text: &str| counted(text.parse().expect("an address"));
        assert_eq!(counted("2001:db8::1"), counted("2001:db8::ffff:1:2"));
        assert_ne!(counted("2001:db8::1"), counted("2001:db8:0:1::1"));
        assert_ne!(counted("10.0.0.1"), counted("10.0.0.2"));
    }
}

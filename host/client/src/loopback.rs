//! What counts as this machine: the one place that says it.

use std::net::IpAddr;

use url::{Host, Url};

/// Whether this is an address of this machine's own, in either way of writing it.
pub fn is_loopback_ip(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

/// Whether what is sent to this address stays on this machine. Of names only `localhost` does: what is below it is resolved
/// as whoever answers for it likes.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => is_loopback_ip(ip.into()),
        Some(Host::Ipv6(ip)) => is_loopback_ip(ip.into()),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whether a browser takes this address for its own machine: it does so with every name below `localhost`, too.
pub fn is_loopback_in_browsers(url: &Url) -> bool {
    is_loopback(url) || url.domain().is_some_and(|name| name.ends_with(".localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_addresses_and_one_name() {
        for (host, here, in_browsers) in [
            ("127.0.0.1", true, true),
            ("127.9.9.9:4000", true, true),
            ("[::1]:9", true, true),
            ("[::ffff:127.0.0.1]", true, true),
            ("LOCALHOST:4000", true, true),
            ("hezi.localhost", false, true),
            ("localhost.", false, false),
            ("localhost.example.com", false, false),
            ("127.0.0.1.example.com", false, false),
            ("example.com", false, false),
            ("192.168.1.7:4000", false, false),
            ("[::]", false, false),
            ("[fe80::1]", false, false),
            ("[::ffff:192.168.1.7]", false, false),
        ] {
            let url = Url::parse(&format!("http://{host}")).expect(host);
            assert_eq!((is_loopback(&url), is_loopback_in_browsers(&url)), (here, in_browsers), "{host}");
        }
    }
}

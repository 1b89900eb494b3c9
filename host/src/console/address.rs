//! Where the server is, and whether a token may go there.

use url::{Host, Url};

use super::ConsoleError;
use crate::config::Config;

/// The address of the server: what the command line says, or where the settings say that it is reached.
pub(super) fn find(to: Option<&str>, config: &Config, insecure: bool) -> Result<Url, ConsoleError> {
    let (from, text) = match (to, &config.public_url) {
        (Some(to), _) => ("--to", to.to_owned()),
        (None, Some(public_url)) => ("setting `public_url`", public_url.clone()),
        (None, None) => ("setting `listen`", listening(config)?),
    };
    let url = parse(&text).map_err(|reason| ConsoleError::Address { from, reason })?;
    if url.scheme() == "http" && !is_loopback(&url) && !insecure {
        return Err(ConsoleError::PlainText { host: url.host_str().unwrap_or_default().to_owned() });
    }
    Ok(url)
}

/// The address that the server listens on, as this machine reaches it.
fn listening(config: &Config) -> Result<String, ConsoleError> {
    let mut address = config.listen;
    if address.port() == 0 {
        let reason = "port 0 is a free port each time: name the server with --to URL";
        return Err(ConsoleError::Address { from: "setting `listen`", reason });
    }
    if address.ip().is_unspecified() {
        let loopback = match address {
            std::net::SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            std::net::SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        };
        address.set_ip(loopback);
    }
    Ok(format!("http://{address}"))
}

fn parse(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "is an address such as https://meet.example.com")?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err("begins with https:// or http:// and names a host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("has no user name and no password in it: the token says who asks");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("ends before `?` and `#`");
    }
    Ok(url)
}

/// Whether the address is this machine's own.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.to_canonical().is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(to: Option<&str>, config: &Config) -> String {
        find(to, config, false).map_or_else(|error| error.to_string(), |url| url.to_string())
    }

    #[test]
    fn the_command_line_goes_before_the_settings() {
        let mut config = Config::default();
        assert_eq!(found(None, &config), "http://127.0.0.1:4000/");
        config.public_url = Some("https://meet.example.com".into());
        assert_eq!(found(None, &config), "https://meet.example.com/");
        assert_eq!(found(Some("https://other.example.com/hezi"), &config), "https://other.example.com/hezi");
    }

    #[test]
    fn a_server_that_listens_everywhere_is_asked_here() {
        for (listen, address) in [("0.0.0.0:80", "http://127.0.0.1/"), ("[::]:4000", "http://[::1]:4000/")] {
            let config = Config { listen: listen.parse().expect("an address"), ..Config::default() };
            assert_eq!(found(None, &config), address);
        }
        let config = Config { listen: "127.0.0.1:0".parse().expect("an address"), ..Config::default() };
        assert!(found(None, &config).contains("--to"), "{}", found(None, &config));
    }

    #[test]
    fn a_token_goes_in_plain_text_to_this_machine_only() {
        let config = Config::default();
        for here in ["http://localhost:1", "http://127.3.2.1", "http://[::1]:9", "http://[::ffff:127.0.0.1]"] {
            assert!(find(Some(here), &config, false).is_ok(), "{here}");
        }
        for there in ["http://meet.example.com", "http://10.0.0.1", "http://localhost.example.com", "http://[::]"] {
            assert!(matches!(find(Some(there), &config, false), Err(ConsoleError::PlainText { .. })), "{there}");
            assert!(find(Some(there), &config, true).is_ok(), "{there}");
        }
    }

    #[test]
    fn what_is_no_server_is_refused_without_its_secrets() {
        let config = Config::default();
        for text in ["meet", "ftp://x", "https://", "https://me:secret@x", "https://secret@x", "https://x?secret"] {
            let said = found(Some(text), &config);
            assert!(said.starts_with("--to: ") && !said.contains("secret"), "{text}: {said}");
        }
    }
}

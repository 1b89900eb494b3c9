//! Which server is meant, and with which token it is asked: what the command line says, else what the settings say.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use hezi_client::{Address, BearerToken, Client};

use super::ConsoleError;
use super::command::ServerArguments;
use crate::config::Config;

/// The client for the server that is meant.
pub(super) fn reach(server: &ServerArguments, config: &Config) -> Result<Client, ConsoleError> {
    Ok(Client::new(address(server, config)?, token(server, config)?)?)
}

/// The address that the command line names, or the one where the settings say that the server is reached.
fn address(server: &ServerArguments, config: &Config) -> Result<Address, ConsoleError> {
    let (from, text) = match (&server.to, &config.public_url) {
        (Some(to), _) => ("--to", to.clone()),
        (None, Some(public_url)) => ("setting `public_url`", public_url.clone()),
        (None, None) => ("setting `listen`", listening(config.listen)?),
    };
    let read = if server.insecure { Address::insecure } else { Address::secure };
    read(&text).map_err(|source| ConsoleError::Address { from, source })
}

/// The address that the server listens on, as this machine reaches it.
fn listening(mut address: SocketAddr) -> Result<String, ConsoleError> {
    if address.port() == 0 {
        return Err(ConsoleError::NoPort);
    }
    if address.ip().is_unspecified() {
        let loopback = match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        };
        address.set_ip(loopback);
    }
    Ok(format!("http://{address}"))
}

/// The administrators' token: the one in a file, or the setting.
fn token(server: &ServerArguments, config: &Config) -> Result<BearerToken, ConsoleError> {
    match &server.token_file {
        Some(file) => Ok(BearerToken::read(file)?),
        None => {
            let token = config.admin.token.as_deref().ok_or(ConsoleError::NoToken)?;
            Ok(BearerToken::parse(token, "setting `admin.token`")?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(to: Option<&str>, config: &Config) -> String {
        let server =
            ServerArguments { to: to.map(str::to_owned), config: None, token_file: None, insecure: false, json: false };
        address(&server, config).map_or_else(|error| error.to_string(), |address| address.to_string())
    }

    #[test]
    fn the_command_line_goes_before_the_settings() {
        let mut config = Config::default();
        assert_eq!(found(None, &config), "http://127.0.0.1:4000");
        config.public_url = Some("https://meet.example.com".into());
        assert_eq!(found(None, &config), "https://meet.example.com");
        assert_eq!(found(Some("https://other.example.com/hezi"), &config), "https://other.example.com");
    }

    #[test]
    fn a_server_that_listens_everywhere_is_asked_here() {
        for (listen, address) in [("0.0.0.0:80", "http://127.0.0.1"), ("[::]:4000", "http://[::1]:4000")] {
            let config = Config { listen: listen.parse().expect("an address"), ..Config::default() };
            assert_eq!(found(None, &config), address);
        }
        let config = Config { listen: "127.0.0.1:0".parse().expect("an address"), ..Config::default() };
        assert!(found(None, &config).contains("--to"), "{}", found(None, &config));
    }

    #[test]
    fn what_is_wrong_with_an_address_says_where_it_stands() {
        let said = found(Some("http://meet.example.com"), &Config::default());
        assert!(said.starts_with("--to: ") && said.contains("--insecure"), "{said}");
        let config = Config { public_url: Some("http://meet.example.com".into()), ..Config::default() };
        assert!(found(None, &config).starts_with("setting `public_url`: "), "{}", found(None, &config));
    }

    #[test]
    fn no_token_and_a_broken_one_are_told_apart() {
        let with = |token: Option<&str>| {
            let mut config = Config::default();
            config.admin.token = token.map(str::to_owned);
            let server = ServerArguments { to: None, config: None, token_file: None, insecure: false, json: false };
            super::token(&server, &config)
        };
        assert!(matches!(with(None), Err(ConsoleError::NoToken)));
        assert!(matches!(with(Some("two words")), Err(ConsoleError::Client(_))));
        assert!(with(Some("0123456789abcdef")).is_ok());
    }
}

//! The settings of who reaches the server beside people: proxies whose word on addresses counts, and the monitoring.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::error::{ConfigError, refuse};

/// Settings of HTTP that are no bounds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpConfig {
    /// Addresses and networks of the proxies in front of the server, such as `10.0.0.7` or `10.0.0.0/8`. What one of
    /// them writes into `x-forwarded-for` is believed, and of nobody else.
    pub trusted_proxies: Vec<String>,
}

/// Settings of the metrics.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsConfig {
    /// Address that serves `/metrics` and nothing else. Without one it is where everything else is.
    pub listen: Option<SocketAddr>,
}

impl HttpConfig {
    /// The trusted proxies as networks.
    ///
    /// # Errors
    /// [`ConfigError`] that names the text that is neither an address nor a network.
    pub fn proxies(&self) -> Result<Vec<IpNet>, ConfigError> {
        let wrong = |text: &String| format!("`{text}` is neither an address nor a network such as `10.0.0.0/8`");
        let all = self.trusted_proxies.iter().map(|text| network(text).ok_or_else(|| wrong(text)));
        all.collect::<Result<_, _>>().or_else(|reason| refuse("http.trusted_proxies", reason))
    }
}

fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        let proxies = |text: &str| HttpConfig { trusted_proxies: vec![text.to_owned()] }.proxies();
        for text in ["10.0.0.7", "10.0.0.0/8", "::1", "fd00::/8", " 127.0.0.1 "] {
            assert_eq!(proxies(text).map(|all| all.len()).ok(), Some(1), "{text}");
        }
        for text in ["", "proxy", "10.0.0.0/33", "10.0.0", "10.0.0.1:80"] {
            let error = proxies(text).expect_err(text).to_string();
            assert!(error.contains("http.trusted_proxies") && error.contains(text), "{error}");
        }
    }
}

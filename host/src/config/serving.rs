//! What has to hold before settings serve anybody: development sign-in is for this machine.
//!
//! Whoever only talks to a server reads the same settings, and is not kept from it by this.

use hezi_client::is_loopback_in_browsers;
use url::Url;

use super::error::{ConfigError, refuse};
use super::{AuthMode, Config};

/// Checks what has to hold before these settings serve anybody, and does not concern whoever only talks to a server.
///
/// # Errors
/// [`ConfigError`] when development sign-in would be offered to others than this machine.
pub fn check_serving(config: &Config) -> Result<(), ConfigError> {
    if config.auth_mode() == AuthMode::Dev
        && let Some(url) = config.public_url.as_deref()
        && !Url::parse(url).is_ok_and(|url| is_loopback_in_browsers(&url))
    {
        let reason = format!(
            "is {url}, where others come from, and development sign-in believes every name: set WeCom up \
             (`wecom.corp_id`, `wecom.agent_id`, `wecom.secret`), or leave `public_url` out to try things on this machine"
        );
        return refuse("public_url", reason);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use figment::Figment;
    use figment::providers::{Format, Serialized, Toml};

    use super::*;

    fn with(text: &str) -> Config {
        let figment = Figment::from(Serialized::defaults(Config::default())).merge(Toml::string(text));
        figment.extract().expect("settings")
    }

    #[test]
    fn the_form_that_believes_every_name_is_for_this_machine_only() {
        for (url, served) in [
            ("", true),
            ("http://127.0.0.1:4000", true),
            ("http://localhost:4000", true),
            ("http://[::1]:4000", true),
            ("https://meet.example.com", false),
            ("http://meet.example.com", false),
            ("http://10.0.0.7:4000", false),
            ("http://localhost.example.com", false),
        ] {
            let text = if url.is_empty() { String::new() } else { format!("public_url = \"{url}\"") };
            let config = with(&text);
            let checked = check_serving(&config).map_err(|error| error.to_string());
            assert_eq!(checked.is_ok(), served, "{url}: {checked:?}");
            assert!(checked.err().is_none_or(|error| error.contains("wecom.corp_id")), "{url}");
        }
        let wecom = "public_url = \"https://meet.example.com\"\n[auth]\nmode = \"wecom\"";
        check_serving(&with(wecom)).expect("WeCom signs people in");
    }
}

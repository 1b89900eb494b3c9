//! The settings: a TOML file, environment variables over it, command-line flags over both.
//!
//! `HEZI_` and the upper-case path with `__` between levels names the same setting in the environment:
//! `wecom.api_url` is `HEZI_WECOM__API_URL`. Nothing else of the host reads the environment.
//!
//! # Invariants
//! * A key that is not known, or a value of the wrong kind, is an error that names it.
//! * What the settings promise together is checked at start, not when it is first needed.

mod error;
mod foreign;
mod limits;
mod network;
mod ranges;
mod serving;
mod talk;
mod wecom;
mod wording;

use std::net::SocketAddr;
use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use hezi_client::is_loopback_ip;
use serde::{Deserialize, Serialize};

pub use self::error::ConfigError;
use self::error::refuse;
pub use self::limits::{
    AddressLimits, CompileLimits, HttpLimits, LimitsConfig, PersonLimits, QuarantineLimits, RoomLimits, SocketLimits,
};
pub use self::network::{HttpConfig, MetricsConfig};
pub use self::ranges::range;
pub use self::serving::check_serving;
pub use self::wecom::{Secret, WecomConfig, WecomScope};
use self::wording::name_setting;
use crate::domain::tongue::Tongue;

/// All settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address to listen on. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Folder for everything that Hezi keeps.
    pub data: PathBuf,
    /// The address that people reach the server at; by default `http://` and the address it listens on.
    pub public_url: Option<String>,
    /// The language for whoever asks for none that the server speaks: `en` or `zh-Hans`.
    pub language: Tongue,
    /// Where SurrealDB keeps its data: `rocksdb://PATH?sync=every`, `mem://`, or `ws://`, `wss://` for a server. By
    /// default `store` in the data folder.
    pub store: Option<String>,
    /// How SurrealDB is used.
    pub surrealdb: SurrealConfig,
    /// Who stands in front of the server.
    pub http: HttpConfig,
    /// How people sign in, and how long a session lasts.
    pub auth: AuthConfig,
    /// The app of WeCom that signs people in.
    pub wecom: WecomConfig,
    /// Who administers the server.
    pub admin: AdminConfig,
    /// What a conference may have, and when it ends by itself.
    pub conference: ConferenceConfig,
    /// Where plugins come from, and whose signature they need.
    pub plugins: PluginsConfig,
    /// The bounds of everything that others can make grow.
    pub limits: LimitsConfig,
    /// What the server says of itself.
    pub log: LogConfig,
    /// What the server counts.
    pub metrics: MetricsConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 4000)),
            data: PathBuf::from("./data"),
            public_url: None,
            language: Tongue::default(),
            store: None,
            surrealdb: SurrealConfig::default(),
            http: HttpConfig::default(),
            auth: AuthConfig::default(),
            wecom: WecomConfig::default(),
            admin: AdminConfig::default(),
            conference: ConferenceConfig::default(),
            plugins: PluginsConfig::default(),
            limits: LimitsConfig::default(),
            log: LogConfig::default(),
            metrics: MetricsConfig::default(),
        }
    }
}

/// Settings of SurrealDB.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SurrealConfig {
    /// The namespace of SurrealDB that everything is in.
    pub namespace: String,
    /// The database of that namespace.
    pub database: String,
    /// User of a SurrealDB server.
    pub username: Option<String>,
    /// Password of a SurrealDB server.
    pub password: Option<String>,
    /// Most memory for blocks read from disk, embedded only.
    pub block_cache_bytes: u64,
    /// Size of a memtable, which takes writes until it is written to a table file, embedded only.
    pub memtable_bytes: u64,
    /// Most memtables at a time, embedded only. RocksDB keeps as many again to find conflicts.
    pub memtables: u32,
    /// Most files that the engine keeps open, embedded only.
    pub open_files: u32,
    /// Longest wait for one query.
    pub query_timeout_ms: u64,
}

impl Default for SurrealConfig {
    fn default() -> Self {
        Self {
            namespace: "hezi".into(),
            database: "hezi".into(),
            username: None,
            password: None,
            // SurrealDB's own defaults are half of the machine's memory, whatever the container allows.
            block_cache_bytes: 64 << 20,
            memtable_bytes: 16 << 20,
            memtables: 2,
            open_files: 256,
            query_timeout_ms: 10_000,
        }
    }
}

/// How people sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMode {
    /// A form that believes every name. Refuses to exist unless the server listens on loopback only.
    Dev,
    /// WeCom's sign-in.
    Wecom,
}

/// Settings of sign-in and sessions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthConfig {
    /// How people sign in. By default through WeCom as soon as one of its settings is there, else the form.
    pub mode: Option<AuthMode>,
    /// A session ends when it was not used for so long.
    pub session_idle_s: u64,
    /// A session ends after so long in any case.
    pub session_max_s: u64,
}

impl Default for AuthConfig {
    fn default() -> Self {
        Self { mode: None, session_idle_s: 7 * 86_400, session_max_s: 30 * 86_400 }
    }
}

/// Who may administer the server.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdminConfig {
    /// Ids of the users who may.
    pub users: Vec<String>,
    /// A bearer token that may, at least 16 characters. None by default.
    pub token: Option<String>,
}

/// Settings of conferences.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConferenceConfig {
    /// How many of the 100,000 numbers are given out, from 00000 on.
    pub number_pool: u32,
    /// How long the number of an ended conference rests before it is given out again.
    pub number_cooldown_s: u64,
    /// A conference in which nothing has happened for so long, and nobody is connected, ends by itself.
    pub idle_end_s: u64,
    /// Most activities of a conference.
    pub activities: usize,
    /// Words that nobody may write, in whatever case, width or form: chat messages, notices, titles and descriptions with
    /// one of them are refused.
    pub blocked_words: Vec<String>,
    /// The reactions that a message may get.
    pub reactions: Vec<String>,
}

impl Default for ConferenceConfig {
    fn default() -> Self {
        Self {
            number_pool: crate::domain::id::NUMBERS,
            number_cooldown_s: 86_400,
            idle_end_s: 7 * 86_400,
            activities: 64,
            blocked_words: Vec::new(),
            reactions: ["👍", "❤️", "😂", "😮", "🎉", "🙏"].map(str::to_owned).to_vec(),
        }
    }
}

/// Settings of plugins.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PluginsConfig {
    /// Folder whose components are loaded at start.
    pub dir: Option<PathBuf>,
    /// Folder whose components are loaded at start and whenever they change, for authors of plugins. Who can write there
    /// decides what runs on the server.
    pub watch: Option<PathBuf>,
    /// Folder for compiled code; by default `code` in the data folder.
    pub cache_dir: Option<PathBuf>,
    /// Minisign public keys. With any, an upload needs a signature of one of them.
    pub trusted_keys: Vec<String>,
    /// Whether the components of `dir` are loaded without signatures, trusted keys or not.
    pub trust_folder: bool,
}

impl Default for PluginsConfig {
    fn default() -> Self {
        // Who can write into the folder of the configuration is as good as who wrote the configuration.
        Self { dir: None, watch: None, cache_dir: None, trusted_keys: Vec::new(), trust_folder: true }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Settings of the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// What is logged: `info`, or a filter such as `hezi=debug,info`.
    pub filter: String,
    /// How lines look.
    pub format: LogFormat,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { filter: "info,surrealdb=warn,surrealdb_core=warn".into(), format: LogFormat::Text }
    }
}

/// What the command line says.
#[derive(Debug, Default)]
pub struct Flags {
    /// The configuration file.
    pub config: Option<PathBuf>,
    /// Instead of the setting `listen`.
    pub listen: Option<SocketAddr>,
    /// Instead of the setting `data`.
    pub data: Option<PathBuf>,
    /// Instead of the setting `plugins.watch`.
    pub watch: Option<PathBuf>,
}

/// Reads the settings: defaults, file, environment, flags, each over the one before.
///
/// # Errors
/// [`ConfigError`] that names the setting.
pub fn load(flags: &Flags) -> Result<Config, ConfigError> {
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    if let Some(path) = &flags.config {
        if !path.is_file() {
            return Err(ConfigError::NoFile(path.clone()));
        }
        figment = figment.merge(Toml::file_exact(path));
    }
    let env = Env::prefixed("HEZI_").filter(|key| !foreign::is_foreign_now(key.as_str()));
    figment = figment.merge(env.split("__"));
    if let Some(listen) = flags.listen {
        figment = figment.merge(("listen", listen));
    }
    if let Some(data) = &flags.data {
        figment = figment.merge(("data", data));
    }
    if let Some(watch) = &flags.watch {
        figment = figment.merge(("plugins.watch", watch));
    }
    let config: Config = figment.extract().map_err(|error| ConfigError::Wrong(name_setting(error)))?;
    check(&config)?;
    Ok(config)
}

/// Checks what the settings promise together.
fn check(config: &Config) -> Result<(), ConfigError> {
    if config.auth_mode() == AuthMode::Wecom {
        config.wecom.check(config.public_url.as_deref())?;
        if config.admin.users.iter().any(|user| user.chars().any(|c| c.is_ascii_uppercase())) {
            return refuse("admin.users", "has ids of WeCom, which are in lower case here: `wangwei`, not `WangWei`");
        }
    } else if !is_loopback_ip(config.listen.ip()) {
        return refuse(
            "listen",
            format!(
                "development sign-in believes every name and so serves loopback only, not {}; listen on 127.0.0.1",
                config.listen.ip()
            ),
        );
    }
    if let Some(url) = &config.public_url {
        check_public_url(url)?;
    }
    if config.admin.token.as_ref().is_some_and(|token| token.len() < 16) {
        return refuse("admin.token", "has fewer than 16 characters");
    }
    ranges::check(config)?;
    talk::check(&config.conference.blocked_words, &config.conference.reactions)?;
    config.http.proxies()?;
    config.wecom.check_domain_proof()?;
    if let Some(store) = &config.store {
        check_store(store)?;
    }
    limits::check(&config.limits)
}

fn check_public_url(url: &str) -> Result<(), ConfigError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match rest {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ']) => Ok(()),
        _ => refuse("public_url", "is `http://` or `https://` and a host, without a path: `https://meet.example.com`"),
    }
}

fn check_store(store: &str) -> Result<(), ConfigError> {
    if store.starts_with("surrealkv://") {
        return refuse(
            "store",
            "surrealkv loses acknowledged records and is not offered any more: take the setting out and move the folder \
             that it names to `db` in the data folder, and the next start brings everything over",
        );
    }
    let known = ["mem://", "rocksdb://", "ws://", "wss://"].iter().any(|kind| store.starts_with(kind));
    if !known {
        return refuse("store", "is `rocksdb://PATH?sync=every`, `mem://`, `ws://HOST` or `wss://HOST`");
    }
    if store.starts_with("rocksdb://") && !store.ends_with("?sync=every") {
        return refuse("store", "must end with `?sync=every`: acknowledged means durable");
    }
    Ok(())
}

impl Config {
    /// How people sign in. Half of WeCom's settings mean WeCom: whoever forgot the rest must not end up with a form that
    /// believes every name.
    pub fn auth_mode(&self) -> AuthMode {
        let implied = if self.wecom.is_begun() { AuthMode::Wecom } else { AuthMode::Dev };
        self.auth.mode.unwrap_or(implied)
    }

    /// Where SurrealDB keeps its data.
    pub fn store_url(&self) -> String {
        self.store.clone().unwrap_or_else(|| format!("rocksdb://{}?sync=every", self.data.join("store").display()))
    }

    /// Where compiled code is kept.
    pub fn code_dir(&self) -> PathBuf {
        self.plugins.cache_dir.clone().unwrap_or_else(|| self.data.join("code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_toml(text: &str) -> Result<Config, String> {
        let figment = Figment::from(Serialized::defaults(Config::default())).merge(Toml::string(text));
        let config: Config = figment.extract().map_err(name_setting)?;
        check(&config).map_err(|error| error.to_string())?;
        Ok(config)
    }

    #[test]
    fn the_defaults_are_allowed() {
        let config = from_toml("").expect("defaults");
        assert_eq!(config.store_url(), "rocksdb://./data/store?sync=every");
    }

    #[test]
    fn a_wrong_key_is_named() {
        let error = from_toml("[limits.room]\nchats_per_s = 3").expect_err("unknown key");
        assert!(error.contains("limits.room.chats_per_s"), "{error}");
        let error = from_toml("[limits.room]\nchat_per_s = \"many\"").expect_err("wrong kind");
        assert!(error.contains("limits.room.chat_per_s"), "{error}");
    }

    #[test]
    fn a_secret_is_named_and_not_shown() {
        for text in ["[admin]\ntoken = 12345678901234567", "[admin]\ntoken = wrong12345678901234567"] {
            let error = from_toml(text).expect_err("no text");
            assert!(!error.contains("1234567890"), "{error}");
        }
        assert!(from_toml("[admin]\ntoken = 12345678901234567").expect_err("a number").contains("`admin.token`"));
    }

    #[test]
    fn contradictions_are_refused() {
        for (text, key) in [
            ("listen = \"0.0.0.0:80\"", "listen"),
            ("public_url = \"meet.example.com\"", "public_url"),
            ("store = \"file://x\"", "store"),
            ("store = \"surrealkv://x?sync=every\"", "store"),
            ("store = \"rocksdb://x?sync=never\"", "store"),
            ("[surrealdb]\nmemtables = 1", "surrealdb.memtables"),
            ("[surrealdb]\nmemtable_bytes = 1", "surrealdb.memtable_bytes"),
            ("[admin]\ntoken = \"short\"", "admin.token"),
            ("[conference]\nnumber_pool = 0", "conference.number_pool"),
            ("[auth]\nmode = \"wecom\"", "wecom.corp_id"),
            ("[wecom]\ndomain_file = \"WW_verify_a1.txt\"", "wecom.domain_text"),
            ("[wecom]\ndomain_text = \"a1\"", "wecom.domain_file"),
            ("[wecom]\ndomain_file = \"../x.txt\"\ndomain_text = \"a1\"", "wecom.domain_file"),
            ("[wecom]\nsecret = \"s\"", "wecom.corp_id"),
            ("[wecom]\ncorp_id = \"ww1\"\nsecret = \"s\"", "wecom.agent_id"),
            ("[wecom]\ncorp_id = \"ww1\"\nagent_id = 7", "wecom.secret"),
            ("[wecom]\ncorp_id = \"ww1\"\nagent_id = 7\nsecret = \"s\"", "public_url"),
        ] {
            let error = from_toml(text).expect_err(text);
            assert!(error.contains(key), "{text}: {error}");
        }
    }

    const WECOM: &str = "public_url = \"https://meet.example.com\"\nlisten = \"0.0.0.0:80\"\n\
                         [wecom]\ncorp_id = \"ww1\"\nagent_id = 7\nsecret = \"a-secret\"\n";

    #[test]
    fn settings_of_wecom_mean_wecom_and_may_be_overruled() {
        let config = from_toml(WECOM).expect("complete");
        assert_eq!(config.auth_mode(), AuthMode::Wecom);
        assert!(!format!("{config:?}").contains("a-secret"), "{config:?}");
        let error = from_toml(&format!("{WECOM}[auth]\nmode = \"dev\"")).expect_err("a form for everybody");
        assert!(error.contains("listen"), "{error}");
    }

    #[test]
    fn secrets_go_to_https_or_to_this_machine() {
        for (url, good) in [
            ("https://qyapi.weixin.qq.com", true),
            ("http://127.0.0.1:8080", true),
            ("http://localhost:1", true),
            ("http://[::1]:1/base", true),
            ("http://qyapi.weixin.qq.com", false),
            ("http://127.0.0.1.evil.cn", false),
            ("https://a.cn?x=1", false),
            ("ftp://127.0.0.1", false),
            ("qyapi", false),
        ] {
            let loaded = from_toml(&format!("{WECOM}api_url = \"{url}\""));
            assert_eq!(loaded.is_ok(), good, "{url}: {loaded:?}");
        }
    }
}

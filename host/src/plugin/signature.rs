//! Signatures of components: which keys this server trusts, and whether one of them signed these bytes.
//!
//! The format is minisign's (Ed25519 over the BLAKE2b hash of the file), so a plugin's author signs with a program that
//! exists already and the server's configuration has one line for each key. A signature is checked over the bytes as they
//! came, before anything reads them.
//!
//! # Invariants
//! * Without trusted keys nothing needs a signature; with them nothing that was uploaded goes without.
//! * A [`Signed`] is made here only, so a component cannot be stored by a way that forgot to ask.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hezi_plugin::SIGNATURE_BYTES_MAX;
use minisign_verify::{Error, PublicKey, Signature};

use super::PluginError;
use super::component::Component;
use crate::config::PluginsConfig;

/// Where a minisign public key has its id.
const KEY_ID: std::ops::Range<usize> = 2..10;

/// A trusted key that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "setting `plugins.trusted_keys`: entry {entry} is no minisign public key ({reason}): give the second line of \
     `minisign.pub`, which begins with `RW`"
)]
pub struct TrustedKeyError {
    /// Which one, counted from 1.
    entry: usize,
    reason: String,
}

/// A trusted key.
struct TrustedKey {
    /// As minisign shows it: 16 hexadecimal digits.
    id: String,
    key: PublicKey,
}

/// The keys that this server trusts.
pub struct TrustedKeys {
    keys: Vec<TrustedKey>,
    trust_folder: bool,
}

/// The signature that came with a component, if one did.
pub(super) enum GivenSignature {
    /// With an upload: the base64 of a `.minisig` file.
    Header(Option<String>),
    /// Beside a file of the plugins folder.
    File(Option<Vec<u8>>),
}

/// What is known of a component's origin: a trusted key's signature, or that none is needed.
pub(super) struct Signed {
    by: Option<String>,
}

impl TrustedKeys {
    /// Reads the keys of the settings.
    ///
    /// # Errors
    /// [`TrustedKeyError`] that names the entry.
    pub fn new(config: &PluginsConfig) -> Result<Self, TrustedKeyError> {
        let keys = config.trusted_keys.iter().enumerate();
        let keys =
            keys.map(|(at, text)| read_key(text.trim()).map_err(|reason| TrustedKeyError { entry: at + 1, reason }));
        Ok(Self { keys: keys.collect::<Result<_, _>>()?, trust_folder: config.trust_folder })
    }

    /// Checks the signature that came with a component, on a thread for that because a component is large.
    ///
    /// # Errors
    /// [`PluginError::SignatureMissing`] and [`PluginError::SignatureInvalid`].
    pub(super) async fn judge(
        self: &Arc<Self>,
        component: &Component,
        given: GivenSignature,
    ) -> Result<Signed, PluginError> {
        let (keys, component) = (Arc::clone(self), component.clone());
        let judged = tokio::task::spawn_blocking(move || match given {
            GivenSignature::Header(header) => keys.check_upload(component.bytes(), header.as_deref()),
            GivenSignature::File(file) => keys.check_file(component.bytes(), file.as_deref()),
        });
        judged.await.map_err(|error| PluginError::Thread(error.to_string()))?
    }

    fn check_upload(&self, bytes: &[u8], header: Option<&str>) -> Result<Signed, PluginError> {
        if self.keys.is_empty() {
            return Ok(Signed { by: None });
        }
        let header = header.ok_or(PluginError::SignatureMissing(
            "send the header `hezi-signature`: the base64 of the whole `.minisig` file, in one line",
        ))?;
        if header.len() > SIGNATURE_BYTES_MAX.div_ceil(3) * 4 {
            return Err(invalid(format!("it is larger than {SIGNATURE_BYTES_MAX} bytes")));
        }
        let file = STANDARD.decode(header.trim()).map_err(|error| invalid(format!("it is not base64: {error}")))?;
        self.check(bytes, &file)
    }

    /// Whether a file of the plugins folder needs a signature beside it.
    fn asks_folder(&self) -> bool {
        !self.keys.is_empty() && !self.trust_folder
    }

    fn check_file(&self, bytes: &[u8], signature: Option<&[u8]>) -> Result<Signed, PluginError> {
        if !self.asks_folder() {
            return Ok(Signed { by: None });
        }
        let signature = signature.ok_or(PluginError::SignatureMissing(
            "put the `.minisig` file beside it, or set `plugins.trust_folder` to true",
        ))?;
        self.check(bytes, signature)
    }

    fn check(&self, bytes: &[u8], file: &[u8]) -> Result<Signed, PluginError> {
        let text = std::str::from_utf8(file).map_err(|_| invalid("it is not a `.minisig` file: it is no text"))?;
        let signature =
            Signature::decode(text).map_err(|error| invalid(format!("it is not a `.minisig` file: {error}")))?;
        for TrustedKey { id, key } in &self.keys {
            match key.verify(bytes, &signature, false) {
                Ok(()) => return Ok(Signed { by: Some(id.clone()) }),
                // Ids of keys are chosen by whoever makes them: another trusted key may have the same.
                Err(Error::UnexpectedKeyId | Error::InvalidSignature) => {}
                Err(Error::UnexpectedAlgorithm) => {
                    return Err(invalid("it is of minisign's old kind, over the file itself: sign without `-l`"));
                }
                Err(error) => return Err(invalid(error.to_string())),
            }
        }
        Err(invalid("no trusted key made it over exactly these bytes; `plugins.trusted_keys` has the keys"))
    }
}

impl Signed {
    /// The id of the key that signed; none where no signature is needed.
    pub(super) fn by(&self) -> Option<&str> {
        self.by.as_deref()
    }
}

/// For the end of an audit line.
impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.by {
            Some(id) => write!(f, ", signed with key {id}"),
            None => Ok(()),
        }
    }
}

fn read_key(text: &str) -> Result<TrustedKey, String> {
    let key = PublicKey::from_base64(text).map_err(|error| error.to_string())?;
    let bytes = STANDARD.decode(text).map_err(|error| error.to_string())?;
    let id = bytes.get(KEY_ID).and_then(|id| id.try_into().ok()).map(u64::from_le_bytes);
    let id = id.ok_or_else(|| "it is too short".to_owned())?;
    Ok(TrustedKey { id: format!("{id:016X}"), key })
}

fn invalid(reason: impl Into<String>) -> PluginError {
    PluginError::SignatureInvalid(reason.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and the signatures of the text `test` are minisign's own examples.
    const KEY: &str = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
    const SIGNATURE: &str = "untrusted comment: signature from minisign secret key\n\
        RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=\n\
        trusted comment: timestamp:1556193335\tfile:test\n\
        y/rUw2y8/hOUYjZU71eHp/Wo1KZ40fGy2VJEDl34XMJM+TX48Ss/17u3IvIfbVR1FkZZSNCisQbuQY+bHwhEBg==\n";
    const OLD_KIND: &str = "untrusted comment: signature from minisign secret key\n\
        RWQf6LRCGA9i59SLOFxz6NxvASXDJeRtuZykwQepbDEGt87ig1BNpWaVWuNrm73YiIiJbq71Wi+dP9eKL8OC351vwIasSSbXxwA=\n\
        trusted comment: timestamp:1555779966\tfile:test\n\
        QtKMXWyYcwdpZAlPF7tE2ENJkRd1ujvKjlj1m9RtHTBnZPa5WKU5uWRs5GoP5M/VqE81QFuMKI5k/SfNQUaOAA==\n";

    fn trusting(keys: &[&str], trust_folder: bool) -> TrustedKeys {
        let trusted_keys = keys.iter().map(|key| (*key).to_owned()).collect();
        let config = PluginsConfig { trusted_keys, trust_folder, ..PluginsConfig::default() };
        TrustedKeys::new(&config).expect("keys")
    }

    fn outcome(result: Result<Signed, PluginError>) -> String {
        match result {
            Ok(signed) => format!("fine{signed}"),
            Err(PluginError::SignatureMissing(_)) => "missing".to_owned(),
            Err(PluginError::SignatureInvalid(why)) => format!("invalid: {why}"),
            Err(error) => format!("other: {error}"),
        }
    }

    #[test]
    fn a_good_signature_names_its_key() {
        let keys = trusting(&[KEY], true);
        let header = STANDARD.encode(SIGNATURE);
        assert_eq!(outcome(keys.check_upload(b"test", Some(&header))), "fine, signed with key E7620F1842B4E81F");
        assert_eq!(keys.check_upload(b"test", Some(&header)).expect("signed").by(), Some("E7620F1842B4E81F"));
    }

    #[test]
    fn whatever_else_comes_is_told_apart() {
        let keys = trusting(&[KEY], true);
        let upload = |bytes: &[u8], file: &str| outcome(keys.check_upload(bytes, Some(&STANDARD.encode(file))));
        assert_eq!(outcome(keys.check_upload(b"test", None)), "missing");
        assert!(outcome(keys.check_upload(b"test", Some("*"))).starts_with("invalid: it is not base64"));
        assert!(upload(b"test", "").starts_with("invalid: it is not a `.minisig` file"));
        assert!(upload(b"test", &"x".repeat(SIGNATURE_BYTES_MAX + 10)).starts_with("invalid: it is larger"));
        assert!(upload(b"Test", SIGNATURE).starts_with("invalid: no trusted key"));
        assert!(upload(b"test", &SIGNATURE.replace("file:test", "file:vote")).starts_with("invalid: no trusted key"));
        assert!(upload(b"test", OLD_KIND).starts_with("invalid: it is of minisign's old kind"));
        let every_cut = (0..SIGNATURE.trim_end().len()).map(|length| upload(b"test", &SIGNATURE[..length]));
        assert!(every_cut.into_iter().all(|outcome| outcome.starts_with("invalid: ")));
    }

    proptest::proptest! {
        /// No file but the signature itself is taken, whatever is changed in it or sent instead.
        #[test]
        fn no_other_file_is_a_signature(
            rubbish in "\\PC{0,80}(\n\\PC{0,120}){0,4}",
            at in proptest::num::usize::ANY,
            with in proptest::char::any(),
        ) {
            let keys = trusting(&[KEY], true);
            let upload = |file: &str| outcome(keys.check_upload(b"test", Some(&STANDARD.encode(file))));
            proptest::prop_assert!(upload(&rubbish).starts_with("invalid: "));
            let mut bent: Vec<char> = SIGNATURE.trim_end().chars().collect();
            let at = at % bent.len();
            // The first line is a comment that nobody signed.
            let is_comment = at < SIGNATURE.find('\n').unwrap_or(0) && with != '\n';
            let before = std::mem::replace(&mut bent[at], with);
            let outcome = upload(&bent.into_iter().collect::<String>());
            proptest::prop_assert!(is_comment || before == with || outcome.starts_with("invalid: "), "{}", outcome);
        }
    }

    #[test]
    fn without_keys_nothing_needs_a_signature() {
        let keys = trusting(&[], false);
        assert_eq!(outcome(keys.check_upload(b"test", None)), "fine");
        assert_eq!(outcome(keys.check_upload(b"test", Some("*"))), "fine");
        assert_eq!(outcome(keys.check_file(b"test", None)), "fine");
    }

    #[test]
    fn the_folder_is_trusted_unless_told_otherwise() {
        assert_eq!(outcome(trusting(&[KEY], true).check_file(b"test", None)), "fine");
        let keys = trusting(&[KEY], false);
        assert_eq!(outcome(keys.check_file(b"test", None)), "missing");
        assert!(outcome(keys.check_file(b"test", Some(b"\xff"))).starts_with("invalid"));
        let signed = keys.check_file(b"test", Some(SIGNATURE.as_bytes()));
        assert_eq!(outcome(signed), "fine, signed with key E7620F1842B4E81F");
    }

    #[test]
    fn a_key_that_is_none_is_named() {
        for wrong in ["", "RWQ", "not a key", &KEY[..52], &SIGNATURE[..40]] {
            let trusted_keys = vec![KEY.to_owned(), wrong.to_owned()];
            let config = PluginsConfig { trusted_keys, ..PluginsConfig::default() };
            let error = TrustedKeys::new(&config).err().expect(wrong).to_string();
            assert!(error.contains("`plugins.trusted_keys`: entry 2"), "{error}");
        }
    }
}

//! The signature with which a page may use WeCom's JavaScript: made here, because the ticket in it must not get out.

use sha1::{Digest, Sha1};

use crate::config::Secret;

/// What a page hands to `wx.config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSignature {
    /// When it was made, in seconds since 1970.
    pub timestamp: u64,
    /// Makes two signatures differ.
    pub nonce: String,
    /// SHA-1 in hex.
    pub signature: String,
}

/// Signs a page's address, without what stands behind `#`.
pub(super) fn sign(ticket: &Secret, nonce: String, timestamp: u64, url: &str) -> PageSignature {
    let url = url.split('#').next().unwrap_or_default();
    let ticket = ticket.expose();
    let text = format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}");
    PageSignature { timestamp, nonce, signature: hex::encode(Sha1::digest(text.as_bytes())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_of_the_documentation() {
        let ticket =
            Secret::new("sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg");
        for url in ["http://mp.weixin.qq.com?params=value", "http://mp.weixin.qq.com?params=value#top"] {
            let signed = sign(&ticket, "Wm3WZYTPz0wzccnW".into(), 1_414_587_457, url);
            assert_eq!(signed.signature, "0f9de62fce790f9a083d5c99e95740ceb90c27ed");
        }
    }
}

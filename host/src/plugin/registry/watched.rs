//! Versions that come from the folder that an author watches, where the same version may have other bytes each time.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Origin, Plugins, locked};
use crate::plugin::PluginError;
use crate::plugin::signature::Signed;

impl Plugins {
    /// Stores a component of the watched folder and makes it the active version.
    pub(in crate::plugin) async fn take_watched(&self, bytes: Vec<u8>, signed: Signed) -> Result<(), PluginError> {
        let this = self.clone();
        self.to_its_end(async move {
            this.store_version(bytes, Origin::Watch, &signed).await?;
            this.forget_replaced().await;
            Ok(())
        })
        .await
    }

    /// Frees what the bytes of a version compiled to before they were replaced, in memory and on disk, once nothing runs
    /// on it: an author's day has hundreds of them.
    pub(in crate::plugin) async fn forget_replaced(&self) {
        let stored: HashSet<String> = locked(&self.0.versions).values().map(|stored| stored.hash.clone()).collect();
        let mut gone = Vec::new();
        locked(&self.0.loaded).retain(|hash, loaded| {
            let stays = stored.contains(hash) || Arc::strong_count(loaded) > 1;
            if !stays {
                gone.push(hash.clone());
            }
            stays
        });
        for hash in gone {
            self.0.compiler.forget(&hash).await;
        }
    }
}

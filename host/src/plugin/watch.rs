//! A folder that is looked at while the server runs, for authors: what changes there becomes active at once.
//!
//! It looks again and again instead of asking to be told: a change made on the other side of a container's mount is told
//! to nobody. Like the folder of the configuration it belongs to whoever runs the server: who can write there decides
//! what runs here.
//!
//! # Invariants
//! * A file counts when two looks agree about its length and its time: one that is being written is left alone.
//! * A file that is refused is reported once, and what was active stays so. A file that is gone changes nothing.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use super::folder::{self, FolderError};
use super::origin::Origin;
use super::{PluginError, Plugins, load_folder};

/// Time between two looks: an author who saves does not notice it, and a machine does not notice the looks.
const INTERVAL: Duration = Duration::from_millis(300);

/// A watched folder.
pub struct Watch {
    plugins: Plugins,
    folder: PathBuf,
    files: Files,
    /// Whether it was said already that the folder cannot be read.
    is_lost: bool,
}

impl Watch {
    /// Loads what is in the folder now, as the folder of the configuration is loaded: what an administrator decided about a
    /// version that is here already stands.
    ///
    /// # Errors
    /// [`FolderError`] when the folder cannot be read.
    pub async fn begin(plugins: Plugins, folder: PathBuf) -> Result<Self, FolderError> {
        // What changes while it is being loaded differs from this look, and is loaded again.
        let found = look(&folder).await?;
        let (loaded, refused) = load_folder(&plugins, &folder).await?;
        tracing::info!(plugins.folder = %folder.display(), plugins.loaded = loaded, plugins.refused = refused,
            "the folder is watched: what changes in it becomes active at once");
        Ok(Self { plugins, folder, files: Files::tried(found), is_lost: false })
    }

    /// Loads what changes, until `stop` is cancelled.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut looks = interval_at(Instant::now() + INTERVAL, INTERVAL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let watching = async {
            loop {
                looks.tick().await;
                self.look_again().await;
            }
        };
        tokio::select! {
            // A change under way is brought to its end by the registry.
            () = stop.cancelled() => {}
            () = watching => {}
        }
    }

    async fn look_again(&mut self) {
        match look(&self.folder).await {
            Ok(found) => {
                self.is_lost = false;
                for file in self.files.take(found) {
                    self.load(file).await;
                }
            }
            Err(error) if !self.is_lost => {
                self.is_lost = true;
                tracing::error!("{error}; it is looked for again and again");
            }
            Err(_) => {}
        }
    }

    async fn load(&mut self, file: PathBuf) {
        match folder::load_file(&self.plugins, &file, Origin::Watch).await {
            Ok(()) => tracing::info!(plugin.file = %file.display(), "the plugin is up to date"),
            // Not the file's fault: it is tried again at each look.
            Err(error) if is_transient(&error) => {
                if self.files.try_again(&file) {
                    tracing::error!(plugin.file = %file.display(), "the plugin waits: {error}");
                }
            }
            Err(error) => {
                tracing::error!(plugin.file = %file.display(), "the plugin stays as it was: {error}");
            }
        }
    }
}

/// Whether trying the same file again may end in another way.
fn is_transient(error: &PluginError) -> bool {
    match error {
        PluginError::Store(_) | PluginError::Thread(_) => true,
        PluginError::Refused { reason, .. } => reason == folder::UNREADABLE,
        _ => false,
    }
}

/// What a component looks like from outside, with the signature beside it: one that comes later is a change, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ComponentStamp {
    component: FileStamp,
    signature: Option<FileStamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileStamp {
    size_bytes: u64,
    changed: SystemTime,
}

async fn look(path: &Path) -> Result<BTreeMap<PathBuf, ComponentStamp>, FolderError> {
    let mut found = BTreeMap::new();
    for file in folder::components(path).await? {
        let Some(component) = stamp(&file).await else { continue };
        let signature = stamp(&hezi_plugin::signature_file(&file)).await;
        found.insert(file, ComponentStamp { component, signature });
    }
    Ok(found)
}

/// None for what is no file: one that is gone since, and a link to nowhere, are as good as not there.
async fn stamp(file: &Path) -> Option<FileStamp> {
    let metadata = tokio::fs::metadata(file).await.ok().filter(std::fs::Metadata::is_file)?;
    let changed = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    Some(FileStamp { size_bytes: metadata.len(), changed })
}

/// What is known of a file.
#[derive(Debug, Clone, Copy)]
struct SeenFile {
    stamp: ComponentStamp,
    /// Whether it was tried as it is; one that was seen only once may still be growing.
    is_tried: bool,
    /// Whether it was reported that it has to wait.
    is_reported: bool,
}

/// What is known of every file in the folder.
struct Files(HashMap<PathBuf, SeenFile>);

impl Files {
    fn tried(found: BTreeMap<PathBuf, ComponentStamp>) -> Self {
        let tried = |(file, stamp)| (file, SeenFile { stamp, is_tried: true, is_reported: false });
        Self(found.into_iter().map(tried).collect())
    }

    /// Takes a look in, and gives the files that are new or changed and have come to rest, in order of their names.
    fn take(&mut self, found: BTreeMap<PathBuf, ComponentStamp>) -> Vec<PathBuf> {
        let before = std::mem::take(&mut self.0);
        let mut ripe = Vec::new();
        for (file, stamp) in found {
            let unchanged = before.get(&file).filter(|seen| seen.stamp == stamp);
            if unchanged.is_some_and(|seen| !seen.is_tried) {
                ripe.push(file.clone());
            }
            let is_reported = unchanged.is_some_and(|seen| seen.is_reported);
            self.0.insert(file, SeenFile { stamp, is_tried: unchanged.is_some(), is_reported });
        }
        ripe
    }

    /// Has a file tried again at the next look; true the first time.
    fn try_again(&mut self, file: &Path) -> bool {
        let Some(seen) = self.0.get_mut(file) else { return false };
        seen.is_tried = false;
        !std::mem::replace(&mut seen.is_reported, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(size_bytes: u64, changed_s: u64) -> ComponentStamp {
        let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(changed_s);
        ComponentStamp { component: FileStamp { size_bytes, changed }, signature: None }
    }

    fn found(files: &[(&str, ComponentStamp)]) -> BTreeMap<PathBuf, ComponentStamp> {
        files.iter().map(|(file, stamp)| (PathBuf::from(file), *stamp)).collect()
    }

    fn names(files: Vec<PathBuf>) -> Vec<String> {
        files.iter().map(|file| file.display().to_string()).collect()
    }

    #[test]
    fn a_file_counts_when_it_has_come_to_rest() {
        let mut files = Files::tried(found(&[("a", stamp(1, 1))]));
        assert!(files.take(found(&[("a", stamp(1, 1))])).is_empty(), "what was loaded at start is not new");
        for growing in 1..4 {
            assert!(files.take(found(&[("a", stamp(1, 1)), ("b", stamp(growing, 2))])).is_empty(), "it grows");
        }
        let look = found(&[("a", stamp(1, 1)), ("b", stamp(3, 2))]);
        assert_eq!(names(files.take(look.clone())), ["b"]);
        assert!(files.take(look).is_empty(), "once");
    }

    #[test]
    fn a_new_time_is_a_change_and_a_gone_file_is_none() {
        let mut files = Files::tried(found(&[("a", stamp(1, 1))]));
        assert!(files.take(found(&[("a", stamp(1, 2))])).is_empty());
        assert_eq!(names(files.take(found(&[("a", stamp(1, 2))]))), ["a"]);
        assert!(files.take(found(&[])).is_empty());
        assert!(files.take(found(&[("a", stamp(1, 2))])).is_empty(), "it is new again");
        assert_eq!(names(files.take(found(&[("a", stamp(1, 2))]))), ["a"]);
    }

    #[test]
    fn a_signature_that_comes_later_is_a_change() {
        let mut files = Files::tried(found(&[("a", stamp(1, 1))]));
        let signed = ComponentStamp { signature: Some(stamp(300, 2).component), ..stamp(1, 1) };
        assert!(files.take(found(&[("a", signed)])).is_empty());
        assert_eq!(names(files.take(found(&[("a", signed)]))), ["a"]);
    }

    #[test]
    fn a_file_that_cannot_be_read_just_now_is_tried_again() {
        assert!(is_transient(&PluginError::Thread("no process".into())));
        assert!(is_transient(&PluginError::refused(folder::UNREADABLE, "stale handle")));
        assert!(!is_transient(&PluginError::refused("component_invalid", "broken")));
        assert!(!is_transient(&PluginError::SignatureMissing("vote.wasm.minisig")));
    }

    #[test]
    fn what_must_wait_is_reported_once_and_tried_until_it_works() {
        let look = found(&[("a", stamp(1, 1))]);
        let mut files = Files::tried(found(&[]));
        files.take(look.clone());
        assert_eq!(names(files.take(look.clone())), ["a"]);
        assert!(files.try_again(Path::new("a")));
        assert_eq!(names(files.take(look.clone())), ["a"]);
        assert!(!files.try_again(Path::new("a")), "reported already");
        assert_eq!(names(files.take(look.clone())), ["a"]);
        assert!(files.take(look).is_empty(), "it worked");
    }
}

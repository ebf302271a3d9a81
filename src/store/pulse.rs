//! Whether anything on the board has changed: a number made of names and times, without opening a file.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::path::Path;
use std::time::Duration;

use crate::model::State;

use super::board::{Store, folder_path};
use super::writers::are_gone;

/// Whoever writes a file touched it not longer ago than this, or has gone to sleep with it.
const RECENT: Duration = Duration::from_secs(10);

impl Store {
    /// A number that is another one after every change to a task's file, and after every change to its cell below `common_dir`.
    pub fn pulse(&self, common_dir: &Path) -> u64 {
        let mut hasher = DefaultHasher::new();
        for state in State::ALL {
            let folder = self.path(&folder_path(state));
            mark(&folder, &mut hasher);
            // Closed tasks change by moving, which changes their folder.
            let entries = fs_err::read_dir(&folder).into_iter().flatten().flatten();
            for entry in entries.filter(|_| state.is_open()) {
                entry.file_name().hash(&mut hasher);
                mark(&entry.path(), &mut hasher);
            }
        }
        mark(&self.path(".mcp/config.yaml"), &mut hasher);
        mark(&common_dir.join("refs/mcp/tasks"), &mut hasher);
        mark(&common_dir.join("packed-refs"), &mut hasher);
        mark(&common_dir.join("reftable/tables.list"), &mut hasher);
        hasher.finish()
    }

    /// Whether somebody has an open task's file open for writing at this moment, as far as the system can tell.
    pub(super) fn is_being_written(&self) -> bool {
        let folders =
            State::ALL.into_iter().filter(|state| state.is_open()).map(|state| self.path(&folder_path(state)));
        let entries = folders.filter_map(|folder| fs_err::read_dir(folder).ok()).flatten().flatten();
        let recent = entries.filter(|entry| {
            let metadata = entry.path().symlink_metadata().ok().filter(|metadata| metadata.is_file());
            let age = metadata.and_then(|metadata| metadata.modified().ok()?.elapsed().ok());
            age.is_some_and(|age| age < RECENT)
        });
        recent.filter_map(|entry| fs_err::File::open(entry.path()).ok()).any(|file| !are_gone(&file, Duration::ZERO))
    }
}

fn mark(path: &Path, hasher: &mut DefaultHasher) {
    let Ok(metadata) = path.symlink_metadata() else { return };
    metadata.len().hash(hasher);
    metadata.modified().ok().hash(hasher);
}

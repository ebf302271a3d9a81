//! Whether anything on the board has changed: a number made of names and times, without opening a file.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::path::Path;

use crate::model::State;

use super::board::{Store, folder_path};

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
        hasher.finish()
    }
}

fn mark(path: &Path, hasher: &mut DefaultHasher) {
    let Ok(metadata) = path.symlink_metadata() else { return };
    metadata.len().hash(hasher);
    metadata.modified().ok().hash(hasher);
}

//! What a process that was killed while it wrote has left of our own files: no part of it is anybody's.

use std::path::Path;

use crate::process::is_running;
use crate::store::writer_of;

/// Removes from a folder of ours the files that were never whole and whose writers are no more.
pub(super) fn clear_abandoned(folder: &Path) {
    for path in fs_err::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let writer = writer_of(&path).and_then(|writer| i32::try_from(writer).ok());
        if writer.is_some_and(|writer| !is_running(writer)) {
            // Another may have removed it first.
            let _ = fs_err::remove_file(path);
        }
    }
}

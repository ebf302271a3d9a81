//! What a process that was killed while it wrote has left of our own files: no part of it is anybody's.

use std::path::{Path, PathBuf};

use crate::process::is_running;
use crate::store::writer_of;

/// The files in a folder of ours, in order of name, less those that were never whole; whose writer is no more is removed.
pub(super) fn whole_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs_err::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.retain(|path| {
        let Some(writer) = writer_of(path) else { return true };
        if i32::try_from(writer).is_ok_and(|writer| !is_running(writer)) {
            // Another may have removed it first.
            let _ = fs_err::remove_file(path);
        }
        false
    });
    files.sort();
    files
}

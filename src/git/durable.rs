//! Making files survive a power cut.

use std::path::Path;

use anyhow::{Context, Result};

/// Writes the names in a folder to the disk.
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    // Only on Unix can a folder be opened like a file; elsewhere the system orders these writes.
    if cfg!(unix) {
        let opened = fs_err::File::open(folder);
        opened.and_then(|opened| opened.sync_all()).context("making a folder durable")?;
    }
    Ok(())
}

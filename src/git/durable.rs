//! Making files survive a power cut.

use std::path::Path;

use anyhow::{Context, Result};

use super::oid::Oid;

/// Writes the files of new objects, and the folders that name them, to the disk; a packed object has no file
/// of its own.
pub(super) fn sync_objects(common_dir: &Path, oids: &[Oid]) -> Result<()> {
    let objects = common_dir.join("objects");
    for oid in oids {
        let hex = oid.to_string();
        let folder = objects.join(&hex[..2]);
        let file = match fs_err::File::open(folder.join(&hex[2..])) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("opening object {oid}")),
        };
        file.sync_all().with_context(|| format!("making object {oid} durable"))?;
        if let Err(error) = sync_folder(&folder)
            && folder.is_dir()
        {
            // Otherwise git has just packed the object, with all others of the folder.
            return Err(error);
        }
    }
    sync_folder(&objects)
}

/// Writes the names in a folder to the disk.
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    // Only on Unix can a folder be opened like a file; elsewhere the system orders these writes.
    if cfg!(unix) {
        let opened = fs_err::File::open(folder);
        opened.and_then(|opened| opened.sync_all()).context("making a folder durable")?;
    }
    Ok(())
}

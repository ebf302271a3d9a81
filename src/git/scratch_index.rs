//! A copy of an index to try things on, which is gone afterwards.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};

use super::places::Places;

/// The copy; removed when dropped.
pub(super) struct ScratchIndex {
    path: PathBuf,
}

impl ScratchIndex {
    /// Copies an index; where there is none, the copy is not there either.
    pub(super) fn of(places: &Places, index: &Path) -> Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let folder = places.git_dir.join("mcp");
        fs_err::create_dir_all(&folder)?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let scratch = Self { path: folder.join(format!("index.{}.{number}", std::process::id())) };
        if index.exists() {
            copied(index, &scratch.path).context("copying the index")?;
        }
        Ok(scratch)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for ScratchIndex {
    fn drop(&mut self) {
        fs_err::remove_file(&self.path).ok();
    }
}

/// Copies an index with its time.
///
/// Git trusts the recorded size and time of a file only if the index is younger than the file: a copy with a new time would hide an
/// edit made in the moment in which the index was written.
pub(super) fn copied(index: &Path, copy: &Path) -> std::io::Result<()> {
    let bytes = fs_err::read(index)?;
    written_like(index, copy, &bytes)
}

/// Writes a file with the time of an index, for the same reason.
pub(super) fn written_like(index: &Path, copy: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let written = fs_err::metadata(index)?.modified()?;
    let mut file = fs_err::File::create(copy)?;
    file.write_all(bytes)?;
    file.file().set_modified(written)
}

//! The lock file beside a ref, by git's own protocol: whoever creates `<ref>.lock` may write the ref.
//!
//! Git, libgit2 and we exclude each other by it. It is taken by hand because libgit2 never waits for it,
//! compares the old value before taking it in one of its ways, and renames the new value into place before
//! that has reached the disk.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::durable::sync_folder;
use super::head_file::is_plain_name;
use super::locked::{Locked, Pauses, age};
use super::oid::Oid;

/// The right to write one ref; given back when dropped.
pub(super) struct RefLock {
    file: fs_err::File,
    reference: PathBuf,
    lock: PathBuf,
    // The first folder above the ref that was there before us, for the names made below it are to be made
    // durable too.
    oldest_folder: PathBuf,
    is_published: bool,
}

impl RefLock {
    /// Takes the lock, waiting a little for others to give it back.
    pub(super) fn take(common_dir: &Path, name: &str) -> Result<Self> {
        let reference = common_dir.join(name);
        let lock = lock_path(common_dir, name);
        let folder = reference.parent().unwrap_or(common_dir);
        let oldest_folder = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(common_dir).to_owned();
        let mut pauses = Pauses::new();
        loop {
            let created = fs_err::create_dir_all(folder)
                .and_then(|()| fs_err::OpenOptions::new().write(true).create_new(true).open(&lock));
            match created {
                Ok(file) => {
                    return Ok(Self { file, reference, lock, oldest_folder, is_published: false });
                }
                Err(error) if error.kind() == ErrorKind::NotADirectory => {
                    return Err(error).with_context(|| format!("a part of `{name}` is itself a ref"));
                }
                // Packing refs removes folders that have become empty, which are then made again.
                Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound) => {
                    if !pauses.pause() {
                        return Err(error).context(Locked::by(&lock)).with_context(|| format!("locking ref `{name}`"));
                    }
                }
                Err(error) => return Err(error).with_context(|| format!("locking ref `{name}`")),
            }
        }
    }

    /// Makes the ref point to an object, and gives the lock back.
    pub(super) fn publish(mut self, oid: Oid, durable: bool) -> Result<()> {
        let context = || format!("writing ref {}", self.reference.display());
        self.file.write_all(format!("{oid}\n").as_bytes()).with_context(context)?;
        if durable {
            self.file.sync_all().with_context(context)?;
        }
        if self.reference.is_dir() {
            remove_empty_folders(&self.reference);
        }
        fs_err::rename(&self.lock, &self.reference).with_context(context)?;
        self.is_published = true;
        if durable {
            let folders = self.reference.ancestors().skip(1);
            for folder in folders.take_while(|folder| folder.starts_with(&self.oldest_folder)) {
                sync_folder(folder)?;
            }
        }
        Ok(())
    }
}

impl Drop for RefLock {
    fn drop(&mut self) {
        if !self.is_published {
            // Failing here leaves a lock that the next one reports with its age.
            fs_err::remove_file(&self.lock).ok();
        }
    }
}

/// Removes the lock file of a ref if it is older than that; says whether it did.
pub(super) fn clear(common_dir: &Path, name: &str, older_than: Duration) -> Result<bool> {
    let lock = lock_path(common_dir, name);
    if age(&lock).is_none_or(|age| age < older_than) {
        return Ok(false);
    }
    match fs_err::remove_file(&lock) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).context("removing a stale lock"),
    }
}

/// Refuses names that git would refuse, and those that would lead out of its folder.
pub(super) fn check_name(name: &str) -> Result<()> {
    let is_plain = name.strip_prefix("refs/").is_some_and(is_plain_name);
    if !is_plain && (!name.starts_with("refs/") || !git2::Reference::is_valid_name(name)) {
        bail!("`{}` is not the full name of a ref", name.escape_debug());
    }
    Ok(())
}

pub(super) fn lock_path(common_dir: &Path, name: &str) -> PathBuf {
    common_dir.join(format!("{name}.lock"))
}

/// Removes the empty folders that deleted refs have left; one that is not empty stays, and the rename tells.
fn remove_empty_folders(folder: &Path) {
    for entry in fs_err::read_dir(folder).into_iter().flatten().flatten() {
        remove_empty_folders(&entry.path());
    }
    fs_err::remove_dir(folder).ok();
}

//! Changing an index file in one step: the new one is made beside it, and the lock is held only to see that the old one is still
//! there and to put the new one in its place.
//!
//! The new index itself is what the lock's name is given to, as with git's own lock: the rename that publishes it gives the
//! lock back. A process that is killed leaves a lock only between those two calls.

use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::{Context, Result};

use super::fingerprint::fingerprint;
use super::index_lock::{Edit, Mark, clear_left, index_info, lock_of};
use super::locked::{Locked, Pauses};
use super::repository::Repository;
use super::scratch_index::copied;

/// What tells one version of an index from all others.
type Version = (u64, u64, i64, i64, i64, i64);

/// Changes entries of an index, if a copy of it, which cannot change any more, is as the caller wants it, and returns the fingerprint of
/// what lies there then; else says no.
pub(super) fn rewrite(
    repository: &Repository,
    index: &Path,
    edits: &[Edit],
    is_wanted: impl Fn(&Path) -> Result<bool>,
) -> Result<Option<Option<Vec<u8>>>> {
    let lock = lock_of(index);
    let mut pauses = Pauses::new();
    loop {
        clear_left(repository, &lock);
        let old = version(index);
        let mut mark = Mark::new(repository, &lock).context("locking the index")?;
        repository.steps.done();
        match copied(index, &mark.fresh) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let made = repository.program(["read-tree", "--empty"]).index(&mark.fresh).output();
                made.context("starting an index")?;
            }
            copied => copied.context("copying the index")?,
        }
        if version(index) == old && !is_wanted(&mark.fresh)? {
            return Ok(None);
        }
        if edits.is_empty() {
            return Ok(Some(fingerprint(&mark.fresh)));
        }
        // The program keeps what libgit2 drops or refuses: untracked cache, split and sparse indexes.
        let program = repository.program(["update-index", "-z", "--index-info"]).index(&mark.fresh);
        program.input(index_info(&repository.places, edits)).output().context("changing the index")?;
        mark.becomes_fresh().context("changing the index")?;
        repository.steps.done();
        while let Err(error) = fs_err::hard_link(&mark.path, &lock) {
            if error.kind() != ErrorKind::AlreadyExists {
                return Err(error).context("locking the index");
            }
            if !pauses.pause() {
                return Err(error).context(Locked::by(&lock)).context("locking the index");
            }
        }
        // From here on nobody changes the index. Should it have changed before, then all begins anew, and dropping the mark
        // gives the lock back.
        let is_same = version(index) == old;
        repository.steps.done();
        if is_same {
            let written = fingerprint(&mark.path);
            fs_err::rename(&lock, index).context("replacing the index")?;
            repository.steps.done();
            return Ok(Some(written));
        }
        drop(mark);
        if !pauses.pause() {
            anyhow::bail!("the index changes all the time: {}", index.display());
        }
    }
}

fn version(index: &Path) -> Option<Version> {
    let metadata = fs_err::metadata(index).ok()?;
    let (written, changed) = ((metadata.mtime(), metadata.mtime_nsec()), (metadata.ctime(), metadata.ctime_nsec()));
    Some((metadata.ino(), metadata.size(), written.0, written.1, changed.0, changed.1))
}

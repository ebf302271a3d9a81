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
use super::scratch_index::{copied, written_like};

/// What tells one version of an index from all others.
type Version = (u64, u64, i64, i64, i64, i64);

/// What is to become of a copy of an index, which cannot change any more.
pub(super) enum Wanted {
    /// It is not as the caller wants it.
    Nothing,
    /// The whole of the new one.
    Bytes(Vec<u8>),
    /// Its entries are to be changed where it lies.
    Changed,
}

/// The new index that is to take the place of one, if that still has the fingerprint of the one that it was made of.
pub(super) struct Prepared {
    pub(super) mark: Vec<u8>,
    pub(super) bytes: Vec<u8>,
}

/// Makes a new index out of a copy of one, as the caller wants it, and returns the fingerprint of what lies there then; else says no.
pub(super) fn rewrite(
    repository: &Repository,
    index: &Path,
    edits: &[Edit],
    prepared: Option<&Prepared>,
    wanted: impl Fn(&Path) -> Result<Wanted>,
) -> Result<Option<Option<Vec<u8>>>> {
    let lock = lock_of(index);
    let mut pauses = Pauses::new();
    loop {
        clear_left(repository, &lock);
        let old = version(index);
        let mut mark = Mark::new(repository, &lock).context("locking the index")?;
        repository.steps.done();
        let prepared = prepared.filter(|prepared| fingerprint(index).as_ref() == Some(&prepared.mark));
        if let Some(Prepared { bytes, .. }) = prepared {
            written_like(index, &mark.fresh, bytes).context("changing the index")?;
        } else {
            match copied(index, &mark.fresh) {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    let made = repository.program(["read-tree", "--empty"]).index(&mark.fresh).output();
                    made.context("starting an index")?;
                }
                copied => copied.context("copying the index")?,
            }
            let wanted = if version(index) == old { wanted(&mark.fresh)? } else { Wanted::Changed };
            if edits.is_empty() && !matches!(wanted, Wanted::Nothing) {
                return Ok(Some(fingerprint(&mark.fresh)));
            }
            match wanted {
                Wanted::Nothing => return Ok(None),
                Wanted::Bytes(bytes) => {
                    written_like(&mark.fresh, &mark.fresh, &bytes).context("changing the index")?;
                }
                Wanted::Changed => by_git(repository, &mark.fresh, edits)?,
            }
        }
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

/// Changes entries where they lie; the program keeps what libgit2 drops or refuses: untracked cache, split and sparse indexes.
pub(super) fn by_git(repository: &Repository, index: &Path, edits: &[Edit]) -> Result<()> {
    let program = repository.program(["update-index", "-z", "--index-info"]).index(index);
    program.input(index_info(&repository.places, edits)).output().map(drop).context("changing the index")
}

fn version(index: &Path) -> Option<Version> {
    let metadata = fs_err::metadata(index).ok()?;
    let (written, changed) = ((metadata.mtime(), metadata.mtime_nsec()), (metadata.ctime(), metadata.ctime_nsec()));
    Some((metadata.ino(), metadata.size(), written.0, written.1, changed.0, changed.1))
}

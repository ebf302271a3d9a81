//! Changing an index file under its lock, by git's own protocol: the lock file becomes the new index.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::index::Index;
use super::locked::{Locked, Pauses};
use super::oid::Oid;
use super::repository::Repository;

/// One entry to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    Remove { path: String },
    Insert { path: String, mode: i32, oid: Oid },
}

/// The right to replace an index; given back when dropped.
pub(super) struct IndexLock<'repository> {
    repository: &'repository Repository,
    index: PathBuf,
    lock: PathBuf,
    is_published: bool,
}

impl<'repository> IndexLock<'repository> {
    /// Takes the lock, waiting a little for others to give it back, and fills it with the index as it is.
    pub(super) fn take(repository: &'repository Repository, index: &Path) -> Result<Self> {
        let mut name = index.as_os_str().to_owned();
        name.push(".lock");
        let lock = PathBuf::from(name);
        let mut pauses = Pauses::new();
        let file = loop {
            match fs_err::OpenOptions::new().write(true).create_new(true).open(&lock) {
                Ok(file) => break file,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    if !pauses.pause() {
                        return Err(error).context(Locked::by(&lock)).context("locking the index");
                    }
                }
                Err(error) => return Err(error).context("locking the index"),
            }
        };
        let taken = Self { repository, index: index.to_owned(), lock, is_published: false };
        taken.fill(file)?;
        Ok(taken)
    }

    /// Changes entries in the lock file; nobody sees it yet.
    pub(super) fn edit(&self, edits: &[Edit]) -> Result<()> {
        // The program keeps what libgit2 drops or refuses: untracked cache, split and sparse indexes.
        let program = self.repository.program(["update-index", "-z", "--index-info"]).index(&self.lock);
        program.input(index_info(edits)).output().map(drop).context("changing the index")
    }

    /// Makes the changed index the real one.
    pub(super) fn publish(mut self) -> Result<()> {
        fs_err::rename(&self.lock, &self.index).context("replacing the index")?;
        self.is_published = true;
        Ok(())
    }

    fn fill(&self, mut file: fs_err::File) -> Result<()> {
        let bytes = match fs_err::read(&self.index) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                drop(file);
                let made = self.repository.program(["read-tree", "--empty"]).index(&self.lock).output();
                return made.map(drop).context("starting an index");
            }
            Err(error) => return Err(error).context("reading the index"),
        };
        file.write_all(&bytes).context("copying the index")?;
        // Git trusts the recorded size and time of a file only if the index is younger than the file: a copy
        // with a new time would hide an edit made in the moment in which the index was written.
        let written =
            fs_err::metadata(&self.index).and_then(|metadata| metadata.modified()).context("copying the index")?;
        file.file().set_modified(written).context("copying the index")
    }
}

impl Drop for IndexLock<'_> {
    fn drop(&mut self) {
        if !self.is_published {
            // Failing here leaves a lock that the next one reports with its age.
            fs_err::remove_file(&self.lock).ok();
        }
    }
}

/// Words the edits as `git update-index --index-info -z` reads them, in their order.
fn index_info(edits: &[Edit]) -> String {
    let lines = edits.iter().map(|edit| match edit {
        Edit::Remove { path } => format!("0 {:0>40}\t{path}\0", ""),
        Edit::Insert { path, mode, oid } => format!("{mode:o} {oid} 0\t{path}\0"),
    });
    lines.collect()
}

impl Repository {
    /// Makes the index agree with HEAD at these paths, whatever was staged there; the work tree is left
    /// alone, and so is an index that agrees already.
    pub fn reset_paths_in_index(&self, paths: &[String]) -> Result<()> {
        let head = self.head()?.commit;
        let file = self.own_index_file();
        let index = Index::open_file(&file)?;
        let mut edits = Vec::new();
        for path in paths {
            let entry = match head {
                Some(commit) => self.entry(commit, path)?,
                None => None,
            };
            let (blob, edit) = match entry {
                Some(entry) if entry.kind() != Some(git2::ObjectType::Tree) => {
                    let oid = Oid::from_git2(entry.id());
                    (Some(oid), Edit::Insert { path: path.clone(), mode: entry.filemode(), oid })
                }
                _ => (None, Edit::Remove { path: path.clone() }),
            };
            if index.has_conflicts() || index.blob(path) != blob {
                edits.push(edit);
            }
        }
        if edits.is_empty() {
            return Ok(());
        }
        let lock = IndexLock::take(self, &file)?;
        lock.edit(&edits)?;
        lock.publish()
    }

    /// Returns this work tree's index, even when git told us to use another for the commit being made.
    pub(super) fn own_index_file(&self) -> PathBuf {
        self.git_dir().join("index")
    }
}

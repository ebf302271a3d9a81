//! The index: what the next commit will hold. Inside a hook it is the one that git handed over.
//!
//! Reading is done in memory by libgit2; changes are noted, and applied by `git update-index` to the file as
//! it is at that moment, so that what another process staged meanwhile is never lost.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use git2::IndexEntryExtendedFlag;

use super::index_lock::{Edit, IndexLock};
use super::oid::Oid;
use super::repository::{OpenError, Repository, unsupported};

const REGULAR_FILE: u32 = 0o100_644;

/// An index file, read into memory.
pub struct Index {
    entries: git2::Index,
    file: PathBuf,
    edits: Vec<Edit>,
    is_there: bool,
}

/// The index holds unmerged paths, so there is no tree to write.
#[derive(Debug)]
pub struct Conflicts {
    /// The unmerged paths.
    pub paths: Vec<String>,
}

impl fmt::Display for Conflicts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the index has unmerged paths: {}", self.paths.join(", "))
    }
}

impl Error for Conflicts {}

impl Index {
    /// Reads the index that git named, or the work tree's own.
    pub fn open(repository: &Repository) -> Result<Self> {
        Self::open_file(repository.index_file())
    }

    /// Reads an index file.
    pub fn open_file(file: &Path) -> Result<Self> {
        let is_there = file.exists();
        Ok(Self { entries: read(file)?, file: file.to_owned(), edits: Vec::new(), is_there })
    }

    /// Reads the file again, and forgets changes that were not written.
    pub fn reload(&mut self) -> Result<()> {
        self.entries = read(&self.file)?;
        self.edits.clear();
        Ok(())
    }

    /// Returns the file.
    pub fn path(&self) -> &Path {
        &self.file
    }

    /// Whether there are unmerged paths.
    pub fn has_conflicts(&self) -> bool {
        self.entries.has_conflicts()
    }

    /// Returns the blob staged at a path; a path that is only intended to be added has none.
    pub fn blob(&self, path: &str) -> Option<Oid> {
        self.entries.get_path(Path::new(path), 0).map(|entry| Oid::from_git2(entry.id))
    }

    /// Returns path and blob of all that is staged in a folder and below.
    pub fn paths_under(&self, folder: &str) -> Vec<(String, Oid)> {
        let folder = folder.trim_end_matches('/');
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        // Entries are sorted by the bytes of their paths.
        let start = self.entries.find_prefix(prefix.as_str()).unwrap_or(self.entries.len());
        (start..self.entries.len())
            .map_while(|at| self.entries.get(at).filter(|entry| entry.path.starts_with(prefix.as_bytes())))
            .filter(|entry| stage(entry) == 0)
            .map(|entry| (String::from_utf8_lossy(&entry.path).into_owned(), Oid::from_git2(entry.id)))
            .collect()
    }

    /// Takes a path out; unmerged versions and the intention to add it go too.
    pub fn remove(&mut self, path: &str) -> Result<()> {
        for stage in 0..=3 {
            match self.entries.remove(Path::new(path), stage) {
                Err(error) if error.code() != git2::ErrorCode::NotFound => {
                    return Err(error).with_context(|| format!("taking `{path}` out of the index"));
                }
                _ => {}
            }
        }
        self.edits.push(Edit::Remove { path: path.to_owned() });
        Ok(())
    }

    /// Puts a regular file at a path, in the place of what was there.
    pub fn insert(&mut self, path: &str, blob: Oid) -> Result<()> {
        self.remove(path)?;
        let edit = Edit::Insert { path: path.to_owned(), mode: REGULAR_FILE as i32, oid: blob };
        self.entries.add(&entry(path, blob)?).with_context(|| format!("putting `{path}` into the index"))?;
        self.edits.push(edit);
        Ok(())
    }

    /// Writes the tree that a commit of this index would have, changes included; unmerged paths are
    /// [`Conflicts`].
    pub fn write_tree(&mut self, repository: &Repository) -> Result<Oid> {
        if self.has_conflicts() {
            bail!(Conflicts { paths: self.conflicting_paths() });
        }
        let tree = self.entries.write_tree_to(&repository.git2).context("writing the tree of the index")?;
        Ok(Oid::from_git2(tree))
    }

    /// Applies the changes to the file, under its lock.
    pub fn write(&mut self, repository: &Repository) -> Result<()> {
        if self.edits.is_empty() {
            return Ok(());
        }
        let lock = IndexLock::take(repository, &self.file)?;
        lock.edit(&self.edits)?;
        lock.publish()?;
        self.reload()
    }

    /// Applies the changes to the file, under its lock, if it still is one whose tree is `tree`; else says no and leaves it
    /// alone.
    ///
    /// An index that is gone is another one too: a `git commit -a` that dies takes its own away, and making it anew would
    /// leave a lock behind that nobody holds.
    pub fn write_over(&mut self, repository: &Repository, tree: Oid) -> Result<bool> {
        let lock = IndexLock::take(repository, &self.file)?;
        if self.is_there && !self.file.exists() {
            return Ok(false);
        }
        let mut now = read(&self.file)?;
        if now.has_conflicts() {
            return Ok(false);
        }
        let found = now.write_tree_to(&repository.git2).context("writing the tree of the index")?;
        if Oid::from_git2(found) != tree {
            return Ok(false);
        }
        if !self.edits.is_empty() {
            lock.edit(&self.edits)?;
            lock.publish()?;
        }
        self.reload()?;
        Ok(true)
    }

    pub(super) fn conflicting_paths(&self) -> Vec<String> {
        let unmerged = self.entries.iter().filter(|entry| stage(entry) > 0);
        let mut paths: Vec<String> = unmerged.map(|entry| String::from_utf8_lossy(&entry.path).into_owned()).collect();
        paths.dedup();
        paths
    }

    /// All versions of the unmerged paths that fit.
    pub fn unmerged_blobs(&self, fits: impl Fn(&str) -> bool) -> Vec<Oid> {
        let unmerged = self.entries.iter().filter(|entry| stage(entry) > 0);
        let its = unmerged.filter(|entry| fits(&String::from_utf8_lossy(&entry.path)));
        its.map(|entry| Oid::from_git2(entry.id)).collect()
    }
}

fn read(file: &Path) -> Result<git2::Index> {
    let mut entries = git2::Index::open(file).map_err(|error| match unsupported(error.message()) {
        Some(what) => anyhow::Error::new(OpenError::Unsupported { what }),
        None => anyhow::Error::new(error).context(format!("reading the index {}", file.display())),
    })?;
    // Older formats have no place for the mark.
    if entries.version() < 3 {
        return Ok(entries);
    }
    // Git leaves what is only intended to be added out of trees; libgit2 would put an empty file there.
    let intended: Vec<_> = entries.iter().filter(is_intended).collect();
    for entry in intended {
        let path = String::from_utf8_lossy(&entry.path).into_owned();
        entries.remove(Path::new(&path), 0).with_context(|| format!("leaving `{path}` out"))?;
    }
    Ok(entries)
}

fn is_intended(entry: &git2::IndexEntry) -> bool {
    IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended).is_intent_to_add()
}

fn stage(entry: &git2::IndexEntry) -> u16 {
    (entry.flags & 0x3000) >> 12
}

fn entry(path: &str, blob: Oid) -> Result<git2::IndexEntry> {
    let never = git2::IndexTime::new(0, 0);
    Ok(git2::IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode: REGULAR_FILE,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: blob.to_git2()?,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    })
}

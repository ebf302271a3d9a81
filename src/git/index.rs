//! The index: what the next commit will hold. Inside a hook it is the one that git handed over.
//!
//! It is read into memory; changes are noted, and applied by `git update-index` to the file as
//! it is at that moment, so that what another process staged meanwhile is never lost.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, bail};

use super::backend::Staged;
use super::fingerprint::fingerprint;
use super::index_lock::Edit;
use super::index_rewrite::{Prepared, Wanted, rewrite};
use super::oid::Oid;
use super::plain_index::PlainIndex;
use super::repository::{ReadIndex, Repository};
use super::tree::FILE;

/// An index file, read into memory.
pub struct Index {
    entries: Box<dyn Staged>,
    file: PathBuf,
    edits: Vec<Edit>,
    is_there: bool,
    /// Of the file that the entries were read from: to read a large one again costs more than all else that a hook does.
    mark: Option<Vec<u8>>,
    /// The tree of that file.
    tree: Option<Oid>,
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
        Self::open_file(repository, repository.index_file())
    }

    /// Reads an index file.
    pub fn open_file(repository: &Repository, file: &Path) -> Result<Self> {
        if let Some(kept) = repository.kept_index.take().filter(|kept| kept.file == file && kept.is_as_read()) {
            return Ok(kept);
        }
        let is_there = file.exists();
        let (entries, mark) = read_marked(repository, file)?;
        Ok(Self { entries, file: file.to_owned(), edits: Vec::new(), is_there, mark, tree: None })
    }

    /// Leaves what was read to the next one that opens this file through the same handle on the repository.
    pub fn keep(self, repository: &Repository) {
        repository.kept_index.replace(Some(self));
    }

    /// Reads the file again, and forgets changes that were not written.
    pub fn reload(&mut self, repository: &Repository) -> Result<()> {
        if !self.is_as_read() {
            (self.entries, self.mark) = read_marked(repository, &self.file)?;
            self.tree = None;
            self.edits.clear();
        }
        Ok(())
    }

    /// Whether the file is the very one that was read, and nothing was changed since.
    fn is_as_read(&self) -> bool {
        self.edits.is_empty() && self.mark.is_some() && fingerprint(&self.file) == self.mark
    }

    /// What tells the file, as it was last read or written, from any other.
    pub fn mark(&self) -> Option<&[u8]> {
        self.mark.as_deref()
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
        self.entries.blob(path)
    }

    /// Returns path and blob of all that is staged in a folder and below.
    pub fn paths_under(&self, folder: &str) -> Vec<(String, Oid)> {
        let folder = folder.trim_end_matches('/');
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.entries.starting_with(&prefix)
    }

    /// Takes a path out; unmerged versions and the intention to add it go too.
    pub fn remove(&mut self, path: &str) -> Result<()> {
        self.entries.remove(path).with_context(|| format!("taking `{path}` out of the index"))?;
        self.edits.push(Edit::Remove { path: path.to_owned() });
        Ok(())
    }

    /// Puts a regular file at a path, in the place of what was there.
    pub fn insert(&mut self, path: &str, blob: Oid) -> Result<()> {
        self.remove(path)?;
        let edit = Edit::Insert { path: path.to_owned(), mode: FILE, oid: blob };
        self.entries.insert(path, FILE, blob).with_context(|| format!("putting `{path}` into the index"))?;
        self.edits.push(edit);
        Ok(())
    }

    /// Writes the tree that a commit of this index would have, changes included; unmerged paths are
    /// [`Conflicts`].
    pub fn write_tree(&mut self) -> Result<Oid> {
        if self.has_conflicts() {
            bail!(Conflicts { paths: self.conflicting_paths() });
        }
        if let Some(tree) = self.tree.filter(|_| self.edits.is_empty()) {
            return Ok(tree);
        }
        let tree = self.entries.write_tree().context("writing the tree of the index")?;
        if self.edits.is_empty() {
            self.tree = Some(tree);
        }
        Ok(tree)
    }

    /// Applies the changes to the file, under its lock.
    pub fn write(&mut self, repository: &Repository) -> Result<()> {
        if self.edits.is_empty() {
            return Ok(());
        }
        rewrite(repository, &self.file, &self.edits, None, |copy| changed(repository, copy, &self.edits))?;
        self.reload(repository)
    }

    /// Applies the changes to the file, under its lock, if it still is one whose tree is `tree`; else says no and leaves it
    /// alone.
    ///
    /// An index that is gone is another one too: a `git commit -a` that dies takes its own away, and making it anew would
    /// leave a lock behind that nobody holds.
    pub fn write_over(&mut self, repository: &Repository, tree: Oid) -> Result<bool> {
        let is_over_what_was_read = Cell::new(true);
        // What is in memory is the file that was read, changed.
        let mark = self.mark.clone().filter(|_| self.tree == Some(tree) && !self.edits.is_empty());
        let prepared = mark.and_then(|mark| Some(Prepared { mark, bytes: self.entries.file()? }));
        let written = rewrite(repository, &self.file, &self.edits, prepared.as_ref(), |copy| {
            if self.is_there && !self.file.exists() {
                return Ok(Wanted::Nothing);
            }
            let is_same = self.mark.is_some() && self.tree == Some(tree) && fingerprint(copy) == self.mark;
            is_over_what_was_read.set(is_same);
            if is_same {
                return Ok(Wanted::Changed);
            }
            let mut now = read(repository, copy)?;
            if now.has_conflicts() || now.write_tree().context("writing the tree of the index")? != tree {
                return Ok(Wanted::Nothing);
            }
            changed(repository, copy, &self.edits)
        })?;
        let Some(mark) = written else { return Ok(false) };
        if !is_over_what_was_read.get() || mark.is_none() {
            self.reload(repository)?;
            return Ok(true);
        }
        // What is in memory is what lies there now.
        self.edits.clear();
        (self.tree, self.mark) = (None, mark);
        Ok(true)
    }

    pub(super) fn conflicting_paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.entries.unmerged().into_iter().map(|(path, _)| path).collect();
        paths.dedup();
        paths
    }

    /// All versions of the unmerged paths that fit.
    pub fn unmerged_blobs(&self, fits: impl Fn(&str) -> bool) -> Vec<Oid> {
        self.entries.unmerged().into_iter().filter(|(path, _)| fits(path)).map(|(_, blob)| blob).collect()
    }
}

/// Entries with what tells the file that they are from from any other.
type Marked = (Box<dyn Staged>, Option<Vec<u8>>);

/// Reads a file, and what tells it from any other, unless somebody has put another in its place meanwhile.
fn read_marked(repository: &Repository, file: &Path) -> Result<Marked> {
    let mark = fingerprint(file);
    let entries = read(repository, file)?;
    Ok((entries, mark.filter(|mark| fingerprint(file).as_ref() == Some(mark))))
}

/// Makes the new index that a copy becomes by some changes, where that needs no child.
pub(super) fn changed(repository: &Repository, copy: &Path, edits: &[Edit]) -> Result<Wanted> {
    let Some(mut plain) = PlainIndex::read(copy, repository.places.width) else { return Ok(Wanted::Changed) };
    let is_done = edits.iter().all(|edit| match edit {
        Edit::Remove { path } => {
            plain.remove(path.as_bytes());
            true
        }
        Edit::Insert { path, mode, oid } => plain.insert(path.as_bytes(), *mode, *oid),
    });
    Ok(plain.to_bytes().filter(|_| is_done).map_or(Wanted::Changed, Wanted::Bytes))
}

fn read(repository: &Repository, file: &Path) -> Result<Box<dyn Staged>> {
    let context = || format!("reading the index {}", file.display());
    if let Some(plain) = repository.plain_index(file)
        && let Some(staged) = repository.backend.staged(plain).with_context(context)?
    {
        return Ok(staged);
    }
    repository.backend.index(file).with_context(context)
}

impl Repository {
    /// Reads an index file by its bytes; one that was read before and is still the same is not read again.
    pub(super) fn plain_index(&self, file: &Path) -> Option<Rc<PlainIndex>> {
        let mark = fingerprint(file);
        if let Some(read) = &*self.plain.borrow()
            && read.file == file
            && mark.as_ref() == Some(&read.mark)
        {
            return Some(read.index.clone());
        }
        let index = Rc::new(PlainIndex::read(file, self.places.width)?);
        if let Some(mark) = mark.filter(|mark| fingerprint(file).as_ref() == Some(mark)) {
            self.plain.replace(Some(ReadIndex { file: file.to_owned(), mark, index: index.clone() }));
        }
        Some(index)
    }
}

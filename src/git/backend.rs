//! What the operations need of a repository, whichever way it is reached: by libgit2, or by the `git` program where libgit2
//! cannot read the format.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;

use crate::steps::Steps;

use super::cells::Swap;
use super::head::Head;
use super::hidden::Hidden;
use super::line_counts::LineCount;
use super::oid::Oid;
use super::packed_refs::Listing;
use super::plain_index::PlainIndex;
use super::worktrees::Worktree;

/// A kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Blob,
    Tree,
    Commit,
    Tag,
}

impl Kind {
    /// The word that git has for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Blob => "blob",
            Kind::Tree => "tree",
            Kind::Commit => "commit",
            Kind::Tag => "tag",
        }
    }
}

/// An object as git keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) kind: Kind,
    pub(super) bytes: Vec<u8>,
}

/// What a swap of a ref is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Swapping<'name> {
    pub(super) name: &'name str,
    pub(super) old: Option<Oid>,
    pub(super) new: Oid,
    /// Whether the new value is to be on the disk afterwards.
    pub(super) durable: bool,
}

/// One way to reach a repository.
pub(super) trait Backend {
    /// What HEAD says in this work tree.
    fn head(&self) -> Result<Head>;

    /// What a ref points to, by its full name.
    fn reference(&self, name: &str) -> Result<Option<Oid>>;

    /// The commit that a revision names, as in `git rev-parse`; `None` when it names none.
    fn resolve(&self, revision: &str) -> Result<Option<Oid>>;

    /// An object; `None` when it is not there.
    fn object(&self, oid: Oid) -> Result<Option<Object>>;

    /// Writes an object, and returns its id.
    fn write(&self, kind: Kind, bytes: &[u8]) -> Result<Oid>;

    /// The best common ancestors of two commits.
    fn merge_bases(&self, one: Oid, other: Oid) -> Result<Vec<Oid>>;

    /// Whether a commit is reachable from another one.
    fn is_ancestor(&self, ancestor: Oid, of: Oid) -> Result<bool>;

    /// Commits and their ancestors, newest first, children before parents, less some and their ancestors.
    fn walk(&self, from: &[Oid], without: &[Oid], limit: usize) -> Result<Vec<Oid>>;

    /// The difference between two trees as text; `None` stands for the empty one.
    fn patch(&self, old: Option<Oid>, new: Oid) -> Result<String>;

    /// How many lines differ between two trees, file by file.
    fn line_counts(&self, old: Option<Oid>, new: Oid) -> Result<Vec<LineCount>>;

    /// The work trees whose folders exist, the main one first.
    fn worktrees(&self) -> Result<Vec<Worktree>>;

    /// What one of the names says that git writes in capitals, such as `CHERRY_PICK_HEAD`.
    fn pseudo_ref(&self, name: &str) -> Result<Option<Oid>>;

    /// What a ref that is never symbolic points to, by its full name.
    fn cell(&self, name: &str) -> Result<Option<Oid>>;

    /// The refs whose names start with a prefix.
    fn cells(&self, prefix: &str) -> Result<Listing>;

    /// Makes a ref point to another object, provided that it still points to the old one.
    fn swap(&self, swap: &Swapping<'_>, steps: &Steps) -> Result<Swap>;

    /// Removes the lock of a ref that a dead process left, if it is older than that; says whether it did.
    fn clear_lock(&self, name: &str, older_than: Duration) -> Result<bool>;

    /// Waits until no process that is dead may still write a ref, and removes its lock once that is older than so much.
    fn outlive(&self, name: &str, older_than: Duration) -> Result<()>;

    /// Reads an index file.
    fn index(&self, file: &Path) -> Result<Box<dyn Staged>>;

    /// Takes over an index that was read by its bytes, where that is the better way.
    fn staged(&self, _index: Rc<PlainIndex>) -> Result<Option<Box<dyn Staged>>> {
        Ok(None)
    }
}

/// An index in memory.
pub(super) trait Staged {
    /// Whether there are unmerged paths.
    fn has_conflicts(&self) -> bool;

    /// The blob staged at a path; a path that is only intended to be added has none.
    fn blob(&self, path: &str) -> Option<Oid>;

    /// Path and blob of all that is staged, from a prefix on.
    fn starting_with(&self, prefix: &str) -> Vec<(String, Oid)>;

    /// Path and blob of all versions of the unmerged paths.
    fn unmerged(&self) -> Vec<(String, Oid)>;

    /// What git was told not to look at in the work tree.
    fn hidden(&self) -> Vec<Hidden>;

    /// Takes a path out; unmerged versions go too.
    fn remove(&mut self, path: &str) -> Result<()>;

    /// Puts a file at a path.
    fn insert(&mut self, path: &str, mode: u32, blob: Oid) -> Result<()>;

    /// Writes the tree that a commit of it would have.
    fn write_tree(&mut self) -> Result<Oid>;

    /// The whole file, changes included; `None` where only git can write it.
    fn file(&self) -> Option<Vec<u8>> {
        None
    }
}

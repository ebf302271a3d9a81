//! Commits, trees and blobs by their ids.

use anyhow::{Context, Result, bail};

use super::backend::{Kind, Object};
use super::history::Commit;
use super::oid::Oid;
use super::repository::Repository;
use super::tree::{NewTree, Tree};

impl Repository {
    /// Returns the commit that a revision names, as in `git rev-parse`; `None` when it names none.
    pub fn resolve(&self, revision: &str) -> Result<Option<Oid>> {
        self.backend.resolve(revision).with_context(|| format!("resolving `{}`", revision.escape_debug()))
    }

    /// Returns the tree of a commit.
    pub fn tree_of(&self, commit: Oid) -> Result<Oid> {
        Ok(self.commit(commit)?.tree)
    }

    /// Returns the parents of a commit, in their order.
    pub fn parents(&self, commit: Oid) -> Result<Vec<Oid>> {
        Ok(self.commit(commit)?.parents)
    }

    /// Returns the bytes of a blob.
    pub fn blob(&self, blob: Oid) -> Result<Vec<u8>> {
        self.object_of_kind(blob, Kind::Blob).with_context(|| format!("reading blob {blob}"))
    }

    /// Writes a blob, and returns its id.
    pub fn write_blob(&self, bytes: &[u8]) -> Result<Oid> {
        self.backend.write(Kind::Blob, bytes).context("writing a blob")
    }

    pub(super) fn commit(&self, commit: Oid) -> Result<Commit> {
        let bytes = self.object_of_kind(commit, Kind::Commit).with_context(|| format!("reading commit {commit}"))?;
        Commit::parsed(commit, &bytes).with_context(|| format!("commit {commit} is damaged"))
    }

    /// Finds a tree by its own id, or by that of a commit.
    pub(super) fn tree(&self, tree: Oid) -> Result<Tree> {
        let context = || format!("reading tree {tree}");
        let mut oid = tree;
        loop {
            let object = match self.backend.object(oid).with_context(context)? {
                Some(object) => object,
                None => Object { kind: Kind::Tree, bytes: self.fetched(oid, Kind::Tree).with_context(context)? },
            };
            oid = match object.kind {
                Kind::Tree => return Tree::new(oid, object.bytes),
                Kind::Commit => Commit::parsed(oid, &object.bytes).with_context(context)?.tree,
                Kind::Tag => tagged(&object.bytes).with_context(context)?,
                Kind::Blob => bail!("{tree} is no tree, but a blob"),
            };
        }
    }

    pub(super) fn write_tree(&self, tree: &NewTree) -> Result<Oid> {
        self.backend.write(Kind::Tree, &tree.bytes()).context("writing a tree")
    }

    fn object_of_kind(&self, oid: Oid, kind: Kind) -> Result<Vec<u8>> {
        match self.backend.object(oid)? {
            Some(object) if object.kind == kind => Ok(object.bytes),
            Some(object) => bail!("{oid} is no {}, but a {}", kind.word(), object.kind.word()),
            None => self.fetched(oid, kind),
        }
    }

    /// In a partial clone git can fetch what is not there, which libgit2 cannot.
    fn fetched(&self, oid: Oid, kind: Kind) -> Result<Vec<u8>> {
        self.program(["cat-file", kind.word(), &oid.to_string()]).output()
    }
}

fn tagged(tag: &[u8]) -> Option<Oid> {
    let line = tag.split(|&byte| byte == b'\n').next()?;
    std::str::from_utf8(line).ok()?.strip_prefix("object ")?.parse().ok()
}

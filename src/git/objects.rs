//! Commits and blobs by their ids.

use anyhow::{Context, Result};

use super::oid::Oid;
use super::repository::Repository;

impl Repository {
    /// Returns the commit that a revision names, as in `git rev-parse`; `None` when it names none.
    pub fn resolve(&self, revision: &str) -> Result<Option<Oid>> {
        use git2::ErrorCode::{Ambiguous, InvalidSpec, NotFound, Peel, UnbornBranch};
        let commit = self.git2.revparse_single(revision).and_then(|object| object.peel_to_commit());
        match commit {
            Ok(commit) => Ok(Some(Oid::from_git2(commit.id()))),
            Err(error) if matches!(error.code(), NotFound | InvalidSpec | Ambiguous | Peel | UnbornBranch) => Ok(None),
            Err(error) => Err(error).with_context(|| format!("resolving `{}`", revision.escape_debug())),
        }
    }

    /// Returns the tree of a commit.
    pub fn tree_of(&self, commit: Oid) -> Result<Oid> {
        Ok(Oid::from_git2(self.commit(commit)?.tree_id()))
    }

    /// Returns the parents of a commit, in their order.
    pub fn parents(&self, commit: Oid) -> Result<Vec<Oid>> {
        Ok(self.commit(commit)?.parent_ids().map(Oid::from_git2).collect())
    }

    /// Returns the bytes of a blob.
    pub fn blob(&self, blob: Oid) -> Result<Vec<u8>> {
        match self.git2.find_blob(blob.to_git2()?) {
            Ok(found) => Ok(found.content().to_vec()),
            // In a partial clone git can fetch it, which libgit2 cannot.
            Err(error) if error.code() == git2::ErrorCode::NotFound => {
                self.program(["cat-file", "blob", &blob.to_string()]).output()
            }
            Err(error) => Err(error.into()),
        }
        .with_context(|| format!("reading blob {blob}"))
    }

    /// Writes a blob, and returns its id.
    pub fn write_blob(&self, bytes: &[u8]) -> Result<Oid> {
        Ok(Oid::from_git2(self.git2.blob(bytes).context("writing a blob")?))
    }

    pub(super) fn commit(&self, commit: Oid) -> Result<git2::Commit<'_>> {
        self.git2.find_commit(commit.to_git2()?).with_context(|| format!("reading commit {commit}"))
    }

    /// Finds a tree by its own id, or by that of a commit.
    pub(super) fn tree(&self, tree: Oid) -> Result<git2::Tree<'_>> {
        let object = self.git2.find_object(tree.to_git2()?, None);
        object.and_then(|object| object.peel_to_tree()).with_context(|| format!("reading tree {tree}"))
    }
}

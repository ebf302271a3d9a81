//! The tree that `git add -A` followed by a commit would make, without touching the user's index.

use anyhow::{Context, Result};

use super::oid::Oid;
use super::repository::Repository;
use super::scratch_index::ScratchIndex;

impl Repository {
    /// Writes the tree of the whole working tree: what is tracked as it is now, and what is new and not ignored.
    pub fn tree_of_everything(&self) -> Result<Oid> {
        // A copy of the index keeps what git knows of unchanged files, so that only changed ones are read.
        let scratch = ScratchIndex::of(&self.places, self.index_file())?;
        let tree = self
            .program(["add", "--all", "--", ":(top)"])
            .index(scratch.path())
            .output()
            .and_then(|_| self.program(["write-tree"]).index(scratch.path()).line())
            .context("writing a tree of the working tree");
        tree?.parse().map_err(|_| anyhow::anyhow!("git wrote a tree whose id cannot be read"))
    }
}

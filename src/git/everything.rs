//! The tree that `git add -A` followed by a commit would make, without touching the user's index.

use anyhow::{Context, Result};

use super::oid::Oid;
use super::repository::Repository;

impl Repository {
    /// Writes the tree of the whole working tree: what is tracked as it is now, and what is new and not ignored.
    pub fn tree_of_everything(&self) -> Result<Oid> {
        let folder = self.git_dir().join("mcp");
        fs_err::create_dir_all(&folder)?;
        // A copy of the index keeps what git knows of unchanged files, so that only changed ones are read.
        let scratch = folder.join(format!("index.{}", std::process::id()));
        if self.index_file().exists() {
            fs_err::copy(self.index_file(), &scratch)?;
        }
        let tree = self
            .program(["add", "--all", "--", ":(top)"])
            .index(&scratch)
            .output()
            .and_then(|_| self.program(["write-tree"]).index(&scratch).line())
            .context("writing a tree of the working tree");
        let removed = fs_err::remove_file(&scratch);
        let tree = tree?.parse().map_err(|_| anyhow::anyhow!("git wrote a tree whose id cannot be read"))?;
        removed?;
        Ok(tree)
    }
}

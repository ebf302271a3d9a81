//! How many lines a commit added and removed, file by file, as `git diff --numstat` counts them.

use anyhow::{Context, Result};

use super::oid::Oid;
use super::repository::Repository;

/// One file that a commit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineCount {
    /// The path from the top of the tree.
    pub path: String,
    /// Lines added and removed; `None` for what is not text.
    pub lines: Option<(usize, usize)>,
}

impl Repository {
    /// Returns what a commit changed against its first parent, without some top-level folders.
    pub fn line_counts(&self, commit: Oid, without: &[&str]) -> Result<Vec<LineCount>> {
        let parent = self.parents(commit)?.first().copied();
        let tree = |commit: Oid| -> Result<Oid> {
            let mut tree = self.tree_of(commit)?;
            for name in without {
                tree = self.without(tree, name)?;
            }
            Ok(tree)
        };
        let old = parent.map(tree).transpose()?;
        self.backend.line_counts(old, tree(commit)?).context("counting lines")
    }
}

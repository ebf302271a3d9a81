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
        let tree = |commit: Oid| -> Result<git2::Tree<'_>> {
            let mut tree = self.tree_of(commit)?;
            for name in without {
                tree = self.without(tree, name)?;
            }
            Ok(self.git2.find_tree(tree.to_git2()?)?)
        };
        let old = parent.map(tree).transpose()?;
        let new = tree(commit)?;
        let diff = self.git2.diff_tree_to_tree(old.as_ref(), Some(&new), None).context("comparing two commits")?;
        let mut counts = Vec::new();
        for (index, delta) in diff.deltas().enumerate() {
            let name = delta.new_file().path_bytes().or(delta.old_file().path_bytes()).unwrap_or_default();
            let patch = git2::Patch::from_diff(&diff, index).context("counting lines")?;
            let stats = patch.map(|patch| patch.line_stats()).transpose().context("counting lines")?;
            counts.push(LineCount {
                path: String::from_utf8_lossy(name).into_owned(),
                lines: stats.map(|(_, added, removed)| (added, removed)),
            });
        }
        Ok(counts)
    }
}

//! The difference between two commits as text for reading.

use anyhow::{Context, Result};

use super::oid::Oid;
use super::repository::Repository;

impl Repository {
    /// Returns the patch from one commit (`None`: from nothing) to another, without some top-level folders.
    pub fn diff_text(&self, from: Option<Oid>, to: Oid, without: &[&str]) -> Result<String> {
        let old = from.map(|commit| self.tree_of(commit)).transpose()?;
        let mut trees = [old, Some(self.tree_of(to)?)];
        for tree in trees.iter_mut().flatten() {
            for name in without {
                *tree = self.without(*tree, name)?;
            }
        }
        let find = |tree: Option<Oid>| -> Result<Option<git2::Tree<'_>>> {
            let Some(tree) = tree else { return Ok(None) };
            Ok(Some(self.git2.find_tree(tree.to_git2()?)?))
        };
        let (old, new) = (find(trees[0])?, find(trees[1])?);
        let diff = self.git2.diff_tree_to_tree(old.as_ref(), new.as_ref(), None).context("comparing two commits")?;
        let mut text = String::new();
        diff.print(git2::DiffFormat::Patch, |_, _, line| {
            if matches!(line.origin(), '+' | '-' | ' ') {
                text.push(line.origin());
            }
            text.push_str(&String::from_utf8_lossy(line.content()));
            true
        })
        .context("writing a patch")?;
        Ok(text)
    }
}

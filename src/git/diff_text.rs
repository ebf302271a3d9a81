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
        let [old, Some(new)] = trees else { return Ok(String::new()) };
        self.backend.patch(old, new).context("writing a patch")
    }
}

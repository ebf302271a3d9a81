//! What differs between two trees.

use anyhow::{Context, Result};
use git2::ObjectType;

use super::oid::Oid;
use super::repository::Repository;
use super::trees::joined;

/// One path that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The path from the top of the tree.
    pub path: String,
    /// What was there.
    pub old: Option<Oid>,
    /// What is there now.
    pub new: Option<Oid>,
}

impl Repository {
    /// Returns what differs in a folder (`""` for all) between two trees or commits; a rename is two changes.
    pub fn changes(&self, old: Option<Oid>, new: Oid, under: &str) -> Result<Vec<Change>> {
        let under = under.trim_end_matches('/');
        let old = match old {
            Some(old) => self.subtree(old, under)?,
            None => None,
        };
        let new = self.subtree(new, under)?;
        let mut options = git2::DiffOptions::new();
        options.include_typechange(true).ignore_submodules(false);
        let diff = self.git2.diff_tree_to_tree(old.as_ref(), new.as_ref(), Some(&mut options));
        let diff = diff.context("comparing two trees")?;
        let changes = diff.deltas().map(|delta| {
            let name = delta.new_file().path_bytes().or(delta.old_file().path_bytes()).unwrap_or_default();
            Change {
                path: joined(under, &String::from_utf8_lossy(name)),
                old: present(&delta.old_file()),
                new: present(&delta.new_file()),
            }
        });
        Ok(changes.collect())
    }

    /// Returns the paths that differ between two trees or commits.
    pub fn diff_paths(&self, old: Oid, new: Oid) -> Result<Vec<String>> {
        Ok(self.changes(Some(old), new, "")?.into_iter().map(|change| change.path).collect())
    }

    fn subtree(&self, tree: Oid, folder: &str) -> Result<Option<git2::Tree<'_>>> {
        if folder.is_empty() {
            return self.tree(tree).map(Some);
        }
        match self.entry(tree, folder)? {
            Some(entry) if entry.kind() == Some(ObjectType::Tree) => self.tree(Oid::from_git2(entry.id())).map(Some),
            _ => Ok(None),
        }
    }
}

fn present(file: &git2::DiffFile<'_>) -> Option<Oid> {
    (!file.id().is_zero()).then(|| Oid::from_git2(file.id()))
}

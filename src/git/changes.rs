//! What differs between two trees.

use std::cmp::Ordering;

use anyhow::Result;

use super::oid::Oid;
use super::repository::Repository;
use super::tree::{Entry, Tree, key};
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

/// What two trees have under one name.
type Pair = (String, Option<Entry>, Option<Entry>);

impl Repository {
    /// Returns what differs in a folder (`""` for all) between two trees or commits; a rename is two changes.
    pub fn changes(&self, old: Option<Oid>, new: Oid, under: &str) -> Result<Vec<Change>> {
        let under = under.trim_end_matches('/');
        let old = match old {
            Some(old) => self.subtree(old, under)?,
            None => None,
        };
        let new = self.subtree(new, under)?;
        let mut changes = Vec::new();
        self.compare(under, old.as_ref(), new.as_ref(), &mut changes)?;
        Ok(changes)
    }

    /// Returns the paths that differ between two trees or commits.
    pub fn diff_paths(&self, old: Oid, new: Oid) -> Result<Vec<String>> {
        Ok(self.changes(Some(old), new, "")?.into_iter().map(|change| change.path).collect())
    }

    fn compare(&self, folder: &str, old: Option<&Tree>, new: Option<&Tree>, changes: &mut Vec<Change>) -> Result<()> {
        for (name, old, new) in differing(old, new) {
            let path = joined(folder, &name);
            if old.or(new).is_some_and(Entry::is_tree) {
                let [old, new] = [old, new].map(|entry| entry.map(|entry| self.tree(entry.oid)).transpose());
                self.compare(&path, old?.as_ref(), new?.as_ref(), changes)?;
            } else {
                changes.push(Change { path, old: old.map(|entry| entry.oid), new: new.map(|entry| entry.oid) });
            }
        }
        Ok(())
    }
}

/// Returns the names under which two trees differ; a folder and a file of one name are two of them.
fn differing(old: Option<&Tree>, new: Option<&Tree>) -> Vec<Pair> {
    let mut old = old.into_iter().flat_map(Tree::entries).peekable();
    let mut new = new.into_iter().flat_map(Tree::entries).peekable();
    let mut pairs = Vec::new();
    loop {
        let order = match (old.peek(), new.peek()) {
            (Some(old), Some(new)) => key(old.0, old.1).cmp(&key(new.0, new.1)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return pairs,
        };
        let old = if order.is_le() { old.next() } else { None };
        let new = if order.is_ge() { new.next() } else { None };
        if let Some((name, _)) = old.or(new).filter(|_| old != new) {
            let name = String::from_utf8_lossy(name).into_owned();
            pairs.push((name, old.map(|(_, entry)| entry), new.map(|(_, entry)| entry)));
        }
    }
}

//! A tree with some paths changed, and all else as it was.

use std::collections::BTreeMap;

use anyhow::Result;

use super::index_lock::Edit;
use super::oid::Oid;
use super::repository::Repository;
use super::tree::{Entry, NewTree};

/// What shall stand at a path, seen from some folder; `None`: nothing.
type Wanted<'path> = (&'path str, Option<Entry>);

impl Repository {
    /// Writes the tree that edits make of another; a folder that becomes empty goes.
    pub(super) fn edited_tree(&self, base: Oid, edits: &[Edit]) -> Result<Oid> {
        let wanted = edits.iter().map(|edit| match edit {
            Edit::Insert { path, mode, oid } => (path.as_str(), Some(Entry { mode: *mode, oid: *oid })),
            Edit::Remove { path } => (path.as_str(), None),
        });
        match self.edited(Some(base), wanted.collect())? {
            Some(tree) => Ok(tree),
            None => self.empty_tree(),
        }
    }

    /// Writes one folder with the edits made; `None` when nothing is left in it.
    fn edited(&self, base: Option<Oid>, wanted: Vec<Wanted<'_>>) -> Result<Option<Oid>> {
        let mut tree = match base {
            Some(base) => NewTree::from(&self.tree(base)?),
            None => NewTree::default(),
        };
        let mut folders: BTreeMap<&str, Vec<Wanted<'_>>> = BTreeMap::new();
        for (path, entry) in wanted {
            match (path.split_once('/'), entry) {
                (Some((folder, rest)), _) => folders.entry(folder).or_default().push((rest, entry)),
                (None, Some(entry)) => tree.insert(path.as_bytes(), entry),
                (None, None) => tree.remove(path.as_bytes()),
            }
        }
        for (name, wanted) in folders {
            let found = tree.get(name.as_bytes());
            let folder = found.filter(|entry| entry.is_tree()).map(|entry| entry.oid);
            if folder.is_none() && wanted.iter().all(|(_, entry)| entry.is_none()) {
                // There is nothing to remove, and a file of that name stays.
                continue;
            }
            match self.edited(folder, wanted)? {
                Some(oid) => tree.insert(name.as_bytes(), Entry::tree(oid)),
                None => tree.remove(name.as_bytes()),
            }
        }
        if tree.is_empty() { Ok(None) } else { self.write_tree(&tree).map(Some) }
    }
}

//! What trees hold, and trees made from trees.

use anyhow::Result;

use super::backend::Kind;
use super::oid::Oid;
use super::repository::Repository;
use super::tree::{Entry, NewTree, Tree};

impl Repository {
    /// Returns the id of what a tree (or commit) has at a path.
    pub fn entry_at(&self, tree: Oid, path: &str) -> Result<Option<Oid>> {
        Ok(self.entry(tree, path)?.map(|entry| entry.oid))
    }

    /// Returns id and bytes of the file at a path.
    pub fn blob_at(&self, tree: Oid, path: &str) -> Result<Option<(Oid, Vec<u8>)>> {
        match self.entry(tree, path)? {
            Some(entry) if entry.is_blob() => Ok(Some((entry.oid, self.blob(entry.oid)?))),
            _ => Ok(None),
        }
    }

    /// Returns path and id of each regular file in a folder and below; symbolic links are no files.
    pub fn files_under(&self, tree: Oid, folder: &str) -> Result<Vec<(String, Oid)>> {
        let folder = folder.trim_end_matches('/');
        let Some(top) = self.subtree(tree, folder)? else { return Ok(Vec::new()) };
        let mut files = Vec::new();
        self.visit(&top, folder, &mut |path, entry| {
            if entry.is_regular_file() {
                files.push((path, entry.oid));
            }
        })?;
        Ok(files)
    }

    /// Returns the paths of all that a tree tracks: files, symbolic links and submodules.
    pub fn tracked_files(&self, tree: Oid) -> Result<Vec<String>> {
        let mut paths = Vec::new();
        self.visit(&self.tree(tree)?, "", &mut |path, _| paths.push(path))?;
        Ok(paths)
    }

    /// Whether HEAD has something at a path.
    pub fn is_tracked(&self, path: &str) -> Result<bool> {
        match self.head()?.commit {
            Some(commit) => Ok(self.entry(commit, path)?.is_some()),
            None => Ok(false),
        }
    }

    /// Writes a tree less one of its top entries: what `git ls-tree | grep -v | git mktree` makes.
    pub fn without(&self, tree: Oid, name: &str) -> Result<Oid> {
        let tree = self.tree(tree)?;
        if tree.get(name.as_bytes()).is_none() {
            return Ok(tree.oid);
        }
        let mut less = NewTree::from(&tree);
        less.remove(name.as_bytes());
        // It is asked for again and again, and writing may cost a process.
        let oid = Oid::of(Kind::Tree, &less.bytes(), self.places.width)?;
        match self.backend.object(oid)? {
            Some(_) => Ok(oid),
            None => self.write_tree(&less),
        }
    }

    pub(super) fn entry(&self, tree: Oid, path: &str) -> Result<Option<Entry>> {
        let mut found = Entry::tree(tree);
        for name in path.split('/').filter(|name| !name.is_empty()) {
            if !found.is_tree() {
                return Ok(None);
            }
            match self.tree(found.oid)?.get(name.as_bytes()) {
                Some(entry) => found = entry,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    /// Finds a folder of a tree (or commit); `""` is the tree itself.
    pub(super) fn subtree(&self, tree: Oid, folder: &str) -> Result<Option<Tree>> {
        match self.entry(tree, folder)? {
            Some(entry) if entry.is_tree() => self.tree(entry.oid).map(Some),
            _ => Ok(None),
        }
    }

    pub(super) fn empty_tree(&self) -> Result<Oid> {
        self.write_tree(&NewTree::default())
    }

    /// Visits all entries but trees, depth first; names that are not UTF-8 get replacement characters.
    pub(super) fn visit(&self, tree: &Tree, folder: &str, visitor: &mut impl FnMut(String, Entry)) -> Result<()> {
        for (name, entry) in tree.entries() {
            let path = joined(folder, &String::from_utf8_lossy(name));
            if entry.is_tree() {
                self.visit(&self.tree(entry.oid)?, &path, visitor)?;
            } else {
                visitor(path, entry);
            }
        }
        Ok(())
    }
}

pub(super) fn joined(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

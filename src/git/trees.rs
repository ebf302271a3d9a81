//! What trees hold, and trees made from trees.

use std::path::Path;

use anyhow::{Context, Result};
use git2::{ErrorCode, ObjectType};

use super::oid::Oid;
use super::repository::Repository;

impl Repository {
    /// Returns the id of what a tree (or commit) has at a path.
    pub fn entry_at(&self, tree: Oid, path: &str) -> Result<Option<Oid>> {
        Ok(self.entry(tree, path)?.map(|entry| Oid::from_git2(entry.id())))
    }

    /// Returns id and bytes of the file at a path.
    pub fn blob_at(&self, tree: Oid, path: &str) -> Result<Option<(Oid, Vec<u8>)>> {
        match self.entry(tree, path)? {
            Some(entry) if entry.kind() == Some(ObjectType::Blob) => {
                let oid = Oid::from_git2(entry.id());
                Ok(Some((oid, self.blob(oid)?)))
            }
            _ => Ok(None),
        }
    }

    /// Returns path and id of each regular file in a folder and below; symbolic links are no files.
    pub fn files_under(&self, tree: Oid, folder: &str) -> Result<Vec<(String, Oid)>> {
        let top = match folder {
            "" => self.tree(tree)?,
            _ => match self.entry(tree, folder)? {
                Some(entry) if entry.kind() == Some(ObjectType::Tree) => self.tree(Oid::from_git2(entry.id()))?,
                _ => return Ok(Vec::new()),
            },
        };
        let mut files = Vec::new();
        self.walk(&top, folder.trim_end_matches('/'), &mut |path, entry| {
            if is_regular_file(entry.filemode()) {
                files.push((path, Oid::from_git2(entry.id())));
            }
        })?;
        Ok(files)
    }

    /// Returns the paths of all that a tree tracks: files, symbolic links and submodules.
    pub fn tracked_files(&self, tree: Oid) -> Result<Vec<String>> {
        let mut paths = Vec::new();
        self.walk(&self.tree(tree)?, "", &mut |path, _| paths.push(path))?;
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
        if tree.get_name(name).is_none() {
            return Ok(Oid::from_git2(tree.id()));
        }
        let mut builder = self.git2.treebuilder(Some(&tree)).context("copying a tree")?;
        builder.remove(name).with_context(|| format!("leaving `{name}` out of a tree"))?;
        Ok(Oid::from_git2(builder.write().context("writing a tree")?))
    }

    pub(super) fn entry(&self, tree: Oid, path: &str) -> Result<Option<git2::TreeEntry<'static>>> {
        match self.tree(tree)?.get_path(Path::new(path)) {
            Ok(entry) => Ok(Some(entry)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("looking for `{path}` in tree {tree}")),
        }
    }

    pub(super) fn empty_tree(&self) -> Result<Oid> {
        let builder = self.git2.treebuilder(None).context("starting a tree")?;
        Ok(Oid::from_git2(builder.write().context("writing the empty tree")?))
    }

    /// Visits all entries but trees, depth first; names that are not UTF-8 get replacement characters.
    // The walk that libgit2 offers fails on such names.
    fn walk(
        &self,
        tree: &git2::Tree<'_>,
        folder: &str,
        visit: &mut impl FnMut(String, &git2::TreeEntry<'_>),
    ) -> Result<()> {
        for entry in tree {
            let path = joined(folder, &String::from_utf8_lossy(entry.name_bytes()));
            if entry.kind() == Some(ObjectType::Tree) {
                self.walk(&self.tree(Oid::from_git2(entry.id()))?, &path, visit)?;
            } else {
                visit(path, &entry);
            }
        }
        Ok(())
    }
}

pub(super) fn joined(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

fn is_regular_file(mode: i32) -> bool {
    mode == i32::from(git2::FileMode::Blob) || mode == i32::from(git2::FileMode::BlobExecutable) || mode == 0o100_664
}

//! An index that is changed by its bytes, whose trees libgit2 writes.

use std::rc::Rc;

use anyhow::{Result, bail};

use crate::git::backend::{Kind, Staged};
use crate::git::hidden::Hidden;
use crate::git::oid::Oid;
use crate::git::plain_index::{Entry, PlainIndex};

use super::written;

pub(super) struct StagedPlainly {
    pub(super) repository: Rc<git2::Repository>,
    pub(super) index: Rc<PlainIndex>,
}

impl Staged for StagedPlainly {
    fn has_conflicts(&self) -> bool {
        self.index.has_conflicts()
    }

    fn blob(&self, path: &str) -> Option<Oid> {
        let entries = self.index.entries();
        let mut versions = entries.versions(path.as_bytes()).map(|at| entries.get(at));
        versions.find(|entry| entry.stage() == 0 && !entry.is_intended()).map(|entry| entry.oid())
    }

    fn starting_with(&self, prefix: &str) -> Vec<(String, Oid)> {
        let entries = self.index.entries();
        let found = entries.starting_with(prefix.as_bytes()).map(|at| entries.get(at));
        found.filter(|entry| entry.stage() == 0 && !entry.is_intended()).map(named).collect()
    }

    fn unmerged(&self) -> Vec<(String, Oid)> {
        self.index.entries().iter().filter(|entry| entry.stage() > 0).map(named).collect()
    }

    fn hidden(&self) -> Vec<Hidden> {
        self.index.hidden()
    }

    fn remove(&mut self, path: &str) -> Result<()> {
        Rc::make_mut(&mut self.index).remove(path.as_bytes());
        Ok(())
    }

    fn insert(&mut self, path: &str, mode: u32, blob: Oid) -> Result<()> {
        if !Rc::make_mut(&mut self.index).insert(path.as_bytes(), mode, blob) {
            bail!("it is staged as a file and as a folder");
        }
        Ok(())
    }

    fn write_tree(&mut self) -> Result<Oid> {
        let repository = &self.repository;
        Rc::make_mut(&mut self.index).write_tree(&|tree| written(repository, Kind::Tree, tree))
    }

    fn file(&self) -> Option<Vec<u8>> {
        self.index.to_bytes()
    }
}

fn named(entry: Entry<'_>) -> (String, Oid) {
    (String::from_utf8_lossy(entry.path()).into_owned(), entry.oid())
}

//! Cells: refs to small flat trees, each changed only by comparing and swapping.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::backend::{Kind, Swapping};
use super::locked::{Locked, Pauses, age};
use super::loose::{self, NewObject};
use super::oid::Oid;
use super::packed_refs::Listing;
use super::ref_lock;
use super::repository::Repository;
use super::tree::{Entry, FILE, NewTree};

/// A ref with what it points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The full name of the ref.
    pub name: String,
    /// The tree that it points to.
    pub oid: Oid,
}

/// How a compare-and-swap ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Swap {
    /// The old value was there; now it is this one. After a deletion: the value that was deleted.
    Swapped(Oid),
    /// Another value was there, and still is.
    Lost(Option<Oid>),
}

impl Repository {
    /// Reads a cell by the full name of its ref.
    pub fn cell(&self, name: &str) -> Result<Option<Cell>> {
        Ok(self.cell_oid(name)?.map(|oid| Cell { name: name.to_owned(), oid }))
    }

    /// Lists the cells whose names start with a prefix.
    pub fn cells(&self, prefix: &str) -> Result<Listing> {
        if !prefix.starts_with("refs/") || prefix.contains("..") {
            bail!("`{}` does not start the full name of a ref", prefix.escape_debug());
        }
        self.backend.cells(prefix)
    }

    /// Returns the bytes of one file of a cell.
    pub fn cell_file(&self, cell: Oid, file: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.blob_at(cell, file)?.map(|(_, bytes)| bytes))
    }

    /// Makes a cell hold these files, provided that it still holds `old` (`None`: that it does not exist).
    ///
    /// With `durable` the new value is on the disk when this returns, unless git's `core.fsync` is `none`.
    pub fn swap_cell(&self, name: &str, old: Option<Oid>, files: &[(&str, &[u8])], durable: bool) -> Result<Swap> {
        ref_lock::check_name(name)?;
        let new = self.write_cell(files, durable).with_context(|| format!("writing what `{name}` is to hold"))?;
        self.swap_cell_to(name, old, new, durable)
    }

    /// Writes what a cell is to hold, ahead of its swap.
    pub fn write_cell(&self, files: &[(&str, &[u8])], durable: bool) -> Result<Oid> {
        self.write_flat_tree(files, self.is_flushed(durable)?)
    }

    /// The second half of a swap: makes a cell point to what was written before.
    pub fn swap_cell_to(&self, name: &str, old: Option<Oid>, new: Oid, durable: bool) -> Result<Swap> {
        ref_lock::check_name(name)?;
        self.steps.done();
        let durable = self.is_flushed(durable)?;
        let swap = self.backend.swap(&Swapping { name, old, new, durable }, &self.steps)?;
        if let Swap::Swapped(_) = swap {
            self.steps.done();
        }
        Ok(swap)
    }

    fn is_flushed(&self, durable: bool) -> Result<bool> {
        Ok(durable && self.config("core.fsync")?.as_deref() != Some("none"))
    }

    /// Deletes a cell, provided that it still holds `old`.
    pub fn delete_cell(&self, name: &str, old: Oid) -> Result<Swap> {
        let mut pauses = Pauses::new();
        loop {
            let found = self.cell_oid(name)?;
            if found != Some(old) {
                return Ok(Swap::Lost(found));
            }
            // A packed ref is deleted by writing all the others anew under a second lock: git's own work.
            let answer = self.program(["update-ref", "-d", name, &old.to_string()]).answer()?;
            if answer.code == Some(0) {
                return Ok(Swap::Swapped(old));
            }
            let is_contended = self.cell_oid(name)? != Some(old) || answer.stderr.contains("lock");
            if !is_contended || !pauses.pause() {
                let lock = ref_lock::lock_path(self.common_dir(), name);
                let error = anyhow::Error::new(answer.failure());
                let error = if lock.exists() { error.context(Locked::by(&lock)) } else { error };
                return Err(error.context(format!("deleting ref `{name}`")));
            }
        }
    }

    /// Removes the lock file of a cell that a dead process left, if it is older than that; says whether
    /// it did.
    ///
    /// The caller promises that no other process is changing this cell, by holding a lock of its own.
    pub fn clear_stale_lock(&self, name: &str, older_than: Duration) -> Result<bool> {
        ref_lock::check_name(name)?;
        self.backend.clear_lock(name, older_than)
    }

    /// Waits until nothing that a dead process began may still change a cell, and removes what it left as a lock once that is
    /// older than so much; gives up, and leaves it, when others keep making it anew.
    ///
    /// The caller makes the same promise.
    pub fn outlive_lock(&self, name: &str, older_than: Duration) -> Result<()> {
        ref_lock::check_name(name)?;
        self.backend.outlive(name, older_than)
    }

    /// Returns the lock that keeps everybody from writing any ref, where there is one for all, if it is older than that.
    pub fn lock_of_all_refs(&self, older_than: Duration) -> Option<PathBuf> {
        let lock = self.common_dir().join("reftable/tables.list.lock");
        age(&lock).is_some_and(|age| age > older_than).then_some(lock)
    }

    fn cell_oid(&self, name: &str) -> Result<Option<Oid>> {
        ref_lock::check_name(name)?;
        self.backend.cell(name)
    }

    pub(super) fn write_flat_tree(&self, files: &[(&str, &[u8])], durable: bool) -> Result<Oid> {
        let id = |kind: Kind, bytes: &[u8]| Oid::of(kind, bytes, self.places.width);
        let mut tree = NewTree::default();
        let mut objects = Vec::new();
        for (name, bytes) in files {
            let object = NewObject { oid: id(Kind::Blob, bytes)?, kind: Kind::Blob, bytes };
            tree.insert(name.as_bytes(), Entry { mode: FILE, oid: object.oid });
            objects.push(object);
        }
        let bytes = tree.bytes();
        let tree = NewObject { oid: id(Kind::Tree, &bytes)?, kind: Kind::Tree, bytes: &bytes };
        let oid = tree.oid;
        objects.push(tree);
        if self.config("extensions.compatObjectFormat")?.is_some() {
            // Git keeps a second name of each object, which it alone knows to write.
            objects.iter().try_for_each(|object| self.backend.write(object.kind, object.bytes).map(drop))?;
        }
        loose::write(self.common_dir(), &objects, durable)?;
        Ok(oid)
    }
}

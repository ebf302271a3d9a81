//! An index that libgit2 reads.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result};
use git2::IndexEntryExtendedFlag;

use crate::git::backend::Staged;
use crate::git::hidden::{Hidden, Hiding};
use crate::git::oid::Oid;

pub(super) struct Libgit2Index {
    repository: Rc<git2::Repository>,
    entries: git2::Index,
    /// What was taken out, as far as it was hidden.
    hidden: Vec<Hidden>,
}

/// The mark of an entry that is assumed to be unchanged.
const ASSUMED: u16 = 0x8000;

impl Libgit2Index {
    pub(super) fn new(repository: Rc<git2::Repository>, mut entries: git2::Index) -> Result<Self> {
        let mut hidden = Vec::new();
        // Older formats have no place for the mark.
        if entries.version() >= 3 {
            // Git leaves what is only intended to be added out of trees; libgit2 would put an empty file there.
            let intended: Vec<_> = entries.iter().filter(is_intended).collect();
            for entry in intended {
                let path = Path::new(OsStr::from_bytes(&entry.path));
                entries.remove(path, 0).with_context(|| format!("leaving `{}` out", path.display()))?;
                hidden.extend(hiding(entry));
            }
        }
        Ok(Self { repository, entries, hidden })
    }
}

impl Staged for Libgit2Index {
    fn has_conflicts(&self) -> bool {
        self.entries.has_conflicts()
    }

    fn blob(&self, path: &str) -> Option<Oid> {
        self.entries.get_path(Path::new(path), 0).map(|entry| Oid::from_git2(entry.id))
    }

    fn starting_with(&self, prefix: &str) -> Vec<(String, Oid)> {
        // Entries are sorted by the bytes of their paths.
        let start = self.entries.find_prefix(prefix).unwrap_or(self.entries.len());
        (start..self.entries.len())
            .map_while(|at| self.entries.get(at).filter(|entry| entry.path.starts_with(prefix.as_bytes())))
            .filter(|entry| stage(entry) == 0)
            .map(|entry| named(&entry))
            .collect()
    }

    fn unmerged(&self) -> Vec<(String, Oid)> {
        self.entries.iter().filter(|entry| stage(entry) > 0).map(|entry| named(&entry)).collect()
    }

    fn hidden(&self) -> Vec<Hidden> {
        self.hidden
            .iter()
            .cloned()
            .chain(self.entries.iter().filter(|entry| stage(entry) == 0).filter_map(hiding))
            .collect()
    }

    fn remove(&mut self, path: &str) -> Result<()> {
        for stage in 0..=3 {
            match self.entries.remove(Path::new(path), stage) {
                Err(error) if error.code() != git2::ErrorCode::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    fn insert(&mut self, path: &str, mode: u32, blob: Oid) -> Result<()> {
        Ok(self.entries.add(&entry(path, mode, blob)?)?)
    }

    fn write_tree(&mut self) -> Result<Oid> {
        Ok(Oid::from_git2(self.entries.write_tree_to(&self.repository)?))
    }
}

fn named(entry: &git2::IndexEntry) -> (String, Oid) {
    (String::from_utf8_lossy(&entry.path).into_owned(), Oid::from_git2(entry.id))
}

fn is_intended(entry: &git2::IndexEntry) -> bool {
    IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended).is_intent_to_add()
}

fn hiding(entry: git2::IndexEntry) -> Option<Hidden> {
    let is_skipped = IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended).is_skip_worktree();
    let why = match entry.flags & ASSUMED != 0 {
        true => Hiding::Assumed,
        false if is_skipped => Hiding::Skipped,
        false => return None,
    };
    let staged = (!is_intended(&entry)).then(|| (entry.mode, Oid::from_git2(entry.id)));
    Some(Hidden { path: entry.path, why, entry: staged })
}

fn stage(entry: &git2::IndexEntry) -> u16 {
    (entry.flags & 0x3000) >> 12
}

fn entry(path: &str, mode: u32, blob: Oid) -> Result<git2::IndexEntry> {
    let never = git2::IndexTime::new(0, 0);
    Ok(git2::IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: blob.to_git2()?,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    })
}

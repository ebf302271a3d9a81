//! An index by its bytes: looked through where it lies, changed in place, and given back with all else in it as it was.
//!
//! Only what lies as it does in nearly all repositories: version 2 or 3, in one file, with each file an entry. Anything else is left to
//! libgit2 or to git.

use std::io::Read as _;
use std::ops::Range;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::cache_tree::{CacheTree, WriteTree};
use super::hidden::{Hidden, Hiding};
use super::oid::Oid;

const HEADER: usize = 12;
/// From the start of an entry to its mode, its id.
const MODE: usize = 24;
const OID: usize = 40;

/// Seconds and nanoseconds.
pub(super) type Moment = (u32, u32);

/// An index in memory.
#[derive(Clone, Debug)]
pub(super) struct PlainIndex {
    /// Header and entries.
    bytes: Vec<u8>,
    /// Where each entry begins.
    starts: Vec<u32>,
    width: usize,
    /// How many entries are versions of a merge that has conflicts.
    unmerged: usize,
    trees: CacheTree,
    /// Extensions that stay true whatever is changed.
    kept: Vec<u8>,
    is_hashed: bool,
    /// It has extensions that only git keeps true when something is changed.
    is_for_git: bool,
    /// When the file was written.
    pub(super) written: Moment,
}

/// The entries of an index, sorted by the bytes of their paths.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entries<'index> {
    bytes: &'index [u8],
    starts: &'index [u32],
    width: usize,
}

/// One entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'index> {
    bytes: &'index [u8],
    width: usize,
}

/// What git remembers of a file, to tell whether it was touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) changed: Moment,
    pub(super) modified: Moment,
    pub(super) number: u32,
    pub(super) user: u32,
    pub(super) group: u32,
    pub(super) size: u32,
}

impl PlainIndex {
    /// Reads a file; `None` when it is not there or not plain.
    pub(super) fn read(file: &Path, width: usize) -> Option<Self> {
        let mut file = fs_err::File::open(file).ok()?;
        let metadata = file.metadata().ok()?;
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).ok()? + 1);
        file.read_to_end(&mut bytes).ok()?;
        let written = (metadata.mtime() as u32, metadata.mtime_nsec() as u32);
        Self::parsed(bytes, width, written)
    }

    fn parsed(mut bytes: Vec<u8>, width: usize, written: Moment) -> Option<Self> {
        let version = number(&bytes, 4)?;
        if !bytes.starts_with(b"DIRC") || !(2..=3).contains(&version) {
            return None;
        }
        let count = number(&bytes, 8)? as usize;
        let mut starts = Vec::with_capacity(count.min(bytes.len() / 64));
        let mut at = HEADER;
        for _ in 0..count {
            starts.push(u32::try_from(at).ok()?);
            at += length_of_entry(&bytes, at, width, version)?;
        }
        let end = bytes.len().checked_sub(width)?;
        let is_hashed = bytes[end..].iter().any(|byte| *byte != 0);
        let (mut trees, mut kept, mut is_for_git) = (CacheTree::default(), Vec::new(), false);
        let mut next = at;
        while next < end {
            let size = number(&bytes, next + 4)? as usize;
            let whole = bytes[..end].get(next..next.checked_add(8)?.checked_add(size)?)?;
            match &whole[..4] {
                b"TREE" => trees = CacheTree::parsed(&whole[8..], width)?,
                b"REUC" => kept.extend(whole),
                // Where the entries lie, for who reads them at several places at once: it may be missing.
                b"EOIE" | b"IEOT" => {}
                // What is written in capitals may be passed over by who reads.
                name if name[0].is_ascii_uppercase() => is_for_git = true,
                _ => return None,
            }
            next += whole.len();
        }
        bytes.truncate(at);
        let mut index = Self { bytes, starts, width, unmerged: 0, trees, kept, is_hashed, is_for_git, written };
        let mut unmerged = 0;
        for entry in index.entries().iter() {
            if entry.mode() & 0o170_000 == 0o40_000 {
                // A whole folder, in a sparse index.
                return None;
            }
            unmerged += usize::from(entry.stage() > 0);
        }
        index.unmerged = unmerged;
        Some(index)
    }

    /// Its entries.
    pub(super) fn entries(&self) -> Entries<'_> {
        Entries { bytes: &self.bytes, starts: &self.starts, width: self.width }
    }

    /// Whether there are versions of a merge that has conflicts.
    pub(super) fn has_conflicts(&self) -> bool {
        self.unmerged > 0
    }

    /// Whether git was told not to look at something in the work tree.
    pub(super) fn hides(&self) -> bool {
        self.entries().iter().any(|entry| entry.is_assumed() || entry.is_skipped())
    }

    /// What that is.
    pub(super) fn hidden(&self) -> Vec<Hidden> {
        let all = self.entries().iter().filter(|entry| entry.stage() == 0);
        let hidden = all.filter_map(|entry| {
            let why = match entry.is_assumed() {
                true => Hiding::Assumed,
                false if entry.is_skipped() => Hiding::Skipped,
                false => return None,
            };
            let staged = (!entry.is_intended()).then(|| (entry.mode(), entry.oid()));
            Some(Hidden { path: entry.path().to_owned(), why, entry: staged })
        });
        hidden.collect()
    }

    /// Takes all versions of a path out.
    pub(super) fn remove(&mut self, path: &[u8]) {
        let which = self.entries().versions(path);
        let Some(first) = self.starts.get(which.start).filter(|_| !which.is_empty()) else { return };
        let start = *first as usize;
        self.unmerged -= which.clone().filter(|at| self.entries().get(*at).stage() > 0).count();
        let end = self.starts.get(which.end).map_or(self.bytes.len(), |next| *next as usize);
        self.bytes.drain(start..end);
        self.starts.drain(which.clone());
        self.starts[which.start..].iter_mut().for_each(|next| *next -= (end - start) as u32);
        self.trees.forget(path);
        self.recount();
    }

    /// Puts something in the place of what was at a path; says no where a folder would stand in a file's place, or the other way round.
    pub(super) fn insert(&mut self, path: &[u8], mode: u32, oid: Oid) -> bool {
        let is_file = |folder: &[u8]| !self.entries().versions(folder).is_empty();
        let is_below_a_file = (0..path.len()).any(|at| path[at] == b'/' && is_file(&path[..at]));
        let below = [path, b"/"].concat();
        let is_a_folder = !self.entries().starting_with(&below).is_empty();
        if is_below_a_file || is_a_folder || oid.width() != self.width {
            return false;
        }
        self.remove(path);
        // Times and size of zero: git looks at the file before it believes that it is the same.
        let mut entry = vec![0; MODE];
        entry.extend(mode.to_be_bytes());
        entry.resize(OID, 0);
        entry.extend(oid.bytes());
        entry.extend((path.len().min(0xfff) as u16).to_be_bytes());
        entry.extend(path);
        entry.resize(padded(entry.len()), 0);
        let at = self.entries().first_from(path);
        let start = self.starts.get(at).map_or(self.bytes.len(), |start| *start as usize);
        self.bytes.splice(start..start, entry.iter().copied());
        self.starts[at..].iter_mut().for_each(|next| *next += entry.len() as u32);
        self.starts.insert(at, start as u32);
        self.trees.forget(path);
        self.recount();
        true
    }

    /// Writes the tree of a commit of it, which has no conflicts.
    pub(super) fn write_tree(&mut self, write: WriteTree<'_>) -> anyhow::Result<Oid> {
        let entries = Entries { bytes: &self.bytes, starts: &self.starts, width: self.width };
        self.trees.write(&entries, write)
    }

    /// The whole file; `None` where only git can write it.
    pub(super) fn to_bytes(&self) -> Option<Vec<u8>> {
        if self.is_for_git {
            return None;
        }
        let mut trees = Vec::new();
        self.trees.append_to(&mut trees);
        let mut bytes = Vec::with_capacity(self.bytes.len() + trees.len() + self.kept.len() + 64);
        bytes.extend(&self.bytes);
        bytes.extend(b"TREE");
        bytes.extend((trees.len() as u32).to_be_bytes());
        bytes.extend(trees);
        bytes.extend(&self.kept);
        match (self.is_hashed, self.width) {
            (false, width) => bytes.resize(bytes.len() + width, 0),
            (true, 20) => bytes.extend(Sha1::digest(&bytes)),
            (true, _) => bytes.extend(Sha256::digest(&bytes)),
        }
        Some(bytes)
    }

    fn recount(&mut self) {
        self.bytes[8..HEADER].copy_from_slice(&(self.starts.len() as u32).to_be_bytes());
    }
}

impl<'index> Entries<'index> {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    /// One of them.
    pub(super) fn get(&self, at: usize) -> Entry<'index> {
        Entry { bytes: &self.bytes[self.starts[at] as usize..], width: self.width }
    }

    /// All of them.
    pub(super) fn iter(self) -> impl Iterator<Item = Entry<'index>> {
        (0..self.count()).map(move |at| self.get(at))
    }

    /// All versions of a path: one, or up to three where a merge has conflicts.
    pub(super) fn versions(&self, path: &[u8]) -> Range<usize> {
        let start = self.first_from(path);
        let mut end = start;
        while end < self.count() && self.get(end).path() == path {
            end += 1;
        }
        start..end
    }

    /// Those whose paths begin so.
    pub(super) fn starting_with(&self, prefix: &[u8]) -> Range<usize> {
        let start = self.first_from(prefix);
        start..self.end_of_folder(start, self.count(), prefix)
    }

    /// The first in a range, all before which begin so, that does not.
    pub(super) fn end_of_folder(&self, start: usize, end: usize, prefix: &[u8]) -> usize {
        let within = &self.starts[start..end];
        start + within.partition_point(|start| self.at(*start).path().starts_with(prefix))
    }

    /// The first whose path is not before this one.
    fn first_from(&self, path: &[u8]) -> usize {
        self.starts.partition_point(|start| self.at(*start).path() < path)
    }

    fn at(&self, start: u32) -> Entry<'index> {
        Entry { bytes: &self.bytes[start as usize..], width: self.width }
    }
}

impl<'index> Entry<'index> {
    /// The path, byte for byte.
    pub(super) fn path(&self) -> &'index [u8] {
        let start = self.name();
        let length = match usize::from(self.flags() & 0xfff) {
            0xfff => memchr::memchr(0, &self.bytes[start..]).expect("names were found to end"),
            length => length,
        };
        &self.bytes[start..start + length]
    }

    /// Mode as in trees.
    pub(super) fn mode(&self) -> u32 {
        self.number(MODE)
    }

    /// The blob, or the commit of a submodule.
    pub(super) fn oid(&self) -> Oid {
        Oid::from_bytes(self.oid_bytes())
    }

    pub(super) fn oid_bytes(&self) -> &'index [u8] {
        &self.bytes[OID..OID + self.width]
    }

    /// What git saw of the file.
    pub(super) fn stat(&self) -> Stat {
        Stat {
            changed: (self.number(0), self.number(4)),
            modified: (self.number(8), self.number(12)),
            number: self.number(20),
            user: self.number(28),
            group: self.number(32),
            size: self.number(36),
        }
    }

    /// Zero, or which side of a merge it is.
    pub(super) fn stage(&self) -> u16 {
        (self.flags() & 0x3000) >> 12
    }

    /// `git update-index --assume-unchanged`.
    pub(super) fn is_assumed(&self) -> bool {
        self.flags() & 0x8000 != 0
    }

    /// `git update-index --skip-worktree`.
    pub(super) fn is_skipped(&self) -> bool {
        self.more_flags() & 0x4000 != 0
    }

    /// `git add --intent-to-add`.
    pub(super) fn is_intended(&self) -> bool {
        self.more_flags() & 0x2000 != 0
    }

    fn flags(&self) -> u16 {
        self.short(OID + self.width)
    }

    fn more_flags(&self) -> u16 {
        if self.flags() & 0x4000 != 0 { self.short(OID + self.width + 2) } else { 0 }
    }

    fn name(&self) -> usize {
        OID + self.width + if self.flags() & 0x4000 != 0 { 4 } else { 2 }
    }

    fn number(&self, at: usize) -> u32 {
        number(self.bytes, at).expect("entries were found to be whole")
    }

    fn short(&self, at: usize) -> u16 {
        u16::from_be_bytes([self.bytes[at], self.bytes[at + 1]])
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// How long an entry is with the one to eight zero bytes after its name; `None` when it is not whole.
fn length_of_entry(bytes: &[u8], at: usize, width: usize, version: u32) -> Option<usize> {
    let flags = u16::from_be_bytes(bytes.get(at + OID + width..at + OID + width + 2)?.try_into().ok()?);
    let is_extended = flags & 0x4000 != 0;
    if is_extended && version < 3 {
        return None;
    }
    let name = OID + width + if is_extended { 4 } else { 2 };
    let length = match usize::from(flags & 0xfff) {
        0xfff => memchr::memchr(0, bytes.get(at + name..)?)?,
        length => length,
    };
    let whole = padded(name + length);
    let ends_well = bytes.get(at + whole - 1) == Some(&0) && length > 0;
    ends_well.then_some(whole)
}

fn padded(length: usize) -> usize {
    length / 8 * 8 + 8
}

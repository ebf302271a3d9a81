//! The trees that an index remembers of its folders (its `TREE` extension), so that only those are made anew in which something changed.

use anyhow::Result;

use super::oid::Oid;
use super::plain_index::Entries;

/// What is remembered of one folder.
#[derive(Clone, Debug, Default)]
pub(super) struct CacheTree {
    name: Vec<u8>,
    /// How many entries of the index it covers, and its tree; nothing once an entry in it has changed.
    known: Option<(usize, Oid)>,
    folders: Vec<CacheTree>,
}

/// Writes a tree, and says what its id is.
pub(super) type WriteTree<'writer> = &'writer dyn Fn(&[u8]) -> Result<Oid>;

impl CacheTree {
    /// Reads the whole extension; `None` when it does not lie as git writes it.
    pub(super) fn parsed(bytes: &[u8], width: usize) -> Option<Self> {
        let (root, rest) = Self::first(bytes, width, 0)?;
        rest.is_empty().then_some(root)
    }

    /// Reads one folder and those below it: `name NUL entries space folders newline [id]`.
    fn first(bytes: &[u8], width: usize, depth: usize) -> Option<(Self, &[u8])> {
        let (name, rest) = split(bytes, 0)?;
        let (entries, rest) = split(rest, b' ')?;
        let (folders, mut rest) = split(rest, b'\n')?;
        let number = |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse::<i64>().ok();
        let mut known = None;
        if let Ok(entries) = usize::try_from(number(entries)?) {
            let (oid, after) = rest.split_at_checked(width)?;
            (known, rest) = (Some((entries, Oid::from_bytes(oid))), after);
        }
        let count = usize::try_from(number(folders)?).ok().filter(|_| depth < 1024)?;
        let mut folders = Vec::new();
        for _ in 0..count {
            let folder;
            (folder, rest) = Self::first(rest, width, depth + 1)?;
            folders.push(folder);
        }
        Some((Self { name: name.to_owned(), known, folders }, rest))
    }

    /// Appends the extension's bytes.
    pub(super) fn append_to(&self, bytes: &mut Vec<u8>) {
        bytes.extend(&self.name);
        let entries = self.known.map_or("-1".to_owned(), |(entries, _)| entries.to_string());
        bytes.extend(format!("\0{entries} {}\n", self.folders.len()).as_bytes());
        if let Some((_, oid)) = &self.known {
            bytes.extend(oid.bytes());
        }
        self.folders.iter().for_each(|folder| folder.append_to(bytes));
    }

    /// Forgets the trees of all folders that a path lies in.
    pub(super) fn forget(&mut self, path: &[u8]) {
        self.known = None;
        if let Some((name, below)) = split(path, b'/')
            && let Some(folder) = self.folders.iter_mut().find(|folder| folder.name == name)
        {
            folder.forget(below);
        }
    }

    /// Writes the trees that are not known, and returns that of the whole index, which has no conflicts.
    pub(super) fn write(&mut self, entries: &Entries<'_>, write: WriteTree<'_>) -> Result<Oid> {
        match self.fill(entries, (0, entries.count()), 0, write)?.0 {
            Some(oid) => Ok(oid),
            None => write(&[]),
        }
    }

    /// Returns the tree of the entries in a range, whose paths begin with the same so many bytes, unless nothing of them is in a
    /// tree; and whether it covers all of them.
    fn fill(
        &mut self,
        entries: &Entries<'_>,
        (start, end): (usize, usize),
        prefix: usize,
        write: WriteTree<'_>,
    ) -> Result<(Option<Oid>, bool)> {
        if let Some((count, oid)) = self.known
            && count == end - start
        {
            return Ok((Some(oid), true));
        }
        self.known = None;
        let mut bytes = Vec::new();
        let mut kept = Vec::new();
        let mut is_whole = true;
        let mut at = start;
        while at < end {
            let entry = entries.get(at);
            let name = &entry.path()[prefix..];
            let Some((folder, _)) = split(name, b'/') else {
                // What is only intended to be added is in no tree.
                is_whole &= !entry.is_intended();
                if !entry.is_intended() {
                    append(&mut bytes, entry.mode(), name, entry.oid_bytes());
                }
                at += 1;
                continue;
            };
            let below = prefix + folder.len() + 1;
            let past = entries.end_of_folder(at, end, &entry.path()[..below]);
            let place = self.folders.iter().position(|known| known.name == folder);
            let mut known = match place {
                Some(place) => self.folders.swap_remove(place),
                None => Self { name: folder.to_owned(), ..Self::default() },
            };
            let (oid, is_covered) = known.fill(entries, (at, past), below, write)?;
            is_whole &= is_covered;
            if let Some(oid) = oid {
                append(&mut bytes, FOLDER, folder, oid.bytes());
                kept.push(known);
            }
            at = past;
        }
        self.folders = kept;
        if bytes.is_empty() {
            return Ok((None, is_whole));
        }
        let oid = write(&bytes)?;
        if is_whole {
            self.known = Some((end - start, oid));
        }
        Ok((Some(oid), is_whole))
    }
}

const FOLDER: u32 = 0o40_000;

fn append(bytes: &mut Vec<u8>, mode: u32, name: &[u8], oid: &[u8]) {
    bytes.extend(format!("{mode:o} ").as_bytes());
    bytes.extend(name);
    bytes.push(0);
    bytes.extend(oid);
}

fn split(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(at, bytes)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

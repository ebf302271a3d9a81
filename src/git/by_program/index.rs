//! An index that git lists: in a format that libgit2 does not read, or in a repository that it does not open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::git::backend::Staged;
use crate::git::hidden::{Hidden, Hiding};
use crate::git::index_lock::{Edit, index_info};
use crate::git::oid::Oid;
use crate::git::places::Places;
use crate::git::scratch_index::ScratchIndex;

use super::asking;

/// The mark of an entry that is only intended to be added, among the flags that git prints.
const INTENT_TO_ADD: u32 = 1 << 29;

/// By path and stage.
type Entries = BTreeMap<(String, u8), Oid>;

pub(in crate::git) struct ListedIndex {
    places: Places,
    file: PathBuf,
    entries: Entries,
    hidden: Vec<Hidden>,
    edits: Vec<Edit>,
}

impl ListedIndex {
    pub(in crate::git) fn read(places: &Places, file: &Path) -> Result<Self> {
        let (mut entries, mut hidden) = Default::default();
        if file.exists() {
            let how: &[&str] = if may_intend(file)? { &["--debug"] } else { &[] };
            let call = ["ls-files", "--stage", "-v", "-z"].iter().chain(how).copied();
            let listed = asking(places, call).index(file).output()?;
            (entries, hidden) = parsed(&listed).context("git lists the index in a way that cannot be read")?;
        }
        Ok(Self { places: places.clone(), file: file.to_owned(), entries, hidden, edits: Vec::new() })
    }
}

impl Staged for ListedIndex {
    fn has_conflicts(&self) -> bool {
        self.entries.keys().any(|(_, stage)| *stage > 0)
    }

    fn blob(&self, path: &str) -> Option<Oid> {
        self.entries.get(&(path.to_owned(), 0)).copied()
    }

    fn starting_with(&self, prefix: &str) -> Vec<(String, Oid)> {
        let from = self.entries.range((prefix.to_owned(), 0)..);
        let found = from.take_while(|((path, _), _)| path.starts_with(prefix));
        found.filter(|((_, stage), _)| *stage == 0).map(|((path, _), oid)| (path.clone(), *oid)).collect()
    }

    fn unmerged(&self) -> Vec<(String, Oid)> {
        let unmerged = self.entries.iter().filter(|((_, stage), _)| *stage > 0);
        unmerged.map(|((path, _), oid)| (path.clone(), *oid)).collect()
    }

    fn hidden(&self) -> Vec<Hidden> {
        self.hidden.clone()
    }

    fn remove(&mut self, path: &str) -> Result<()> {
        self.entries.retain(|(found, _), _| found != path);
        self.edits.push(Edit::Remove { path: path.to_owned() });
        Ok(())
    }

    fn insert(&mut self, path: &str, mode: u32, blob: Oid) -> Result<()> {
        self.entries.insert((path.to_owned(), 0), blob);
        self.edits.push(Edit::Insert { path: path.to_owned(), mode, oid: blob });
        Ok(())
    }

    fn write_tree(&mut self) -> Result<Oid> {
        // Writing a tree writes into the index what is known of trees then, and takes its lock for that.
        let scratch = ScratchIndex::of(&self.places, &self.file)?;
        if !self.edits.is_empty() {
            let program = self.places.program(["update-index", "-z", "--index-info"]).index(scratch.path());
            program.input(index_info(&self.places, &self.edits)).output()?;
        }
        self.places.program(["write-tree", "--missing-ok"]).index(scratch.path()).line()?.parse()
    }
}

/// Whether an index may hold entries that are only intended to be added: the oldest format cannot, but for what it is split
/// from.
fn may_intend(file: &Path) -> Result<bool> {
    let bytes = fs_err::read(file)?;
    Ok(!bytes.starts_with(b"DIRC\0\0\0\x02") || bytes.windows(4).any(|word| word == b"link"))
}

/// Reads `mark mode id stage TAB path NUL`, after each of which may stand lines about the one before.
fn parsed(listed: &[u8]) -> Option<(Entries, Vec<Hidden>)> {
    let (mut entries, mut hidden) = (Entries::new(), Vec::<Hidden>::new());
    let mut last: Option<(String, u8)> = None;
    for part in listed.split(|byte| *byte == 0) {
        let mut entry = part;
        while entry.starts_with(b"  ") {
            let end = entry.iter().position(|byte| *byte == b'\n')?;
            let line = std::str::from_utf8(&entry[..end]).ok()?;
            if let Some((_, flags)) = line.split_once("flags: ") {
                let is_intended = u32::from_str_radix(flags.trim(), 16).ok()? & INTENT_TO_ADD != 0;
                if let Some(last) = last.take().filter(|_| is_intended) {
                    entries.remove(&last);
                    let of_it = hidden.last_mut().filter(|hidden| String::from_utf8_lossy(&hidden.path) == last.0);
                    of_it.into_iter().for_each(|hidden| hidden.entry = None);
                }
            }
            entry = &entry[end + 1..];
        }
        if entry.is_empty() {
            continue;
        }
        let tab = entry.iter().position(|byte| *byte == b'\t')?;
        let (about, path) = (std::str::from_utf8(&entry[..tab]).ok()?, &entry[tab + 1..]);
        let mut words = about.split(' ');
        let mark = words.next()?.chars().next()?;
        let mode = u32::from_str_radix(words.next()?, 8).ok()?;
        let (oid, stage) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        // `H` is an ordinary one, `S` one that is left out, small letters are assumed to be unchanged.
        let why = match mark {
            'S' => Some(Hiding::Skipped),
            'a'..='z' => Some(Hiding::Assumed),
            _ => None,
        };
        hidden.extend(why.map(|why| Hidden { path: path.to_vec(), why, entry: Some((mode, oid)) }));
        last = Some((String::from_utf8_lossy(path).into_owned(), stage));
        entries.insert(last.clone()?, oid);
    }
    Some((entries, hidden))
}

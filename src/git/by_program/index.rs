//! An index that git lists: in a format that libgit2 does not read, or in a repository that it does not open.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};

use crate::git::backend::Staged;
use crate::git::index_lock::{Edit, index_info};
use crate::git::oid::Oid;
use crate::git::places::Places;
use crate::git::tree::FILE;

use super::asking;

/// The mark of an entry that is only intended to be added, among the flags that git prints.
const INTENT_TO_ADD: u32 = 1 << 29;

pub(in crate::git) struct ListedIndex {
    places: Places,
    file: PathBuf,
    /// By path and stage.
    entries: BTreeMap<(String, u8), Oid>,
    edits: Vec<Edit>,
}

impl ListedIndex {
    pub(in crate::git) fn read(places: &Places, file: &Path) -> Result<Self> {
        let mut entries = BTreeMap::new();
        if file.exists() {
            let how: &[&str] = if may_intend(file)? { &["--debug"] } else { &[] };
            let call = ["ls-files", "--stage", "-z"].iter().chain(how).copied();
            let listed = asking(places, call).index(file).output()?;
            entries = parsed(&String::from_utf8_lossy(&listed))
                .context("git lists the index in a way that cannot be read")?;
        }
        Ok(Self { places: places.clone(), file: file.to_owned(), entries, edits: Vec::new() })
    }

    fn write_tree_of(&self, scratch: &Path) -> Result<Oid> {
        if self.file.exists() {
            // Writing a tree writes into the index what is known of trees then, and takes its lock for that.
            fs_err::copy(&self.file, scratch)?;
        }
        if !self.edits.is_empty() {
            let program = self.places.program(["update-index", "-z", "--index-info"]).index(scratch);
            program.input(index_info(&self.places, &self.edits)).output()?;
        }
        self.places.program(["write-tree", "--missing-ok"]).index(scratch).line()?.parse()
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

    fn remove(&mut self, path: &str) -> Result<()> {
        self.entries.retain(|(found, _), _| found != path);
        self.edits.push(Edit::Remove { path: path.to_owned() });
        Ok(())
    }

    fn insert(&mut self, path: &str, blob: Oid) -> Result<()> {
        self.entries.insert((path.to_owned(), 0), blob);
        self.edits.push(Edit::Insert { path: path.to_owned(), mode: FILE, oid: blob });
        Ok(())
    }

    fn write_tree(&mut self) -> Result<Oid> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let folder = self.places.git_dir.join("mcp");
        fs_err::create_dir_all(&folder)?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let scratch = folder.join(format!("index.{}.{number}", std::process::id()));
        let tree = self.write_tree_of(&scratch);
        match fs_err::remove_file(&scratch) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => tree,
        }
    }
}

/// Whether an index may hold entries that are only intended to be added: the oldest format cannot, but for what it is split
/// from.
fn may_intend(file: &Path) -> Result<bool> {
    let bytes = fs_err::read(file)?;
    Ok(!bytes.starts_with(b"DIRC\0\0\0\x02") || bytes.windows(4).any(|word| word == b"link"))
}

/// Reads `mode id stage TAB path NUL`, after each of which may stand lines about the one before.
fn parsed(listed: &str) -> Option<BTreeMap<(String, u8), Oid>> {
    let mut entries = BTreeMap::new();
    let mut last: Option<(String, u8)> = None;
    for part in listed.split('\0') {
        let mut entry = part;
        while entry.starts_with("  ") {
            let (line, rest) = entry.split_once('\n')?;
            if let Some((_, flags)) = line.split_once("flags: ") {
                let is_intended = u32::from_str_radix(flags.trim(), 16).ok()? & INTENT_TO_ADD != 0;
                if let Some(last) = last.take().filter(|_| is_intended) {
                    entries.remove(&last);
                }
            }
            entry = rest;
        }
        if entry.is_empty() {
            continue;
        }
        let (about, path) = entry.split_once('\t')?;
        let mut words = about.split(' ').skip(1);
        let (oid, stage) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        last = Some((path.to_owned(), stage));
        entries.insert((path.to_owned(), stage), oid);
    }
    Some(entries)
}

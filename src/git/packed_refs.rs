//! Reading refs as git's `files` format keeps them: a file each, and those that were packed in one file.
//!
//! Read by hand, since the cache that libgit2 keeps can miss a ref that is packed while a listing is under
//! way.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::oid::Oid;

/// Returns what a ref points to.
pub(super) fn lookup(common_dir: &Path, name: &str) -> Result<Option<Oid>> {
    // Packing writes the packed file before it removes the loose one: in this order nothing is missed.
    match loose(common_dir, name)? {
        Some(oid) => Ok(Some(oid)),
        None => Ok(packed(common_dir)?.lines().filter_map(entry).find(|&(found, _)| found == name).map(|(_, oid)| oid)),
    }
}

/// Refs whose names start with a prefix: the names from one listing, the values read one by one as they are asked for.
#[derive(Debug)]
pub struct Listing {
    // Where they are files; else all of them were read at once.
    common_dir: Option<PathBuf>,
    prefix: String,
    loose: Vec<String>,
    packed: Vec<(String, Oid)>,
}

impl Listing {
    /// Lists the names; opens no file but that of the packed ones.
    pub(super) fn of(common_dir: &Path, prefix: &str) -> Result<Listing> {
        let mut loose = Vec::new();
        let folder = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
        collect_loose_names(common_dir, folder, &mut loose)?;
        loose.retain(|name| name.starts_with(prefix));
        loose.sort_unstable();
        let packed = packed(common_dir)?;
        let wanted =
            packed.lines().filter(|line| line.split_once(' ').is_some_and(|(_, name)| name.starts_with(prefix)));
        let mut packed: Vec<_> = wanted.filter_map(entry).map(|(name, oid)| (name.to_owned(), oid)).collect();
        packed.sort_unstable();
        Ok(Listing { common_dir: Some(common_dir.to_owned()), prefix: prefix.to_owned(), loose, packed })
    }

    /// Refs with their values, from one listing of git's.
    pub(super) fn known(prefix: &str, mut refs: Vec<(String, Oid)>) -> Listing {
        refs.sort_unstable();
        Listing { common_dir: None, prefix: prefix.to_owned(), loose: Vec::new(), packed: refs }
    }

    /// The names after the prefix, in order.
    pub fn names(&self) -> Vec<&str> {
        let packed = self.packed.iter().map(|(name, _)| name);
        let mut names: Vec<_> = self.loose.iter().chain(packed).map(|name| &name[self.prefix.len()..]).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What the ref with this name after the prefix points to now.
    pub fn value(&self, name: &str) -> Result<Option<Oid>> {
        let name = format!("{}{name}", self.prefix);
        let listed = || self.packed.binary_search_by(|(packed, _)| packed.cmp(&name)).ok().map(|at| self.packed[at].1);
        let Some(common_dir) = &self.common_dir else { return Ok(listed()) };
        if self.loose.binary_search(&name).is_ok() {
            // It may have been packed since it was listed.
            return lookup(common_dir, &name);
        }
        Ok(loose(common_dir, &name)?.or_else(listed))
    }
}

fn loose(common_dir: &Path, name: &str) -> Result<Option<Oid>> {
    match fs_err::read_to_string(common_dir.join(name)) {
        Ok(text) => text.trim_end().parse().map(Some).with_context(|| format!("reading ref `{name}`")),
        Err(error) if is_absent(error.kind()) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading ref `{name}`")),
    }
}

fn packed(common_dir: &Path) -> Result<String> {
    match fs_err::read(common_dir.join("packed-refs")) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).context("reading the packed refs"),
    }
}

/// Reads a line of the packed file; comments and peeled tags are no entries.
fn entry(line: &str) -> Option<(&str, Oid)> {
    let (oid, name) = line.split_once(' ')?;
    Some((name, oid.parse().ok()?))
}

fn collect_loose_names(common_dir: &Path, folder: &str, names: &mut Vec<String>) -> Result<()> {
    let entries = match fs_err::read_dir(common_dir.join(folder)) {
        Ok(entries) => entries,
        Err(error) if is_absent(error.kind()) => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("listing `{folder}`")),
    };
    for entry in entries {
        let entry = entry.with_context(|| format!("listing `{folder}`"))?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let name = format!("{folder}/{name}");
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect_loose_names(common_dir, &name, names)?,
            Ok(_) if !name.ends_with(".lock") => names.push(name),
            Ok(_) => {}
            Err(error) if is_absent(error.kind()) => {}
            Err(error) => return Err(error).with_context(|| format!("listing `{folder}`")),
        }
    }
    Ok(())
}

fn is_absent(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory)
}

//! Reading refs as git's `files` format keeps them: a file each, and those that were packed in one file.
//!
//! Read by hand, since the cache that libgit2 keeps can miss a ref that is packed while a listing is under
//! way.

use std::io::ErrorKind;
use std::path::Path;

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

/// Returns all refs whose names start with a prefix, sorted by name.
pub(super) fn listed(common_dir: &Path, prefix: &str) -> Result<Vec<(String, Oid)>> {
    let mut names = Vec::new();
    let folder = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
    collect_loose_names(common_dir, folder, &mut names)?;
    let packed = packed(common_dir)?;
    let entries = packed.lines().filter_map(entry).filter(|(name, _)| name.starts_with(prefix));
    let mut refs: std::collections::BTreeMap<String, Oid> = entries.map(|(name, oid)| (name.to_owned(), oid)).collect();
    for name in names.into_iter().filter(|name| name.starts_with(prefix)) {
        // It may have been packed, or deleted, since its name was read.
        match lookup(common_dir, &name)? {
            Some(oid) => refs.insert(name, oid),
            None => refs.remove(&name),
        };
    }
    Ok(refs.into_iter().collect())
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

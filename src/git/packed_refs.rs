//! Reading refs as git's `files` format keeps them: a file each, and those that were packed in one file.
//!
//! Read by hand, since the cache that libgit2 keeps can miss a ref that is packed while a listing is under
//! way.

use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::oid::Oid;

/// Returns what a ref points to.
pub(super) fn lookup(common_dir: &Path, name: &str) -> Result<Option<Oid>> {
    // Packing writes the packed file before it removes the loose one: in this order nothing is missed.
    match loose(common_dir, name)? {
        Some(oid) => Ok(Some(oid)),
        None => packed_value(common_dir, name),
    }
}

/// Returns what a ref points to that was packed.
pub(super) fn packed_value(common_dir: &Path, name: &str) -> Result<Option<Oid>> {
    let packed = packed(common_dir)?;
    // Of all the lines one is taken apart.
    let mut found = memchr::memmem::find_iter(packed.as_bytes(), name).map(|at| {
        let start = packed[..at].rfind('\n').map_or(0, |end| end + 1);
        packed[start..].lines().next().and_then(entry).filter(|(whole, _)| *whole == name)
    });
    Ok(found.find_map(|entry| entry).map(|(_, oid)| oid))
}

/// Refs whose names start with a prefix: the names from one listing, the values read one by one as they are asked for.
#[derive(Debug)]
pub struct Listing {
    // Where they are files; else all of them were read at once.
    common_dir: Option<PathBuf>,
    prefix: String,
    /// After the prefix, in order.
    loose: Vec<String>,
    packed: String,
    /// Where in the packed file a line has such a name, and how long what follows the prefix is; in order of the names.
    lines: Vec<(usize, usize)>,
}

impl Listing {
    /// Lists the names; opens no file but that of the packed ones.
    pub(super) fn of(common_dir: &Path, prefix: &str) -> Result<Listing> {
        let mut loose = Vec::new();
        let (folder, start) = prefix.rsplit_once('/').unwrap_or(("", prefix));
        collect_loose_names(&common_dir.join(folder), "", &mut loose)?;
        loose.retain(|name| name.starts_with(start));
        loose.iter_mut().for_each(|name| drop(name.drain(..start.len())));
        loose.sort_unstable();
        let packed = packed(common_dir)?;
        Ok(Self::listed(Some(common_dir.to_owned()), prefix, loose, packed))
    }

    /// Refs with their values, from one listing of git's.
    pub(super) fn known(prefix: &str, refs: Vec<(String, Oid)>) -> Listing {
        let packed = refs.into_iter().map(|(name, oid)| format!("{oid} {name}\n")).collect();
        Self::listed(None, prefix, Vec::new(), packed)
    }

    fn listed(common_dir: Option<PathBuf>, prefix: &str, loose: Vec<String>, packed: String) -> Listing {
        let mut lines = Vec::new();
        let mut at = 0;
        for line in packed.split_inclusive('\n') {
            let name = line.split_once(' ').map_or("", |(_, name)| name);
            if name.starts_with(prefix) {
                let length = name.trim_end_matches(['\n', '\r']).len() - prefix.len();
                lines.push((at + line.len() - name.len() + prefix.len(), length));
            }
            at += line.len();
        }
        let name = |(start, length): &(usize, usize)| &packed[*start..start + length];
        if !lines.is_sorted_by(|one, other| name(one) <= name(other)) {
            lines.sort_by(|one, other| name(one).cmp(name(other)));
        }
        Listing { common_dir, prefix: prefix.to_owned(), loose, packed, lines }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.loose.is_empty() && self.lines.is_empty()
    }

    /// The names after the prefix, in order.
    pub fn names(&self) -> Vec<&str> {
        let packed = self.lines.iter().map(|line| self.packed_name(line));
        let mut names: Vec<_> = self.loose.iter().map(String::as_str).chain(packed).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What the ref with this name after the prefix points to now; one that was not there when they were listed is not looked for.
    pub fn value(&self, name: &str) -> Result<Option<Oid>> {
        let full = || format!("{}{name}", self.prefix);
        if let Some(common_dir) = &self.common_dir
            && self.loose.binary_search_by(|known| known.as_str().cmp(name)).is_ok()
        {
            // It may have been packed since it was listed.
            return lookup(common_dir, &full());
        }
        let Ok(found) = self.lines.binary_search_by(|line| self.packed_name(line).cmp(name)) else { return Ok(None) };
        // It may have been changed since.
        if let Some(common_dir) = &self.common_dir
            && let Some(oid) = loose(common_dir, &full())?
        {
            return Ok(Some(oid));
        }
        let line_start = self.packed[..self.lines[found].0].rfind('\n').map_or(0, |end| end + 1);
        let line = self.packed[line_start..].lines().next().unwrap_or_default();
        Ok(entry(line).map(|(_, oid)| oid))
    }

    fn packed_name(&self, (start, length): &(usize, usize)) -> &str {
        &self.packed[*start..start + length]
    }
}

fn loose(common_dir: &Path, name: &str) -> Result<Option<Oid>> {
    match short_text(common_dir.join(name)) {
        Ok(text) => text.trim_end().parse().map(Some).with_context(|| format!("reading ref `{name}`")),
        Err(error) if is_absent(error.kind()) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading ref `{name}`")),
    }
}

/// Reads a file that should be short: in one step, since what fills less than there is room for has reached its end.
fn short_text(path: PathBuf) -> std::io::Result<String> {
    let mut file = fs_err::File::open(path)?;
    let mut bytes = vec![0; 256];
    let read = file.read(&mut bytes)?;
    let is_whole = read < bytes.len();
    bytes.truncate(read);
    if !is_whole {
        file.read_to_end(&mut bytes)?;
    }
    String::from_utf8(bytes).map_err(|error| std::io::Error::new(ErrorKind::InvalidData, error))
}

fn packed(common_dir: &Path) -> Result<String> {
    match fs_err::read(common_dir.join("packed-refs")) {
        Ok(bytes) => {
            Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).context("reading the packed refs"),
    }
}

/// Reads a line of the packed file; comments and peeled tags are no entries.
fn entry(line: &str) -> Option<(&str, Oid)> {
    let (oid, name) = line.split_once(' ')?;
    Some((name, oid.parse().ok()?))
}

/// Collects the names of the files in a folder and below, each after some path.
fn collect_loose_names(folder: &Path, path: &str, names: &mut Vec<String>) -> Result<()> {
    let context = || format!("listing `{}`", folder.display());
    let entries = match fs_err::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absent(error.kind()) => return Ok(()),
        Err(error) => return Err(error).with_context(context),
    };
    for entry in entries {
        let entry = entry.with_context(context)?;
        let Ok(mut name) = entry.file_name().into_string() else {
            continue;
        };
        if !path.is_empty() {
            name.insert_str(0, path);
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect_loose_names(&entry.path(), &format!("{name}/"), names)?,
            Ok(_) if !name.ends_with(".lock") => names.push(name),
            Ok(_) => {}
            Err(error) if is_absent(error.kind()) => {}
            Err(error) => return Err(error).with_context(context),
        }
    }
    Ok(())
}

pub(super) fn is_absent(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory)
}

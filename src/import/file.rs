//! The files of a source, read whole; nothing is written.

use std::path::Path;

use anyhow::{Context as _, Result};
use walkdir::WalkDir;

/// The largest file that is read.
const LARGEST: u64 = 64 * 1024 * 1024;
/// Folders that hold no tasks, whatever else.
const PASSED_OVER: &[&str] = &[".git", "node_modules", "target"];

/// One file of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Below the folder that was named, with `/`; its name, if it was named itself.
    pub path: String,
    /// What it says; bytes that are not UTF-8 are replaced.
    pub text: String,
}

/// Reads a file, or all files of a folder whose names end in one of `ends`, sorted by path.
pub fn gather(path: &Path, ends: &[&str]) -> Result<Vec<SourceFile>> {
    if !path.is_dir() {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        return Ok(vec![read(path, name)?]);
    }
    let mut files = Vec::new();
    let is_wanted = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_type().is_dir() || !PASSED_OVER.iter().any(|name| entry.file_name() == *name)
    };
    let walk = WalkDir::new(path).max_depth(4).follow_links(false).sort_by_file_name();
    for entry in walk.into_iter().filter_entry(is_wanted) {
        let entry = entry.with_context(|| format!("listing {}", path.display()))?;
        let name = entry.file_name().to_string_lossy();
        if entry.file_type().is_file() && ends.iter().any(|end| name.ends_with(end)) {
            let below = entry.path().strip_prefix(path).unwrap_or(entry.path());
            let below: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            files.push(read(entry.path(), below.join("/"))?);
        }
    }
    Ok(files)
}

fn read(path: &Path, name: String) -> Result<SourceFile> {
    let length = fs_err::metadata(path)?.len();
    anyhow::ensure!(length <= LARGEST, "{} has {length} bytes; a source may have 64 MiB", path.display());
    let text = String::from_utf8_lossy(&fs_err::read(path)?).into_owned();
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok(SourceFile { path: name, text })
}

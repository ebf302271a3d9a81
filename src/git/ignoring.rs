//! Which untracked names git is sure to leave out, told without asking it: by patterns that can be read in one way only.
//!
//! Who is not sure asks git.

use std::path::Path;

use rustix::fs::CWD;

use super::regular;

/// The patterns of a repository, read as they are needed.
#[derive(Debug, Default)]
pub(super) struct Ignoring {
    /// For each folder that was asked about, and `None` for the repository's own list.
    lists: Vec<(Option<Vec<u8>>, List)>,
}

/// What one file of patterns says.
#[derive(Debug, Default)]
struct List {
    patterns: Vec<Pattern>,
    /// Something in it may take names back in.
    has_exceptions: bool,
}

#[derive(Debug)]
struct Pattern {
    /// From the folder of the list on, where it has more parts than a name or was bound to that folder.
    is_path: bool,
    is_for_folders: bool,
    text: Vec<u8>,
    star: Star,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Star {
    None,
    First,
    Last,
}

impl Ignoring {
    /// Whether git is sure to leave out what has this name in this folder (`b""` for the top).
    pub(super) fn is_sure(
        &mut self,
        work_dir: &Path,
        exclude: &Path,
        folder: &[u8],
        name: &[u8],
        is_folder: bool,
    ) -> bool {
        let mut is_matched = false;
        let ends = memchr::memchr_iter(b'/', folder).chain((!folder.is_empty()).then_some(folder.len()));
        let folders: Vec<&[u8]> = [&b""[..]].into_iter().chain(ends.map(|end| &folder[..end])).collect();
        let path = if folder.is_empty() { name.to_owned() } else { [folder, b"/", name].concat() };
        for holder in [None].into_iter().chain(folders.into_iter().map(Some)) {
            let list = self.list(work_dir, exclude, holder);
            if list.has_exceptions {
                return false;
            }
            let below = match holder {
                Some(holder) if !holder.is_empty() => &path[holder.len() + 1..],
                _ => &path[..],
            };
            is_matched |= list.patterns.iter().any(|pattern| pattern.fits(below, name, is_folder));
        }
        is_matched
    }

    fn list(&mut self, work_dir: &Path, exclude: &Path, holder: Option<&[u8]>) -> &List {
        let known = self.lists.iter().position(|(known, _)| known.as_deref() == holder);
        let at = known.unwrap_or_else(|| {
            let file = holder.map_or_else(|| exclude.to_owned(), |holder| in_folder(work_dir, holder));
            self.lists.push((holder.map(<[u8]>::to_owned), List::read(&file)));
            self.lists.len() - 1
        });
        &self.lists[at].1
    }
}

fn in_folder(work_dir: &Path, folder: &[u8]) -> std::path::PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    work_dir.join(std::ffi::OsStr::from_bytes(folder)).join(".gitignore")
}

impl List {
    fn read(file: &Path) -> Self {
        let doubtful = || Self { patterns: Vec::new(), has_exceptions: true };
        // Git follows no link to a list in the work tree.
        match regular::opened(CWD, file) {
            Ok(None) if file.symlink_metadata().is_err() => Self::default(),
            Ok(Some((file, _))) => regular::bytes(&file, 4096).map_or_else(|_| doubtful(), |text| Self::parsed(&text)),
            _ => doubtful(),
        }
    }

    fn parsed(text: &[u8]) -> Self {
        let lines = text.split(|byte| *byte == b'\n');
        let has_exceptions =
            lines.clone().any(|line| line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).starts_with(b"!"));
        Self { patterns: lines.filter_map(Pattern::parsed).collect(), has_exceptions }
    }
}

impl Pattern {
    /// Reads what can be read in one way; `None` for anything else.
    fn parsed(line: &[u8]) -> Option<Self> {
        let is_odd = |byte: &u8| matches!(byte, b'\\' | b'[' | b'?' | b' ' | b'\t' | b'\r') || !byte.is_ascii();
        if line.is_empty() || line.starts_with(b"#") || line.starts_with(b"!") || line.iter().any(is_odd) {
            return None;
        }
        let (line, is_for_folders) = match line.strip_suffix(b"/") {
            Some(line) => (line, true),
            None => (line, false),
        };
        let (text, is_bound) = match line.strip_prefix(b"/") {
            Some(line) => (line, true),
            None => (line, false),
        };
        let is_path = is_bound || text.contains(&b'/');
        let stars = text.iter().filter(|byte| **byte == b'*').count();
        let (star, text) = match (stars, text.strip_prefix(b"*"), text.strip_suffix(b"*")) {
            (0, ..) => (Star::None, text),
            (1, Some(text), _) if !is_path => (Star::First, text),
            (1, _, Some(text)) if !is_path => (Star::Last, text),
            _ => return None,
        };
        (!text.is_empty()).then(|| Self { is_path, is_for_folders, text: text.to_owned(), star })
    }

    fn fits(&self, path: &[u8], name: &[u8], is_folder: bool) -> bool {
        let fits = match self.star {
            Star::None if self.is_path => path == self.text,
            Star::None => name == self.text,
            Star::First => name.ends_with(&self.text),
            Star::Last => name.starts_with(&self.text),
        };
        fits && (is_folder || !self.is_for_folders)
    }
}

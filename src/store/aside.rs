//! Files that lie aside for a moment, in `.mcp/tmp`: those that are not written whole yet, and those that were taken from their
//! place and have still to be looked at, since somebody may have written into them.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::model::TaskId;

use super::board::Store;
use super::file::random;
use super::{exchange, writers};

/// Where files are written before they get their names.
pub(super) const TEMPORARY: &str = ".mcp/tmp";
/// What the name of a file ends in that may not be whole.
pub(super) const PART: &str = ".part";
/// How long a writer waits for an editor that is saving.
const PATIENCE: Duration = Duration::from_secs(1);
const AN_HOUR: Duration = Duration::from_secs(3600);

impl Store {
    /// After a crash in the middle of a replacement or a removal: gives a file the bytes back that somebody saved in that very
    /// moment. `ours` are the texts that the change knows of; any other is somebody's. `false` when somebody is still writing.
    pub fn put_back(&self, path: &str, ours: &[&[u8]], mark: &str) -> Result<bool> {
        self.sweep_parts(path);
        let aside = self.aside(path, mark);
        let found = match bytes_aside(&aside) {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(false),
            // There is nothing aside, as a rule.
            Err(_) => return Ok(true),
        };
        if ours.contains(&found.as_slice()) {
            fs_err::remove_file(&aside)?;
            return Ok(true);
        }
        let target = self.path(path);
        match exchange::exchange(&aside, &target) {
            Ok(()) => {
                self.steps.done();
                self.discard(path, &aside, &[ours, &[found.as_slice()]].concat())?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => self.keep(path, &aside)?,
            Err(error) => return Err(error).with_context(|| format!("putting {path} back")),
        }
        self.steps.done();
        Ok(true)
    }

    /// Removes a file that was taken aside, if it is one of `ours`: else somebody wrote into it while it stood in its place, and
    /// it is kept.
    pub(super) fn discard(&self, path: &str, aside: &Path, ours: &[&[u8]]) -> Result<()> {
        match bytes_aside(aside)? {
            Some(found) if ours.contains(&found.as_slice()) => Ok(fs_err::remove_file(aside)?),
            _ => self.keep(path, aside),
        }
    }

    /// Gives a file that was taken aside its place again, or one beside it, where it counts as a second file of the task, which
    /// is joined with the first.
    pub fn keep(&self, path: &str, aside: &Path) -> Result<()> {
        let mut name = path.to_owned();
        loop {
            match exchange::rename_to_free(aside, &self.path(&name)) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    let stem = path.strip_suffix(".md").unwrap_or(path);
                    name = format!("{stem}-saved-{:08x}.md", random()? as u32);
                }
                kept => return kept.with_context(|| format!("putting {name} back")),
            }
        }
    }

    /// The texts of tasks that processes took aside and, killed, did not look at any more.
    pub fn left_aside(&self) -> Vec<(TaskId, PathBuf)> {
        let entries = fs_err::read_dir(self.path(TEMPORARY)).into_iter().flatten().flatten();
        entries.filter_map(|entry| Some((task_aside(entry.file_name().to_str()?)?, entry.path()))).collect()
    }

    pub(super) fn aside(&self, path: &str, mark: &str) -> PathBuf {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.path(&format!("{TEMPORARY}/{name}.{mark}"))
    }

    /// Removes what was not yet written whole.
    fn sweep_parts(&self, path: &str) {
        let Ok(entries) = fs_err::read_dir(self.path(TEMPORARY)) else { return };
        let start = format!("{}.", path.rsplit('/').next().unwrap_or(path));
        for entry in entries.flatten() {
            let name = entry.file_name();
            if name.to_str().is_some_and(|name| name.starts_with(&start) && name.ends_with(PART)) {
                // What is left is swept when it is old.
                let _ = fs_err::remove_file(entry.path());
            }
        }
    }

    /// Removes what a killed process left among the temporary files more than an hour ago, other than the texts of tasks.
    pub fn sweep(&self) {
        let Ok(entries) = fs_err::read_dir(self.path(TEMPORARY)) else { return };
        for entry in entries.flatten() {
            if entry.file_name().to_str().is_none_or(|name| task_aside(name).is_none()) && is_older(&entry, AN_HOUR) {
                // Another process may have swept it first.
                let _ = fs_err::remove_file(entry.path());
            }
        }
    }
}

/// The bytes of a text that a dead process took aside, once nobody writes to it; `None` also when it is gone.
pub fn text_aside(path: &Path) -> Option<Vec<u8>> {
    bytes_aside(path).ok().flatten()
}

/// The task whose text a file aside is; `None` for one that may not be whole, and for other files.
fn task_aside(name: &str) -> Option<TaskId> {
    let (stem, _) = name.split_once(".md.").filter(|_| !name.ends_with(PART))?;
    TaskId::of_file_name(&format!("{stem}.md"))
}

/// The bytes of a file that was taken aside, once nobody writes to it; `None` when somebody goes on doing so.
pub(super) fn bytes_aside(path: &Path) -> Result<Option<Vec<u8>>> {
    let mut file = exchange::open_without_following(path)?;
    if !writers::are_gone(&file, PATIENCE) {
        return Ok(None);
    }
    let length = file.metadata()?.len().min(super::file::LARGEST);
    let mut bytes = Vec::with_capacity(length as usize + 1);
    file.read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Whether a file has lain where it is for so long. A file exchanged for another one keeps its time of writing, which may be
/// years ago, and gets a new time of change.
fn is_older(entry: &fs_err::DirEntry, than: Duration) -> bool {
    let Ok(metadata) = entry.metadata() else { return false };
    let written = metadata.modified().is_ok_and(|time| time.elapsed().unwrap_or_default() > than);
    #[cfg(unix)]
    let changed = {
        use std::os::unix::fs::MetadataExt as _;
        let time = std::time::UNIX_EPOCH + Duration::from_secs(metadata.ctime().try_into().unwrap_or_default());
        time.elapsed().unwrap_or_default() > than
    };
    #[cfg(not(unix))]
    let changed = true;
    written && changed
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str = ".mcp/tasks/ready/t-7k3f9q-a.md";
    const ASIDE: &str = ".mcp/tmp/t-7k3f9q-a.md.x";

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path());
        store.make().expect("a board");
        fs_err::create_dir_all(store.path(TEMPORARY)).expect("a folder");
        (folder, store)
    }

    fn texts(store: &Store) -> Vec<String> {
        let files =
            [TEMPORARY, ".mcp/tasks/ready"].map(|folder| fs_err::read_dir(store.path(folder)).expect("a folder"));
        let files = files.into_iter().flatten().flatten().map(|entry| entry.path());
        let files = files.filter(|path| !path.ends_with(".gitkeep"));
        let mut texts: Vec<String> = files.map(|path| fs_err::read_to_string(path).expect("a text")).collect();
        texts.sort();
        texts
    }

    #[test]
    fn what_was_saved_in_the_moment_of_a_crash_is_given_back() {
        let (_folder, store) = store();
        store.place(READY, b"ours").expect("placed");
        fs_err::write(store.path(ASIDE), b"theirs").expect("written");
        assert!(store.put_back(READY, &[b"old", b"ours"], "x").expect("given back"));
        assert_eq!(fs_err::read(store.path(READY)).expect("still there"), b"theirs");
        assert_eq!(texts(&store), ["theirs"]);
    }

    #[test]
    fn what_was_saved_before_and_after_a_crash_are_both_there() {
        let (_folder, store) = store();
        store.place(READY, b"ours, and more").expect("placed");
        fs_err::write(store.path(ASIDE), b"theirs").expect("written");
        assert!(store.put_back(READY, &[b"old", b"ours"], "x").expect("given back"));
        assert_eq!(texts(&store), ["ours, and more", "theirs"]);
        assert!(store.left_aside().is_empty());
    }

    #[test]
    fn what_was_taken_away_in_the_moment_of_a_crash_is_given_back_unless_it_is_ours() {
        let (_folder, store) = store();
        fs_err::write(store.path(ASIDE), b"theirs").expect("written");
        assert!(store.put_back(READY, &[b"old", b"ours"], "x").expect("given back"));
        assert_eq!(fs_err::read(store.path(READY)).expect("back"), b"theirs");
        fs_err::write(store.path(ASIDE), b"old").expect("written");
        assert!(store.put_back(READY, &[b"old", b"ours"], "x").expect("looked"));
        assert_eq!(texts(&store), ["theirs"]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_somebody_still_writes_stays_aside() {
        let (_folder, store) = store();
        let _writer = fs_err::File::create(store.path(ASIDE)).expect("a file");
        assert!(!store.put_back(READY, &[], "x").expect("looked"));
        assert_eq!(store.left_aside().len(), 1);
    }

    #[test]
    fn texts_of_tasks_are_not_swept_and_others_not_in_the_moment_of_an_exchange() {
        let (_folder, store) = store();
        let long_ago = std::time::UNIX_EPOCH + AN_HOUR;
        for name in [ASIDE, ".mcp/tmp/2026-11-20-7k3f9q.md.retro"] {
            let file = fs_err::File::create(store.path(name)).expect("a file");
            file.set_modified(long_ago).expect("a time");
        }
        store.sweep();
        assert_eq!(fs_err::read_dir(store.path(TEMPORARY)).expect("a folder").count(), 2);
    }
}

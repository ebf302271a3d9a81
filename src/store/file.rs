//! One file of the board: read with care, replaced and moved without losing a byte that somebody else wrote.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::aside::{PART, TEMPORARY, bytes_aside};
use super::board::Store;
use super::{exchange, writers};

/// The largest file that is read as a task.
pub(super) const LARGEST: u64 = 1024 * 1024;
/// How long a reader waits for an editor that is saving.
const A_MOMENT: Duration = Duration::from_millis(100);
const NOT_A_FILE: &str = "not a regular file";

/// What lies at a path.
#[derive(Debug)]
pub enum Sighted {
    /// Nothing.
    Missing,
    /// A regular file with these bytes.
    Bytes(Vec<u8>),
    /// Something that is not read, and why.
    Refused(String),
}

/// How a replacement went.
#[derive(Debug, PartialEq, Eq)]
pub enum Replaced {
    /// The new bytes are in place.
    Done,
    /// Somebody has saved the file since it was read: nothing was replaced, and these are the bytes.
    Changed(Vec<u8>),
    /// Somebody has had the file open for writing all the while: nothing was replaced.
    Open,
}

/// How a renaming went.
#[derive(Debug, PartialEq, Eq)]
pub enum Renamed {
    /// The file has its new name.
    Done,
    /// The new name is taken by another file.
    Occupied,
    /// There is no file of the old name.
    Missing,
}

impl Store {
    /// Reads a file of the board, given below the top of the working tree.
    pub fn sight(&self, path: &str) -> Result<Sighted> {
        let full = self.path(path);
        let file = match exchange::open_without_following(&full) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Sighted::Missing),
            Err(error) => {
                let Ok(metadata) = full.symlink_metadata() else { return Ok(Sighted::Missing) };
                let why = match metadata.is_symlink() {
                    true => "a symbolic link, which is not followed".to_owned(),
                    false if !metadata.is_file() => NOT_A_FILE.to_owned(),
                    false => format!("not readable: {error}"),
                };
                return Ok(Sighted::Refused(why));
            }
        };
        self.sight_opened(file, path)
    }

    /// The same once it is open.
    pub(super) fn sight_opened(&self, file: fs_err::File, path: &str) -> Result<Sighted> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Ok(Sighted::Refused(NOT_A_FILE.to_owned()));
        }
        if metadata.len() > LARGEST {
            return Ok(Sighted::Refused(format!("{} bytes long; a task may have 1 MiB", metadata.len())));
        }
        // An editor that saves in place empties the file first: half a text is not what it is about to say.
        let metadata = match writers::may_be_at_work(metadata.modified().ok()) {
            true => {
                writers::are_gone(&file, A_MOMENT);
                file.metadata()?
            }
            false => metadata,
        };
        let bytes = read_to_end(file, metadata.len()).with_context(|| format!("reading {path}"))?;
        if bytes.len() as u64 > LARGEST {
            return Ok(Sighted::Refused("growing; a task may have 1 MiB".to_owned()));
        }
        Ok(Sighted::Bytes(bytes))
    }

    /// Puts a new file at a path that must be free; `false` when it is not.
    pub fn place(&self, path: &str, bytes: &[u8]) -> Result<bool> {
        let target = self.path(path);
        let temporary = self.temporary(path, bytes, None)?;
        self.steps.done();
        if let Some(folder) = target.parent() {
            fs_err::create_dir_all(folder)?;
        }
        match exchange::rename_to_free(&temporary, &target) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                fs_err::remove_file(&temporary)?;
                return Ok(false);
            }
            Err(error) => return Err(error).with_context(|| format!("moving the new file to {path}")),
        }
        self.steps.done();
        Ok(true)
    }

    /// Replaces a file, which must still hold `expected`, by `bytes`. `mark` names the change: see [`Store::put_back`].
    pub fn replace(&self, path: &str, expected: &[u8], bytes: &[u8], mark: &str) -> Result<Replaced> {
        let target = self.path(path);
        let written = self.temporary(path, bytes, Some(&target))?;
        self.steps.done();
        // Under this name it is known to be whole.
        let aside = self.aside(path, mark);
        fs_err::rename(&written, &aside)?;
        self.steps.done();
        // After the exchange the old bytes are ours to look at: what an editor saved in between is found, not overwritten.
        if let Err(error) = exchange::exchange(&aside, &target) {
            fs_err::remove_file(&aside)?;
            return match error.kind() {
                std::io::ErrorKind::NotFound => Ok(Replaced::Changed(Vec::new())),
                _ => Err(error).with_context(|| format!("replacing {path}")),
            };
        }
        self.steps.done();
        let found = bytes_aside(&aside);
        if let Ok(Some(found)) = &found
            && found == expected
        {
            fs_err::remove_file(&aside)?;
            self.steps.done();
            return Ok(Replaced::Done);
        }
        exchange::exchange(&aside, &target).with_context(|| format!("putting {path} back"))?;
        self.steps.done();
        self.discard(path, &aside, &[bytes])?;
        self.steps.done();
        Ok(found?.map_or(Replaced::Open, Replaced::Changed))
    }

    /// Removes a file that still holds `expected`; `false` when it holds something else, which stays.
    pub fn take_away(&self, path: &str, expected: &[u8], mark: &str) -> Result<bool> {
        let (full, aside) = (self.path(path), self.aside(path, mark));
        fs_err::create_dir_all(self.path(TEMPORARY))?;
        match exchange::rename_to_free(&full, &aside) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
            moved => moved.with_context(|| format!("removing {path}"))?,
        }
        self.steps.done();
        if matches!(bytes_aside(&aside), Ok(Some(found)) if found == expected) {
            fs_err::remove_file(&aside)?;
            self.steps.done();
            return Ok(true);
        }
        match exchange::rename_to_free(&aside, &full) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => self.keep(path, &aside)?,
            moved => moved.with_context(|| format!("putting {path} back"))?,
        }
        Ok(false)
    }

    /// Renames a file of the board to a free name.
    pub fn rename(&self, from: &str, to: &str) -> Result<Renamed> {
        let (source, target) = (self.path(from), self.path(to));
        if let Some(folder) = target.parent() {
            fs_err::create_dir_all(folder)?;
        }
        match exchange::rename_to_free(&source, &target) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(Renamed::Occupied),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Renamed::Missing),
            Err(error) => return Err(error).with_context(|| format!("moving {from} to {to}")),
        }
        self.steps.done();
        Ok(Renamed::Done)
    }

    /// Writes the names in the folders of these files to the disk.
    pub fn make_durable(&self, paths: &[&str]) -> Result<()> {
        let mut folders: Vec<_> = paths.iter().map(|path| self.path(path)).collect();
        folders.iter_mut().for_each(|path| {
            path.pop();
        });
        folders.dedup();
        for folder in folders.iter().filter(|folder| folder.is_dir()) {
            sync_folder(Some(folder))?;
        }
        self.steps.done();
        Ok(())
    }

    fn temporary(&self, path: &str, bytes: &[u8], like: Option<&Path>) -> Result<PathBuf> {
        fs_err::create_dir_all(self.path(TEMPORARY))?;
        let temporary = self.aside(path, &format!("{:016x}{PART}", random()?));
        let mut file = fs_err::OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        file.write_all(bytes)?;
        if let Some(metadata) = like.and_then(|like| like.symlink_metadata().ok()).filter(|like| like.is_file()) {
            fs_err::set_permissions(&temporary, metadata.permissions())?;
        }
        file.sync_all()?;
        Ok(temporary)
    }
}

/// Reads a file that should be so long, and no more than makes it too large.
fn read_to_end(file: fs_err::File, length: u64) -> std::io::Result<Vec<u8>> {
    // One byte more than there should be: a read that fills less has reached the end.
    let mut bytes = vec![0; length.min(LARGEST) as usize + 1];
    let mut reader = &file;
    let mut read = 0;
    while read < bytes.len() {
        match reader.read(&mut bytes[read..]) {
            Ok(0) => break,
            Ok(more) => {
                read += more;
                if read < bytes.len() {
                    break;
                }
                // It has grown since.
                bytes.resize((bytes.len() * 2).min(LARGEST as usize + 1).max(read), 0);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(read);
    Ok(bytes)
}

/// Writes a file of ours outside the board so that it is there whole or not at all, even after a power cut.
pub fn write_durably(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().context("a file has a folder")?;
    fs_err::create_dir_all(folder)?;
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file");
    let temporary = folder.join(format!(".{name}.{:016x}.{}", random()?, std::process::id()));
    let mut file = fs_err::File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs_err::rename(&temporary, path)?;
    sync_folder(Some(folder))
}

/// The process that writes such a file, if this is the name it has until it is whole. One that was killed leaves it.
pub fn writer_of(path: &Path) -> Option<u32> {
    let (rest, process) = path.file_name()?.to_str()?.strip_prefix('.')?.rsplit_once('.')?;
    let (_, mark) = rest.rsplit_once('.')?;
    (mark.len() == 16 && mark.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| process.parse().ok())?
}

fn sync_folder(folder: Option<&Path>) -> Result<()> {
    let folder = folder.context("a file has a folder")?;
    #[cfg(unix)]
    fs_err::File::open(folder)?.sync_all()?;
    Ok(())
}

pub(super) fn random() -> Result<u64> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("asking the system for random bytes: {error}"))?;
    Ok(u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path());
        store.make().expect("a board");
        (folder, store)
    }

    const READY: &str = ".mcp/tasks/ready/a.md";
    const REVIEW: &str = ".mcp/tasks/review/a.md";

    #[test]
    fn replaces_and_renames() {
        let (_folder, store) = store();
        assert!(store.place(READY, b"one").expect("placed"));
        assert_eq!(store.replace(READY, b"one", b"two", "x").expect("replaced"), Replaced::Done);
        assert_eq!(store.rename(READY, REVIEW).expect("renamed"), Renamed::Done);
        assert!(matches!(store.sight(REVIEW), Ok(Sighted::Bytes(bytes)) if bytes == b"two"));
        assert!(matches!(store.sight(READY), Ok(Sighted::Missing)));
        assert_eq!(fs_err::read_dir(store.path(".mcp/tmp")).expect("a folder").count(), 0);
    }

    #[test]
    fn what_an_editor_saved_meanwhile_is_never_overwritten() {
        let (_folder, store) = store();
        store.place(READY, b"one").expect("placed");
        fs_err::write(store.path(READY), b"one, edited").expect("saved");
        let replaced = store.replace(READY, b"one", b"two", "x").expect("looked");
        assert_eq!(replaced, Replaced::Changed(b"one, edited".to_vec()));
        assert!(!store.take_away(READY, b"one", "x").expect("looked"));
        assert_eq!(fs_err::read(store.path(READY)).expect("still there"), b"one, edited");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_that_somebody_writes_to_is_not_replaced() {
        let (_folder, store) = store();
        store.place(READY, b"one").expect("placed");
        let mut editor = fs_err::OpenOptions::new().append(true).open(store.path(READY)).expect("opened");
        assert_eq!(store.replace(READY, b"one", b"two", "x").expect("looked"), Replaced::Open);
        editor.write_all(b", late").expect("written");
        assert_eq!(fs_err::read(store.path(READY)).expect("still there"), b"one, late");
    }

    #[test]
    fn never_moves_over_another_file() {
        let (_folder, store) = store();
        store.place(READY, b"one").expect("placed");
        store.place(REVIEW, b"other").expect("placed");
        assert!(!store.place(REVIEW, b"third").expect("looked"));
        assert_eq!(store.rename(READY, REVIEW).expect("looked"), Renamed::Occupied);
        assert_eq!(fs_err::read(store.path(REVIEW)).expect("still there"), b"other");
    }

    #[test]
    #[cfg(unix)]
    fn links_and_pipes_are_not_read() {
        let (_folder, store) = store();
        std::os::unix::fs::symlink("/etc/hostname", store.path(READY)).expect("a link");
        assert!(matches!(store.sight(READY), Ok(Sighted::Refused(_))));
    }
}

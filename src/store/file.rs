//! One file of the board: read with care, replaced and moved without losing a byte that somebody else wrote.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::board::Store;
use super::exchange;

/// The largest file that is read as a task.
const LARGEST: u64 = 1024 * 1024;

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
    /// The target is taken by another file: the new bytes stand at the old path.
    Occupied,
}

impl Store {
    /// Reads a file of the board, given below the top of the working tree.
    pub fn sight(&self, path: &str) -> Result<Sighted> {
        let full = self.path(path);
        let Ok(metadata) = full.symlink_metadata() else { return Ok(Sighted::Missing) };
        if !metadata.is_file() {
            let what =
                if metadata.is_symlink() { "a symbolic link, which is not followed" } else { "not a regular file" };
            return Ok(Sighted::Refused(what.to_owned()));
        }
        if metadata.len() > LARGEST {
            return Ok(Sighted::Refused(format!("{} bytes long; a task may have 1 MiB", metadata.len())));
        }
        let file = match exchange::open_without_following(&full) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Sighted::Missing),
            Err(error) => return Ok(Sighted::Refused(format!("not readable: {error}"))),
        };
        let mut bytes = Vec::with_capacity(metadata.len() as usize);
        file.take(LARGEST + 1).read_to_end(&mut bytes).with_context(|| format!("reading {path}"))?;
        Ok(Sighted::Bytes(bytes))
    }

    /// Puts a new file at a path that must be free; `false` when it is not.
    pub fn place(&self, path: &str, bytes: &[u8]) -> Result<bool> {
        let target = self.path(path);
        let temporary = self.temporary(path, bytes, None)?;
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
        sync_folder(target.parent())?;
        Ok(true)
    }

    /// Replaces the file at `from`, which must still hold `expected`, by `bytes`, and moves it to `to`.
    pub fn replace(&self, from: &str, expected: &[u8], bytes: &[u8], to: &str) -> Result<Replaced> {
        let (source, target) = (self.path(from), self.path(to));
        if bytes != expected {
            let temporary = self.temporary(from, bytes, Some(&source))?;
            // After the exchange the old bytes are ours to look at: what an editor saved in between is found, not overwritten.
            exchange::exchange(&temporary, &source).with_context(|| format!("replacing {from}"))?;
            let found = fs_err::read(&temporary)?;
            if found != expected {
                exchange::exchange(&temporary, &source).with_context(|| format!("putting {from} back"))?;
                fs_err::remove_file(&temporary)?;
                return Ok(Replaced::Changed(found));
            }
            fs_err::remove_file(&temporary)?;
        }
        if from != to {
            if let Some(folder) = target.parent() {
                fs_err::create_dir_all(folder)?;
            }
            match exchange::rename_to_free(&source, &target) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(Replaced::Occupied),
                Err(error) => return Err(error).with_context(|| format!("moving {from} to {to}")),
            }
            sync_folder(target.parent())?;
        }
        sync_folder(source.parent())?;
        Ok(Replaced::Done)
    }

    /// Renames a file of the board to a free name; `false` when the name is taken.
    pub fn rename(&self, from: &str, to: &str) -> Result<bool> {
        let (source, target) = (self.path(from), self.path(to));
        match exchange::rename_to_free(&source, &target) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(false),
            Err(error) => return Err(error).with_context(|| format!("renaming {from} to {to}")),
        }
        sync_folder(target.parent())?;
        Ok(true)
    }

    fn temporary(&self, path: &str, bytes: &[u8], like: Option<&Path>) -> Result<PathBuf> {
        let folder = self.path(".mcp/tmp");
        fs_err::create_dir_all(&folder)?;
        let name = path.rsplit('/').next().unwrap_or(path);
        let temporary = folder.join(format!("{name}.{:016x}", random()?));
        let mut file = fs_err::OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        file.write_all(bytes)?;
        if let Some(metadata) = like.and_then(|like| like.metadata().ok()) {
            fs_err::set_permissions(&temporary, metadata.permissions())?;
        }
        file.sync_all()?;
        Ok(temporary)
    }

    /// Removes what a killed process left among the temporary files more than an hour ago.
    pub fn sweep(&self) {
        let Ok(entries) = fs_err::read_dir(self.path(".mcp/tmp")) else { return };
        for entry in entries.flatten() {
            let age = entry
                .metadata()
                .and_then(|metadata| metadata.modified())
                .map(|time| time.elapsed().unwrap_or_default());
            if age.is_ok_and(|age| age.as_secs() > 3600) {
                // Another process may have swept it first.
                let _ = fs_err::remove_file(entry.path());
            }
        }
    }
}

/// Writes a file of ours outside the board so that it is there whole or not at all, even after a power cut.
pub fn write_durably(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().context("a file has a folder")?;
    fs_err::create_dir_all(folder)?;
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file");
    let temporary = folder.join(format!(".{name}.{:016x}", random()?));
    let mut file = fs_err::File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs_err::rename(&temporary, path)?;
    sync_folder(Some(folder))
}

fn sync_folder(folder: Option<&Path>) -> Result<()> {
    let folder = folder.context("a file has a folder")?;
    #[cfg(unix)]
    fs_err::File::open(folder)?.sync_all()?;
    Ok(())
}

fn random() -> Result<u64> {
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
    fn replaces_and_moves() {
        let (_folder, store) = store();
        assert!(store.place(READY, b"one").expect("placed"));
        assert_eq!(store.replace(READY, b"one", b"two", REVIEW).expect("replaced"), Replaced::Done);
        assert!(matches!(store.sight(REVIEW), Ok(Sighted::Bytes(bytes)) if bytes == b"two"));
        assert!(matches!(store.sight(READY), Ok(Sighted::Missing)));
        assert_eq!(fs_err::read_dir(store.path(".mcp/tmp")).expect("a folder").count(), 0);
    }

    #[test]
    fn what_an_editor_saved_meanwhile_is_never_overwritten() {
        let (_folder, store) = store();
        store.place(READY, b"one").expect("placed");
        fs_err::write(store.path(READY), b"one, edited").expect("saved");
        let replaced = store.replace(READY, b"one", b"two", REVIEW).expect("looked");
        assert_eq!(replaced, Replaced::Changed(b"one, edited".to_vec()));
        assert_eq!(fs_err::read(store.path(READY)).expect("still there"), b"one, edited");
    }

    #[test]
    fn never_moves_over_another_file() {
        let (_folder, store) = store();
        store.place(READY, b"one").expect("placed");
        store.place(REVIEW, b"other").expect("placed");
        assert!(!store.place(REVIEW, b"third").expect("looked"));
        assert_eq!(store.replace(READY, b"one", b"two", REVIEW).expect("looked"), Replaced::Occupied);
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

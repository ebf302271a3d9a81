//! Folders kept open while many of their files are read: the way to each file is then one step, not one through all folders above.

use anyhow::Result;

use crate::model::State;

use super::board::{Store, folder_path};
use super::file::Sighted;

/// The state folders of a board, as far as they could be opened.
#[derive(Debug, Default)]
pub struct Folders {
    #[cfg(target_os = "linux")]
    opened: Vec<(State, rustix::fd::OwnedFd)>,
}

impl Store {
    /// Opens some state folders for reading many of their files.
    #[cfg(target_os = "linux")]
    pub fn folders(&self, states: &[State]) -> Folders {
        use rustix::fs::{CWD, Mode, OFlags, openat};
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = |state: &State| {
            let folder = self.path(&folder_path(*state));
            Some((*state, openat(CWD, &folder, flags, Mode::empty()).ok()?))
        };
        Folders { opened: states.iter().filter_map(open).collect() }
    }

    /// Elsewhere each file is found by its path.
    #[cfg(not(target_os = "linux"))]
    pub fn folders(&self, _: &[State]) -> Folders {
        Folders::default()
    }

    /// Reads a file of this name that lies in a state's folder, into a buffer that is no longer needed; the same as by its path.
    pub fn sight_in(&self, folders: &Folders, state: State, name: &str, buffer: Vec<u8>) -> Result<Sighted> {
        let path = || [&folder_path(state), "/", name].concat();
        #[cfg(target_os = "linux")]
        if let Some(file) = folders.open(state, name) {
            return match plain_bytes(&file, buffer) {
                Some(bytes) => Ok(Sighted::Bytes(bytes)),
                None => self.sight_opened(fs_err::File::from_parts(file.into(), self.path(&path())), &path()),
            };
        }
        #[cfg(not(target_os = "linux"))]
        let _ = (folders, buffer);
        self.sight(&path())
    }
}

#[cfg(target_os = "linux")]
impl Folders {
    /// Opens a file of a folder that is open; `None` where the way by its path tells more.
    fn open(&self, state: State, name: &str) -> Option<rustix::fd::OwnedFd> {
        use rustix::fs::{Mode, OFlags, openat};
        let (_, folder) = self.opened.iter().find(|(opened, _)| *opened == state)?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        openat(folder, name, flags, Mode::empty()).ok()
    }
}

/// The bytes of a file about which there is nothing to say, nor to wait for; `None` for any other.
#[cfg(target_os = "linux")]
fn plain_bytes(file: &rustix::fd::OwnedFd, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    use rustix::fs::{FileType, fstat};
    use std::time::{Duration, UNIX_EPOCH};
    let found = fstat(file).ok()?;
    let length = u64::try_from(found.st_size).ok().filter(|length| *length <= super::file::LARGEST)?;
    let since = Duration::new(found.st_mtime.try_into().ok()?, found.st_mtime_nsec.try_into().ok()?);
    let changed = UNIX_EPOCH.checked_add(since);
    let is_regular = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
    if !is_regular || super::writers::may_be_at_work(changed) {
        return None;
    }
    // One byte more than there should be: a read that fills less has reached the end.
    bytes.clear();
    bytes.resize(length as usize + 1, 0);
    let read = rustix::io::pread(file, &mut bytes, 0).ok()?;
    bytes.truncate(read);
    (read as u64 == length).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_same_by_its_folder_as_by_its_path() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path());
        store.make().expect("a board");
        let path = |name: &str| format!(".mcp/tasks/ready/{name}");
        let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        for (name, bytes) in [("old.md", "text".as_bytes()), ("empty.md", b""), ("fresh.md", b"text")] {
            fs_err::write(store.path(&path(name)), bytes).expect("a file");
            if name != "fresh.md" {
                let file = fs_err::OpenOptions::new().append(true).open(store.path(&path(name))).expect("a file");
                file.set_modified(old).expect("a time");
            }
        }
        fs_err::create_dir(store.path(&path("folder.md"))).expect("a folder");
        #[cfg(unix)]
        std::os::unix::fs::symlink("old.md", store.path(&path("link.md"))).expect("a link");
        let folders = store.folders(&[State::Ready]);
        for name in ["old.md", "empty.md", "fresh.md", "folder.md", "link.md", "none.md"] {
            let buffer = b"of another file, and longer than any of these".to_vec();
            let by_folder = store.sight_in(&folders, State::Ready, name, buffer).expect("looked");
            assert_eq!(format!("{by_folder:?}"), format!("{:?}", store.sight(&path(name)).expect("looked")), "{name}");
        }
    }
}

//! Lists a folder without making anything of a name that is passed over: every command lists all names of the board.

use std::io::Result;
use std::path::Path;

/// How much is taken from the system at once: some hundred names.
#[cfg(target_os = "linux")]
const PORTION: usize = 64 * 1024;

/// Calls a function with each name in a folder but `.` and `..`, in no particular order; a folder that is not there is empty.
#[cfg(target_os = "linux")]
pub fn each(folder: &Path, mut visit: impl FnMut(&[u8])) -> Result<()> {
    use rustix::fs::{CWD, Mode, OFlags, RawDir, openat};
    use rustix::io::Errno;
    let opened = match openat(CWD, folder, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()) {
        Ok(opened) => opened,
        Err(Errno::NOENT | Errno::NOTDIR) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut buffer = Vec::with_capacity(PORTION);
    let mut entries = RawDir::new(opened, buffer.spare_capacity_mut());
    while let Some(entry) = entries.next() {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if !matches!(name, b"." | b"..") {
            visit(name);
        }
    }
    Ok(())
}

/// Calls a function with each name in a folder, in no particular order; a folder that is not there is empty.
#[cfg(not(target_os = "linux"))]
pub fn each(folder: &Path, mut visit: impl FnMut(&[u8])) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs_err::read_dir(folder)? {
        visit(entry?.file_name().as_encoded_bytes());
    }
    Ok(())
}

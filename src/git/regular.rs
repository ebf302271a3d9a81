//! A regular file, reached without following a link, as git looks at its own files in the work tree.

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{FileType, Mode, OFlags, Stat, fstat, openat};
use rustix::io::{Errno, read};
use rustix::path::Arg;

/// Opens a file in a folder; `None` when it is not there, a link or anything else that is not a regular file.
pub(super) fn opened(folder: impl AsFd, name: impl Arg) -> Result<Option<(OwnedFd, Stat)>, Errno> {
    // A pipe would keep whoever opens it waiting.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match openat(folder, name, flags, Mode::empty()) {
        Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::NXIO) => return Ok(None),
        file => file?,
    };
    let stat = fstat(&file)?;
    let is_regular = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
    Ok(is_regular.then_some((file, stat)))
}

/// Reads an open file to its end.
pub(super) fn bytes(file: &OwnedFd, length: usize) -> Result<Vec<u8>, Errno> {
    // One more than there should be, so that the end is seen at once.
    let mut bytes = vec![0; length + 1];
    let mut filled = 0;
    loop {
        match read(file, &mut bytes[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error),
        }
        if filled == bytes.len() {
            bytes.resize(2 * bytes.len(), 0);
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

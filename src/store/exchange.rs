//! Three things that the standard library cannot do: exchange two files, rename to a free name only, open without following a link. The place for other systems' ways.

use std::io::{Error, Result};
use std::path::Path;

/// Exchanges two files in one step.
#[cfg(target_os = "linux")]
pub fn exchange(one: &Path, other: &Path) -> Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        // A file system without the call, such as an old network one.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => exchange_by_names(one, other),
        Err(error) => Err(Error::from(error)),
    }
}

/// Exchanges two files; a reader may for a moment find none at the second path.
#[cfg(not(target_os = "linux"))]
pub fn exchange(one: &Path, other: &Path) -> Result<()> {
    exchange_by_names(one, other)
}

fn exchange_by_names(one: &Path, other: &Path) -> Result<()> {
    let aside = one.with_extension("aside");
    fs_err::rename(other, &aside)?;
    fs_err::rename(one, other)?;
    fs_err::rename(&aside, one)
}

/// Renames unless the new name is taken, which is the error `AlreadyExists`.
pub fn rename_to_free(from: &Path, to: &Path) -> Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            Ok(()) => return Ok(()),
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {}
            Err(error) => return Err(Error::from(error)),
        }
    }
    // A hard link fails when the name is taken, everywhere where there are hard links.
    fs_err::hard_link(from, to).map_err(|error| Error::new(error.kind(), error))?;
    fs_err::remove_file(from)
}

/// Opens a file for reading, but never through a symbolic link at its last step.
pub fn open_without_following(path: &Path) -> Result<fs_err::File> {
    let mut options = fs_err::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::CLOEXEC;
        options.custom_flags(flags.bits() as i32);
    }
    options.open(path)
}

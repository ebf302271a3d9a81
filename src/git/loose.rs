//! Objects in files of their own, written and read by hand: a change writes three small ones, and all three are brought to the disk
//! at once.
//!
//! libgit2 packs each object with a machinery that takes longer than the object is worth, and needs the repository opened.

use std::ffi::c_ulong;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};

use super::backend::{Kind, Object};
use super::durable::sync_folder;
use super::locked::Pauses;
use super::oid::Oid;

/// Larger ones are left to others.
const LARGEST: usize = 1 << 20;
/// How much an object is made smaller by packing, at most as a rule.
const USUALLY: usize = 8;

/// An object under the id that it has.
#[derive(Debug)]
pub(super) struct NewObject<'bytes> {
    pub(super) oid: Oid,
    pub(super) kind: Kind,
    pub(super) bytes: &'bytes [u8],
}

/// A file that is written and has not got its name yet.
struct Written {
    file: fs_err::File,
    aside: PathBuf,
    path: PathBuf,
}

/// Writes objects; with `durable` they and their names are on the disk when this returns.
pub(super) fn write(common_dir: &Path, objects: &[NewObject<'_>], durable: bool) -> Result<()> {
    let all = common_dir.join("objects");
    let mut written = Vec::new();
    let mut folders: Vec<PathBuf> = Vec::new();
    for object in objects {
        let hex = object.oid.to_string();
        let folder = all.join(&hex[..2]);
        let path = folder.join(&hex[2..]);
        match touched(&path, durable) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                written.push(written_aside(&folder, path, object).with_context(|| format!("writing object {hex}"))?);
            }
            Err(error) => return Err(error).with_context(|| format!("making object {hex} new again")),
        }
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    if durable {
        // The system begins with all of them before we wait for the first.
        written.iter().for_each(|written| begin_to_flush(&written.file));
        written.iter().try_for_each(|written| written.file.sync_all()).context("making objects durable")?;
    }
    for Written { aside, path, .. } in &written {
        fs_err::rename(aside, path)?;
    }
    if durable {
        for folder in &folders {
            match sync_folder(folder) {
                // Otherwise git has just packed the object, with all others of the folder.
                Err(error) if folder.is_dir() => return Err(error),
                _ => {}
            }
        }
        sync_folder(&all)?;
    }
    Ok(())
}

/// Has an object that is there count as new, so that it is not taken for a left-over; the error says when it is not there.
fn touched(path: &Path, durable: bool) -> std::io::Result<()> {
    let file = fs_err::File::open(path)?;
    // It is another user's, or on a disk that cannot be written to: there it is all the same.
    let _ = file.file().set_modified(SystemTime::now());
    if durable { file.sync_all() } else { Ok(()) }
}

fn written_aside(folder: &Path, path: PathBuf, object: &NewObject<'_>) -> Result<Written> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("asking the system for random bytes: {error}"))?;
    // By this name git knows it, and removes it should we die now.
    let aside = folder.join(format!("tmp_obj_{:016x}", u64::from_le_bytes(random)));
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o444);
    let mut pauses = Pauses::new();
    let mut file = loop {
        match options.open(&aside) {
            // The first of its folder, or `git gc` has just removed that.
            Err(error) if error.kind() == ErrorKind::NotFound => match fs_err::create_dir(folder) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
                _ if pauses.pause() => {}
                _ => return Err(error.into()),
            },
            opened => break opened?,
        }
    };
    file.write_all(&stored(object.kind, object.bytes))?;
    Ok(Written { file, aside, path })
}

#[cfg(target_os = "linux")]
fn begin_to_flush(file: &fs_err::File) {
    use std::os::fd::AsRawFd as _;
    // SAFETY: the descriptor is open as long as the file is borrowed; the rest are numbers. That it fails costs time alone.
    unsafe { libc::sync_file_range(file.as_raw_fd(), 0, 0, libc::SYNC_FILE_RANGE_WRITE) };
}

#[cfg(not(target_os = "linux"))]
fn begin_to_flush(_: &fs_err::File) {}

/// An object as it stands in its file: in the format of zlib, as it is. On the disk a small one takes a block in any case, and
/// git packs it with the others later.
fn stored(kind: Kind, bytes: &[u8]) -> Vec<u8> {
    let whole = [format!("{} {}\0", kind.word(), bytes.len()).as_bytes(), bytes].concat();
    let mut stored = vec![0x78, 0x01];
    let blocks = whole.chunks(usize::from(u16::MAX));
    let last = blocks.len() - 1;
    for (number, block) in blocks.enumerate() {
        let length = block.len() as u16;
        stored.push(u8::from(number == last));
        stored.extend(length.to_le_bytes());
        stored.extend((!length).to_le_bytes());
        stored.extend(block);
    }
    stored.extend(checksum(&whole).to_be_bytes());
    stored
}

/// Adler-32.
fn checksum(bytes: &[u8]) -> u32 {
    let (mut one, mut other) = (1_u32, 0_u32);
    // So many sums fit before the remainder must be taken.
    for some in bytes.chunks(5552) {
        for byte in some {
            one += u32::from(*byte);
            other += one;
        }
        one %= 65521;
        other %= 65521;
    }
    other << 16 | one
}

/// Reads an object that has a file of its own; `None` when it has none, or one that is for others to judge.
pub(super) fn read(common_dir: &Path, oid: Oid) -> Option<Object> {
    let hex = oid.to_string();
    let packed = fs_err::read(common_dir.join("objects").join(&hex[..2]).join(&hex[2..])).ok()?;
    let whole = unpacked(&packed)?;
    let header = whole.iter().take(32).position(|byte| *byte == 0)?;
    let (kind, length) = std::str::from_utf8(&whole[..header]).ok()?.split_once(' ')?;
    let kind = [Kind::Blob, Kind::Tree, Kind::Commit, Kind::Tag].into_iter().find(|known| known.word() == kind)?;
    let bytes = whole[header + 1..].to_vec();
    (length.parse() == Ok(bytes.len())).then_some(Object { kind, bytes })
}

fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let mut room = (packed.len() * USUALLY).max(4096);
    while packed.len() <= LARGEST && room <= LARGEST * USUALLY {
        let mut bytes = vec![0; room];
        let mut length = c_ulong::try_from(room).ok()?;
        let given = c_ulong::try_from(packed.len()).ok()?;
        // SAFETY: zlib writes no more than the length that it is told, reads no more than it is given, and keeps neither.
        let told = unsafe { libz_sys::uncompress(bytes.as_mut_ptr(), &raw mut length, packed.as_ptr(), given) };
        match told {
            libz_sys::Z_OK => {
                bytes.truncate(usize::try_from(length).ok()?);
                return Some(bytes);
            }
            libz_sys::Z_BUF_ERROR => room *= 2,
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::program::Program;

    fn repository() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        Program::in_directory(folder.path(), &[], ["init", "-q"]).output().unwrap();
        let git_dir = folder.path().join(".git");
        (folder, git_dir)
    }

    fn git(folder: &Path, line: &str) -> Program {
        Program::in_directory(folder, &[], line.split(' '))
    }

    /// Of all lengths around those at which something else begins.
    fn texts() -> Vec<Vec<u8>> {
        let lengths = [0, 1, 5551, 5552, 5553, 65_526, 65_527, 65_528, 65_535, 65_536, 200_000];
        let mut random = fastrand::Rng::with_seed(3);
        lengths.map(|length| (0..length).map(|_| random.u8(..)).collect()).into()
    }

    #[test]
    fn git_reads_what_is_written_and_it_is_read_as_git_wrote_it() {
        let (folder, git_dir) = repository();
        for bytes in texts() {
            let oid = Oid::of(Kind::Blob, &bytes, 20).unwrap();
            let object = NewObject { oid, kind: Kind::Blob, bytes: &bytes };
            write(&git_dir, &[object], true).unwrap();
            assert_eq!(git(folder.path(), &format!("cat-file blob {oid}")).output().unwrap(), bytes);
            assert_eq!(read(&git_dir, oid).unwrap().bytes, bytes);
            let theirs = [bytes.as_slice(), b"theirs"].concat();
            let oid: Oid =
                git(folder.path(), "hash-object -w --stdin").input(theirs.clone()).line().unwrap().parse().unwrap();
            let found = read(&git_dir, oid).unwrap();
            assert_eq!((found.kind, found.bytes), (Kind::Blob, theirs));
        }
        git(folder.path(), "fsck --strict").output().unwrap();
    }

    #[test]
    fn an_object_that_is_there_is_made_new_again_and_one_that_is_packed_is_written_beside() {
        let (folder, git_dir) = repository();
        let oid: Oid = git(folder.path(), "hash-object -w --stdin").input("one").line().unwrap().parse().unwrap();
        let path = git_dir.join("objects").join(&oid.to_string()[..2]).join(&oid.to_string()[2..]);
        let long_ago = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        let set = |time| fs_err::File::open(&path).unwrap().file().set_modified(time).unwrap();
        set(long_ago);
        let object = || [NewObject { oid, kind: Kind::Blob, bytes: b"one" }];
        write(&git_dir, &object(), true).unwrap();
        assert!(path.metadata().unwrap().modified().unwrap() > long_ago);
        fs_err::remove_file(&path).unwrap();
        fs_err::remove_dir(path.parent().unwrap()).unwrap();
        write(&git_dir, &object(), false).unwrap();
        assert_eq!(read(&git_dir, oid).unwrap().bytes, b"one");
        assert_eq!(fs_err::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_not_whole_is_left_to_others() {
        let (_folder, git_dir) = repository();
        let oid = Oid::of(Kind::Blob, b"one", 20).unwrap();
        assert!(read(&git_dir, oid).is_none());
        write(&git_dir, &[NewObject { oid, kind: Kind::Blob, bytes: b"one" }], false).unwrap();
        let path = git_dir.join("objects").join(&oid.to_string()[..2]).join(&oid.to_string()[2..]);
        let whole = fs_err::read(&path).unwrap();
        fs_err::remove_file(&path).unwrap();
        for length in 0..whole.len() {
            fs_err::write(&path, &whole[..length]).unwrap();
            assert!(read(&git_dir, oid).is_none(), "{length}");
        }
    }
}

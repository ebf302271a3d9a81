//! A look at the work tree that is sure of one answer only: nothing in it differs from the index. Who does not get it asks git,
//! which costs a process and, in a large repository, most of what a hook costs.
//!
//! It is stricter than git: each file must be as git saw it when it was staged, in all that the system tells of it, and where git
//! could be deceived, since the file was written in the second in which the index was, its bytes must be those that are staged.

use std::collections::HashMap;
use std::ffi::CStr;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, RawDir, ResolveFlags, Stat, fstat, openat, openat2, statat};

use super::backend::Kind;
use super::ignoring::Ignoring;
use super::oid::Oid;
use super::places::Places;
use super::plain_index::{Entry, Moment, PlainIndex};
use super::regular;
use super::repository::Repository;
use super::tree::{EXECUTABLE, FILE, LINK};

/// So many files are worth a second thread.
const MANY: usize = 1_000;
/// So many files, of such a length, are read to see whether their bytes are the same; git reads more of them faster.
const READ: usize = 512;
const LENGTH: u32 = 1024 * 1024;
/// A folder that changed within so many seconds may change again without getting another time.
const SETTLED: u64 = 2;

/// When folders had changed that were listed, and had nothing new in them.
pub(super) type Seen = HashMap<Vec<u8>, Changed>;

/// A folder's number and its two times.
type Changed = (u64, Moment, Moment);

/// A folder that has something tracked in it.
#[derive(Default)]
struct Folder<'index> {
    path: &'index [u8],
    /// The numbers of its entries in the index, and so in the order of their names.
    files: Vec<usize>,
    /// The names of the folders in it that have something tracked as well.
    folders: Vec<&'index [u8]>,
}

/// What all who look share.
struct Look<'look> {
    places: &'look Places,
    index: &'look PlainIndex,
    top: OwnedFd,
    excluding: &'look [u8],
    folders: Vec<Folder<'look>>,
    seen: &'look Seen,
    now: u64,
    next: AtomicUsize,
    read: AtomicUsize,
    is_in_doubt: AtomicBool,
    ignoring: Mutex<Ignoring>,
}

impl Repository {
    /// Whether it is sure that the work tree, less one top folder, is what an index says, and has nothing else in it but what is
    /// ignored.
    pub(super) fn surely_has(&self, excluding: &str, index_file: &Path) -> bool {
        if !cfg!(target_os = "linux") {
            return false;
        }
        let Some(index) = self.plain_index(index_file) else { return false };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
        let Some(folders) = folders(&index, excluding.as_bytes()) else { return false };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let Ok(top) = openat(CWD, self.work_dir(), flags, Mode::empty()) else { return false };
        let seen = self.seen.take();
        let look = Look {
            places: &self.places,
            index: &index,
            top,
            excluding: excluding.as_bytes(),
            folders,
            seen: &seen,
            now,
            next: AtomicUsize::new(0),
            read: AtomicUsize::new(0),
            is_in_doubt: AtomicBool::new(false),
            ignoring: Mutex::default(),
        };
        let mut listed = Seen::new();
        if index.entries().count() < MANY {
            listed = look.share();
        } else {
            std::thread::scope(|scope| {
                let other = scope.spawn(|| look.share());
                listed = look.share();
                listed.extend(other.join().expect("looking does not panic"));
            });
        }
        let is_sure = !look.is_in_doubt.load(Ordering::Relaxed);
        self.seen.replace(listed);
        is_sure
    }
}

/// The folders of an index, the top one first; `None` where it has entries that are more than files in the work tree.
fn folders<'index>(index: &'index PlainIndex, excluding: &[u8]) -> Option<Vec<Folder<'index>>> {
    let mut folders = vec![Folder::default()];
    let mut places: HashMap<&[u8], usize> = HashMap::from([(&b""[..], 0)]);
    let mut last = 0;
    for (at, entry) in index.entries().iter().enumerate() {
        if entry.stage() > 0 || entry.is_assumed() || entry.is_skipped() || entry.is_intended() {
            return None;
        }
        let path = entry.path();
        if !excluding.is_empty() && path.strip_prefix(excluding).is_some_and(|rest| rest.starts_with(b"/")) {
            continue;
        }
        let folder = &path[..memchr::memrchr(b'/', path).unwrap_or(0)];
        if folders[last].path != folder {
            last = placed(folder, &mut folders, &mut places);
        }
        folders[last].files.push(at);
    }
    Some(folders)
}

/// Finds a folder's place, making one for it and those that it lies in.
fn placed<'index>(
    folder: &'index [u8],
    folders: &mut Vec<Folder<'index>>,
    places: &mut HashMap<&'index [u8], usize>,
) -> usize {
    if let Some(place) = places.get(folder) {
        return *place;
    }
    let cut = memchr::memrchr(b'/', folder);
    let above = placed(&folder[..cut.unwrap_or(0)], folders, places);
    folders[above].folders.push(&folder[cut.map_or(0, |cut| cut + 1)..]);
    folders.push(Folder { path: folder, ..Folder::default() });
    places.insert(folder, folders.len() - 1);
    folders.len() - 1
}

impl Look<'_> {
    /// Looks at one folder after the other, as long as there are any and there is no doubt.
    fn share(&self) -> Seen {
        let mut listed = Seen::new();
        let mut buffer = Vec::with_capacity(32 * 1024);
        while !self.is_in_doubt.load(Ordering::Relaxed) {
            let Some(folder) = self.folders.get(self.next.fetch_add(1, Ordering::Relaxed)) else { break };
            match self.has_all_of(folder, &mut buffer) {
                Some(changed) => drop(listed.insert(folder.path.to_owned(), changed)),
                None => self.is_in_doubt.store(true, Ordering::Relaxed),
            }
        }
        listed
    }

    /// Whether a folder has what is staged in it and nothing else; `None` in doubt.
    fn has_all_of(&self, folder: &Folder<'_>, buffer: &mut Vec<u8>) -> Option<Changed> {
        let opened = self.opened(folder.path)?;
        let stat = fstat(&opened).ok()?;
        let changed = (stat.st_ino, modified(&stat), changed(&stat));
        for at in &folder.files {
            self.is_same(&opened, &self.index.entries().get(*at)).then_some(())?;
        }
        let is_settled = u64::from(changed.1.0.max(changed.2.0)) + SETTLED < self.now;
        if !is_settled || self.seen.get(folder.path) != Some(&changed) {
            self.has_nothing_else(folder, &opened, buffer).then_some(())?;
        }
        Some(changed)
    }

    /// Opens a folder, by no link on its way.
    fn opened(&self, path: &[u8]) -> Option<OwnedFd> {
        let path = if path.is_empty() { &b"."[..] } else { path };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let way = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        openat2(&self.top, path, flags, Mode::empty(), way).ok()
    }

    fn is_same(&self, folder: &OwnedFd, entry: &Entry<'_>) -> bool {
        let path = entry.path();
        let name = &path[memchr::memrchr(b'/', path).map_or(0, |at| at + 1)..];
        let Ok(stat) = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) else { return false };
        let is_of_its_mode = match (entry.mode(), FileType::from_raw_mode(stat.st_mode)) {
            (FILE, FileType::RegularFile) => stat.st_mode & 0o100 == 0,
            (EXECUTABLE, FileType::RegularFile) => stat.st_mode & 0o100 != 0,
            (LINK, FileType::Symlink) => true,
            _ => false,
        };
        if !is_of_its_mode {
            return false;
        }
        let staged = entry.stat();
        let is_untouched = staged.modified == modified(&stat)
            && staged.changed == changed(&stat)
            && staged.number == stat.st_ino as u32
            && staged.user == stat.st_uid
            && staged.group == stat.st_gid
            && staged.size == stat.st_size as u32;
        // Git as it is mostly built compares whole seconds: what it can be deceived by is not believed here either.
        let is_of_an_earlier_second = staged.modified.0 < self.index.written.0;
        (is_untouched && is_of_an_earlier_second) || self.has_its_bytes(folder, name, entry)
    }

    fn has_its_bytes(&self, folder: &OwnedFd, name: &[u8], entry: &Entry<'_>) -> bool {
        if self.read.fetch_add(1, Ordering::Relaxed) >= READ {
            return false;
        }
        let Ok(Some((file, stat))) = regular::opened(folder, name) else { return false };
        if u32::try_from(stat.st_size).is_ok_and(|size| size > LENGTH) {
            return false;
        }
        let Ok(bytes) = regular::bytes(&file, stat.st_size as usize) else { return false };
        Oid::of(Kind::Blob, &bytes, self.places.width).is_ok_and(|oid| oid == entry.oid())
    }

    /// Whether all other names in a folder are ignored.
    fn has_nothing_else(&self, folder: &Folder<'_>, opened: &OwnedFd, buffer: &mut Vec<u8>) -> bool {
        let is_top = folder.path.is_empty();
        let mut names = RawDir::new(opened, buffer.spare_capacity_mut());
        while let Some(found) = names.next() {
            let Ok(found) = found else { return false };
            let name = found.file_name().to_bytes();
            let is_left_out = matches!(name, b"." | b"..") || (is_top && (name == b".git" || name == self.excluding));
            if !is_left_out
                && !self.is_tracked(folder, name)
                && !self.is_ignored(folder.path, opened, found.file_name(), found.file_type())
            {
                return false;
            }
        }
        true
    }

    fn is_tracked(&self, folder: &Folder<'_>, name: &[u8]) -> bool {
        let entries = self.index.entries();
        let start = if folder.path.is_empty() { 0 } else { folder.path.len() + 1 };
        let is_file = folder.files.binary_search_by(|at| entries.get(*at).path()[start..].cmp(name)).is_ok();
        // They come in the order of their whole paths, which is not that of their names alone.
        is_file || folder.folders.contains(&name)
    }

    fn is_ignored(&self, folder: &[u8], opened: &OwnedFd, name: &CStr, kind: FileType) -> bool {
        let is_folder = match kind {
            FileType::Directory => true,
            FileType::Unknown => match statat(opened, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => FileType::from_raw_mode(stat.st_mode) == FileType::Directory,
                Err(_) => return false,
            },
            _ => false,
        };
        let exclude = self.places.common_dir.join("info/exclude");
        let mut ignoring = self.ignoring.lock().expect("looking does not panic");
        ignoring.is_sure(&self.places.work_dir, &exclude, folder, name.to_bytes(), is_folder)
    }
}

fn modified(stat: &Stat) -> Moment {
    (stat.st_mtime as u32, stat.st_mtime_nsec as u32)
}

fn changed(stat: &Stat) -> Moment {
    (stat.st_ctime as u32, stat.st_ctime_nsec as u32)
}

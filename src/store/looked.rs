//! Which folders are known to hold no file that somebody dropped in: by what the system told of them when that was last sure.
//!
//! A folder of which it tells the same is not looked through again. That is never wrong: any name that comes later changes what is
//! told, since only that is remembered which no later change can bring back.
//!
//! - A look is remembered when the folder had been as it was for longer than the system's clock takes for a tick.
//! - Our own moves are remembered when all names that came in meanwhile were ours, as the system counted them. The time of the folder
//!   is then set to the present moment as exactly as it is known: what comes after it in the same tick gets the time of the tick.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::model::State;

use super::arrivals::Arrivals;
use super::board::{Store, folder_path};

/// The first line of the file.
const HEAD: &str = "looked 1";

/// What is remembered in one worktree; may be deleted at any time.
#[derive(Clone, Debug)]
pub struct Looked {
    path: PathBuf,
}

/// What the system tells of a folder: where it is, and when it was last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    changed: (i64, i64),
}

pub(super) type Stamps = BTreeMap<State, Stamp>;

/// Folders in which we bring a file to its place.
#[derive(Debug)]
pub struct Watched {
    looked: Looked,
    states: Vec<State>,
    arrivals: Option<Arrivals>,
    /// So many names have come that we brought.
    ours: usize,
}

impl Looked {
    /// What is remembered in the worktree with this git dir.
    pub fn below(git_dir: &Path) -> Looked {
        Looked { path: git_dir.join("mcp/looked") }
    }

    pub(super) fn stamps(&self) -> Stamps {
        fs_err::read_to_string(&self.path).ok().and_then(|text| read(&text)).unwrap_or_default()
    }

    /// Remembers; that this fails costs a look, and nothing else.
    pub(super) fn remember(&self, stamps: &Stamps) {
        let line = |(state, stamp): (&State, &Stamp)| {
            let Stamp { device, inode, modified, changed } = stamp;
            format!("{state} {device} {inode} {} {} {} {}\n", modified.0, modified.1, changed.0, changed.1)
        };
        let text: String = stamps.iter().map(line).collect();
        let part = self.path.with_extension(format!("{}.part", std::process::id()));
        let written = fs_err::write(&part, format!("{HEAD}\n{text}")).and_then(|()| fs_err::rename(&part, &self.path));
        if written.is_err() {
            let _ = fs_err::remove_file(&part);
        }
    }
}

impl Store {
    /// Begins to watch the folders of these paths, before a file is brought from one to the other. Only folders that are known are
    /// watched, and only where all that comes is counted.
    pub fn watched(&self, looked: &Looked, paths: [&str; 2]) -> Watched {
        let known = looked.stamps();
        let mut states: Vec<State> = paths.iter().filter_map(|path| Store::state_of(path)).collect();
        states.dedup();
        states.retain(|state| known.contains_key(state));
        let arrivals = self.arrivals_in(&states, &known);
        Watched { looked: looked.clone(), states, arrivals, ours: 0 }
    }

    #[cfg(target_os = "linux")]
    fn arrivals_in(&self, states: &[State], known: &Stamps) -> Option<Arrivals> {
        use rustix::fs::{CWD, Mode, OFlags, openat};
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = |state: &State| openat(CWD, self.path(&folder_path(*state)), flags, Mode::empty()).ok();
        let folders: Option<Vec<_>> = states.iter().map(open).collect();
        let arrivals = folders.filter(|folders| !folders.is_empty()).and_then(Arrivals::counted)?;
        // What comes from here on is counted; what came before has changed what is told.
        let is_known = |(state, folder)| Stamp::of(folder).as_ref() == known.get(state);
        states.iter().zip(arrivals.folders()).all(is_known).then_some(arrivals)
    }

    #[cfg(not(target_os = "linux"))]
    fn arrivals_in(&self, _: &[State], _: &Stamps) -> Option<Arrivals> {
        None
    }
}

impl Watched {
    /// Says that a file got this name by us.
    pub fn came(&mut self, path: &str) {
        self.ours += usize::from(Store::state_of(path).is_some_and(|state| self.states.contains(&state)));
    }

    /// Gives up: something went another way than it usually does.
    pub fn spoil(&mut self) {
        self.arrivals = None;
    }

    /// Remembers the folders as they are now, if nothing came but what we brought.
    pub fn settle(&mut self) {
        let Some(arrivals) = self.arrivals.take() else { return };
        let marked: Option<Vec<Mark>> = arrivals.folders().iter().map(Mark::set).collect();
        // Only now: what came until a moment ago has been counted, and what comes later takes the mark away.
        let is_ours = arrivals.count() == Some(self.ours);
        let Some(marked) = marked.filter(|_| is_ours) else { return };
        let mut stamps = self.looked.stamps();
        for ((state, folder), mark) in self.states.iter().zip(arrivals.folders()).zip(marked) {
            match Stamp::of(folder).filter(|stamp| mark.is_on(stamp)) {
                Some(stamp) => stamps.insert(*state, stamp),
                None => stamps.remove(state),
            };
        }
        self.looked.remember(&stamps);
    }
}

/// A time of a folder that no change of it will bring back.
struct Mark((i64, i64));

#[cfg(target_os = "linux")]
impl Mark {
    fn set(folder: &std::os::fd::OwnedFd) -> Option<Mark> {
        use rustix::fs::{Timespec, Timestamps, UTIME_OMIT, futimens};
        let now = std::time::UNIX_EPOCH.elapsed().ok()?;
        let (seconds, nanos) = (i64::try_from(now.as_secs()).ok()?, now.subsec_nanos().into());
        let last_access = Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT };
        let last_modification = Timespec { tv_sec: seconds, tv_nsec: nanos };
        futimens(folder, &Timestamps { last_access, last_modification }).ok()?;
        Some(Mark((seconds, nanos)))
    }
}

#[cfg(not(target_os = "linux"))]
impl Mark {
    fn set(_: &std::os::fd::OwnedFd) -> Option<Mark> {
        None
    }
}

impl Mark {
    /// Whether a folder still has it, and it is none of the times that the system itself gives.
    fn is_on(&self, stamp: &Stamp) -> bool {
        stamp.modified == self.0 && stamp.changed != self.0
    }
}

#[cfg(target_os = "linux")]
impl Stamp {
    fn of(folder: &std::os::fd::OwnedFd) -> Option<Stamp> {
        Stamp::told(rustix::fs::fstat(folder).ok()?)
    }

    pub(super) fn at(folder: &Path) -> Option<Stamp> {
        Stamp::told(rustix::fs::lstat(folder).ok()?)
    }

    fn told(found: rustix::fs::Stat) -> Option<Stamp> {
        Some(Stamp {
            device: found.st_dev,
            inode: found.st_ino,
            modified: (found.st_mtime, i64::try_from(found.st_mtime_nsec).ok()?),
            changed: (found.st_ctime, i64::try_from(found.st_ctime_nsec).ok()?),
        })
    }

    /// Whether this machine alone changes the folder, and so its clock tells of every change.
    pub(super) fn is_ours_alone(folder: &Path) -> bool {
        // ext4 and its elders, xfs, btrfs, tmpfs, overlayfs, f2fs, zfs, bcachefs.
        const LOCAL: [u64; 8] =
            [0xef53, 0x5846_5342, 0x9123_683e, 0x0102_1994, 0x794c_7630, 0xf2f5_2010, 0x2fc1_2fc1, 0xca45_1a4e];
        let kind = rustix::fs::statfs(folder).ok().and_then(|found| u64::try_from(found.f_type).ok());
        kind.is_some_and(|kind| LOCAL.contains(&kind))
    }
}

#[cfg(not(target_os = "linux"))]
impl Stamp {
    fn of(_: &std::os::fd::OwnedFd) -> Option<Stamp> {
        None
    }

    pub(super) fn at(_: &Path) -> Option<Stamp> {
        None
    }

    pub(super) fn is_ours_alone(_: &Path) -> bool {
        false
    }
}

impl Stamp {
    /// Whether a change after this moment will be told as another time. A clock ticks every ten milliseconds at the slowest, but
    /// some file systems keep whole seconds, or two of them.
    pub(super) fn is_settled(&self, now: std::time::Duration) -> bool {
        let last = self.modified.max(self.changed);
        let is_coarse = self.modified.1 % 1_000_000 == 0 && self.changed.1 % 1_000_000 == 0;
        let margin: i128 = if is_coarse { 2_500_000_000 } else { 20_000_000 };
        let nanos = |(seconds, nanos): (i64, i64)| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        i128::try_from(now.as_nanos()).is_ok_and(|now| now - nanos(last) > margin)
    }
}

fn read(text: &str) -> Option<Stamps> {
    let mut lines = text.strip_suffix('\n')?.lines();
    lines.next().filter(|head| *head == HEAD)?;
    let stamp = |line: &str| {
        let (state, numbers) = line.split_once(' ')?;
        let numbers: Vec<i128> = numbers.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
        let [device, inode, modified, nanos, changed, more] = numbers.try_into().ok()?;
        let time = |seconds: i128, nanos: i128| Some((i64::try_from(seconds).ok()?, i64::try_from(nanos).ok()?));
        let (modified, changed) = (time(modified, nanos)?, time(changed, more)?);
        let stamp = Stamp { device: device.try_into().ok()?, inode: inode.try_into().ok()?, modified, changed };
        Some((state.parse().ok()?, stamp))
    };
    lines.map(stamp).collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    const FROM: &str = ".mcp/tasks/ready/t-7k3f9q.md";
    const TO: &str = ".mcp/tasks/review/t-7k3f9q.md";
    const DROPPED: &str = ".mcp/tasks/review/dropped.md";

    /// A board that was looked through.
    fn known() -> (tempfile::TempDir, Store, Looked) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::at(folder.path());
        store.make().expect("a board");
        fs_err::create_dir(folder.path().join("mcp")).expect("a folder");
        fs_err::write(store.path(FROM), "").expect("a file");
        let looked = Looked::below(folder.path());
        while looked.stamps().len() < 4 {
            assert!(!store.have_newcomers(&looked).expect("looked"));
        }
        (folder, store, looked)
    }

    fn drop_one(store: &Store) {
        fs_err::write(store.path(DROPPED), "# Words").expect("a file");
    }

    #[test]
    fn our_own_moves_are_remembered_and_what_is_dropped_after_them_is_seen() {
        let (_folder, store, looked) = known();
        for _ in 0..100 {
            let mut watched = store.watched(&looked, [FROM, TO]);
            store.rename(FROM, TO).expect("renamed");
            watched.came(TO);
            watched.settle();
            assert_eq!(looked.stamps().get(&State::Review).copied(), Stamp::at(&store.path(".mcp/tasks/review")));
            assert_eq!(looked.stamps().get(&State::Ready).copied(), Stamp::at(&store.path(".mcp/tasks/ready")));
            drop_one(&store);
            assert!(store.have_newcomers(&looked).expect("looked"));
            fs_err::remove_file(store.path(DROPPED)).expect("removed");
            fs_err::rename(store.path(TO), store.path(FROM)).expect("renamed");
            while looked.stamps().len() < 4 {
                assert!(!store.have_newcomers(&looked).expect("looked"));
            }
        }
    }

    #[test]
    fn what_is_dropped_while_we_move_a_file_is_seen_whenever_it_comes() {
        for moment in 0..3 {
            let (_folder, store, looked) = known();
            let at = |this: i32| (moment == this).then(|| drop_one(&store));
            at(0);
            let mut watched = store.watched(&looked, [FROM, TO]);
            at(1);
            store.rename(FROM, TO).expect("renamed");
            at(2);
            watched.came(TO);
            watched.settle();
            assert!(store.have_newcomers(&looked).expect("looked"), "moment {moment}");
        }
    }

    #[test]
    fn a_folder_that_was_just_changed_is_looked_through_again() {
        let (_folder, store, looked) = known();
        drop_one(&store);
        fs_err::remove_file(store.path(DROPPED)).expect("removed");
        assert!(!store.have_newcomers(&looked).expect("looked"));
        assert!(!looked.stamps().contains_key(&State::Review));
        drop_one(&store);
        assert!(store.have_newcomers(&looked).expect("looked"));
    }

    #[test]
    fn what_is_written_is_read_again_and_nothing_else() {
        let (_folder, store, looked) = known();
        let text = fs_err::read_to_string(&looked.path).expect("a text");
        assert_eq!(read(&text), Some(looked.stamps()));
        for broken in
            [&text[..text.len() - 1], &text[1..], "", &text.replace("ready", "steady"), &format!("{text}ready 1\n")]
        {
            assert_eq!(read(broken), None, "{broken}");
        }
        // Another folder in its place, with the same times, is another folder.
        let ready = store.path(".mcp/tasks/ready");
        let modified = ready.metadata().and_then(|found| found.modified()).expect("a time");
        fs_err::rename(&ready, store.path("elsewhere")).expect("renamed");
        fs_err::create_dir(&ready).expect("a folder");
        fs_err::File::open(&ready).and_then(|folder| folder.set_modified(modified)).expect("a time");
        assert_ne!(looked.stamps().get(&State::Ready).copied(), Stamp::at(&ready));
    }
}

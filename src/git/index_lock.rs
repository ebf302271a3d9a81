//! An index under its lock, as git takes it: `index.lock` keeps everybody else out while it is ours.
//!
//! The lock is a second name of a file of ours, which this process holds a lock of the system on: so a lock that a killed
//! process of ours left is told from anybody else's, and removed.

use std::io::{ErrorKind, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use super::index::{Index, changed};
use super::index_rewrite::{Wanted, by_git, rewrite};
use super::locked::{Locked, Pauses};
use super::oid::Oid;
use super::places::Places;
use super::repository::Repository;
use super::scratch_index::{copied, written_like};

/// What the names of our own files begin with, in `mcp/` in the git dir.
const MARK: &str = "index-lock.";

/// One entry to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    Remove { path: String },
    Insert { path: String, mode: u32, oid: Oid },
}

/// The right to replace an index; given back when dropped.
pub(super) struct IndexLock<'repository> {
    repository: &'repository Repository,
    index: PathBuf,
    lock: PathBuf,
    /// The new index.
    fresh: PathBuf,
    mark: PathBuf,
    /// Locked as long as this lives.
    held: fs_err::File,
}

impl<'repository> IndexLock<'repository> {
    /// Takes the lock, waiting a little for others to give it back, and makes a copy of the index as it is.
    pub(super) fn take(repository: &'repository Repository, index: &Path) -> Result<Self> {
        let folder = repository.git_dir().join("mcp");
        fs_err::create_dir_all(&folder)?;
        let lock = lock_of(index);
        clear_left(repository, &lock);
        let (mark, held) = new_mark(&folder).context("locking the index")?;
        repository.steps.done();
        let fresh = beside(&mark, ".new");
        let taken = Self { repository, index: index.to_owned(), lock, fresh, mark, held };
        let mut pauses = Pauses::new();
        while let Err(error) = fs_err::hard_link(&taken.mark, &taken.lock) {
            if error.kind() != ErrorKind::AlreadyExists {
                return Err(error).context("locking the index");
            }
            if !pauses.pause() {
                return Err(error).context(Locked::by(&taken.lock)).context("locking the index");
            }
        }
        repository.steps.done();
        taken.fill()?;
        Ok(taken)
    }

    /// Changes entries in the copy; nobody sees it yet.
    pub(super) fn edit(&self, edits: &[Edit]) -> Result<()> {
        match changed(self.repository, &self.fresh, edits)? {
            Wanted::Bytes(bytes) => written_like(&self.fresh, &self.fresh, &bytes).context("changing the index"),
            _ => by_git(self.repository, &self.fresh, edits),
        }
    }

    /// Writes down, for the case that this process dies, that these paths of the index shall follow HEAD once it has moved on from
    /// here.
    pub(super) fn promise(&self, head: Option<Oid>, edits: &[Edit]) -> Result<()> {
        let head = head.map(|head| head.to_string()).unwrap_or_default();
        let paths = edits.iter().map(|edit| match edit {
            Edit::Remove { path } | Edit::Insert { path, .. } => path.as_str(),
        });
        let text: Vec<&str> = [head.as_str()].into_iter().chain(paths).collect();
        self.held.file().write_all(text.join("\0").as_bytes()).context("locking the index")
    }

    /// Makes the changed index the real one.
    pub(super) fn publish(self) -> Result<()> {
        self.repository.steps.done();
        fs_err::rename(&self.fresh, &self.index).context("replacing the index")?;
        self.repository.steps.done();
        Ok(())
    }

    fn fill(&self) -> Result<()> {
        match copied(&self.index, &self.fresh) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let made = self.repository.program(["read-tree", "--empty"]).index(&self.fresh).output();
                made.map(drop).context("starting an index")
            }
            copied => copied.context("copying the index"),
        }
    }
}

impl Drop for IndexLock<'_> {
    fn drop(&mut self) {
        remove(&self.mark, &self.lock);
    }
}

/// A file that only this process has, and the new index beside it; both removed when dropped.
pub(super) struct Mark {
    pub(super) path: PathBuf,
    pub(super) fresh: PathBuf,
    lock: PathBuf,
    /// Locked as long as this lives.
    held: fs_err::File,
}

impl Mark {
    pub(super) fn new(repository: &Repository, lock: &Path) -> Result<Self> {
        let folder = repository.git_dir().join("mcp");
        fs_err::create_dir_all(&folder)?;
        let (path, held) = new_mark(&folder)?;
        Ok(Self { fresh: beside(&path, ".new"), path, lock: lock.to_owned(), held })
    }

    /// Makes the new index the mark itself, still ours alone.
    pub(super) fn becomes_fresh(&mut self) -> Result<()> {
        let held = fs_err::File::open(&self.fresh)?;
        held.file().lock()?;
        fs_err::rename(&self.fresh, &self.path)?;
        self.held = held;
        Ok(())
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        remove(&self.path, &self.lock);
    }
}

/// The name of an index's lock.
pub(super) fn lock_of(index: &Path) -> PathBuf {
    beside(index, ".lock")
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// A file that only this process has, locked.
fn new_mark(folder: &Path) -> Result<(PathBuf, fs_err::File)> {
    loop {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|error| anyhow!("asking the system for random bytes: {error}"))?;
        let mark = folder.join(format!("{MARK}{:016x}", u64::from_le_bytes(random)));
        let held = fs_err::OpenOptions::new().write(true).create_new(true).open(&mark)?;
        held.file().lock()?;
        // Before it was locked it looked like that of a dead process.
        if mark.exists() {
            return Ok((mark, held));
        }
    }
}

/// Gives a lock back, or takes one from a dead process: whoever calls holds the mark's own lock. As long as the mark is there no
/// other file has its number, so that what is removed is never somebody else's.
fn remove(mark: &Path, lock: &Path) {
    let number = |path: &Path| path.symlink_metadata().map(|metadata| (metadata.dev(), metadata.ino())).ok();
    if number(mark).is_some_and(|mark| number(lock) == Some(mark)) {
        fs_err::remove_file(lock).ok();
    }
    let fresh = beside(mark, ".new");
    // Git's own lock beside it is left when its process was killed as well.
    for path in [beside(&fresh, ".lock"), fresh] {
        fs_err::remove_file(path).ok();
    }
    // Last: without it nothing tells whose the lock is.
    fs_err::remove_file(mark).ok();
}

/// Removes what killed processes of ours left of an index's lock, and keeps what they promised.
pub(super) fn clear_left(repository: &Repository, lock: &Path) {
    let folder = repository.git_dir().join("mcp");
    let names = fs_err::read_dir(&folder).into_iter().flatten().flatten();
    for name in names.filter_map(|entry| entry.file_name().into_string().ok()) {
        let is_mark = name.strip_prefix(MARK).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some(mark) = Some(folder.join(name)).filter(|_| is_mark) else { continue };
        let Ok(held) = fs_err::File::open(&mark) else { continue };
        if held.file().try_lock().is_err() {
            continue;
        }
        // A mark that is an index already promises nothing.
        let is_promise = |text: &String| !text.starts_with("DIRC");
        let promised = fs_err::read_to_string(&mark).ok().filter(is_promise).unwrap_or_default();
        remove(&mark, lock);
        let (old, paths) = promised.split_once('\0').unwrap_or_default();
        let paths: Vec<String> = paths.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect();
        let head = repository.head().ok().map(|head| head.commit.map(|commit| commit.to_string()).unwrap_or_default());
        if !paths.is_empty() && head.is_some_and(|head| head != old) {
            // What cannot be brought up to date here the hook brings up to date with the next commit.
            repository.reset_paths_in_index(&paths).ok();
        }
    }
}

/// Words the edits as `git update-index --index-info -z` reads them, in their order.
pub(super) fn index_info(places: &Places, edits: &[Edit]) -> String {
    let lines = edits.iter().map(|edit| match edit {
        Edit::Remove { path } => format!("0 {}\t{path}\0", places.no_oid()),
        Edit::Insert { path, mode, oid } => format!("{mode:o} {oid} 0\t{path}\0"),
    });
    lines.collect()
}

impl Repository {
    /// Removes the lock of this work tree's index that a killed process of ours left, and finishes what it had begun; nobody
    /// else's is touched.
    pub fn clear_own_index_lock(&self) {
        clear_left(self, &lock_of(&self.own_index_file()));
    }

    /// Makes the index agree with HEAD at these paths, whatever was staged there; the work tree is left
    /// alone, and so is an index that agrees already.
    pub fn reset_paths_in_index(&self, paths: &[String]) -> Result<()> {
        let head = self.head()?.commit;
        let file = self.own_index_file();
        let index = Index::open_file(self, &file)?;
        let mut edits = Vec::new();
        for path in paths {
            let entry = match head {
                Some(commit) => self.entry(commit, path)?,
                None => None,
            };
            let (blob, edit) = match entry {
                Some(entry) if !entry.is_tree() => {
                    (Some(entry.oid), Edit::Insert { path: path.clone(), mode: entry.mode, oid: entry.oid })
                }
                _ => (None, Edit::Remove { path: path.clone() }),
            };
            if index.has_conflicts() || index.blob(path) != blob {
                edits.push(edit);
            }
        }
        if edits.is_empty() {
            return Ok(());
        }
        rewrite(self, &file, &edits, None, |copy| changed(self, copy, &edits)).map(drop)
    }

    /// Returns this work tree's index, even when git told us to use another for the commit being made.
    pub(super) fn own_index_file(&self) -> PathBuf {
        self.git_dir().join("index")
    }
}

//! Refs by the program, in whatever format they are kept.
//!
//! The call that swaps holds the lock of the system on a file of ours as long as it runs: if we are killed it still swaps, and
//! whoever comes after us waits for it.

use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::git::answer::Answer;
use crate::git::backend::Swapping;
use crate::git::cells::Swap;
use crate::git::durable::sync_folder;
use crate::git::locked::{Locked, Pauses, age};
use crate::git::oid::Oid;
use crate::git::packed_refs::{self, Listing};
use crate::git::places::Places;
use crate::git::ref_lock;
use crate::steps::Steps;

use super::ByProgram;

/// How long git itself waits for a lock, in milliseconds.
const WAITING: [&str; 2] = ["core.filesRefLockTimeout=1000", "reftable.lockTimeout=1000"];

/// How far the time of a lock may be from that of our mark when it was one of our calls that left it.
const CALL: Duration = Duration::from_secs(300);

impl ByProgram {
    pub(super) fn symbolic_head(&self) -> Result<Option<String>> {
        let answer = self.asking(["symbolic-ref", "--quiet", "HEAD"]).answer()?;
        match answer.code {
            Some(0) => {
                let name = String::from_utf8_lossy(&answer.stdout).trim_end().to_owned();
                Ok(Some(name.strip_prefix("refs/heads/").map_or(name.clone(), str::to_owned)))
            }
            Some(1) => Ok(None),
            _ => Err(answer.failure().into()),
        }
    }

    pub(super) fn has_reftable(&self) -> bool {
        tables(&self.places).is_some()
    }

    /// Returns what a ref points to.
    pub(super) fn lookup(&self, name: &str) -> Result<Option<Oid>> {
        if !self.has_shadows
            && let Some(oid) = self.batch.resolve(&self.places, name)?
        {
            return Ok(Some(oid));
        }
        // It may point to what is not there.
        self.exact_lookup(name)
    }

    /// Returns what a ref points to that is never symbolic.
    pub(super) fn cell_lookup(&self, name: &str) -> Result<Option<Oid>> {
        match self.has_files() {
            true => packed_refs::lookup(&self.places.common_dir, name),
            false => self.lookup(name),
        }
    }

    /// Whether each ref that is not packed is a file; in other formats there is no folder for them, but a file that says so.
    fn has_files(&self) -> bool {
        !self.has_reftable() && self.places.common_dir.join("refs/heads").is_dir()
    }

    fn exact_lookup(&self, name: &str) -> Result<Option<Oid>> {
        Ok(self.refs(name)?.into_iter().find(|(found, _)| found == name).map(|(_, oid)| oid))
    }

    pub(super) fn listing(&self, prefix: &str) -> Result<Listing> {
        if self.has_files() {
            return Listing::of(&self.places.common_dir, prefix);
        }
        // Git matches whole parts of names.
        let folder = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
        let refs = self.refs(folder)?.into_iter().filter(|(name, _)| name.starts_with(prefix));
        Ok(Listing::known(prefix, refs.collect()))
    }

    fn refs(&self, pattern: &str) -> Result<Vec<(String, Oid)>> {
        let listed = self.asking(["for-each-ref", "--format=%(objectname) %(refname)", pattern]).output()?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let refs = listed.lines().map(|line| {
            let (oid, name) = line.split_once(' ').context("git lists a ref without a name")?;
            Ok((name.to_owned(), oid.parse()?))
        });
        refs.collect()
    }

    pub(super) fn swap_by_program(&self, swap: &Swapping<'_>, steps: &Steps) -> Result<Swap> {
        let mark = Mark::take(&self.places, swap.name)?;
        steps.done();
        // Beside a `git pack-refs` git may take a ref for what it was before that was packed, and swap what it should not: two
        // have won then. We look ourselves, as long as no other of ours may write it.
        let found = if self.has_files() { packed_refs::lookup(&self.places.common_dir, swap.name)? } else { swap.old };
        if found != swap.old {
            mark.remove()?;
            return Ok(Swap::Lost(found));
        }
        let folders = self.folders_of(swap.name);
        let mut pauses = Pauses::new();
        loop {
            let answer = self.update_ref(swap, &mark)?;
            match answer.code {
                Some(0) => break,
                // Killed: its lock may be left, and the mark tells that it is ours.
                None => return Err(answer.failure().into()),
                Some(_) => {}
            }
            let found = match self.has_files() {
                true => packed_refs::lookup(&self.places.common_dir, swap.name)?,
                false => self.exact_lookup(swap.name)?,
            };
            if found != swap.old {
                mark.remove()?;
                return Ok(Swap::Lost(found));
            }
            if !answer.stderr.contains("lock") || !pauses.pause() {
                mark.remove()?;
                let lock = lock_path(&self.places, swap.name);
                let error = anyhow::Error::new(answer.failure());
                let error = if lock.exists() { error.context(Locked::by(&lock)) } else { error };
                return Err(error.context(format!("writing ref `{}`", swap.name)));
            }
        }
        if swap.durable {
            folders.iter().filter(|folder| folder.is_dir()).try_for_each(|folder| sync_folder(folder))?;
        }
        mark.remove()?;
        Ok(Swap::Swapped(swap.new))
    }

    fn update_ref(&self, swap: &Swapping<'_>, mark: &Mark) -> Result<Answer> {
        let new = swap.new.to_string();
        let old = swap.old.map_or_else(|| self.places.no_oid(), |old| old.to_string());
        let fsync = if swap.durable { "core.fsync=reference" } else { "core.fsync=none" };
        let settings = [fsync, "core.logAllRefUpdates=false", WAITING[0], WAITING[1]];
        let settings = settings.iter().flat_map(|&setting| ["-c", setting]);
        let call = settings.chain(["update-ref", "--no-deref", swap.name, &new, &old]);
        self.places.program(call).holding(&mark.file)?.answer()
    }

    /// The folders whose names change when a ref is written, from the deepest up; those above are there already.
    fn folders_of(&self, name: &str) -> Vec<PathBuf> {
        let common_dir = &self.places.common_dir;
        let tables = tables(&self.places);
        let folder = tables.unwrap_or_else(|| common_dir.join(name).parent().unwrap_or(common_dir).to_owned());
        let oldest = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(common_dir).to_owned();
        folder.ancestors().take_while(|folder| folder.starts_with(&oldest)).map(Path::to_owned).collect()
    }

    /// Removes a lock that a call of ours left when it was killed, if it is older than that; says whether it did.
    pub(super) fn clear_lock_of(&self, name: &str, older_than: Duration) -> Result<bool> {
        let lock = lock_path(&self.places, name);
        if age(&lock).is_none_or(|age| age < older_than) {
            return Ok(false);
        }
        // Another process may be writing any ref: only a mark whose call is dead tells that the lock is ours.
        let Some(mark) = dead_mark(&self.places, &lock)? else { return Ok(false) };
        match fs_err::remove_file(&lock) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error).context("removing a stale lock"),
            _ => mark.remove().map(|()| true),
        }
    }

    /// Waits until no call of ours is writing a ref any more; the lock of one that was killed goes once it is older than that.
    pub(super) fn outlive_call(&self, name: &str, older_than: Duration) -> Result<()> {
        let path = mark_path(&self.places, name);
        let mut pauses = Pauses::new();
        while path.exists() {
            if Mark::try_existing(&path)?.is_some() {
                return self.clear_lock_of(name, older_than).map(drop);
            }
            if !pauses.pause() {
                return Err(Locked::by(&path).into());
            }
        }
        Ok(())
    }
}

/// Says that a call of ours is writing a ref: a file that we and the call hold the lock of the system on.
struct Mark {
    file: fs_err::File,
    path: PathBuf,
}

impl Mark {
    fn take(places: &Places, name: &str) -> Result<Self> {
        let path = mark_path(places, name);
        let mut pauses = Pauses::new();
        loop {
            fs_err::create_dir_all(path.parent().unwrap_or(&path))?;
            let file = fs_err::OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
            if let Some(mark) = Self::locked(file, &path)? {
                mark.file.set_len(0)?;
                mark.file.file().write_all(name.as_bytes())?;
                return Ok(mark);
            }
            if !pauses.pause() {
                return Err(Locked::by(&path)).with_context(|| format!("locking ref `{name}`"));
            }
        }
    }

    /// The mark of a call that is dead.
    fn try_existing(path: &Path) -> Result<Option<Self>> {
        match fs_err::OpenOptions::new().write(true).open(path) {
            Ok(file) => Self::locked(file, path),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn locked(file: fs_err::File, path: &Path) -> Result<Option<Self>> {
        if file.file().try_lock().is_err() {
            return Ok(None);
        }
        // It may have been removed since it was opened.
        let ours = file.metadata()?;
        let is_there = path.metadata().is_ok_and(|there| (there.dev(), there.ino()) == (ours.dev(), ours.ino()));
        Ok(is_there.then(|| Self { file, path: path.to_owned() }))
    }

    fn remove(self) -> Result<()> {
        Ok(fs_err::remove_file(&self.path)?)
    }
}

fn marks(places: &Places) -> PathBuf {
    places.common_dir.join("mcp/swaps")
}

fn mark_path(places: &Places, name: &str) -> PathBuf {
    marks(places).join(name.replace('/', "%"))
}

/// Finds the mark of a dead call that may have made a lock.
fn dead_mark(places: &Places, lock: &Path) -> Result<Option<Mark>> {
    let Some(made) = age(lock) else { return Ok(None) };
    for entry in fs_err::read_dir(marks(places)).into_iter().flatten().flatten() {
        let begun = age(&entry.path()).is_some_and(|begun| begun >= made && begun - made < CALL);
        if let Some(mark) = if begun { Mark::try_existing(&entry.path())? } else { None } {
            return Ok(Some(mark));
        }
    }
    Ok(None)
}

/// Where all refs are kept together, if they are no files.
fn tables(places: &Places) -> Option<PathBuf> {
    Some(places.common_dir.join("reftable")).filter(|folder| folder.is_dir())
}

/// The lock that git takes to write a ref: a file beside it, or one for all refs.
fn lock_path(places: &Places, name: &str) -> PathBuf {
    match tables(places) {
        Some(tables) => tables.join("tables.list.lock"),
        None => ref_lock::lock_path(&places.common_dir, name),
    }
}

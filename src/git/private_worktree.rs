//! A work tree of our own, in which a tree can be looked at, built and tested without touching the user's.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::backend::Kind;
use super::oid::Oid;
use super::places::git_dir_of_linked;
use super::program::Program;
use super::repository::Repository;

/// What would run foreign code there, or leave files out.
const SETTINGS: &[&str] =
    &["core.hooksPath=/dev/null", "core.fsmonitor=false", "core.sparseCheckout=false", "submodule.recurse=false"];

/// Why git shall not prune it, and how we know it from the user's own: those we never touch.
const REASON: &str = "private: its files are replaced by a program";

/// A private work tree, ours alone until this is dropped.
#[derive(Debug)]
pub struct PrivateWorktree {
    path: PathBuf,
    // Closing the file gives the lock back, also when we are killed.
    _lock: fs_err::File,
}

impl PrivateWorktree {
    /// Returns its top folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Repository {
    /// Makes the files at a path outside the repository equal to a tree; `None` when another process is using
    /// that path.
    ///
    /// The work tree is made when it is not there, and kept for the next time: files that do not change keep
    /// their times, and ignored files (a cache of a build) stay. Its HEAD is the commit that is HEAD here,
    /// detached.
    pub fn private_worktree(&self, path: &Path, tree: Oid) -> Result<Option<PrivateWorktree>> {
        let Some(lock) = taken(path)? else {
            return Ok(None);
        };
        let context = || format!("preparing a work tree at {}", path.display());
        self.tree(tree).with_context(context)?;
        let is_reused = self.is_ours(path);
        if !is_reused {
            self.add(path).with_context(context)?;
        }
        if let Err(error) = self.fill(path, tree) {
            if !is_reused {
                return Err(error).with_context(context);
            }
            // Something in it is damaged: it costs time to begin anew, but nothing else.
            self.add(path).and_then(|()| self.fill(path, tree)).with_context(context)?;
        }
        Ok(Some(PrivateWorktree { path: path.to_owned(), _lock: lock }))
    }

    /// Removes the private work tree at a path, if there is one of this repository; says whether there was.
    pub fn remove_private_worktree(&self, path: &Path) -> Result<bool> {
        let Some(_lock) = taken(path)? else { return Ok(false) };
        if !self.is_ours(path) {
            return Ok(false);
        }
        // Twice, since it is locked.
        let remove = ["worktree", "remove", "--force", "--force"].map(OsString::from);
        self.program_with(SETTINGS, remove.into_iter().chain([path.into()])).output()?;
        Ok(true)
    }

    fn is_ours(&self, path: &Path) -> bool {
        let Some(git_dir) = git_dir_of_linked(path) else { return false };
        let read = |name: &str| fs_err::read_to_string(git_dir.join(name)).unwrap_or_default();
        let same = |one: &Path, other: &Path| {
            fs_err::canonicalize(one).is_ok_and(|one| fs_err::canonicalize(other).is_ok_and(|other| one == other))
        };
        same(&git_dir.join(read("commondir").trim_end()), self.common_dir())
            && same(&git_dir.join(read("gitdir").trim_end()), &path.join(".git"))
            && lock_reason(&git_dir).as_deref() == Some(REASON)
    }

    fn add(&self, path: &Path) -> Result<()> {
        self.remove_remains(path)?;
        let commit = self.head_or_empty_commit()?.to_string();
        let add = ["worktree", "add", "--quiet", "--force", "--force"];
        let how = ["--detach", "--no-checkout", "--lock", "--reason", REASON];
        let arguments = add.iter().chain(&how).map(OsString::from).chain([path.into(), commit.into()]);
        self.program_with(SETTINGS, arguments).output().map(drop)
    }

    fn fill(&self, path: &Path, tree: Oid) -> Result<()> {
        let git_dir = git_dir_of_linked(path).context("finding the work tree's git dir")?;
        // We hold the only right to use this work tree: a lock in it was left by a process that died.
        remove_if_there(&git_dir.join("index.lock"))?;
        remove_if_there(&git_dir.join("HEAD.lock"))?;
        let commit = self.head_or_empty_commit()?.to_string();
        let tree = tree.to_string();
        let calls: [&[&str]; 3] = [
            &["update-ref", "--no-deref", "HEAD", &commit],
            &["read-tree", "--reset", "-u", "--no-sparse-checkout", &tree],
            // Twice -f: also repositories that a test left behind.
            &["clean", "-ffdq"],
        ];
        for call in calls {
            Program::in_directory(path, SETTINGS, call).output()?;
        }
        Ok(())
    }

    /// Returns a commit to detach HEAD at: before the first one, an empty commit that no branch names.
    fn head_or_empty_commit(&self) -> Result<Oid> {
        if let Some(commit) = self.head()?.commit {
            return Ok(commit);
        }
        let nobody = "nobody <nobody@localhost> 0 +0000";
        let tree = self.empty_tree()?;
        let commit = format!("tree {tree}\nauthor {nobody}\ncommitter {nobody}\n\nNothing yet\n");
        self.backend.write(Kind::Commit, commit.as_bytes()).context("making an empty commit")
    }

    /// Clears the way for `git worktree add`, but never removes what git did not make for this repository.
    fn remove_remains(&self, path: &Path) -> Result<()> {
        let mut entries = match fs_err::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if entries.next().is_none() {
            return Ok(());
        }
        let is_private = git_dir_of_linked(path).is_some_and(|git_dir| {
            // Git gives this reason until it has made a work tree; one that was pruned has none.
            let may_go = !git_dir.exists() || matches!(lock_reason(&git_dir).as_deref(), Some(REASON | "initializing"));
            may_go && git_dir.starts_with(self.common_dir().join("worktrees"))
        });
        if !is_private {
            bail!("{} is not empty, and not a private work tree of this repository", path.display());
        }
        fs_err::remove_dir_all(path)?;
        Ok(())
    }
}

/// Takes the lock file beside a path, or says that another has it.
fn taken(path: &Path) -> Result<Option<fs_err::File>> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    if let Some(folder) = name.parent() {
        fs_err::create_dir_all(folder)?;
    }
    let file = fs_err::OpenOptions::new().create(true).truncate(false).write(true).open(&name)?;
    let mut locked = file.file().try_lock();
    for _ in 0..10 {
        // A child that another thread is just starting holds what we gave back until it runs its program.
        if locked.is_err() {
            std::thread::sleep(Duration::from_millis(2));
            locked = file.file().try_lock();
        }
    }
    match locked.map_err(std::io::Error::from) {
        Ok(()) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error).with_context(|| format!("locking {}", name.display())),
    }
}

fn remove_if_there(file: &Path) -> Result<()> {
    match fs_err::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn lock_reason(git_dir: &Path) -> Option<String> {
    let reason = fs_err::read_to_string(git_dir.join("locked")).ok()?;
    Some(reason.trim_end().to_owned())
}

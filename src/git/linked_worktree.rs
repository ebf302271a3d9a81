//! Linked work trees for the user: making one with its branch, saying what it holds, removing one that holds nothing.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::oid::Oid;
use super::program::Program;
use super::repository::Repository;

/// What git writes into the lock of a work tree until it has made it.
const INITIALIZING: &str = "initializing";

/// One path at which a work tree differs from its HEAD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// From the top of the work tree.
    pub path: String,
    /// Git does not know the file, and does not ignore it.
    pub is_untracked: bool,
    /// The file is not there, and was not taken out of the index.
    pub is_missing: bool,
}

impl Repository {
    /// Makes a linked work tree on a branch: a new one that starts at `start`, or one that exists. The user's hooks run.
    pub fn add_worktree(&self, path: &Path, branch: &str, start: Option<Oid>) -> Result<()> {
        let mut arguments: Vec<OsString> = ["worktree", "add", "--quiet"].map(OsString::from).into();
        match start {
            Some(start) => {
                arguments.extend(["--no-track", "-b", branch].map(OsString::from));
                arguments.extend([path.into(), start.to_string().into()]);
            }
            None => arguments.extend([path.into(), branch.into()]),
        }
        let added = self.program_with(&[], arguments).output();
        added.map(drop).with_context(|| format!("making a work tree at {}", path.display()))
    }

    /// What git keeps about a work tree at a path, be it whole or half made; `None` when it knows of none there.
    pub fn linked_git_dir(&self, path: &Path) -> Option<PathBuf> {
        let wanted = path.join(".git");
        let entries = fs_err::read_dir(self.common_dir().join("worktrees")).into_iter().flatten().flatten();
        let mut git_dirs = entries.map(|entry| entry.path());
        git_dirs.find(|git_dir| {
            let Ok(dot_git) = fs_err::read_to_string(git_dir.join("gitdir")) else { return false };
            let dot_git = git_dir.join(dot_git.trim_end_matches(['\n', '\r']));
            dot_git == wanted || fs_err::canonicalize(dot_git).is_ok_and(|dot_git| dot_git == wanted)
        })
    }

    /// Whether git was cut short while it made the work tree at a path.
    pub fn is_half_made(&self, path: &Path) -> bool {
        self.linked_git_dir(path).is_some_and(|git_dir| {
            let reason = fs_err::read_to_string(git_dir.join("locked")).unwrap_or_default();
            reason.trim_end() == INITIALIZING || !git_dir.join("index").exists() || !path.join(".git").exists()
        })
    }

    /// Where the work tree at a path differs from its HEAD, by its index and its files; ignored files say nothing.
    ///
    /// One that was cut short while it was made gets the index that it lacks: the caller promises that nobody uses it.
    pub fn differences(&self, path: &Path) -> Result<Vec<Difference>> {
        let context = || format!("looking at the work tree {}", path.display());
        if self.is_half_made(path) {
            if let Some(git_dir) = self.linked_git_dir(path) {
                match fs_err::remove_file(git_dir.join("index.lock")) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                    _ => {}
                }
            }
            Program::in_directory(path, super::program::SETTINGS, ["read-tree", "HEAD"])
                .output()
                .with_context(context)?;
        }
        let arguments = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"];
        let status = Program::in_directory(path, super::program::SETTINGS, arguments)
            .variable("GIT_OPTIONAL_LOCKS", "0")
            .output()
            .with_context(context)?;
        let text = String::from_utf8_lossy(&status).into_owned();
        let differences = text.split_terminator('\0').filter_map(|entry| {
            let (mark, path) = entry.split_at_checked(3)?;
            let (is_untracked, is_missing) = (mark.starts_with("??"), mark.starts_with(" D"));
            Some(Difference { path: path.to_owned(), is_untracked, is_missing })
        });
        Ok(differences.collect())
    }

    /// How many commits are reachable from one, but from no branch of this repository or of a remote except those of that
    /// name.
    pub fn commits_beyond(&self, commit: Oid, branch: &str) -> Result<usize> {
        let [here, there] = [format!("--exclude={branch}"), format!("--exclude=*/{branch}")];
        let commit = commit.to_string();
        let arguments = ["rev-list", "--count", &commit, "--not", &here, "--branches", &there, "--remotes"];
        let count = self.program(arguments).line().context("counting the commits that no other branch has")?;
        Ok(count.trim().parse()?)
    }

    /// The tree that merging one commit into another would make; `None` when they conflict, or git is too old to say.
    pub fn merged_tree(&self, into: Oid, other: Oid) -> Result<Option<Oid>> {
        let (into, other) = (into.to_string(), other.to_string());
        let answer = self.program(["merge-tree", "--write-tree", "--no-messages", &into, &other]).answer()?;
        if answer.code != Some(0) {
            return Ok(None);
        }
        Ok(String::from_utf8_lossy(&answer.stdout).trim().parse().ok())
    }

    /// Gives paths of a work tree, and of its index, the value that its HEAD has.
    pub fn restore_in(&self, path: &Path, paths: &[String]) -> Result<()> {
        if paths.is_empty() {
            return Ok(());
        }
        let how = ["--literal-pathspecs", "restore", "--source=HEAD", "--staged", "--worktree", "--"];
        let arguments = how.into_iter().chain(paths.iter().map(String::as_str));
        let restored = Program::in_directory(path, super::program::SETTINGS, arguments).output();
        restored.map(drop).with_context(|| format!("restoring files in {}", path.display()))
    }

    /// Removes a linked work tree; git refuses when it differs from its HEAD or is locked.
    pub fn remove_worktree(&self, path: &Path) -> Result<()> {
        let arguments: [OsString; 3] = ["worktree".into(), "remove".into(), path.into()];
        let removed = self.program(arguments).output();
        removed.map(drop).with_context(|| format!("removing the work tree {}", path.display()))
    }

    /// Removes what git left of a work tree that it did not finish making. The caller has seen that nothing else is there.
    pub fn remove_half_made(&self, path: &Path) -> Result<()> {
        if let Some(git_dir) = self.linked_git_dir(path) {
            if path.join(".git").exists() {
                let arguments: [OsString; 5] =
                    ["worktree".into(), "remove".into(), "--force".into(), "--force".into(), path.into()];
                self.program(arguments).output().with_context(|| format!("removing {}", path.display()))?;
                return Ok(());
            }
            fs_err::remove_dir_all(git_dir)?;
        }
        match fs_err::remove_dir(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Deletes a branch that still points to this commit; its commits must be reachable otherwise.
    pub fn delete_branch(&self, branch: &str, at: Oid) -> Result<()> {
        let name = format!("refs/heads/{branch}");
        let deleted = self.program(["update-ref", "-d", &name, &at.to_string()]).output();
        deleted.map(drop).with_context(|| format!("deleting branch `{}`", branch.escape_debug()))
    }
}

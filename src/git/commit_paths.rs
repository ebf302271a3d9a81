//! Committing a few paths, and nothing else, whatever is staged.

use std::error::Error;
use std::fmt;

use anyhow::{Context, Result, bail};

use super::answer::GitFailed;
use super::index_lock::{Edit, IndexLock};
use super::oid::Oid;
use super::repository::Repository;
use super::tree::{EXECUTABLE, FILE};

/// How often to start again when others commit at the same time.
const ATTEMPTS: usize = 5;

/// Git does not know in whose name to commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoIdentity;

impl fmt::Display for NoIdentity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "git does not know your name and email address")
    }
}

impl Error for NoIdentity {}

impl Repository {
    /// Commits these paths with these blobs (`None`: removed) on top of HEAD, and everything else as it is in
    /// HEAD.
    ///
    /// No hook runs. What the user has staged stays staged; in the index only these paths change. When HEAD
    /// already has these blobs there is nothing to commit, and HEAD is returned. Fails with [`NoIdentity`]
    /// somewhere in its chain when git has no name to commit with.
    pub fn commit_paths(&self, message: &str, paths: &[(String, Option<Oid>)]) -> Result<Oid> {
        for _ in 0..ATTEMPTS {
            // Before HEAD is read, lest those who wait for the index all wait with a HEAD that moves meanwhile; and before
            // it moves, as git does: HEAD without its index would look like a staged revert.
            let lock = IndexLock::take(self, &self.own_index_file())?;
            let head = self.head()?.commit;
            let base = match head {
                Some(commit) => self.tree_of(commit)?,
                None => self.empty_tree()?,
            };
            let edits = self.edits(base, paths)?;
            let tree = self.edited_tree(base, &edits)?;
            lock.edit(&edits)?;
            lock.promise(head, &edits)?;
            let commit = match head {
                Some(head) if tree == base => head,
                _ => self.write_commit(message, tree, head)?,
            };
            if head == Some(commit) || self.move_head(message, head, commit)? {
                lock.publish()?;
                return Ok(commit);
            }
        }
        bail!("HEAD moved {ATTEMPTS} times while committing");
    }

    fn edits(&self, base: Oid, paths: &[(String, Option<Oid>)]) -> Result<Vec<Edit>> {
        let mut edits = Vec::new();
        for (path, blob) in paths {
            let Some(oid) = *blob else {
                edits.push(Edit::Remove { path: path.clone() });
                continue;
            };
            let mode = self.entry(base, path)?.map(|entry| entry.mode).filter(|&mode| mode == EXECUTABLE);
            edits.push(Edit::Insert { path: path.clone(), mode: mode.unwrap_or(FILE), oid });
        }
        Ok(edits)
    }

    fn write_commit(&self, message: &str, tree: Oid, parent: Option<Oid>) -> Result<Oid> {
        let mut arguments = vec!["commit-tree".to_owned(), tree.to_string()];
        if let Some(parent) = parent {
            arguments.extend(["-p".to_owned(), parent.to_string()]);
        }
        if self.config_bool("commit.gpgSign")? == Some(true) {
            arguments.push("-S".to_owned());
        }
        arguments.extend(["-F", "-"].map(str::to_owned));
        let answer = self.program(arguments).input(message).answer()?;
        if answer.code != Some(0) {
            let failure = answer.failure();
            let is_nameless = is_about_identity(&failure);
            let error = anyhow::Error::new(failure);
            return Err(if is_nameless { error.context(NoIdentity) } else { error }.context("making a commit"));
        }
        String::from_utf8_lossy(&answer.stdout).trim().parse().context("making a commit")
    }

    /// Moves HEAD, or the branch that it names, from one commit to the next; false when it was no longer
    /// there.
    fn move_head(&self, message: &str, old: Option<Oid>, new: Oid) -> Result<bool> {
        let kind = if old.is_some() { "commit" } else { "commit (initial)" };
        let entry = format!("{kind}: {}", message.lines().next().unwrap_or_default());
        let expected = old.map_or_else(|| self.places.no_oid(), |old| old.to_string());
        let answer = self.program(["update-ref", "-m", &entry, "HEAD", &new.to_string(), &expected]).answer()?;
        if answer.code == Some(0) {
            return Ok(true);
        }
        if self.head()?.commit != old {
            return Ok(false);
        }
        Err(answer.failure()).context("moving HEAD")
    }
}

fn is_about_identity(failure: &GitFailed) -> bool {
    ["tell me who you are", "empty ident", "unable to auto-detect", "no email was given", "no name was given"]
        .iter()
        .any(|part| failure.stderr.contains(part))
}

//! Refs of another repository: read, and changed by comparing and swapping there.
//!
//! The other side's `git` is the arbiter. A push names the value that it replaces, so of several who replace one value one
//! wins; what a push that failed has really done is told by reading the ref again, never by the words of the error.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};

use super::backend::Swapping;
use super::cells::Swap;
use super::oid::Oid;
use super::ref_lock;
use super::remote_call::{Remote, Unreachable, without_credentials};
use super::repository::Repository;

/// How old the lock file of a ref must be to be that of a dead process: longer than `git pack-refs` ever holds one.
const STALE: Duration = Duration::from_millis(500);
/// And one that a `git fetch` made: longer than it takes to write its refs.
const DEAD: Duration = Duration::from_secs(10);

/// One ref to be changed on a remote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefPush {
    /// The full name of the ref, there and here.
    pub name: String,
    /// The value that it must still have; `None`: it must not exist.
    pub old: Option<Oid>,
    /// The value that it shall have; `None`: it shall be gone.
    pub new: Option<Oid>,
}

/// What became of the push of one ref.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushed {
    /// It has the new value.
    Done,
    /// The other side, or its lease, said no, in these words.
    Rejected(String),
}

impl Repository {
    /// Writes small files as a flat tree that no ref points to yet.
    pub fn write_files(&self, files: &[(&str, &[u8])]) -> Result<Oid> {
        self.write_flat_tree(files, false)
    }

    /// What a ref of a remote points to now.
    pub fn remote_ref(&self, remote: &Remote, name: &str) -> Result<Result<Option<Oid>, Unreachable>> {
        ref_lock::check_name(name)?;
        let answer = match self.call_remote(remote, 1, &["ls-remote", "--quiet"], [name])? {
            Ok(answer) => answer,
            Err(unreachable) => return Ok(Err(unreachable)),
        };
        if answer.code != Some(0) {
            return Ok(Err(Unreachable::told(remote, &answer)));
        }
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        // A pattern also matches the ends of longer names.
        let found = text.lines().filter_map(|line| line.split_once('\t')).find(|(_, found)| *found == name);
        found.map(|(oid, _)| oid.parse().context("reading what a remote says")).transpose().map(Ok)
    }

    /// Changes refs of a remote in one push, each only if it still has its old value there.
    ///
    /// Gives back what became of each, by name; a ref of which the other side told nothing is not among them.
    pub fn push_refs(
        &self,
        remote: &Remote,
        refs: &[RefPush],
    ) -> Result<Result<BTreeMap<String, Pushed>, Unreachable>> {
        self.push_refs_while(remote, refs, || {})
    }

    /// The same, and does something else while the other side is at work.
    pub fn push_refs_while(
        &self,
        remote: &Remote,
        refs: &[RefPush],
        meanwhile: impl FnOnce(),
    ) -> Result<Result<BTreeMap<String, Pushed>, Unreachable>> {
        let hex = |oid: Option<Oid>| oid.map_or_else(String::new, |oid| oid.to_string());
        let leases: Vec<String> =
            refs.iter().map(|one| format!("--force-with-lease={}:{}", one.name, hex(one.old))).collect();
        let mut words = vec!["push", "--porcelain", "--no-verify", "--no-progress", "--no-thin"];
        words.extend(leases.iter().map(String::as_str));
        for one in refs {
            ref_lock::check_name(&one.name)?;
        }
        let specs = refs.iter().map(|one| format!("{}:{}", hex(one.new), one.name));
        let answer = match self.call_remote_while(remote, refs.len(), &words, specs, meanwhile)? {
            Ok(answer) => answer,
            Err(unreachable) => return Ok(Err(unreachable)),
        };
        let told = told_refs(&String::from_utf8_lossy(&answer.stdout));
        if told.is_empty() && answer.code != Some(0) {
            return Ok(Err(Unreachable::told(remote, &answer)));
        }
        Ok(Ok(told))
    }

    /// Brings refs of a remote here, under another prefix; those that are gone there go here too.
    pub fn fetch_refs(&self, remote: &Remote, from: &str, to: &str) -> Result<Result<(), Unreachable>> {
        self.fetch(remote, 2, &["--prune"], (&format!("{from}*"), &format!("{to}*")))
    }

    /// Brings one ref of a remote here, under another name.
    pub fn fetch_ref(&self, remote: &Remote, from: &str, to: &str) -> Result<Result<(), Unreachable>> {
        self.fetch(remote, 1, &[], (from, to))
    }

    fn fetch(
        &self,
        remote: &Remote,
        refs: usize,
        flags: &[&str],
        (from, to): (&str, &str),
    ) -> Result<Result<(), Unreachable>> {
        let call = || -> Result<Result<(), Unreachable>> {
            let mut words =
                vec!["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--refmap="];
            words.extend(flags);
            Ok(match self.call_remote(remote, refs, &words, [format!("+{from}:{to}")])? {
                Ok(answer) if answer.code == Some(0) => Ok(()),
                Ok(answer) => Err(Unreachable::told(remote, &answer)),
                Err(unreachable) => Err(unreachable),
            })
        };
        let fetched = call()?;
        // One that was killed left its lock files, at which the next one would give up.
        if fetched.is_err() && self.clear_fetch_locks(to)? { call() } else { Ok(fetched) }
    }

    /// Removes the lock files that a dead `git fetch` left beside the refs that it was to write; says whether there were any.
    fn clear_fetch_locks(&self, to: &str) -> Result<bool> {
        let folder = to.rsplit_once('/').map_or(to, |(folder, _)| folder);
        let entries = fs_err::read_dir(self.common_dir().join(folder)).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut is_cleared = false;
        for name in names.filter_map(|name| Some(format!("{folder}/{}", name.strip_suffix(".lock")?))) {
            is_cleared |= self.clear_stale_lock(&name, DEAD)?;
        }
        Ok(is_cleared)
    }

    /// Makes a ref here go, if it is there.
    pub fn forget_ref(&self, name: &str) -> Result<()> {
        if let Some(cell) = self.cell(name)? {
            let _ = self.delete_cell(name, cell.oid)?;
        }
        Ok(())
    }

    /// Makes a ref here point to an object, provided that it still has its old value (`None`: that it does not exist); says
    /// whether it did. It need not survive a power cut: the remote tells it again.
    ///
    /// The caller promises that no other process is changing this ref, by holding a lock of its own.
    pub fn point_ref(&self, name: &str, old: Option<Oid>, new: Oid) -> Result<bool> {
        ref_lock::check_name(name)?;
        if old == Some(new) {
            return Ok(self.cell(name)?.map(|cell| cell.oid) == old);
        }
        self.outlive_lock(name, STALE)?;
        let swap = self.backend.swap(&Swapping { name, old, new, durable: false }, &self.steps);
        Ok(matches!(swap.with_context(|| format!("setting ref `{name}`"))?, Swap::Swapped(_)))
    }
}

/// Reads what `git push --porcelain` tells: a line a ref, `flag TAB from:to TAB summary`.
fn told_refs(text: &str) -> BTreeMap<String, Pushed> {
    let mut told = BTreeMap::new();
    for line in text.lines() {
        let mut fields = line.splitn(3, '\t');
        let (Some(flag), Some(spec), Some(summary)) = (fields.next(), fields.next(), fields.next()) else { continue };
        let Some((_, name)) = spec.rsplit_once(':') else { continue };
        let outcome = match flag {
            "!" => Pushed::Rejected(without_credentials(summary)),
            " " | "+" | "-" | "*" | "=" => Pushed::Done,
            _ => continue,
        };
        told.insert(name.to_owned(), outcome);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_push_tells_is_read_ref_by_ref() {
        let text = "To file:///x.git\n*\tabc:refs/a/1\t[new reference]\n!\tabc:refs/a/2\t[rejected] (stale info)\n\
                    +\tabc:refs/a/3\t1...2 (forced update)\n-\t:refs/a/4\t[deleted]\nDone\n";
        let told = told_refs(text);
        assert_eq!(told.len(), 4);
        assert_eq!(told["refs/a/1"], Pushed::Done);
        assert_eq!(told["refs/a/2"], Pushed::Rejected("[rejected] (stale info)".to_owned()));
        assert!(told["refs/a/3"] == Pushed::Done && told["refs/a/4"] == Pushed::Done);
    }
}

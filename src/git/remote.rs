//! Refs of another repository: read, and changed by comparing and swapping there.
//!
//! The other side's `git` is the arbiter. A push names the value that it replaces, so of several who replace one value one
//! wins; what a push that failed has really done is told by reading the ref again, never by the words of the error.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};

use super::backend::{Kind, Swapping};
use super::cells::Swap;
use super::oid::Oid;
use super::ref_lock;
use super::remote_call::{Remote, Unreachable, without_credentials};
use super::repository::Repository;
use super::tree::Tree;

/// How old the lock file of a ref must be to be that of a dead process: longer than `git pack-refs` ever holds one.
const STALE: Duration = Duration::from_millis(500);
/// How many refs are fetched by one call: each takes an argument, and a system has room for so many.
const AT_ONCE: usize = 1000;
/// The objects alone: no ref, no file that tells what was fetched, nothing that the user's settings add.
const FETCH: &[&str] =
    &["fetch", "--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head", "--no-auto-maintenance", "--refmap="];

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
        Ok(self.told_by(remote, 1, name)?.map(|told| told.get(name).copied()))
    }

    /// What the refs of a remote point to whose names start with a prefix.
    pub fn remote_refs(&self, remote: &Remote, prefix: &str) -> Result<Result<BTreeMap<String, Oid>, Unreachable>> {
        Ok(self.told_by(remote, 2, &format!("{prefix}*"))?.map(|told| {
            // A pattern also matches the ends of longer names.
            told.into_iter().filter(|(name, _)| name.starts_with(prefix)).collect()
        }))
    }

    fn told_by(
        &self,
        remote: &Remote,
        refs: usize,
        pattern: &str,
    ) -> Result<Result<BTreeMap<String, Oid>, Unreachable>> {
        let answer = match self.call_remote(remote, refs, &["ls-remote", "--quiet"], [pattern])? {
            Ok(answer) => answer,
            Err(unreachable) => return Ok(Err(unreachable)),
        };
        if answer.code != Some(0) {
            return Ok(Err(Unreachable::told(remote, &answer)));
        }
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let told = text.lines().filter_map(|line| line.split_once('\t'));
        let told = told.map(|(oid, name)| Ok((name.to_owned(), oid.parse().context("reading what a remote says")?)));
        told.collect::<Result<_>>().map(Ok)
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

    /// Brings the small trees here, with all that is in them, to which refs of a remote point; `false` when some of the refs have
    /// moved on meanwhile.
    ///
    /// Git writes no ref for it: one that is killed would leave its lock, at which others give up.
    pub fn fetch_trees(&self, remote: &Remote, refs: &BTreeMap<String, Oid>) -> Result<Result<bool, Unreachable>> {
        let missing = || -> Result<Vec<&String>> {
            let missing = refs.iter().map(|(name, oid)| Ok((name, self.has_whole(*oid)?)));
            let missing: Vec<_> = missing.collect::<Result<_>>()?;
            Ok(missing.into_iter().filter(|(_, is_here)| !is_here).map(|(name, _)| name).collect())
        };
        for some in missing()?.chunks(AT_ONCE) {
            let answer = match self.call_remote(remote, some.len(), FETCH, some)? {
                Ok(answer) => answer,
                Err(unreachable) => return Ok(Err(unreachable)),
            };
            if answer.code != Some(0) && answer.stderr.contains("couldn't find remote ref") {
                return Ok(Ok(false));
            }
            if answer.code != Some(0) {
                return Ok(Err(Unreachable::told(remote, &answer)));
            }
        }
        Ok(Ok(missing()?.is_empty()))
    }

    /// Whether a flat tree is here with all its files.
    fn has_whole(&self, oid: Oid) -> Result<bool> {
        let Some(object) = self.backend.object(oid)? else { return Ok(false) };
        if object.kind != Kind::Tree {
            // What is no tree is for those to judge who read it.
            return Ok(true);
        }
        for (_, entry) in Tree::new(oid, object.bytes)?.entries() {
            if entry.is_blob() && self.backend.object(entry.oid)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
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

//! Commits in their order.

use anyhow::{Context, Result};
use git2::{ErrorCode, RevparseMode, Revwalk, Sort};

use super::oid::Oid;
use super::repository::Repository;

/// A commit, for reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: Oid,
    /// Its parents, in their order.
    pub parents: Vec<Oid>,
    /// Its tree.
    pub tree: Oid,
    /// The first paragraph of the message, as one line.
    pub subject: String,
    /// The whole message; bytes that are not UTF-8 are replaced.
    pub message: String,
    /// The name of the author.
    pub author: String,
    /// When it was committed, in seconds since 1970.
    pub time: i64,
}

impl Repository {
    /// Returns the best common ancestor of two commits.
    pub fn merge_base(&self, one: Oid, other: Oid) -> Result<Option<Oid>> {
        match self.git2.merge_base(one.to_git2()?, other.to_git2()?) {
            Ok(base) => Ok(Some(Oid::from_git2(base))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("finding what {one} and {other} have in common")),
        }
    }

    /// Whether a commit is reachable from another, or is that very commit.
    pub fn is_ancestor(&self, ancestor: Oid, of: Oid) -> Result<bool> {
        if ancestor == of {
            return Ok(true);
        }
        let found = self.git2.graph_descendant_of(of.to_git2()?, ancestor.to_git2()?);
        found.with_context(|| format!("asking whether {ancestor} comes before {of}"))
    }

    /// Returns a commit and its ancestors, newest first, children before parents, less `until` and its
    /// ancestors.
    pub fn log(&self, from: Oid, until: Option<Oid>, limit: usize) -> Result<Vec<Commit>> {
        let mut walk = self.git2.revwalk().context("starting a walk through history")?;
        walk.push(from.to_git2()?).with_context(|| format!("starting at {from}"))?;
        if let Some(until) = until {
            walk.hide(until.to_git2()?).with_context(|| format!("leaving out {until}"))?;
        }
        self.walked(walk, limit)
    }

    /// Returns the commits of `a..b`, `a...b` or `a`, as `git log` does.
    pub fn range(&self, spec: &str) -> Result<Vec<Commit>> {
        let context = || format!("reading the range `{}`", spec.escape_debug());
        let parsed = self.git2.revparse(spec).with_context(context)?;
        let mut walk = self.git2.revwalk().context("starting a walk through history")?;
        let ends = [parsed.from(), parsed.to()].map(|end| end.map(|object| object.peel_to_commit()).transpose());
        let [from, to] = ends;
        let (from, to) = (from.with_context(context)?, to.with_context(context)?);
        match (from, to) {
            (Some(from), Some(to)) if parsed.mode().contains(RevparseMode::MERGE_BASE) => {
                walk.push(from.id())?;
                walk.push(to.id())?;
                for base in self.git2.merge_bases(from.id(), to.id()).iter().flat_map(|bases| bases.iter()) {
                    walk.hide(*base)?;
                }
            }
            (Some(from), Some(to)) => {
                walk.push(to.id())?;
                walk.hide(from.id())?;
            }
            (Some(only), None) | (None, Some(only)) => walk.push(only.id())?,
            (None, None) => {}
        }
        self.walked(walk, usize::MAX)
    }

    fn walked(&self, mut walk: Revwalk<'_>, limit: usize) -> Result<Vec<Commit>> {
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME).context("sorting commits")?;
        let mut commits = Vec::new();
        for oid in walk.take(limit) {
            commits.push(read(&self.commit(Oid::from_git2(oid.context("walking through history")?))?));
        }
        Ok(commits)
    }
}

fn read(commit: &git2::Commit<'_>) -> Commit {
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let message = lossy(commit.message_bytes());
    let subject: Vec<&str> = message.trim_start().lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    Commit {
        id: Oid::from_git2(commit.id()),
        parents: commit.parent_ids().map(Oid::from_git2).collect(),
        tree: Oid::from_git2(commit.tree_id()),
        subject: subject.join(" "),
        author: lossy(commit.author().name_bytes()),
        time: commit.time().seconds(),
        message,
    }
}

//! Commits in their order.

use anyhow::{Context, Result};

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
        let bases = self.backend.merge_bases(one, other);
        let bases = bases.with_context(|| format!("finding what {one} and {other} have in common"))?;
        Ok(bases.first().copied())
    }

    /// Whether a commit is reachable from another, or is that very commit.
    pub fn is_ancestor(&self, ancestor: Oid, of: Oid) -> Result<bool> {
        if ancestor == of {
            return Ok(true);
        }
        let found = self.backend.is_ancestor(ancestor, of);
        found.with_context(|| format!("asking whether {ancestor} comes before {of}"))
    }

    /// Returns a commit and its ancestors, newest first, children before parents, less `until` and its
    /// ancestors.
    pub fn log(&self, from: Oid, until: Option<Oid>, limit: usize) -> Result<Vec<Commit>> {
        let without: Vec<Oid> = until.into_iter().collect();
        self.walked(&[from], &without, limit).with_context(|| format!("walking through history from {from}"))
    }

    /// Returns the commits of `a..b`, `a...b` or `a`, as `git log` does.
    pub fn range(&self, spec: &str) -> Result<Vec<Commit>> {
        let context = || format!("reading the range `{}`", spec.escape_debug());
        let (dots, ends) = match (spec.split_once("..."), spec.split_once("..")) {
            (Some(ends), _) => (3, ends),
            (None, Some(ends)) => (2, ends),
            (None, None) => (0, ("", spec)),
        };
        let commit = |revision: &str| -> Result<Oid> {
            let revision = if revision.is_empty() { "HEAD" } else { revision };
            self.resolve(revision)?.with_context(|| format!("`{}` names no commit", revision.escape_debug()))
        };
        let to = commit(ends.1).with_context(context)?;
        if dots == 0 {
            return self.walked(&[to], &[], usize::MAX).with_context(context);
        }
        let from = commit(ends.0).with_context(context)?;
        let walked = match dots {
            3 => self.walked(&[from, to], &self.backend.merge_bases(from, to)?, usize::MAX),
            _ => self.walked(&[to], &[from], usize::MAX),
        };
        walked.with_context(context)
    }

    /// Returns the commits whose parents this clone has not, since it is a shallow one.
    pub fn cut_commits(&self) -> Result<Vec<Oid>> {
        match fs_err::read_to_string(self.common_dir().join("shallow")) {
            Ok(text) => text.lines().map(|line| line.trim().parse()).collect(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    fn walked(&self, from: &[Oid], without: &[Oid], limit: usize) -> Result<Vec<Commit>> {
        let commits = self.backend.walk(from, without, limit)?;
        commits.into_iter().map(|commit| self.commit(commit)).collect()
    }
}

impl Commit {
    /// Reads a commit as git stores it; `None` when it is damaged.
    pub(super) fn parsed(id: Oid, bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n");
        let (headers, message) = match end {
            Some(end) => (&bytes[..end], &bytes[end + 2..]),
            None => (bytes, &[][..]),
        };
        let (headers, message) = (String::from_utf8_lossy(headers), String::from_utf8_lossy(message));
        let values = |key: &'static str| headers.lines().filter_map(move |line| line.strip_prefix(key));
        let message = message.trim_start_matches('\n').to_owned();
        let lines = message.trim_start().lines().map(str::trim);
        let subject: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
        let parents: Option<Vec<Oid>> = values("parent ").map(|parent| parent.parse().ok()).collect();
        Some(Self {
            id,
            parents: parents?,
            tree: values("tree ").next()?.parse().ok()?,
            subject: subject.join(" "),
            author: values("author ").next()?.split('<').next()?.trim().to_owned(),
            time: time(values("committer ").next()?)?,
            message,
        })
    }
}

/// Reads the seconds of `name <email> seconds zone`.
fn time(person: &str) -> Option<i64> {
    person.rsplit_once('>')?.1.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_commit_with_ids_of_either_length() {
        for digits in [40, 64] {
            let (tree, parent) = ("a".repeat(digits), "b".repeat(digits));
            let text = format!(
                "tree {tree}\nparent {parent}\nauthor Zo\u{eb} <z@x> 17 +0100\ncommitter B <b@x> -18 -0000\n\
                 gpgsig one\n tree two\n\n\nFix\nit\n\nbody\n"
            );
            let commit = Commit::parsed(parent.parse().unwrap(), text.as_bytes()).unwrap();
            assert_eq!(commit.tree.to_string(), tree);
            assert_eq!(commit.parents, [parent.parse().unwrap()]);
            assert_eq!((commit.author.as_str(), commit.time, commit.subject.as_str()), ("Zo\u{eb}", -18, "Fix it"));
            assert_eq!(commit.message, "Fix\nit\n\nbody\n");
        }
    }

    #[test]
    fn refuses_what_is_no_commit() {
        let oid: Oid = "a".repeat(40).parse().unwrap();
        for text in ["", "tree x\n", "tree aa\nauthor A <a> 1\n"] {
            assert_eq!(Commit::parsed(oid, text.as_bytes()), None, "{text}");
        }
    }
}

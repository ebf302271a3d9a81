//! Merges that are under way: whose they are, which paths they left unmerged; and a driver that git calls for some files.

use std::path::Path;

use anyhow::{Context, Result};

use super::index::Index;
use super::oid::Oid;
use super::operation::Operation;
use super::repository::Repository;

/// The two commits that are being brought together, and what both come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sides {
    /// What is checked out.
    pub ours: Oid,
    /// What is brought in.
    pub theirs: Oid,
    /// What both come from, if they have anything in common.
    pub base: Option<Oid>,
}

impl Repository {
    /// What is being merged, picked or rebased here; `None` when nothing is, or the other side has no commit.
    pub fn sides(&self) -> Result<Option<Sides>> {
        let Some(ours) = self.head()?.commit else { return Ok(None) };
        let (name, is_pick) = match self.operation()? {
            Some(Operation::Merge) => ("MERGE_HEAD", false),
            Some(Operation::Rebase) => ("REBASE_HEAD", true),
            Some(Operation::CherryPick) => ("CHERRY_PICK_HEAD", true),
            Some(Operation::Revert) => ("REVERT_HEAD", true),
            _ => return Ok(None),
        };
        let Some(theirs) = self.backend.pseudo_ref(name)? else { return Ok(None) };
        let parent = || self.parents(theirs).map(|parents| parents.first().copied());
        Ok(Some(match (is_pick, name) {
            (false, _) => Sides { ours, theirs, base: self.merge_base(ours, theirs)? },
            // A revert goes from the commit back to what was before it.
            (true, "REVERT_HEAD") => match parent()? {
                Some(parent) => Sides { ours, theirs: parent, base: Some(theirs) },
                None => return Ok(None),
            },
            (true, _) => Sides { ours, theirs, base: parent()? },
        }))
    }

    /// What was merged by the commit that is checked out, if it merged two.
    pub fn sides_of_head(&self) -> Result<Option<Sides>> {
        let Some(head) = self.head()?.commit else { return Ok(None) };
        let [ours, theirs] = self.parents(head)?[..] else { return Ok(None) };
        Ok(Some(Sides { ours, theirs, base: self.merge_base(ours, theirs)? }))
    }

    /// The versions of a file on the way to HEAD, newest first, not going back further than `limit` changes of it.
    pub fn versions(&self, path: &str, limit: usize) -> Result<Vec<Vec<u8>>> {
        let count = format!("--max-count={limit}");
        let arguments = ["--literal-pathspecs", "log", "--format=%H", &count, "--", path];
        let listed = self.program(arguments).output().with_context(|| format!("reading the history of `{path}`"))?;
        let mut versions = Vec::new();
        for line in String::from_utf8_lossy(&listed).lines() {
            let Ok(commit) = line.trim().parse::<Oid>() else { continue };
            versions.extend(self.blob_at(self.tree_of(commit)?, path)?.map(|(_, bytes)| bytes));
        }
        Ok(versions)
    }

    /// Makes git call a command for the files that its attributes give to the driver of this name.
    pub fn set_merge_driver(&self, name: &str, title: &str, command: &str) -> Result<bool> {
        if self.program_with(&[], ["config", "--get", &format!("merge.{name}.driver")]).line().ok().as_deref()
            == Some(command)
        {
            return Ok(false);
        }
        for (key, value) in [("name", title), ("driver", command)] {
            let key = format!("merge.{name}.{key}");
            self.program(["config", "--local", &key, value]).output().with_context(|| format!("setting {key}"))?;
        }
        Ok(true)
    }

    /// Takes that back; says whether there was one.
    pub fn unset_merge_driver(&self, name: &str) -> Result<bool> {
        let answer = self.program(["config", "--local", "--remove-section", &format!("merge.{name}")]).answer()?;
        Ok(answer.code == Some(0))
    }

    /// The command of a merge driver, if git knows one of this name.
    pub fn merge_driver(&self, name: &str) -> Result<Option<String>> {
        let answer = self.program_with(&[], ["config", "--get", &format!("merge.{name}.driver")]).answer()?;
        Ok((answer.code == Some(0)).then(|| String::from_utf8_lossy(&answer.stdout).trim_end().to_owned()))
    }

    /// Merges files as git does by itself, into the first of them; says whether that left no conflict.
    pub fn merge_files(&self, ours: &Path, base: &Path, theirs: &Path, marker_size: usize) -> Result<bool> {
        let size = format!("--marker-size={marker_size}");
        let names = ["-L", "ours", "-L", "base", "-L", "theirs"].map(std::ffi::OsString::from);
        let files = [ours, base, theirs].map(|path| path.as_os_str().to_owned());
        let arguments = ["merge-file".into(), "--quiet".into(), size.into()].into_iter().chain(names).chain(files);
        let answer = self.program(arguments).answer()?;
        match answer.code {
            Some(0) => Ok(true),
            Some(1..128) => Ok(false),
            _ => Err(answer.failure()).context("merging a file"),
        }
    }
}

impl Index {
    /// The paths in a folder and below that are not merged.
    pub fn unmerged_under(&self, folder: &str) -> Vec<String> {
        let start = format!("{}/", folder.trim_end_matches('/'));
        self.conflicting_paths().into_iter().filter(|path| path.starts_with(&start)).collect()
    }
}

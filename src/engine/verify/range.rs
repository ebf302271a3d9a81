//! Which commits `verify` looks at, and whose they are.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::git::{Commit, Repository, trailer_values};
use crate::model::{Refusal, TaskId};
use crate::store::BOARD;

use super::super::commits::{TRAILER, named_commits};
use super::super::workspace::Workspace;

impl Workspace {
    /// The commits of a range, newest first, with the range in words for git.
    pub(super) fn commits_to_verify(
        &self,
        repository: &Repository,
        range: Option<&str>,
    ) -> Result<(String, Vec<Commit>)> {
        if let Some(range) = range {
            return Ok((range.to_owned(), named_commits(repository, range)?));
        }
        let Some(head) = repository.head()?.commit else {
            return Err(Refusal::Nothing { why: "there is no commit yet".to_owned(), hint: None }.into());
        };
        // On the default branch itself, and where there is none, the last commit is what one asks about.
        match self.default_branch(repository)? {
            Some((tip, name)) if !repository.is_ancestor(head, tip)? => {
                let range =
                    format!("{}..HEAD", if repository.resolve(&name)?.is_some() { name } else { tip.to_string() });
                let commits = named_commits(repository, &range)?;
                Ok((range, commits))
            }
            _ => Ok(("HEAD".to_owned(), named_commits(repository, "HEAD")?)),
        }
    }
}

/// The tasks that a commit belongs to: by its trailers, else because it changes their files.
pub(super) fn tasks_of(repository: &Repository, commit: &Commit) -> Result<Vec<TaskId>> {
    let named: Vec<TaskId> =
        trailer_values(&commit.message, TRAILER).iter().filter_map(|value| TaskId::parse(value.trim())).collect();
    match named.is_empty() && commit.parents.len() < 2 {
        true => Ok(touched(repository, commit)?.into_iter().collect()),
        false => Ok(named),
    }
}

/// The tasks whose files a commit changes.
pub(super) fn touched(repository: &Repository, commit: &Commit) -> Result<BTreeSet<TaskId>> {
    let cut = repository.cut_commits()?.contains(&commit.id);
    let parent = match commit.parents.first() {
        Some(parent) if !cut => Some(repository.tree_of(*parent)?),
        _ => None,
    };
    let changes = repository.changes(parent, commit.tree, BOARD)?;
    Ok(changes.iter().filter_map(|change| TaskId::of_file_name(change.path.rsplit('/').next()?)).collect())
}

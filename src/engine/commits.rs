//! The commits of a task: found by their trailer or because they touch the task's file, never written down.

use anyhow::Result;

use crate::git::{Commit, Oid, Repository, trailer_values};
use crate::model::{LOG, Refusal, Task, TaskId};
use crate::store::BOARD;

use super::workspace::Workspace;

/// The trailer that ties a commit to its task.
pub const TRAILER: &str = "Task";
/// Commits that are looked at when a task has no base.
const FAR: usize = 5000;

impl Workspace {
    /// The code commits of a task since its base, newest first.
    pub fn commits_of(&self, repository: &Repository, task: &Task) -> Result<Vec<Commit>> {
        let mut commits = Vec::new();
        // A task that nobody ever took has no commits of its own: the history is not searched for them.
        let is_touched = task.base().is_some() || !task.workers().is_empty();
        let mut starts: Vec<Oid> = repository.head()?.commit.filter(|_| is_touched).into_iter().collect();
        if let Some(branch) = task.branch() {
            starts.extend(repository.branch_commit(branch)?);
        }
        starts.dedup();
        let base = task.base().and_then(|base| repository.resolve(base).ok().flatten());
        for start in starts {
            for commit in repository.log(start, base, FAR)? {
                let is_known = commits.iter().any(|known: &Commit| known.id == commit.id);
                if !is_known && is_of(repository, task, &commit)? {
                    commits.push(commit);
                }
            }
        }
        for id in attached(task) {
            let Some(oid) = repository.resolve(&id)? else { continue };
            if !commits.iter().any(|known| known.id == oid) {
                commits.extend(repository.log(oid, None, 1)?);
            }
        }
        commits.sort_by_key(|commit| std::cmp::Reverse(commit.time));
        Ok(commits)
    }

    /// The tree of a commit or index without the board.
    pub fn code_tree(&self, repository: &Repository, tree: Oid) -> Result<Oid> {
        repository.without(tree, BOARD)
    }

    /// The code tree of a commit.
    pub fn code_tree_of(&self, repository: &Repository, commit: Oid) -> Result<Oid> {
        self.code_tree(repository, repository.tree_of(commit)?)
    }
}

fn is_of(repository: &Repository, task: &Task, commit: &Commit) -> Result<bool> {
    let names_it = trailer_values(&commit.message, TRAILER)
        .iter()
        .any(|value| TaskId::parse(value.trim()).as_ref() == Some(&task.id));
    if !names_it && !touches(repository, task, commit)? {
        return Ok(false);
    }
    changes_code(repository, commit)
}

/// Whether a commit changes the task's file: so a squash merge that lost the trailer still counts.
fn touches(repository: &Repository, task: &Task, commit: &Commit) -> Result<bool> {
    if commit.parents.len() > 1 {
        return Ok(false);
    }
    let parent = commit.parents.first().map(|parent| repository.tree_of(*parent)).transpose()?;
    let changes = repository.changes(parent, commit.tree, crate::store::TASKS)?;
    let is_file = |path: &str| path.rsplit('/').next().and_then(TaskId::of_file_name).as_ref() == Some(&task.id);
    Ok(changes.iter().any(|change| is_file(&change.path)))
}

fn changes_code(repository: &Repository, commit: &Commit) -> Result<bool> {
    let code = repository.without(commit.tree, BOARD)?;
    match commit.parents.first() {
        Some(parent) => Ok(repository.without(repository.tree_of(*parent)?, BOARD)? != code),
        None => Ok(!repository.tracked_files(code)?.is_empty()),
    }
}

/// The commits that `attach` wrote into the log.
fn attached(task: &Task) -> Vec<String> {
    let entries = task.entries(LOG);
    let lists = entries.iter().filter_map(|entry| entry.text.strip_prefix("attached "));
    lists.flat_map(|list| list.split_ascii_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The commits of a range, newest first, or the one commit that a name stands for.
pub(super) fn named_commits(repository: &Repository, range: &str) -> Result<Vec<Commit>> {
    let cut = repository.cut_commits()?;
    let no_commit = || match cut.is_empty() || !range.contains("..") {
        true => {
            let hint = Some("a commit, or a range such as main..topic".to_owned());
            Refusal::BadInput { message: format!("`{range}` names no commit"), hint }
        }
        false => Refusal::Shallow { range: range.to_owned() },
    };
    let (from, to) =
        range.split_once("..").map_or((range, None), |(from, to)| (from, Some(to.trim_start_matches('.'))));
    let is_known = |name: &str| anyhow::Ok(name.is_empty() || repository.resolve(name)?.is_some());
    if !is_known(from)? || !is_known(to.unwrap_or_default())? {
        return Err(no_commit().into());
    }
    let commits = match (to, repository.resolve(from)?) {
        (Some(_), _) => repository.range(range)?,
        (None, Some(commit)) => repository.log(commit, None, 1)?,
        (None, None) => Vec::new(),
    };
    // Where history was cut off, a range reaches further than it should.
    if to.is_some() && commits.iter().any(|commit| cut.contains(&commit.id)) {
        return Err(Refusal::Shallow { range: range.to_owned() }.into());
    }
    if commits.is_empty() { Err(no_commit().into()) } else { Ok(commits) }
}

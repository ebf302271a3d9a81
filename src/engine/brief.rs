//! `brief`: gathers what the next worker on a task needs to know. Reads only.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::git::{Commit, Repository};
use crate::model::{
    BriefFacts, FILES, FileChange, LinkedTask, Refusal, Stage, State, Task, TaskId, Waits, WorkPlace, how, rank,
};
use crate::store::BOARD;

use super::workspace::Workspace;

/// Commits of a task whose changes are counted.
const COMMITS: usize = 50;
/// Bytes of one named file, and of all.
const FILE: usize = 24_000;
const ALL_FILES: usize = 200_000;

impl Workspace {
    /// The task that a brief without an id is about: what `next` would say.
    pub fn next_task(&self) -> Result<TaskId> {
        let next = self.next()?;
        if let Some(offer) = next.offers().first() {
            return Ok(offer.task.id.clone());
        }
        let why = format!("there is nothing for {} to do", self.actor());
        Err(Refusal::Nothing { why, hint: Some("`mcp list` names the open tasks".to_owned()) }.into())
    }

    /// Gathers the facts of a brief; the text of the files that the task names only where that is asked for.
    pub fn brief(&self, id: &TaskId, with_files: bool) -> Result<BriefFacts> {
        let repository = self.repository()?;
        let task = self.load(&repository, id)?.task;
        let catalog = self.catalog()?;
        let commits = self.commits_of(&repository, &task)?;
        let linked = |word: &String| -> LinkedTask {
            let loaded = TaskId::parse(word).and_then(|id| self.load(&repository, &id).ok());
            let task = loaded.map(|loaded| loaded.task);
            LinkedTask {
                id: word.clone(),
                state: task.as_ref().map(|task| task.state),
                title: task.as_ref().map(Task::title),
            }
        };
        let depends_on: Vec<_> = task.front.depends_on.iter().map(linked).collect();
        let parent = task.front.parent.as_ref().map(linked);
        let next = {
            let one = std::slice::from_ref(&task);
            let dependencies = self.dependencies(&repository, &catalog);
            let waits = |word: &str| dependencies.waits(word).unwrap_or(Some(Waits::ForTheEnd));
            let workers = self.workers_if_asked_for(&repository, one)?;
            let lapse = |task: &Task| self.lapse(&repository, task, self.now()).ok().flatten();
            let ranking = rank(one, &self.identity, &self.config, &workers, waits, lapse);
            match (ranking.offers.first(), ranking.passed_over.first()) {
                (Some(offer), _) => Ok(how(offer)),
                (None, Some((_, why))) => Err(why.clone()),
                (None, None) => Err("closed".to_owned()),
            }
        };
        let place = self.place_of(&repository, &task)?;
        let is_here = place.worktree.as_deref() == Some(place.here.as_str());
        // What came back to its holder is still there, uncommitted.
        let is_worked_on = matches!(task.state, State::InProgress | State::Ready) && is_here;
        let uncommitted = if is_worked_on { self.uncommitted(&repository)? } else { Vec::new() };
        let holder = task.claim.as_ref().and_then(|claim| claim.holder.as_ref());
        let is_mine = holder
            .map_or(task.front.assignee.as_ref() == Some(self.actor()), |holder| holder.is_same(&self.identity.holder));
        Ok(BriefFacts {
            actor: self.actor().clone(),
            is_mine,
            next,
            depends_on,
            parent,
            changes: line_counts(&repository, &commits)?,
            commits: commits.into_iter().map(|commit| (commit.id.short(), commit.subject)).collect(),
            uncommitted,
            place,
            checks: self.checks_for(Some(&task), Stage::Complete).into_iter().cloned().collect(),
            max_attempts: self.config.max_attempts,
            files: if with_files { self.files_of(&repository, &task)? } else { Vec::new() },
            now: self.now(),
            task,
        })
    }

    fn place_of(&self, repository: &Repository, task: &Task) -> Result<WorkPlace> {
        let branch = task.branch().filter(|_| task.state != State::Pending);
        Ok(WorkPlace {
            here: self.root.display().to_string(),
            branch_here: repository.head()?.branch,
            worktree: task
                .claim
                .as_ref()
                .filter(|claim| claim.holder.is_some())
                .and_then(|claim| claim.worktree.clone()),
            has_branch: branch.map(|branch| repository.branch_commit(branch)).transpose()?.flatten().is_some(),
        })
    }

    /// The paths that a commit of everything would change, in order.
    fn uncommitted(&self, repository: &Repository) -> Result<Vec<String>> {
        let Some(head) = repository.head()?.commit else { return Ok(Vec::new()) };
        let old = self.code_tree_of(repository, head)?;
        let new = self.code_tree(repository, repository.tree_of_everything()?)?;
        repository.diff_paths(old, new)
    }

    /// Text of the files that a task names, as committed: a brief is pasted elsewhere, and must not carry untracked secrets along.
    fn files_of(&self, repository: &Repository, task: &Task) -> Result<Vec<(String, String)>> {
        let branch = task.branch().map(|branch| repository.branch_commit(branch)).transpose()?.flatten();
        let Some(commit) = branch.or(repository.head()?.commit) else { return Ok(Vec::new()) };
        let tree = repository.tree_of(commit)?;
        let mut files: Vec<(String, String)> = Vec::new();
        let mut bytes_taken = 0;
        for item in task.document.entries(FILES) {
            let path = item.text.trim().trim_start_matches('`').split(['`', ' ', '\n']).next().unwrap_or_default();
            if path.is_empty() || bytes_taken > ALL_FILES || files.iter().any(|(known, _)| known == path) {
                continue;
            }
            let Some((_, bytes)) = repository.blob_at(tree, path).ok().flatten() else { continue };
            let mut text = String::from_utf8_lossy(&bytes).into_owned();
            if text.len() > FILE {
                let end = (0..=FILE).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
                text.truncate(end);
            }
            bytes_taken += text.len();
            files.push((path.to_owned(), text));
        }
        Ok(files)
    }
}

/// What the newest commits changed, summed up by path.
fn line_counts(repository: &Repository, commits: &[Commit]) -> Result<Vec<FileChange>> {
    let mut sums: BTreeMap<String, Option<(usize, usize)>> = BTreeMap::new();
    for commit in commits.iter().take(COMMITS) {
        for count in repository.line_counts(commit.id, &[BOARD])? {
            let sum = sums.entry(count.path).or_insert(Some((0, 0)));
            *sum = sum.zip(count.lines).map(|(sum, more)| (sum.0 + more.0, sum.1 + more.1));
        }
    }
    Ok(sums.into_iter().map(|(path, lines)| FileChange { path, lines }).collect())
}

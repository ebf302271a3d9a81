//! Which task a commit belongs to.

use anyhow::Result;

use crate::git::{Oid, Repository};
use crate::model::{Claim, Refusal, State, Task, TaskId};

use super::super::load::{CELLS, cell_name, read_claim};
use super::super::workspace::Workspace;

/// What `MCP_TASK` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Named {
    /// Nothing: look for the task.
    #[default]
    Unsaid,
    /// `none`: the commit belongs to no task.
    None,
    /// A word that means a task.
    Word(String),
}

impl Named {
    /// Reads the variable.
    pub fn read(value: Option<&str>) -> Named {
        match value.map(str::trim) {
            None | Some("") => Named::Unsaid,
            Some("none") => Named::None,
            Some(word) => Named::Word(word.to_owned()),
        }
    }
}

/// The task of a commit, and how it was found.
#[derive(Clone, Debug)]
pub struct Concern {
    /// Which.
    pub task: Task,
    /// A line to say when it was one of several.
    pub note: Option<String>,
}

impl Workspace {
    /// Finds the task of the commit that is being made, if it belongs to one.
    pub fn concerned(&self, repository: &Repository, named: &Named) -> Result<Option<Concern>> {
        match named {
            Named::None => return Ok(None),
            Named::Word(word) => {
                let id = self.resolve(repository, word)?;
                return Ok(Some(Concern { task: self.load(repository, &id)?.task, note: None }));
            }
            Named::Unsaid => {}
        }
        if let Some(concern) = self.bound(repository)? {
            return Ok(Some(concern));
        }
        let Some(branch) = repository.head()?.branch else { return Ok(None) };
        if let Some(task) = self.claimed_on(repository, &branch)? {
            return Ok(Some(Concern { task, note: None }));
        }
        let Some(id) = TaskId::find_in(&branch) else { return Ok(None) };
        let is_known = self.load(repository, &id).ok().map(|loaded| loaded.task);
        Ok(is_known.filter(may_carry_commits).map(|task| Concern { task, note: None }))
    }

    /// The task that this worktree works on: of several the one claimed last.
    fn bound(&self, repository: &Repository) -> Result<Option<Concern>> {
        let mut held: Vec<Task> = Vec::new();
        let mut refused: Option<anyhow::Error> = None;
        for id in self.bound_tasks() {
            let task = match self.load(repository, &id) {
                Ok(loaded) => loaded.task,
                Err(error) => {
                    if self.is_still_worked_on(repository, &id)? {
                        refused = Some(or_for_no_task(error));
                    }
                    continue;
                }
            };
            let Some(claim) = task.claim.as_ref() else { continue };
            let at = self.bound_epoch(&id).unwrap_or(0);
            // A takeover that was undone, or a checkout that was moved, is here at a later epoch.
            if claim.epoch > at && !self.is_held_here(claim) {
                let is_dropped = task.state == State::Failed && task.front.resolution.is_some();
                if task.state.is_open() || is_dropped {
                    let holder = task.assignee().cloned();
                    refused = Some(Refusal::Lost { task: id, held: at, epoch: claim.epoch, holder }.into());
                }
            } else if may_carry_commits(&task) || (task.state == State::Failed && task.front.resolution.is_none()) {
                held.push(task);
            }
        }
        // Two claims in one second are told apart by the files that remember them. One that failed is not passed over for one
        // that was claimed before it: the commit may well be about the failed one.
        held.sort_by_key(|task| (task.claim.as_ref().and_then(|claim| claim.claimed), self.bound_since(&task.id)));
        let Some(task) = held.pop() else {
            return refused.map_or(Ok(None), Err);
        };
        let note = held.last().map(|other| {
            let others =
                if held.len() > 1 { format!("{} and {} more", other.id, held.len() - 1) } else { other.id.to_string() };
            format!("counts for {}, the one claimed last; this worktree also has {others}", task.id)
        });
        Ok(Some(Concern { task, note }))
    }

    /// Whether a task is held, and in this very worktree.
    fn is_held_here(&self, claim: &Claim) -> bool {
        claim.holder.is_some() && claim.worktree.as_deref().map(std::path::Path::new) == Some(&self.root)
    }

    /// Whether the cell of a task whose file cannot be read says that this worktree works on it.
    fn is_still_worked_on(&self, repository: &Repository, id: &TaskId) -> Result<bool> {
        let Some(cell) = repository.cell(&cell_name(id))? else { return Ok(false) };
        // Nobody can tell of a cell that cannot be read either.
        Ok(read_claim(repository, id, cell.oid)
            .map_or(true, |claim| claim.state.is_open() && self.is_held_here(&claim)))
    }

    /// A task claimed on this branch in a worktree that is no longer there.
    fn claimed_on(&self, repository: &Repository, branch: &str) -> Result<Option<Task>> {
        let is_on = |claim: &Claim| {
            let is_left = |place: &str| !std::path::Path::new(place).exists();
            claim.holder.is_some()
                && self.is_in_this_clone(claim)
                && claim.branch.as_deref() == Some(branch)
                && claim.worktree.as_deref().is_none_or(is_left)
        };
        let cells = repository.cells(CELLS)?;
        let catalog = self.catalog()?;
        let mut found: Vec<Task> = Vec::new();
        // The claims alone: nobody's commit waits for the texts of all open tasks.
        for id in cells.names().into_iter().filter_map(TaskId::parse) {
            if catalog.state(&id).is_some_and(|state| !state.is_open()) {
                continue;
            }
            let claim = cells.value(id.as_str()).ok().flatten().map(|cell| read_claim(repository, &id, cell));
            if claim.and_then(Result::ok).is_some_and(|claim| is_on(&claim)) {
                let task = self.load(repository, &id)?.task;
                let is_on = task.claim.as_deref().is_some_and(is_on);
                found.extend(Some(task).filter(|task| is_on && may_carry_commits(task)));
            }
        }
        found.sort_by_key(|task| task.claim.as_ref().and_then(|claim| claim.claimed));
        Ok(found.pop())
    }

    /// Whether the code of a tree differs from that of HEAD.
    pub(crate) fn changes_code(&self, repository: &Repository, tree: Oid) -> Result<bool> {
        let code = self.code_tree(repository, tree)?;
        Ok(match repository.head()?.commit {
            Some(head) => self.code_tree_of(repository, head)? != code,
            None => !repository.tracked_files(code)?.is_empty(),
        })
    }
}

/// Why the task of a commit cannot be read, and how to commit what is not for it.
fn or_for_no_task(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Refusal>() {
        Ok(Refusal::BadFile { task, place, message, hint }) => {
            let other = "`MCP_TASK=none git commit …` is for other work";
            let hint = Some(hint.map_or_else(|| other.to_owned(), |hint| format!("{hint}; {other}")));
            Refusal::BadFile { task, place, message, hint }.into()
        }
        Ok(refusal) => refusal.into(),
        Err(error) => error,
    }
}

/// Whether commits may count for a task in its state.
fn may_carry_commits(task: &Task) -> bool {
    let is_kept = task.state == State::Ready && task.claim.as_ref().is_some_and(|claim| claim.holder.is_some());
    is_kept || matches!(task.state, State::InProgress | State::Review)
}

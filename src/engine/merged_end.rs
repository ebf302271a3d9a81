//! `complete_on: merge`: a task is done once the default branch has it in `review/`, for teams who cannot commit there themselves.
//!
//! Only the task's file is looked for, so that a squash merge or a rebase on the server counts like any other. The file stays in
//! `review/`, as it was merged: moving it would be a change that nobody could commit. That it is done stands in the cell.

use std::time::Duration;

use anyhow::Result;

use crate::git::{Oid, Repository, Swap};
use crate::model::{Actor, Catalog, Change, CompleteOn, Refusal, State, Task, TaskId, Timestamp, apply_all, said};
use crate::store::lock;
use crate::text::Document;

use super::load::{CLAIM, Loaded, TEXT, read_claim};
use super::workspace::Workspace;

/// Where remote branches are looked for when claims name no remote.
const REMOTE: &str = "origin";
/// Names of default branches, where nothing says it.
const USUAL: &[&str] = &["main", "master"];
/// Commits of the default branch that are looked at for the one that brought a task.
const FAR: usize = 2000;

impl Workspace {
    /// The last commit of the default branch, as the remote has it, and its name.
    pub(super) fn default_branch(&self, repository: &Repository) -> Result<Option<(Oid, String)>> {
        let remote = self.config.claims.remote.as_deref().unwrap_or(REMOTE);
        let said = repository.config("init.defaultBranch")?;
        let names: Vec<&str> = said.as_deref().into_iter().chain(USUAL.iter().copied()).collect();
        let head = repository.resolve(&format!("refs/remotes/{remote}/HEAD"))?;
        for name in &names {
            let tip = repository.resolve(&format!("refs/remotes/{remote}/{name}"))?;
            if let Some(tip) = tip.filter(|tip| head.is_none_or(|head| head == *tip)) {
                return Ok(Some((tip, format!("{remote}/{name}"))));
            }
        }
        if let Some(tip) = head {
            return Ok(Some((tip, format!("the default branch of {remote}"))));
        }
        for name in names {
            if let Some(tip) = repository.branch_commit(name)? {
                return Ok(Some((tip, name.to_owned())));
            }
        }
        Ok(None)
    }

    /// A task in review as done, if the default branch has it so.
    pub(super) fn or_merged(&self, repository: &Repository, mut task: Task) -> Result<Task> {
        if self.is_merged(repository, &task)? {
            task.state = State::Done;
            if let Some(claim) = &mut task.claim {
                claim.state = State::Done;
                claim.holder = None;
            }
        }
        Ok(task)
    }

    fn is_merged(&self, repository: &Repository, task: &Task) -> Result<bool> {
        if self.config.complete_on != CompleteOn::Merge || task.state != State::Review {
            return Ok(false);
        }
        let Some((tip, _)) = self.default_branch(repository)? else { return Ok(false) };
        // An earlier review of it may have been merged before.
        Ok(rev_at(repository, tip, &task.path)? == Some(task.front.rev))
    }

    /// The tasks that lie in `review/` and are done.
    pub(super) fn merged(&self, catalog: &Catalog) -> Result<Vec<TaskId>> {
        if self.config.complete_on != CompleteOn::Merge {
            return Ok(Vec::new());
        }
        let repository = self.repository()?;
        let in_review = catalog.iter().filter(|(_, state)| *state == State::Review);
        let is_done = |id: &TaskId| self.load(&repository, id).is_ok_and(|loaded| loaded.task.state == State::Done);
        Ok(in_review.map(|(id, _)| id.clone()).filter(is_done).collect())
    }

    /// Ends the tasks that were merged since: nobody holds them any more, and the cell says that they are done.
    pub(super) fn end_merged(&self, repository: &Repository) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        if self.config.complete_on != CompleteOn::Merge {
            return Ok(notes);
        }
        let Some((tip, name)) = self.default_branch(repository)? else { return Ok(notes) };
        let catalog = self.store.catalog_of(&[State::Review])?;
        for (id, _) in catalog.iter() {
            let Some(place) = catalog.places(id).pop() else { continue };
            if !self.is_as_committed(repository, &place.path)? {
                continue;
            }
            // Whoever holds its lock ends it, or finds it ended later.
            let path = self.common_dir.join("mcp/locks").join(id.as_str());
            let Some(_lock) = lock(&path, Duration::ZERO)? else { continue };
            self.recover(repository, id)?;
            let loaded = self.load(repository, id)?;
            // Ended already, it would be read from its cell.
            let is_at_its_end = loaded.task.state == State::Done && loaded.task.path == place.path;
            if is_at_its_end && self.end_in_cell(repository, loaded, tip, &name)? {
                notes.push(format!("{id} is done: {name} has it in review"));
            }
        }
        Ok(notes)
    }

    /// Swaps the cell of a merged task to its end; `false` when somebody else was faster.
    fn end_in_cell(&self, repository: &Repository, loaded: Loaded, tip: Oid, name: &str) -> Result<bool> {
        let Loaded { task, cell, .. } = loaded;
        let (at, by) = brought(repository, tip, &task)?;
        let actor = Actor::named(&by).unwrap_or_else(|| self.actor().clone());
        let words = format!("{} by the merge into {name}", said::COMPLETED);
        let change = Change::moving(State::Done, "completed").freed().logged(at, &actor, words);
        let claim = cell.map(|cell| read_claim(repository, &task.id, cell)).transpose()?;
        let reviewed = Task { state: State::Review, claim: claim.map(Box::new), ..task };
        let mut document = reviewed.document.clone();
        apply_all(&self.edits_of(&reviewed, &change), &mut document)
            .map_err(|refused| Refusal::EditRefused { task: reviewed.id.clone(), reason: refused.reason })?;
        let path = super::load::path_in(State::Done, &reviewed.path);
        let claim = self.claim_after(&reviewed, &change, &path)?;
        let files: [(&str, &[u8]); 2] = [(CLAIM, &claim.to_bytes()), (TEXT, document.as_str().as_bytes())];
        Ok(matches!(self.swap(repository, &reviewed.id, cell, &files)?, Swap::Swapped(_)))
    }
}

/// When the default branch got a task, and who brought it there: the first commit on its own line that has the file so.
fn brought(repository: &Repository, tip: Oid, task: &Task) -> Result<(Timestamp, String)> {
    let mut first = tip;
    for _ in 0..FAR {
        let Some(parent) = repository.parents(first)?.first().copied() else { break };
        if rev_at(repository, parent, &task.path)? != Some(task.front.rev) {
            break;
        }
        first = parent;
    }
    let commit = repository.log(first, None, 1)?.pop();
    Ok(commit
        .map_or((Timestamp::from_unix(0), String::new()), |commit| (Timestamp::from_unix(commit.time), commit.author)))
}

/// The revision of a task's file in a commit.
fn rev_at(repository: &Repository, commit: Oid, path: &str) -> Result<Option<u64>> {
    let Some((_, bytes)) = repository.blob_at(repository.tree_of(commit)?, path)? else { return Ok(None) };
    let document = Document::from_bytes(bytes).ok();
    Ok(document.and_then(|document| document.key("rev")?.as_u64()))
}

//! `complete`: finish a task; done is a fact that the tool itself has seen.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::git::{Commit, Repository};
use crate::model::{
    Actor, Change, CompleteOn, Event, REVIEW, Refusal, Stage, State, Task, TaskId, missing_for_done, needs_approval,
    said,
};

use super::checks::{Subject, Verdict, Watch};
use super::prep::Force;
use super::workspace::Workspace;

/// Done tasks that are read to find out whether the board knows a second worker.
const DONE_READ: usize = 100;

/// What was found out about a task's work before it is decided whether it is done.
#[derive(Debug, Default)]
struct Findings {
    missing: Vec<String>,
    verdict: Verdict,
    notes: Vec<String>,
    workers: BTreeSet<Actor>,
    tree: String,
}

impl Workspace {
    /// Moves a task from `review/` to `done/`.
    pub fn complete(&self, id: &TaskId, force: &Force, watch: &Watch<'_>) -> Result<Event> {
        let repository = self.repository()?;
        let loaded = self.load(&repository, id)?;
        let findings = match loaded.task.state {
            State::Review => self.findings(&repository, &loaded.task, force, watch)?,
            _ => Findings::default(),
        };
        let mut event = self.change(id, |task, _| self.decide_complete(task, &findings, force))?;
        event.notes.extend(findings.notes);
        if !event.is_noop {
            event.notes.extend(self.retro_due(&self.catalog()?)?.line());
        }
        Ok(event)
    }

    fn decide_complete(&self, task: &Task, findings: &Findings, force: &Force) -> Result<Change> {
        let now = self.now();
        let actor = self.actor();
        match task.state {
            State::Review => {}
            State::Done => return Ok(self.repeated(task, "completed", "completed")?),
            is => {
                let id = &task.id;
                let hint = match is {
                    State::InProgress => format!("commit it, or hand it over with `mcp review {id}`"),
                    _ => format!("`mcp show {id}` tells what comes next"),
                };
                return Err(Refusal::WrongState { task: id.clone(), is, verb: "completed", hint }.into());
            }
        }
        let mut missing = missing_for_done(task);
        if self.config.complete_on == CompleteOn::Merge {
            missing.push("the default branch does not have it in review yet (`complete_on: merge`)".to_owned());
        }
        missing.extend(findings.missing.iter().cloned());
        let approval = self.config.review.approval;
        if needs_approval(approval, task, actor, &findings.workers, &findings.tree) {
            let stale = task.approvals().iter().any(|(by, _)| !task.workers().contains(by));
            let why = if stale { "its approval was for other code" } else { "nobody else has approved it" };
            missing.push(format!("{why} (`mcp review {} --approve`, by somebody who did not work on it)", task.id));
        }
        if !missing.is_empty() && force.reason.is_none() {
            return Err(Refusal::NotDone { task: task.id.clone(), missing }.into());
        }
        let mut change = Change::moving(State::Done, "completed");
        change.edits = self.stamp(task, &findings.verdict);
        let held = task.workers();
        if !held.is_empty() && !held.contains(actor) {
            // Who never held it and finishes it has reviewed it.
            change = change.appended(REVIEW, now, actor, format!("approved tree:{}", findings.tree));
        }
        let unchecked = findings.notes.iter().any(|note| note.contains("no checks")).then_some(", nothing was checked");
        Ok(change.logged(now, actor, format!("{}{}{}", said::COMPLETED, unchecked.unwrap_or_default(), force.words())))
    }

    fn findings(&self, repository: &Repository, task: &Task, force: &Force, watch: &Watch<'_>) -> Result<Findings> {
        let mut findings = Findings::default();
        let open: Vec<_> = State::ALL.into_iter().filter(|state| state.is_open()).collect();
        let reading = self.read_states(repository, &open)?;
        findings.workers = self.workers_of_board(repository, &reading.tasks)?;
        findings.workers.insert(self.actor().clone());
        findings.workers.extend(task.workers());
        let children: Vec<_> =
            reading.tasks.iter().filter(|child| child.front.parent.as_deref() == Some(task.id.as_str())).collect();
        findings.missing.extend(children.iter().map(|child| format!("its part {} is in {}", child.id, child.state)));
        let has_children = !children.is_empty()
            || task.entries(crate::model::LOG).iter().any(|entry| entry.text.starts_with("split into"));
        if task.front.evidence.is_some() {
            findings.tree = task.front.tested.clone().unwrap_or_default();
            return Ok(findings);
        }
        let commits = self.commits_of(repository, task)?;
        let head = repository.head()?.commit;
        let Some(last) = commits.first().map(|commit| commit.id).or(head.filter(|_| has_children)) else {
            findings.missing.push(
                "it has no commit since it was claimed (a `Task:` trailer ties one to it, or `mcp attach`)".to_owned(),
            );
            return Ok(findings);
        };
        findings.missing.extend(self.far_from_its_end(repository, task, &commits)?);
        let tree = repository.tree_of(last)?;
        findings.tree = self.code_tree(repository, tree)?.to_string();
        let checks = self.checks_for(Some(task), Stage::Complete);
        if checks.is_empty() {
            findings.notes.push("no checks are configured, so nothing was checked".to_owned());
            return Ok(findings);
        }
        // The evidence that stands in the task counts as well as the cache: a fresh clone has only the former.
        let known = task.evidence();
        let unknown: Vec<_> = checks
            .iter()
            .filter(|check| !known.iter().any(|line| line.vouches_for(&check.name, &check.run, &findings.tree)))
            .copied()
            .collect();
        if unknown.is_empty() || force.reason.is_some() {
            return Ok(findings);
        }
        let head_tree = head.map(|head| repository.tree_of(head)).transpose()?;
        let subject_tree = head_tree.unwrap_or(tree);
        findings.verdict = self.run_checks(repository, &Subject::Head, subject_tree, &unknown, Some(task), watch)?;
        if !findings.verdict.is_pass() {
            return Err(self.failing_checks_recorded(task, &findings.verdict, watch)?);
        }
        findings.tree = findings.verdict.tree.clone();
        Ok(findings)
    }

    /// What keeps a task from ending where its work is not: others take a done file in a branch's history to mean that the code is
    /// there as well.
    fn far_from_its_end(&self, repository: &Repository, task: &Task, commits: &[Commit]) -> Result<Option<String>> {
        let end = match self.home_of(task)? {
            Some(home) => home.repository()?.head()?.commit,
            None => repository.head()?.commit,
        };
        let Some(end) = end.filter(|_| !commits.is_empty()) else { return Ok(None) };
        for commit in commits {
            if commit.id == end || repository.is_ancestor(commit.id, end)? {
                return Ok(None);
            }
        }
        Ok(Some(match task.branch() {
            Some(branch) => format!("its commits are on {branch}: merge that branch here first, or complete it there"),
            None => format!("its commit {} is on no branch that is merged here", commits[0].id.short()),
        }))
    }

    /// Who worked on some of the tasks that are done: enough of them to know whether there was ever a second worker, without
    /// reading a history of years.
    pub(super) fn workers_of_done(&self, repository: &Repository) -> Result<BTreeSet<Actor>> {
        let mut workers = BTreeSet::new();
        let names = self.store.catalog_of(&[State::Done])?;
        for (id, _) in names.iter().take(DONE_READ) {
            // What cannot be read names nobody.
            let Ok(loaded) = self.load_at(repository, id, &names.places(id)) else { continue };
            workers.extend(loaded.task.workers());
            if workers.len() > 1 {
                break;
            }
        }
        Ok(workers)
    }

    /// The parent that a completed task was the last open part of, if it has one.
    pub fn parent_to_complete(&self, task: &Task) -> Result<Option<TaskId>> {
        let Some(parent) = task.front.parent.as_deref().and_then(TaskId::parse) else { return Ok(None) };
        let repository = self.repository()?;
        let open: Vec<_> = State::ALL.into_iter().filter(|state| state.is_open()).collect();
        let tasks = self.read_states(&repository, &open)?.tasks;
        let has_open_parts = tasks.iter().any(|other| other.front.parent.as_deref() == Some(parent.as_str()));
        let is_open = tasks.iter().any(|other| other.id == parent);
        Ok((is_open && !has_open_parts).then_some(parent))
    }

    /// Completes a parent whose parts are all done, if nothing of its own is missing; else says what is.
    pub fn complete_parent(&self, parent: &TaskId) -> Result<Result<Event, Vec<String>>> {
        let repository = self.repository()?;
        let task = self.load(&repository, parent)?.task;
        let missing = missing_for_done(&task);
        if !missing.is_empty() {
            return Ok(Err(missing));
        }
        let mut event = self.change(parent, |_, now| {
            let change = Change::moving(State::Done, "completed");
            Ok(change.logged(now, self.actor(), format!("{}, all its parts being done", said::COMPLETED)))
        })?;
        event.notes.extend(self.retro_due(&self.catalog()?)?.line());
        Ok(Ok(event))
    }
}

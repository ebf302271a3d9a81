//! `next`: what the actor should do now, and how.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Actor, Approval, BoardProblem, Lapse, Offer, Ranking, State, Task, TaskId, Waits, rank};

use super::reading::Extent;
use super::workspace::Workspace;

/// The open tasks, ranked for the actor.
#[derive(Debug)]
pub struct Next {
    tasks: Vec<Task>,
    waits: BTreeMap<String, Waits>,
    lapses: BTreeMap<TaskId, Lapse>,
    workers: BTreeSet<Actor>,
    workspace: Workspace,
    /// What there is to say about retrospectives, if there is something.
    pub retro: Option<String>,
    /// What could not be read.
    pub problems: Vec<BoardProblem>,
}

impl Workspace {
    /// Reads the open tasks for a ranking.
    pub fn next(&self) -> Result<Next> {
        let repository = self.repository()?;
        let open: Vec<_> = State::ALL.into_iter().filter(|state| state.is_open()).collect();
        let reading = self.read_states_keeping(&repository, &open, &|task| {
            // What was said on it decides of what is in review, and tells why something came back. Of others nothing but the
            // front matter and the open questions counts.
            let is_held = task.claim.as_ref().is_some_and(|claim| claim.holder.is_some());
            match task.state {
                State::Review => Extent::Whole,
                State::Ready | State::Pending if is_held => Extent::Whole,
                _ => Extent::Shown,
            }
        })?;
        let words = reading.tasks.iter().flat_map(|task| task.front.depends_on.iter());
        let dependencies = self.dependencies_in(&repository, &reading);
        let mut waits = BTreeMap::new();
        for word in words {
            if !waits.contains_key(word)
                && let Some(wait) = dependencies.waits(word)?
            {
                waits.insert(word.clone(), wait);
            }
        }
        let (now, mut lapses) = (self.now(), BTreeMap::new());
        for task in &reading.tasks {
            if let Some(lapse) = self.lapse(&repository, task, now)? {
                lapses.insert(task.id.clone(), lapse);
            }
        }
        let workers = self.workers_if_asked_for(&repository, &reading.tasks)?;
        let retro = self.retro_due(&reading.catalog)?.line_for(self.actor());
        Ok(Next {
            tasks: reading.tasks,
            waits,
            lapses,
            workers,
            workspace: self.clone(),
            retro,
            problems: reading.problems,
        })
    }
}

impl Workspace {
    /// Those who work on the board, as far as that decides whether the actor's own work waits for an approval.
    pub(super) fn workers_if_asked_for(&self, repository: &Repository, tasks: &[Task]) -> Result<BTreeSet<Actor>> {
        let is_asked = |task: &Task| task.state == State::Review && task.workers().contains(self.actor());
        if self.config.review.approval != Approval::Auto || !tasks.iter().any(is_asked) {
            return Ok(BTreeSet::new());
        }
        let known = self.known_workers(tasks);
        if known.iter().any(|other| other != self.actor()) {
            return Ok(known);
        }
        // Of some the text that would name more was not kept.
        let open: Vec<_> = State::ALL.into_iter().filter(|state| state.is_open()).collect();
        self.workers_of_board(repository, &self.read_states(repository, &open)?.tasks)
    }

    /// Everybody who worked on the open tasks; where that is not more than one, on the last of those that are done, too.
    pub(super) fn workers_of_board(&self, repository: &Repository, open: &[Task]) -> Result<BTreeSet<Actor>> {
        let mut known = self.known_workers(open);
        if known.len() < 2 {
            known.extend(self.workers_of_done(repository)?);
        }
        Ok(known)
    }
}

impl Next {
    /// All of it: offers best first, and the tasks passed over.
    pub fn ranking(&self) -> Ranking<'_> {
        let Workspace { identity, config, .. } = &self.workspace;
        let (waits, lapse) =
            (|word: &str| self.waits.get(word).cloned(), |task: &Task| self.lapses.get(&task.id).cloned());
        rank(&self.tasks, identity, config, &self.workers, waits, lapse)
    }

    /// The offers, best first.
    pub fn offers(&self) -> Vec<Offer<'_>> {
        self.ranking().offers
    }
}

//! The verbs that end a task otherwise or bring it back: `fail`, `drop`, `retry`, `release`, `reopen`.

use anyhow::Result;

use crate::model::{Change, Edit, Event, LOG, Refusal, Setting, State, Task, TaskId, Timestamp, said};

use super::prep::Force;
use super::workspace::Workspace;

impl Workspace {
    /// Gives a task up; it goes to `failed/` and may be tried again.
    pub fn fail(&self, id: &TaskId, reason: &str, force: &Force) -> Result<Event> {
        self.change(id, |task, now| {
            if task.state == State::Failed {
                return Ok(self.repeated(task, "failed", "failed")?);
            }
            self.must_be_open(task, "failed")?;
            self.must_hold_or_force(task, now, force)?;
            let change = Change::moving(State::Failed, "failed");
            Ok(change.logged(now, self.actor(), worded(said::FAILED, reason) + &force.words()))
        })
    }

    /// Takes a task off the board: nobody will do it.
    pub fn drop_task(&self, id: &TaskId, reason: &str, duplicate_of: Option<&TaskId>, force: &Force) -> Result<Event> {
        let resolution = match duplicate_of {
            Some(other) if other == id => {
                return Err(
                    Refusal::BadInput { message: format!("{id} cannot be a duplicate of itself"), hint: None }.into()
                );
            }
            Some(other) => format!("{} {other}", said::DUPLICATE),
            None => said::DROPPED.to_owned(),
        };
        self.change(id, |task, now| {
            if task.state == State::Failed && task.front.resolution.as_deref() == Some(&resolution) {
                return Ok(self.repeated(task, &resolution, "dropped")?);
            }
            if task.state == State::Done {
                self.must_be_open(task, "dropped")?;
            }
            self.must_hold_or_force(task, now, force)?;
            let mut change = Change::moving(State::Failed, "dropped").edit(Edit::set("resolution", &resolution));
            if task.claim.as_ref().is_some_and(|claim| claim.holder.is_some()) {
                change = change.freed();
            }
            Ok(change.logged(now, self.actor(), worded(&resolution, reason) + &force.words()))
        })
    }

    /// Makes a failed task ready again, for its holder if that is who asks, else for everybody.
    pub fn retry(&self, id: &TaskId) -> Result<Event> {
        self.change(id, |task, now| {
            if task.state == State::Ready {
                return Ok(Change::noop(task, "retried"));
            }
            if task.state != State::Failed {
                let hint = format!("`mcp show {id}` tells where it is");
                return Err(Refusal::WrongState { task: id.clone(), is: task.state, verb: "tried again", hint }.into());
            }
            let mut change = Change::moving(State::Ready, "retried");
            if task.front.attempts > 0 {
                change = change.edit(Edit::Set("attempts".to_owned(), Setting::Number(0)));
            }
            if task.front.resolution.is_some() {
                change = change.edit(Edit::Unset("resolution".to_owned()));
            }
            let is_mine = task.claim.as_ref().is_some_and(|claim| claim.is_held_by(&self.identity.holder));
            if !is_mine && task.assignee().is_some() {
                change = change.freed();
            }
            Ok(change.logged(now, self.actor(), said::TRIED_AGAIN))
        })
    }

    /// Lets go of a task; it goes back to `ready/` for anybody.
    pub fn release(&self, id: &TaskId, reason: &str, force: &Force) -> Result<Event> {
        self.change(id, |task, now| {
            if task.state == State::Ready && task.assignee().is_none() {
                return Ok(Change::noop(task, "released"));
            }
            if !matches!(task.state, State::InProgress | State::Ready) {
                let hint = format!("`mcp show {id}` tells where it is");
                return Err(Refusal::WrongState { task: id.clone(), is: task.state, verb: "released", hint }.into());
            }
            self.must_hold_or_force(task, now, force)?;
            let change = Change::moving(State::Ready, "released").freed();
            Ok(change.logged(now, self.actor(), worded(said::RELEASED, reason) + &force.words()))
        })
    }

    /// Makes a done task ready again.
    pub fn reopen(&self, id: &TaskId, reason: &str) -> Result<Event> {
        self.change(id, |task, now| {
            if task.state == State::Ready {
                return Ok(Change::noop(task, "reopened"));
            }
            if task.state != State::Done {
                let hint = match task.state {
                    State::Failed => format!("`mcp retry {id}` makes it ready again"),
                    _ => format!("`mcp show {id}` tells where it is"),
                };
                return Err(Refusal::WrongState { task: id.clone(), is: task.state, verb: "reopened", hint }.into());
            }
            let mut change = Change::moving(State::Ready, "reopened");
            if task.assignee().is_some() {
                change = change.freed();
            }
            Ok(change.logged(now, self.actor(), worded(said::REOPENED, reason)))
        })
    }

    /// Nothing to do when this actor did it or works on it; what somebody else did is theirs.
    pub(crate) fn repeated(&self, task: &Task, logged: &str, event: &'static str) -> Result<Change, Refusal> {
        let last = task.entries(LOG).into_iter().rev().find(|entry| entry.text.starts_with(logged));
        match last.map(|entry| entry.actor) {
            Some(actor) if actor != *self.actor() && !task.workers().contains(self.actor()) => {
                Err(Refusal::AlreadyBy { task: task.id.clone(), is: task.state, actor })
            }
            _ => Ok(Change::noop(task, event)),
        }
    }

    fn must_be_open(&self, task: &Task, verb: &'static str) -> Result<(), Refusal> {
        if task.state.is_open() {
            return Ok(());
        }
        let hint = match task.state {
            State::Done => format!("`mcp reopen {}` makes it ready again", task.id),
            _ => format!("`mcp retry {}` makes it ready again", task.id),
        };
        Err(Refusal::WrongState { task: task.id.clone(), is: task.state, verb, hint })
    }

    fn must_hold_or_force(&self, task: &Task, now: Timestamp, force: &Force) -> Result<(), Refusal> {
        if force.reason.is_some() || !matches!(task.state, State::InProgress | State::Review | State::Ready) {
            return Ok(());
        }
        // In review the reviewer may decide as well as the holder.
        if task.state == State::Review && !task.workers().contains(self.actor()) {
            return Ok(());
        }
        self.must_hold(task, now)
    }
}

fn worded(what: &str, reason: &str) -> String {
    match reason.trim() {
        "" => what.to_owned(),
        reason => format!("{what}: {reason}"),
    }
}

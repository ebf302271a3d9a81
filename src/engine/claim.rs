//! `claim`: take a ready task and start work on it.

use anyhow::{Context as _, Result};

use crate::git::{Repository, is_branch_name};
use crate::model::{
    Change, Claim, Config, Edit, Event, Identity, Lapse, Refusal, Role, State, Step, Task, TaskId, Timestamp, Work,
    held_by, said, span,
};

use super::prep::Force;
use super::workspace::Workspace;

/// How a claim is to be made.
#[derive(Clone, Debug, Default)]
pub struct ClaimOptions {
    /// Starts a branch of this name for the work.
    pub branch: Option<String>,
    /// Makes a worktree for the work: in this folder, or where the rule of the house says if it is empty.
    pub worktree: Option<String>,
    /// Overrides what may be overridden.
    pub force: Force,
}

/// What is true around the task, gathered before it is locked.
pub(super) struct Around<'a> {
    config: &'a Config,
    identity: &'a Identity,
    held: Vec<TaskId>,
    pub(super) waits_for: Vec<String>,
    /// Whether the holder's lease has run out, and what is there of theirs that is nowhere else.
    pub(super) lapse: Option<Lapse>,
    work: Work,
    /// Epoch and lease as they were when the one who forces it looked.
    looked_at: Option<(u64, Option<Timestamp>)>,
}

impl Workspace {
    /// Moves a ready task to `in-progress/` in the name of the actor; without an id the one that `next` would say.
    pub fn claim(&self, id: Option<&TaskId>, options: &ClaimOptions) -> Result<Event> {
        let Some(id) = id else { return self.claim_next(options) };
        if let Some(place) = options.worktree.as_deref() {
            return self.claim_in_worktree(id, options, place);
        }
        let repository = self.repository()?;
        if let Some(branch) = options.branch.as_deref().filter(|branch| !is_branch_name(branch)) {
            let message = format!("`{}` is not a name for a branch", branch.escape_debug());
            return Err(Refusal::BadInput { message, hint: Some(format!("such as `--branch task/{id}`")) }.into());
        }
        let event = self.claim_one(&repository, id, options)?;
        if let Some(branch) = options.branch.as_deref().filter(|_| !event.is_noop) {
            let is_there = repository.head()?.branch.as_deref() == Some(branch);
            if !is_there {
                let is_new = repository.branch_commit(branch)?.is_none();
                let switched = repository.switch(branch, is_new);
                switched.with_context(|| format!("{id} is claimed, but its branch could not be started"))?;
            }
        }
        Ok(event)
    }

    fn claim_one(&self, repository: &Repository, id: &TaskId, options: &ClaimOptions) -> Result<Event> {
        let head = repository.head()?;
        let work = Work {
            branch: options.branch.clone().or(head.branch),
            base: head.commit.map(|commit| commit.to_string()),
            worktree: self.root.display().to_string(),
        };
        let mut around = self.around(repository, work)?;
        let listed = self.take_listed();
        self.change_listed(id, &listed, |task, now| {
            around.waits_for = self.waits_for(repository, task, &listed)?;
            around.lapse = self.lapse(repository, task, now)?;
            around.must_be_as_seen(task, &options.force, now)?;
            let change = decide(task, &around, &options.force, now)?;
            // Who claims again what is theirs says that they are at work.
            let is_late = change.is_noop && self.is_renewal_due(task.claim.as_deref(), now);
            Ok(if is_late { Change::staying(task, "renewed") } else { change })
        })
    }

    /// Whether a quarter of the lease is over.
    fn is_renewal_due(&self, claim: Option<&Claim>, now: Timestamp) -> bool {
        let lease = self.config.claims.lease.0;
        claim.and_then(|claim| claim.lease).is_some_and(|end| end < now.after(lease - lease / 4))
    }

    /// What is true around a task that is to be claimed, but for what it waits for.
    pub(super) fn around(&self, repository: &Repository, work: Work) -> Result<Around<'_>> {
        let limit = self.config.workers.get(self.actor()).and_then(|worker| worker.limit);
        let held = match limit {
            Some(_) => held_by(&self.read_states(repository, &[State::InProgress])?.tasks, self.actor()),
            None => Vec::new(),
        };
        Ok(Around {
            config: &self.config,
            identity: &self.identity,
            held,
            waits_for: Vec::new(),
            lapse: None,
            work,
            looked_at: None,
        })
    }

    fn claim_next(&self, options: &ClaimOptions) -> Result<Event> {
        // Another worker may take the first offer between our look and our claim: then the next one is tried.
        let mut last = None;
        for _ in 0..20 {
            let next = self.next()?;
            let Some(offer) = next.offers().into_iter().find(|offer| match options.worktree {
                // A worktree is asked for to begin something beside what is being done here.
                Some(_) => offer.step == Step::Claim,
                None => matches!(offer.step, Step::TakeUpAgain | Step::GoOn | Step::Claim),
            }) else {
                break;
            };
            let id = offer.task.id.clone();
            match self.claim(Some(&id), options) {
                Err(error) if error.downcast_ref::<Refusal>().is_some_and(|refusal| refusal.exit_code() == 4) => {
                    last = Some(error)
                }
                claimed => return claimed,
            }
        }
        Err(last.unwrap_or_else(|| {
            let why = format!("there is nothing that {} could claim", self.actor());
            Refusal::Nothing { why, hint: Some("`mcp next --explain` tells why each task was passed over".to_owned()) }
                .into()
        }))
    }
}

impl Around<'_> {
    /// Who forces a claim has looked at the one that they take over: another one, or a sign of life, wants another look.
    pub(super) fn must_be_as_seen(&mut self, task: &Task, force: &Force, now: Timestamp) -> Result<(), Refusal> {
        let claim = task.claim.as_ref().filter(|claim| claim.holder.is_some());
        let is = claim.map(|claim| (claim.epoch, claim.lease));
        match (self.looked_at, is) {
            (Some(was), Some(is)) if was != is && force.reason.is_some() => Err(held(task, now)),
            (None, Some(is)) => {
                self.looked_at = Some(is);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

pub(super) fn decide(task: &Task, around: &Around<'_>, force: &Force, now: Timestamp) -> Result<Change> {
    let holder = &around.identity.holder;
    let actor = &holder.actor;
    let is_forced = force.reason.is_some();
    let id = task.id.clone();
    let is_mine = task.claim.as_ref().is_some_and(|claim| claim.is_held_by(holder));
    match task.state {
        State::Ready => {}
        State::InProgress if is_mine => return Ok(Change::noop(task, "claimed")),
        // Imported, or moved there by hand: nobody holds it yet.
        State::InProgress if task.claim.as_ref().is_none_or(|claim| claim.holder.is_none()) => {}
        State::InProgress if is_forced || around.lapse == Some(Lapse::Free) => {}
        State::InProgress => {
            return Err(match &around.lapse {
                Some(Lapse::Holds(why)) => expired(task, why.clone()),
                _ => held(task, now),
            }
            .into());
        }
        State::Review if !is_mine => return Err(held(task, now).into()),
        is => {
            let hint = match is {
                State::Pending => format!("`mcp prep {id}` makes it ready"),
                State::Review => {
                    format!("`mcp review {id} --reject -m TEXT` sends it back; commits go on counting for it")
                }
                State::Failed => format!("`mcp retry {id}` makes it ready again"),
                _ => format!("`mcp reopen {id}` makes it ready again"),
            };
            return Err(Refusal::WrongState { task: id, is, verb: "claimed", hint }.into());
        }
    }
    if !is_forced {
        let kept_elsewhere =
            task.claim.as_ref().and_then(|claim| claim.holder.as_ref()).is_some_and(|kept| !kept.is_same(holder));
        let is_kept = kept_elsewhere && around.lapse != Some(Lapse::Free);
        if let Some(kept) = task.assignee().filter(|kept| is_kept || (*kept != actor && !kept_elsewhere)) {
            if let Some(Lapse::Holds(why)) = &around.lapse {
                return Err(expired(task, why.clone()).into());
            }
            return Err(Refusal::KeptFor { task: id, actor: kept.clone() }.into());
        }
        if let Some(blocked) = &task.front.blocked {
            return Err(
                Refusal::Blocked { task: id, kind: blocked.kind.clone(), reason: blocked.reason.clone() }.into()
            );
        }
        if let Some(question) = task.open_questions().into_iter().next() {
            return Err(Refusal::OpenQuestion { task: id, question }.into());
        }
        if !around.waits_for.is_empty() {
            return Err(Refusal::Waiting { task: id, on: around.waits_for.clone() }.into());
        }
        if !around.config.may(actor, Role::Implement) {
            return Err(Refusal::NotTheirRole { actor: actor.clone(), role: "implement" }.into());
        }
        let lacking = around.config.lacking(actor, &task.front.needs);
        if !lacking.is_empty() {
            let lacking = lacking.into_iter().map(str::to_owned).collect();
            return Err(Refusal::Incapable { task: id, actor: actor.clone(), lacking }.into());
        }
        if let Some(limit) = around.config.workers.get(actor).and_then(|worker| worker.limit)
            && around.held.len() >= limit
        {
            return Err(Refusal::OverLimit { actor: actor.clone(), limit, held: around.held.clone() }.into());
        }
    }
    let mut place = around.work.branch.as_ref().map_or_else(String::new, |branch| format!(" on {branch}"));
    if let Some(late) = task.assignee().filter(|_| !is_mine && around.lapse.is_some()) {
        place += &format!(", after the lease of {late} ran out");
    }
    let mut change = Change::moving(State::InProgress, "claimed").taken_by(holder);
    if let Some(branch) = &around.work.branch {
        change = change.edit(Edit::set("branch", branch));
    }
    // Work that came back goes on from where it started.
    let base = task.base().filter(|_| is_mine).map(str::to_owned).or_else(|| around.work.base.clone());
    if let Some(base) = &base {
        change = change.edit(Edit::set("base", base));
    }
    change.work = Some(Work { base, ..around.work.clone() });
    Ok(change.logged(now, actor, format!("{}{place}{}", said::CLAIMED, force.words())))
}

fn expired(task: &Task, why: String) -> Refusal {
    let holder = task.assignee().cloned();
    Refusal::ExpiredWithWork { task: task.id.clone(), holder, why }
}

/// The refusal that names who holds a task.
pub(crate) fn held(task: &Task, now: Timestamp) -> Refusal {
    let claim = task.claim.as_deref();
    let actor = task.assignee().cloned();
    let claimed = claim.and_then(|claim| claim.claimed);
    let duration = claimed.map_or_else(|| "some time".to_owned(), |at| span(now.seconds_since(at)));
    match actor {
        Some(holder) => {
            let place = claim.and_then(Claim::place);
            Refusal::HeldBy { task: task.id.clone(), holder, place, duration }
        }
        None => {
            let hint = format!("`mcp release {}` frees it", task.id);
            Refusal::WrongState { task: task.id.clone(), is: task.state, verb: "claimed", hint }
        }
    }
}

impl Workspace {
    /// Refuses unless the actor in this session holds the task.
    pub(crate) fn must_hold(&self, task: &Task, now: Timestamp) -> Result<(), Refusal> {
        let holder = &self.identity.holder;
        let claim = task.claim.as_ref();
        let is_held = match claim.and_then(|claim| claim.holder.as_ref()) {
            Some(other) => other.is_same(holder),
            None => task.front.assignee.as_ref().is_none_or(|assignee| *assignee == holder.actor),
        };
        if is_held {
            return Ok(());
        }
        let epoch = claim.map_or(0, |claim| claim.epoch);
        match self.bound_epoch(&task.id) {
            Some(held) if held < epoch => {
                Err(Refusal::Lost { task: task.id.clone(), held, epoch, holder: task.assignee().cloned() })
            }
            _ => Err(held_or_kept(task, now)),
        }
    }
}

fn held_or_kept(task: &Task, now: Timestamp) -> Refusal {
    match (task.state, task.assignee()) {
        (State::Ready, Some(actor)) => Refusal::KeptFor { task: task.id.clone(), actor: actor.clone() },
        _ => held(task, now),
    }
}

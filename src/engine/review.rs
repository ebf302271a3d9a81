//! `review`: hand work over to a reviewer, and the reviewer's verdict.

use anyhow::Result;

use crate::model::{
    Change, ERRORS, EVIDENCE, Edit, Event, FeedbackTo, LOG, REVIEW, Refusal, Role, Stage, State, Task, TaskId, said,
};

use super::checks::{Progress, Subject, Verdict, Watch};
use super::feedback::tells_of;
use super::prep::Force;
use super::workspace::Workspace;

impl Workspace {
    /// Moves a task to `review/` once its checks pass on HEAD.
    pub fn submit(&self, id: &TaskId, force: &Force, watch: &Watch<'_>) -> Result<Event> {
        let repository = self.repository()?;
        let now = self.now();
        let task = self.load(&repository, id)?.task;
        match task.state {
            State::InProgress | State::Ready => {
                self.must_hold(&task, now)?;
                must_be_begun(&task)?;
            }
            State::Review => {}
            is => {
                let hint = format!("`mcp show {id}` tells where it is");
                return Err(Refusal::WrongState { task: id.clone(), is, verb: "reviewed", hint }.into());
            }
        }
        let mut verdict = Verdict::default();
        if task.front.evidence.is_none() && task.state != State::Review {
            let Some(tree) = self.tree_of(&repository, &Subject::Head)? else {
                let missing = vec!["nothing is committed yet".to_owned()];
                return Err(Refusal::NotDone { task: id.clone(), missing }.into());
            };
            let checks = self.checks_for(Some(&task), Stage::Review);
            verdict = self.run_checks(&repository, &Subject::Head, tree, &checks, Some(&task), watch)?;
            if !verdict.is_pass() && force.reason.is_none() {
                return Err(self.failing_checks_recorded(&task, &verdict, watch)?);
            }
        }
        self.change(id, |task, now| {
            if task.state == State::Review {
                let is_theirs = self.must_hold(task, now).is_err();
                return match task.assignee().filter(|_| is_theirs) {
                    Some(actor) => {
                        Err(Refusal::AlreadyBy { task: id.clone(), is: task.state, actor: actor.clone() }.into())
                    }
                    None => Ok(Change::noop(task, "submitted")),
                };
            }
            self.must_hold(task, now)?;
            if !matches!(task.state, State::InProgress | State::Ready) {
                let hint = format!("`mcp show {id}` tells where it is");
                return Err(Refusal::WrongState { task: id.clone(), is: task.state, verb: "reviewed", hint }.into());
            }
            let mut change = Change::moving(State::Review, "submitted");
            change.edits = self.stamp(task, &verdict);
            Ok(change.logged(now, self.actor(), format!("{}{}", said::HANDED_OVER, force.words())))
        })
    }

    /// The edits that write a passing verdict into a task.
    pub(crate) fn stamp(&self, task: &Task, verdict: &Verdict) -> Vec<Edit> {
        let mut edits = Vec::new();
        let known = task.evidence();
        for evidence in self.evidence_of(verdict, false) {
            if !known.iter().any(|line| line.vouches_for(&evidence.check, &evidence.command, &evidence.tree)) {
                edits.push(Edit::append(EVIDENCE, evidence));
            }
        }
        if !verdict.tree.is_empty() && verdict.is_pass() {
            edits.push(Edit::set("tested", &verdict.tree));
        }
        edits
    }

    /// Writes into the task what failed and tells it; gives the refusal. Nothing is moved: only a commit does that.
    pub(crate) fn failing_checks_recorded(
        &self,
        task: &Task,
        verdict: &Verdict,
        watch: &Watch<'_>,
    ) -> Result<anyhow::Error> {
        if let Some(unfit) = self.unfit(verdict, Some(task)) {
            return Ok(unfit.into());
        }
        let tree = &verdict.tree;
        let failed = verdict.failed();
        let feedback: Vec<_> = failed.iter().map(|ran| self.feedback(ran, tree, Some(task))).collect();
        for line in feedback.iter().flat_map(|feedback| &feedback.lines) {
            (watch.tell)(Progress::Note(format!("  {line}")));
        }
        let is_local = self.config.feedback == FeedbackTo::Local;
        self.change(&task.id, |task, now| {
            if tells_of(task, tree) {
                return Ok(Change::noop(task, "checks failed"));
            }
            let entries = feedback.iter().map(|feedback| self.feedback_entry(feedback, None, now, is_local));
            let mut change = Change::staying(task, "checks failed");
            change.edits.extend(entries.map(|entry| Edit::append(ERRORS, entry)));
            let names: Vec<_> = verdict.failed().iter().map(|ran| ran.check.name.clone()).collect();
            Ok(change.logged(now, self.actor(), format!("checks failed: {}", names.join(", "))))
        })?;
        Ok(self.checks_refused(Some(task), verdict).into())
    }

    /// The refusal after failing checks, for verbs that move nothing.
    pub fn checks_refused(&self, task: Option<&Task>, verdict: &Verdict) -> Refusal {
        if let Some(unfit) = self.unfit(verdict, task) {
            return unfit;
        }
        let failed = verdict.failed();
        let log = failed.first().and_then(|ran| ran.log.as_ref());
        let next = match log {
            Some(log) => format!("all of the output: {}", log.display()),
            None => "mend them and try again".to_owned(),
        };
        Refusal::ChecksFailed {
            task: task.map(|task| task.id.clone()),
            checks: failed.iter().map(|ran| ran.check.name.clone()).collect(),
            next,
        }
    }

    /// Approves the code that the checks last passed on.
    pub fn approve(&self, id: &TaskId, message: Option<&str>) -> Result<Event> {
        self.must_be_reviewer()?;
        self.change(id, |task, now| {
            self.must_be_reviewable(task)?;
            let tree = task.front.tested.clone().unwrap_or_default();
            let actor = self.actor();
            if task.approvals().iter().any(|(by, approved)| by == actor && *approved == tree) {
                return Ok(Change::noop(task, "approved"));
            }
            let words = message.map_or_else(String::new, |message| format!(": {}", message.trim()));
            let change = Change::staying(task, "approved");
            let change = change.appended(REVIEW, now, actor, format!("approved tree:{tree}{words}"));
            Ok(change.logged(now, actor, said::APPROVED))
        })
    }

    /// Sends the work back to its holder with what is wrong.
    pub fn reject(&self, id: &TaskId, message: &str) -> Result<Event> {
        self.must_be_reviewer()?;
        if message.trim().is_empty() {
            let hint = Some(format!("`mcp review {id} --reject -m \"what is wrong, and where\"`"));
            return Err(Refusal::BadInput { message: "a rejection says why".to_owned(), hint }.into());
        }
        self.change(id, |task, now| {
            let words = format!("rejected: {}", message.trim());
            let (first, _) = crate::model::first_line(&words);
            let is_repeated = task.state == State::Ready
                && task.entries(REVIEW).last().is_some_and(|last| last.actor == *self.actor() && last.text == first);
            if is_repeated {
                return Ok(Change::noop(task, "rejected"));
            }
            self.must_be_reviewable(task)?;
            let change = Change::moving(State::Ready, "rejected");
            let change = change.appended(REVIEW, now, self.actor(), words);
            Ok(change.logged(now, self.actor(), said::REJECTED))
        })
    }

    fn must_be_reviewer(&self) -> Result<(), Refusal> {
        if self.config.may(self.actor(), Role::Review) {
            return Ok(());
        }
        Err(Refusal::NotTheirRole { actor: self.actor().clone(), role: "review" })
    }

    fn must_be_reviewable(&self, task: &Task) -> Result<(), Refusal> {
        if task.state != State::Review {
            let hint = match task.state {
                State::InProgress => "its holder hands it over by a passing commit, or with `mcp review`".to_owned(),
                _ => format!("`mcp show {}` tells where it is", task.id),
            };
            return Err(Refusal::WrongState {
                task: task.id.clone(),
                is: task.state,
                verb: "approved or rejected",
                hint,
            });
        }
        if task.workers().contains(self.actor()) {
            return Err(Refusal::OwnWork { task: task.id.clone(), actor: self.actor().clone() });
        }
        Ok(())
    }
}

/// Refuses a task that nobody has worked on: not claimed, and no commit attached.
fn must_be_begun(task: &Task) -> Result<(), Refusal> {
    let is_attached = || task.entries(LOG).iter().any(|entry| entry.text.starts_with("attached "));
    if task.state == State::InProgress || task.assignee().is_some() || is_attached() {
        return Ok(());
    }
    let id = &task.id;
    let hint = format!("`mcp claim {id}` starts the work; commits made without it are tied by `mcp attach {id} RANGE`");
    Err(Refusal::WrongState { task: id.clone(), is: task.state, verb: "reviewed", hint })
}

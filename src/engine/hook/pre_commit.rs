//! `pre-commit`: runs the checks on exactly what would be committed, and puts the task's move into the same commit.

use anyhow::Result;

use crate::git::{Index, Oid, Operation, Repository};
use crate::model::{
    BoardCommit, Change, ERRORS, EVIDENCE, Edit, Event, FeedbackTo, OnFailure, OnSuccess, Phase, Refusal, Setting,
    Stage, State, Task, TaskId, apply_all, said,
};
use crate::process::is_running;
use crate::store::BOARD;

use super::super::checks::{Subject, Verdict, Watch};
use super::super::feedback::{Feedback, tells_of};
use super::super::load::path_in;
use super::super::workspace::Workspace;
use super::concern::Named;
use super::halves::{paths_of, put_in, taken_out};
use super::journal::{Journal, Moving, Touched};

/// What the hook did, to be put into words.
#[derive(Debug)]
pub enum Report {
    /// Nothing to say.
    Silent,
    /// The commit goes on, with a word about it.
    Notice(String),
    /// The checks passed; the task moves with the commit.
    Passed {
        /// Which.
        task: TaskId,
        /// Where from.
        from: State,
        /// Where to.
        to: State,
        /// Whether its file is in the commit; that of a private board moves beside it.
        is_in_commit: bool,
        /// In words.
        verdict: Verdict,
        /// Lines worth saying.
        notes: Vec<String>,
    },
    /// The checks failed, so the commit is refused; the task tells why.
    Failed {
        /// What became of the task.
        event: Box<Event>,
        /// What failed.
        feedback: Vec<Feedback>,
        /// The verdict.
        verdict: Verdict,
        /// Lines worth saying.
        notes: Vec<String>,
    },
}

/// The commit that is being made.
#[derive(Clone, Copy, Debug)]
struct Making {
    /// What git would commit without us.
    tree: Oid,
    /// The `git commit` process.
    parent: i32,
    /// Checks have spoken for that tree, so it must still be the one.
    is_checked: bool,
}

impl Workspace {
    /// Runs before a commit, with the index that git handed over.
    pub fn pre_commit(&self, repository: &Repository, named: &Named, parent: i32, watch: &Watch<'_>) -> Result<Report> {
        let mut index = Index::open(repository)?;
        self.settle_commits(repository, Some(&mut index), None)?;
        if index.has_conflicts() {
            // Git says so itself.
            return Ok(Report::Silent);
        }
        let tree = index.write_tree()?;
        let making = Making { tree, parent, is_checked: false };
        if repository.operation()?.is_some_and(|operation| operation != Operation::Bisect) {
            // The commits of a merge or a rebase are made of commits that were checked, or not, when they were made.
            let touched = self.complete_halves(repository, &mut index, None)?;
            self.publish(repository, &mut index, touched, None, making)?;
            return Ok(Report::Silent);
        }
        let changes_code = self.changes_code(repository, tree)? || self.amends_back(repository, tree, named, parent)?;
        let concern = if changes_code { self.concerned(repository, named)? } else { None };
        let Some(concern) = concern else {
            if changes_code && self.config.hooks.require_task && *named != Named::None {
                return Err(Refusal::NeedsTask.into());
            }
            let notes = self.only_halves(repository, &mut index, making)?;
            return Ok(if notes.is_empty() { Report::Silent } else { Report::Notice(notes.join("; ")) });
        };
        let task = concern.task;
        self.may_commit(&task)?;
        let checks = self.checks_for(Some(&task), Stage::Commit);
        let index_path = index.path().to_owned();
        let subject = Subject::Index(Some(index_path));
        let verdict = match self.run_checks(repository, &subject, tree, &checks, Some(&task), watch) {
            Err(error) if matches!(error.downcast_ref(), Some(Refusal::Untrusted { .. })) => {
                let mut notes = vec![format!("{error}; committed without checking. `mcp trust` lets them run")];
                notes.extend(self.only_halves(repository, &mut index, making)?);
                return Ok(Report::Notice(notes.join("; ")));
            }
            verdict => verdict?,
        };
        if watch.interrupt.is_set() || !is_running(parent) {
            return Err(Refusal::Interrupted.into());
        }
        index.reload(repository)?;
        if index.write_tree()? != tree {
            return Err(Refusal::IndexChanged.into());
        }
        // Somebody may have edited the file, or moved the task, while the checks ran.
        let task = self.still_ours(repository, &task)?;
        let mut notes: Vec<String> = concern.note.into_iter().collect();
        if checks.is_empty() {
            notes.push("no checks are configured, so nothing was checked".to_owned());
        }
        if let Some(unfit) = self.unfit(&verdict, Some(&task)) {
            return Err(unfit.into());
        }
        let is_red = task.front.phase == Some(Phase::Red);
        if is_red && verdict.is_pass() && !checks.is_empty() {
            return Err(Refusal::NotRed { task: task.id.clone() }.into());
        }
        if !verdict.is_pass() && !is_red {
            return self.checks_failed(&task, verdict, notes);
        }
        if is_red && !checks.is_empty() {
            notes.push("the checks fail, as they should before the code is there; now make them pass".to_owned());
        }
        let change = self.passed(&task, &verdict, is_red && !checks.is_empty());
        let to = change.to;
        let making = Making { is_checked: true, ..making };
        let (is_in_commit, said) = self.stage(repository, &mut index, &task, change, making)?;
        notes.extend(said);
        Ok(Report::Passed { task: task.id.clone(), from: task.state, to, is_in_commit, verdict, notes })
    }

    fn may_commit(&self, task: &Task) -> Result<(), Refusal> {
        match task.state {
            State::InProgress | State::Review => Ok(()),
            State::Ready if task.claim.as_ref().is_some_and(|claim| claim.holder.is_some()) => Ok(()),
            State::Failed => Err(Refusal::BoundToFailed { task: task.id.clone() }),
            is => {
                let hint = match is {
                    State::Done => format!("`mcp reopen {}` first, or `MCP_TASK=none git commit …`", task.id),
                    _ => format!("`mcp claim {}` first, or `MCP_TASK=none git commit …`", task.id),
                };
                Err(Refusal::WrongState { task: task.id.clone(), is, verb: "worked on", hint })
            }
        }
    }

    /// The task as it stands now, unless it was taken from us since.
    fn still_ours(&self, repository: &Repository, before: &Task) -> Result<Task> {
        let task = self.load(repository, &before.id)?.task;
        self.may_commit(&task)?;
        let epoch = |task: &Task| task.claim.as_ref().map_or(0, |claim| claim.epoch);
        if epoch(&task) != epoch(before) {
            let (held, epoch) = (epoch(before), epoch(&task));
            let holder = task.assignee().cloned();
            return Err(Refusal::Lost { task: task.id, held, epoch, holder }.into());
        }
        Ok(task)
    }

    fn passed(&self, task: &Task, verdict: &Verdict, is_red: bool) -> Change {
        let now = self.now();
        let to = match (self.config.on_success, task.state) {
            _ if is_red => State::InProgress,
            (_, State::Review) | (OnSuccess::Review, _) => State::Review,
            (OnSuccess::InProgress, _) => State::InProgress,
        };
        let mut change = Change::moving(to, "checked");
        if is_red {
            change.edits.extend(self.evidence_of(verdict, true).into_iter().map(|line| Edit::append(EVIDENCE, line)));
            change.edits.push(Edit::set("phase", Phase::Green.word()));
            return change.logged(now, self.actor(), format!("{}; now make them pass", said::RED));
        }
        change.edits = self.stamp(task, verdict);
        if task.front.attempts > 0 {
            change.edits.push(Edit::Set("attempts".to_owned(), Setting::Number(0)));
        }
        if task.document.section(ERRORS).is_some() {
            change.edits.push(Edit::Fold { section: ERRORS.to_owned() });
        }
        if task.front.phase == Some(Phase::Green) {
            change.edits.push(Edit::set("phase", Phase::Refactor.word()));
        }
        let words = match (verdict.runs.is_empty(), task.state == to) {
            (true, _) if to == State::InProgress => format!("{}{}", said::UNCHECKED, said::STAYS),
            (true, _) => said::UNCHECKED.to_owned(),
            (false, true) => said::CHECKS_PASSED.to_owned(),
            (false, false) => format!("{}{}{to}", said::CHECKS_PASSED, said::NOW_IN),
        };
        change.logged(now, self.actor(), words)
    }

    /// Puts the task, as the change makes it, into the index, if it belongs there, and says whether it does; the working tree is
    /// left alone until the commit is made.
    fn stage(
        &self,
        repository: &Repository,
        index: &mut Index,
        task: &Task,
        change: Change,
        making: Making,
    ) -> Result<(bool, Vec<String>)> {
        let mut touched = self.complete_halves(repository, index, Some(&task.id))?;
        let mut document = task.document.clone();
        apply_all(&self.edits_of(task, &change), &mut document)
            .map_err(|refused| Refusal::EditRefused { task: task.id.clone(), reason: refused.reason })?;
        let path = path_in(change.to, &task.path);
        let mut moving = Moving { id: task.id.clone(), path, blob: None, to: change.to, edits: change.edits };
        // A board that is kept out of the repository moves beside the commit, not in it.
        let is_private = index.paths_under(BOARD).is_empty() && repository.is_ignored(&moving.path)?;
        if !is_private {
            let blob = repository.write_blob(document.as_str().as_bytes())?;
            for old in paths_of(index, &task.id).into_iter().filter(|old| *old != moving.path) {
                touched.push(taken_out(index, &old)?);
            }
            touched.push(put_in(index, &moving.path, blob)?);
            moving.blob = Some(blob.to_string());
        }
        Ok((!is_private, self.publish(repository, index, touched, Some(moving), making)?))
    }

    fn only_halves(&self, repository: &Repository, index: &mut Index, making: Making) -> Result<Vec<String>> {
        let touched = self.complete_halves(repository, index, None)?;
        let notes = self.must_keep_tasks(repository, index)?;
        self.publish(repository, index, touched, None, making)?;
        Ok(notes)
    }

    /// Writes the index that git handed over, once it is sure that no task is lost by it.
    fn publish(
        &self,
        repository: &Repository,
        index: &mut Index,
        touched: Vec<Touched>,
        task: Option<Moving>,
        making: Making,
    ) -> Result<Vec<String>> {
        let notes = if task.is_some() { self.must_keep_tasks(repository, index)? } else { Vec::new() };
        if touched.is_empty() && task.is_none() {
            return Ok(notes);
        }
        if making.is_checked && !is_running(making.parent) {
            return Err(Refusal::Interrupted.into());
        }
        // The journal first: whatever happens afterwards can be followed or taken back.
        let journal = Journal {
            index: index.path().to_owned(),
            parent: making.parent,
            head: repository.head()?.commit.map(|head| head.to_string()),
            code: self.code_tree(repository, making.tree)?.to_string(),
            touched,
            task,
        };
        self.write_journal(&journal)?;
        self.step_done();
        if !making.is_checked {
            index.write(repository)?;
        } else if !index.write_over(repository, making.tree)? {
            return Err(Refusal::IndexChanged.into());
        }
        if making.is_checked {
            self.note_published(index, making.parent);
        }
        self.step_done();
        let is_gits_own = index.path().extension().is_some_and(|end| end == "lock");
        if making.is_checked && is_gits_own && !is_running(making.parent) {
            // Git is gone, and has taken its index away before we wrote it anew: as a lock it would keep everybody out.
            fs_err::remove_file(index.path())?;
            return Err(Refusal::Interrupted.into());
        }
        Ok(notes)
    }

    /// Performs the verb "checks failed": an ordinary change, since no commit comes of it.
    fn checks_failed(&self, task: &Task, verdict: Verdict, mut notes: Vec<String>) -> Result<Report> {
        let tree = verdict.tree.clone();
        let feedback: Vec<_> = verdict.failed().into_iter().map(|ran| self.feedback(ran, &tree, Some(task))).collect();
        let is_local = self.config.feedback == FeedbackTo::Local;
        let event = self.change(&task.id, |task, now| {
            let is_new = !tells_of(task, &tree);
            let attempts = task.front.attempts + u32::from(is_new);
            let is_out = attempts >= self.config.max_attempts && !self.identity.is_person;
            let to = match (is_out, task.state, self.config.on_failure) {
                (true, _, _) => State::Failed,
                (_, _, OnFailure::Ready) => State::Ready,
                (_, _, OnFailure::InProgress) => State::InProgress,
            };
            let mut change = Change::moving(to, "checks failed");
            if is_new {
                change.edits.push(Edit::Set("attempts".to_owned(), Setting::Number(attempts.into())));
                for feedback in &feedback {
                    let entry = self.feedback_entry(feedback, Some(attempts), now, is_local);
                    change.edits.push(Edit::append(ERRORS, entry));
                }
            }
            let names: Vec<_> = verdict.failed().iter().map(|ran| ran.check.name.clone()).collect();
            let end = match to {
                State::Failed => said::LAST_ATTEMPT,
                State::InProgress => said::STAYS,
                _ => "",
            };
            Ok(change.logged(
                now,
                self.actor(),
                format!("{}: {}{}{attempts}){end}", said::CHECKS_FAILED, names.join(", "), said::ATTEMPT),
            ))
        })?;
        if event.task.front.attempts >= self.config.max_attempts && event.task.state != State::Failed {
            notes.push(format!(
                "that was attempt {} of {}; perhaps the task wants splitting: `mcp split`",
                event.task.front.attempts, self.config.max_attempts
            ));
        }
        if self.config.board.commit == BoardCommit::All {
            notes.push("the board's change is left for the next commit".to_owned());
        }
        Ok(Report::Failed { event: Box::new(event), feedback, verdict, notes })
    }
}

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::engine::{
    MergeOf, Report, STOPPED, is_harmless_to_commit, mark_reached, merge_driver, open_repository_of_hook,
};
use crate::git::Repository;
use crate::model::{Refusal, State};
use crate::process;

use super::super::context::Context;
use super::super::progress::{tell_feedback, watched};

/// Run by git's hooks
#[derive(Debug, Args)]
#[command(hide = true)]
pub struct Hook {
    #[command(subcommand)]
    hook: Name,
}

#[derive(Debug, Subcommand)]
enum Name {
    /// Before a commit
    PreCommit,
    /// Before the message is edited
    PrepareCommitMsg { file: PathBuf, source: Option<String>, commit: Option<String> },
    /// After the message is edited
    CommitMsg { file: PathBuf },
    /// After a commit
    PostCommit,
    /// After a merge or a pull
    PostMerge { squash: Option<String> },
    /// After a checkout, a switch, a new worktree
    PostCheckout { old: Option<String>, new: Option<String>, is_branch: Option<String> },
    /// After a rebase or an amended commit
    PostRewrite { cause: Option<String> },
    /// Merges one task file
    MergeDriver { base: PathBuf, ours: PathBuf, theirs: PathBuf, path: String, marker_size: Option<usize> },
}

impl Hook {
    pub fn run(self, context: &Context) -> Result<()> {
        if let Name::MergeDriver { base, ours, theirs, path, marker_size } = &self.hook {
            let of = MergeOf { base, ours, theirs, path, marker_size: marker_size.unwrap_or(7) };
            return match merge_driver(&context.repository()?, of)? {
                true => Ok(()),
                // Git says so itself.
                false => Err(Refusal::Reported { exit_code: 1 }.into()),
            };
        }
        if let Some(folder) = context.probe() {
            mark_reached(&folder, self.hook.git_name())?;
            return Err(Refusal::Reported { exit_code: STOPPED }.into());
        }
        match (self.hook.is_gate(), self.follow(context)) {
            // What the checks have not spoken for would be committed otherwise; without verification they were never asked.
            (false, Err(error)) if matches!(error.downcast_ref(), Some(Refusal::IndexChanged)) => Err(error),
            (false, Err(error)) => {
                // Even `--no-verify` runs these hooks: they may not keep anybody from committing.
                context.ui.warn(&format!("mcp could not do its part here: {error:#}"));
                Ok(())
            }
            (_, done) => done,
        }
    }

    fn follow(self, context: &Context) -> Result<()> {
        let repository = match open_repository_of_hook() {
            Ok(repository) => repository,
            Err(error) => {
                // A repository that we cannot read is no reason to keep anybody from committing.
                if self.hook.is_gate() {
                    context.ui.warn(&format!("this commit is not checked: {error:#}"));
                }
                return Ok(());
            }
        };
        if context.is_inside_check_of(&repository) {
            return Ok(());
        }
        let workspace = match self.hook {
            Name::PreCommit => context.workspace_of_hook(&repository),
            Name::PostCommit => context.workspace_after_commit(&repository),
            Name::PostMerge { .. } | Name::PostCheckout { .. } | Name::PostRewrite { .. } => {
                context.workspace_of(&repository)
            }
            Name::MergeDriver { .. } | Name::PrepareCommitMsg { .. } | Name::CommitMsg { .. } => {
                context.workspace_of_reading_hook(&repository)
            }
        };
        let workspace = match workspace {
            Ok(workspace) => workspace,
            Err(error) if matches!(error.downcast_ref(), Some(Refusal::NoBoard)) => return Ok(()),
            Err(error) if is_harmless_to_commit(&repository, &error) => {
                context.ui.warn(&format!("this commit is not checked: {error:#}"));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let named = context.named_task();
        match self.hook {
            Name::PreCommit => {
                let parent = process::ancestor("git");
                process::die_with_parent()?;
                let report = watched(&context.ui, |watch| workspace.pre_commit(&repository, &named, parent, watch))?;
                told(context, report)
            }
            Name::PrepareCommitMsg { file, source, .. } => {
                let parent = process::ancestor("git");
                workspace.prepare_message(&repository, &absolute(&repository, file), source.as_deref(), &named, parent)
            }
            Name::CommitMsg { file } => {
                let parent = process::ancestor("git");
                workspace.finish_message(&repository, &absolute(&repository, file), &named, parent)
            }
            Name::PostCommit => {
                if let Err(error) = workspace.post_commit(&repository, process::ancestor("git")) {
                    context.ui.warn(&format!("the commit is made, but its task could not follow: {error:#}"));
                    context.ui.hint("the next mcp command finishes it");
                }
                Ok(())
            }
            Name::PostMerge { .. } => say(context, workspace.post_merge(&repository)?),
            // The post-commit hook has been here already.
            Name::PostRewrite { cause } if cause.as_deref() == Some("amend") => Ok(()),
            Name::PostCheckout { .. } | Name::PostRewrite { .. } => {
                say(context, workspace.reconcile(&repository, false)?)
            }
            Name::MergeDriver { .. } => Ok(()),
        }
    }
}

fn say(context: &Context, notes: Vec<String>) -> Result<()> {
    notes.iter().for_each(|note| context.ui.say(note));
    Ok(())
}

impl Name {
    /// What git calls it.
    fn git_name(&self) -> &'static str {
        match self {
            Name::PreCommit => "pre-commit",
            Name::PrepareCommitMsg { .. } => "prepare-commit-msg",
            Name::CommitMsg { .. } => "commit-msg",
            Name::PostCommit => "post-commit",
            Name::PostMerge { .. } => "post-merge",
            Name::PostCheckout { .. } => "post-checkout",
            Name::PostRewrite { .. } => "post-rewrite",
            Name::MergeDriver { .. } => "merge-driver",
        }
    }

    /// Whether it may refuse the commit.
    fn is_gate(&self) -> bool {
        matches!(self, Name::PreCommit)
    }
}

fn absolute(repository: &Repository, file: PathBuf) -> PathBuf {
    repository.work_dir().join(file)
}

fn told(context: &Context, report: Report) -> Result<()> {
    let ui = &context.ui;
    match report {
        Report::Silent => Ok(()),
        Report::Notice(notice) => {
            ui.warn(&notice);
            Ok(())
        }
        Report::Passed { task, from, to, is_in_commit, verdict, notes } => {
            for note in &notes {
                ui.say(note);
            }
            ui.say(&match (from == to, verdict.runs.is_empty()) {
                (false, _) if is_in_commit => format!("{task} goes to {to} in this commit"),
                (false, _) => format!("{task} goes to {to} once this commit is made"),
                (true, false) if is_in_commit => format!("{task} stays in {to}; the evidence is in this commit"),
                (true, _) => format!("{task} stays in {to}"),
            });
            Ok(())
        }
        Report::Failed { event, feedback, verdict, notes } => {
            let task = &event.task;
            for (feedback, ran) in feedback.iter().zip(verdict.failed()) {
                // How it ended was said when it did.
                let ended = format!("{} {}", ran.check.name, ran.ended.words());
                if let Some(more) = feedback.headline.strip_prefix(&ended).filter(|more| !more.is_empty()) {
                    ui.say(&format!("{}{more}", ran.check.name));
                }
            }
            tell_feedback(ui, &feedback);
            for note in &notes {
                ui.say(note);
            }
            let names: Vec<_> = verdict.failed().iter().map(|ran| ran.check.name.clone()).collect();
            let log = verdict.failed().first().and_then(|ran| ran.log.clone());
            let all = log.map_or_else(String::new, |log| format!("; all of the output: {}", log.display()));
            let next = match task.state {
                State::Failed => {
                    format!("that was the last attempt: {} is in failed; `mcp retry {}`{all}", task.id, task.id)
                }
                _ => format!("read {}, mend it, and commit again{all}", task.path),
            };
            Err(Refusal::ChecksFailed { task: Some(task.id.clone()), checks: names, next }.into())
        }
    }
}

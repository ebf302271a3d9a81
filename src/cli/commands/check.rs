use anyhow::Result;
use clap::Args;

use crate::engine::{Ended, Named, Subject};
use crate::model::{Refusal, Stage};
use crate::view::twins::{RunTwin, check_document};

use super::super::context::Context;
use super::super::progress::{tell_feedback, watched};

/// Run the checks on what `git add -A` would commit
///
/// The evidence is kept: a commit of the same tree is then instant. Nothing is moved and nothing is written into a task.
#[derive(Debug, Args)]
pub struct Check {
    /// Check what is staged instead
    #[arg(long)]
    staged: bool,
    /// Run also the checks that are asked for at review or complete
    #[arg(long)]
    all: bool,
}

impl Check {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let repository = workspace.repository()?;
        let subject = if self.staged { Subject::Index(None) } else { Subject::WorkingTree };
        let stage = if self.all { Stage::Complete } else { Stage::Commit };
        let concern = workspace.concerned(&repository, &Named::Unsaid)?;
        let task = concern.as_ref().map(|concern| &concern.task);
        let checks = workspace.checks_for(task, stage);
        if checks.is_empty() {
            let hint = Some("name one under `checks` in .mcp/config.yaml, then `mcp trust`".to_owned());
            return Err(Refusal::Nothing { why: "no checks are configured".to_owned(), hint }.into());
        }
        let tree = workspace.tree_of(&repository, &subject)?.expect("only HEAD can be missing");
        let verdict =
            watched(&context.ui, |watch| workspace.run_checks(&repository, &subject, tree, &checks, task, watch))?;
        let failed = verdict.failed();
        let feedback: Vec<_> = failed.iter().map(|ran| workspace.feedback(ran, &verdict.tree, None)).collect();
        let runs = verdict.runs.iter().map(|ran| RunTwin {
            check: &ran.check.name,
            passed: ran.ended == Ended::Passed,
            seconds: ran.seconds,
        });
        let lines: Vec<_> = feedback.iter().flat_map(|feedback| feedback.lines.clone()).collect();
        context.ui.document(&check_document(&verdict.tree, runs, &lines));
        if failed.is_empty() {
            context.ui.data(&format!("passed {}", &verdict.tree[..8]));
            return Ok(());
        }
        tell_feedback(&context.ui, &feedback);
        let refusal = workspace.checks_refused(task, &verdict);
        match context.ui.is_json() {
            true => Err(Refusal::Reported { exit_code: 1 }.into()),
            false => Err(refusal.into()),
        }
    }
}

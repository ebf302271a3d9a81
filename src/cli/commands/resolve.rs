use anyhow::Result;
use clap::Args;

use crate::model::Refusal;
use crate::view::twins::{ResolveDocument, ResolveTwin, ResolvedTwin};

use super::super::context::Context;
use super::super::progress::patiently;

/// Settle tasks that lie in two folders or are in conflict
///
/// A merge, a pull or an editor can leave them so.
/// State and holder are those of the higher revision; entries of the logs are kept from both sides, and so is what only one
/// side wrote. Conflicts in files outside the board are left to you.
#[derive(Debug, Args)]
pub struct Resolve {
    /// Task: any unique start of its id; without it, all that need it
    id: Option<String>,
}

impl Resolve {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let id = self.id.as_deref().map(|word| context.task(&workspace, word)).transpose()?;
        let resolution =
            patiently(&context.ui, "looking at every task", || workspace.resolve_board(id.as_ref(), true))?;
        let ui = &context.ui;
        let resolved = resolution.resolved.iter();
        let resolved = resolved.map(|one| ResolvedTwin { task: &one.task, path: &one.path, others: &one.others });
        let problems = &resolution.problems;
        ui.document(&ResolveDocument { resolve: ResolveTwin { resolved: resolved.collect(), problems } });
        for one in &resolution.resolved {
            ui.data(one.task.as_str());
            let others = match one.others.is_empty() {
                true => String::new(),
                false => format!(", no longer in {}", one.others.join(", ")),
            };
            ui.say(&format!("{} lies in {}{others}", one.task, one.path));
        }
        for problem in &resolution.problems {
            ui.warn(&format!("{}: {}", problem.place, problem.message));
            problem.hint.iter().for_each(|hint| ui.hint(hint));
        }
        match (resolution.resolved.len(), resolution.problems.len()) {
            (0, 0) => ui.say("every task lies in one place: nothing to do"),
            (_, 0) => ui.hint("`git diff HEAD -- .mcp` shows what became of them; commit when you are done"),
            (_, _) if ui.is_json() => return Err(Refusal::Reported { exit_code: 1 }.into()),
            (_, count) => return Err(Refusal::Findings { count, what: "problem" }.into()),
        }
        Ok(())
    }
}

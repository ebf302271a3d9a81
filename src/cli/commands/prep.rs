use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::model::one_line;

use super::super::context::Context;
use super::edit::open_in_editor;
use super::event::tell;
use super::force::ForceFlags;
use super::prompt::{answer, hand_out};

/// Make a pending task ready to be claimed
///
/// It needs a goal and at least one criterion: say them here, or write them into the file. A chat agent that sees no files can fill them in: `--prompt` prints what
/// to paste there, `--from` takes its answer; `--copy` and `--paste` do the same by the clipboard.
#[derive(Debug, Args)]
pub struct Prep {
    /// Task: any unique start of its id
    id: String,
    /// What should be true when it is done
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with_all = ["prompt", "copy", "from", "paste"])]
    goal: Option<String>,
    /// Acceptance criterion; may be given several times
    #[arg(long = "ac", value_name = "TEXT", num_args = 1.., conflicts_with_all = ["prompt", "copy", "from", "paste"])]
    criteria: Vec<String>,
    /// Print what a chat agent needs to fill the task in
    #[arg(long, conflicts_with_all = ["from", "paste", "edit"])]
    prompt: bool,
    /// Put that into the clipboard instead
    #[arg(long, conflicts_with_all = ["from", "paste", "edit"])]
    copy: bool,
    /// Take a chat agent's answer from a file; `-` reads stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["paste", "edit"])]
    from: Option<PathBuf>,
    /// Take a chat agent's answer from the clipboard
    #[arg(long, conflicts_with = "edit")]
    paste: bool,
    /// Open the task in your editor first
    #[arg(long)]
    edit: bool,
    #[command(flatten)]
    force: ForceFlags,
}

impl Prep {
    pub fn run(self, context: &Context) -> Result<()> {
        if self.prompt || self.copy {
            let workspace = context.workspace()?;
            let id = context.task(&workspace, &self.id)?;
            return hand_out(context, "prep", &id, &workspace.prep_prompt(&id)?, self.copy);
        }
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        if self.edit
            && let Some(warning) = open_in_editor(context, &workspace, &id)?
        {
            context.ui.warn(&warning);
        }
        let answer = match self.said() {
            Some(said) => Some(said),
            None => answer(context, self.from.as_deref(), self.paste)?,
        };
        let event = workspace.prep(&id, answer.as_deref(), &self.force.force()?)?;
        tell(context, &workspace, &event, false)?;
        if !event.is_noop {
            context.ui.hint(&format!("`mcp claim {id}` starts work on it"));
        }
        Ok(())
    }

    /// Goal and criteria from the command line, as a file has them.
    fn said(&self) -> Option<String> {
        let goal = self.goal.iter().map(|goal| format!("## Goal\n\n{}\n\n", goal.trim()));
        let boxes: String = self.criteria.iter().map(|criterion| format!("- [ ] {}\n", one_line(criterion))).collect();
        let criteria = (!boxes.is_empty()).then(|| format!("## Acceptance criteria\n\n{boxes}"));
        let said: String = goal.chain(criteria).collect();
        (!said.is_empty()).then_some(said)
    }
}

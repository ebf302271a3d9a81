use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::super::context::Context;
use super::edit::open_in_editor;
use super::event::tell;
use super::force::ForceFlags;

/// Make a pending task ready to be claimed
///
/// A chat agent that sees no files can fill it in: `--prompt` prints what to paste there, `--from` takes its answer.
#[derive(Debug, Args)]
pub struct Prep {
    /// Task: any unique start of its id
    id: String,
    /// Print what a chat agent needs to fill the task in
    #[arg(long, conflicts_with_all = ["from", "edit"])]
    prompt: bool,
    /// Take a chat agent's answer from a file; `-` reads stdin
    #[arg(long, value_name = "FILE", conflicts_with = "edit")]
    from: Option<PathBuf>,
    /// Open the task in your editor first
    #[arg(long)]
    edit: bool,
    #[command(flatten)]
    force: ForceFlags,
}

impl Prep {
    pub fn run(self, context: &Context) -> Result<()> {
        if self.prompt {
            let workspace = context.workspace()?;
            let id = context.task(&workspace, &self.id)?;
            let prompt = workspace.prep_prompt(&id)?;
            context.ui.document(&serde_json::json!({ "schema": 1, "prompt": { "task": id, "text": prompt } }));
            context.ui.data(&prompt);
            context.ui.hint(&format!("paste it into the chat, then `mcp prep {id} --from FILE` with the answer"));
            return Ok(());
        }
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        if self.edit {
            open_in_editor(context, &workspace, &id)?;
        }
        let answer = self.from.as_deref().map(|path| context.text_of(path)).transpose()?;
        let event = workspace.prep(&id, answer.as_deref(), &self.force.force()?)?;
        tell(context, &workspace, &event, false, false)?;
        if !event.is_noop {
            context.ui.hint(&format!("`mcp claim {id}` starts work on it"));
        }
        Ok(())
    }
}

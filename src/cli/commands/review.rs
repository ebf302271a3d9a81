use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::super::context::Context;
use super::super::progress::watched;
use super::event::tell;
use super::force::ForceFlags;
use super::prompt::{answer, hand_out};

/// Hand a task over for review, or give the reviewer's verdict
///
/// Handing over needs checks that pass on HEAD. An approval names the code that it is about: a later commit voids it.
#[derive(Debug, Args)]
pub struct Review {
    /// Task: any unique start of its id
    id: String,
    /// Approve the work
    #[arg(long, conflicts_with_all = ["reject", "prompt", "copy", "from", "paste"])]
    approve: bool,
    /// Send the work back to its holder; say why with -m
    #[arg(long, conflicts_with_all = ["prompt", "copy", "from", "paste"])]
    reject: bool,
    /// What to say with the verdict
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    message: Option<String>,
    /// Print what a chat agent needs to review the work
    #[arg(long, conflicts_with_all = ["from", "paste"])]
    prompt: bool,
    /// Put that into the clipboard instead
    #[arg(long, conflicts_with_all = ["from", "paste"])]
    copy: bool,
    /// Take a chat agent's verdict from a file; `-` reads stdin
    #[arg(long, value_name = "FILE", conflicts_with = "paste")]
    from: Option<PathBuf>,
    /// Take a chat agent's verdict from the clipboard
    #[arg(long)]
    paste: bool,
    #[command(flatten)]
    force: ForceFlags,
}

impl Review {
    pub fn run(self, context: &Context) -> Result<()> {
        if self.prompt || self.copy {
            let workspace = context.workspace()?;
            let id = context.task(&workspace, &self.id)?;
            return hand_out(context, "review", &id, &workspace.review_prompt(&id)?, self.copy);
        }
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        let message = self.message.as_deref();
        let event = if let Some(answer) = answer(context, self.from.as_deref(), self.paste)? {
            workspace.review_from(&id, &answer)?
        } else if self.approve {
            workspace.approve(&id, message)?
        } else if self.reject {
            workspace.reject(&id, message.unwrap_or_default())?
        } else {
            let force = self.force.force()?;
            watched(&context.ui, |watch| workspace.submit(&id, &force, watch))?
        };
        tell(context, &workspace, &event, false)?;
        match event.event {
            "submitted" => {
                context.ui.hint(&format!("somebody else: `mcp --as NAME review {id} --approve`, or `--reject -m TEXT`"))
            }
            "approved" => context.ui.hint(&format!("`mcp complete {id}` finishes it")),
            _ => {}
        }
        Ok(())
    }
}

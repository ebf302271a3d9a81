use anyhow::Result;
use clap::Args;

use super::super::context::Context;
use super::event::tell;
use super::force::ForceFlags;
/// Take a task off the board: nobody will do it
#[derive(Debug, Args)]
pub struct Drop {
    /// Task: any unique start of its id
    id: String,
    /// Why
    #[arg(short, long, value_name = "TEXT", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    message: String,
    /// The task that says the same
    #[arg(long, value_name = "ID")]
    duplicate_of: Option<String>,
    /// Leave the board's change uncommitted
    #[arg(long)]
    no_commit: bool,
    #[command(flatten)]
    force: ForceFlags,
}

impl Drop {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?.committing(!self.no_commit);
        let id = context.task(&workspace, &self.id)?;
        let duplicate = self.duplicate_of.as_deref().map(|word| context.task(&workspace, word)).transpose()?;
        let force = self.force.force()?;
        let event = workspace.drop_task(&id, &self.message, duplicate.as_ref(), &force)?;
        tell(context, &workspace, &event, true)
    }
}

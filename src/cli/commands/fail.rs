use anyhow::Result;
use clap::Args;

use super::super::context::Context;
use super::event::tell;
use super::force::ForceFlags;
/// Give a task up; it goes to failed and may be retried
#[derive(Debug, Args)]
pub struct Fail {
    /// Task: any unique start of its id
    id: String,
    /// Why
    #[arg(short, long, value_name = "TEXT", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    message: String,
    /// Leave the board's change uncommitted
    #[arg(long)]
    no_commit: bool,
    #[command(flatten)]
    force: ForceFlags,
}

impl Fail {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?.committing(!self.no_commit);
        let id = context.task(&workspace, &self.id)?;
        let force = self.force.force()?;
        let event = workspace.fail(&id, &self.message, &force)?;
        tell(context, &workspace, &event, true)
    }
}

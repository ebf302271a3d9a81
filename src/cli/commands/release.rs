use anyhow::Result;
use clap::Args;

use super::super::context::Context;
use super::event::tell;
use super::force::ForceFlags;
/// Let go of a task; it goes back to ready for anybody
#[derive(Debug, Args)]
pub struct Release {
    /// Task: any unique start of its id
    id: String,
    /// Why
    #[arg(short, long, value_name = "TEXT", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    message: String,
    #[command(flatten)]
    force: ForceFlags,
}

impl Release {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        let force = self.force.force()?;
        let event = workspace.release(&id, &self.message, &force)?;
        tell(context, &workspace, &event, false)
    }
}

use anyhow::Result;
use clap::Args;

use super::super::context::Context;
use super::event::tell;

/// Make a done task ready again
#[derive(Debug, Args)]
pub struct Reopen {
    /// Task: any unique start of its id
    id: String,
    /// Why
    #[arg(short, long, value_name = "TEXT", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    message: String,
}

impl Reopen {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        let event = workspace.reopen(&id, &self.message)?;
        tell(context, &workspace, &event, false)
    }
}

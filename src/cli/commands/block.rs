use anyhow::Result;
use clap::Args;

use super::super::context::Context;
use super::event::tell;

/// Say that a task cannot go on, and why
#[derive(Debug, Args)]
pub struct Block {
    /// Task: any unique start of its id
    id: String,
    /// Why
    #[arg(short, long, value_name = "TEXT", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    message: String,
    /// What it waits for, in a word or two, such as dependency
    #[arg(long, default_value = "other")]
    kind: String,
}

impl Block {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        let event = workspace.block(&id, &self.kind, &self.message)?;
        tell(context, &workspace, &event, false)
    }
}

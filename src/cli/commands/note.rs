use anyhow::Result;
use clap::Args;

use super::super::context::Context;
use super::event::tell;

/// Add a note to a task's log
#[derive(Debug, Args)]
pub struct Note {
    /// Task: any unique start of its id
    id: String,
    /// What to say
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    message: String,
}

impl Note {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        let event = workspace.note(&id, &self.message)?;
        tell(context, &workspace, &event, false)
    }
}

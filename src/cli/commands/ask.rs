use anyhow::Result;
use clap::Args;

use crate::engine::QUESTION_KINDS;

use super::super::context::Context;
use super::event::tell;

/// Put a question; the task is not offered until it is answered
#[derive(Debug, Args)]
pub struct Ask {
    /// Task: any unique start of its id
    id: String,
    /// The question
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    message: String,
    /// What it waits for
    #[arg(long, default_value = "needs input", value_parser = QUESTION_KINDS.to_vec())]
    kind: String,
}

impl Ask {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        let event = workspace.ask(&id, &self.message, &self.kind)?;
        tell(context, &workspace, &event, false)
    }
}

use anyhow::Result;
use clap::Args;

use super::super::context::Context;
use super::event::tell;

/// Answer an open question of a task
#[derive(Debug, Args)]
pub struct Answer {
    /// Task: any unique start of its id
    id: String,
    /// The answer
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    message: String,
    /// Which question, by its number in the section; needed when several are open
    #[arg(long, value_name = "N")]
    question: Option<usize>,
}

impl Answer {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        let id = context.task(&workspace, &self.id)?;
        let event = workspace.answer(&id, self.question, &self.message)?;
        tell(context, &workspace, &event, false)
    }
}

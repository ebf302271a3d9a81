use anyhow::Result;
use clap::Args;

use crate::view::{LEAST_BUDGET, brief, brief_document};

use super::super::context::Context;

/// Print all that the next worker on a task needs, within a budget of tokens
///
/// Goal, open criteria, what failed last and the next step are always there; of the rest, what does not fit is cut and
/// named. Without an id: the task that `mcp next` would name. Pasted into a chat, it lets an agent work that sees no files.
#[derive(Debug, Args)]
pub struct Brief {
    /// Task: any unique start of its id
    id: Option<String>,
    /// How many tokens it may cost, by an estimate that errs on the high side; 600 at least
    #[arg(long, value_name = "TOKENS", default_value_t = 2000)]
    budget: usize,
    /// Add the text of the files that the task names, as far as the budget goes
    #[arg(long)]
    files: bool,
}

impl Brief {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let id = match &self.id {
            Some(word) => context.task(&workspace, word)?,
            None => workspace.next_task()?,
        };
        let facts = workspace.brief(&id, self.files)?;
        let brief = brief(&facts, self.budget);
        if self.budget < LEAST_BUDGET {
            context.ui.warn(&format!("a brief takes {LEAST_BUDGET} tokens at least"));
        }
        context.ui.document(&brief_document(&facts, &brief));
        context.ui.data(&brief.text);
        Ok(())
    }
}

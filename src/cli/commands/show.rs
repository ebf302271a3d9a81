use anyhow::Result;
use clap::Args;

use crate::view::show_page;
use crate::view::twins::show_document;

use super::super::context::Context;

/// Show a task: what it is, its commits, and its text
///
/// On a terminal the markdown is laid out for reading, and what is longer than the screen goes through a pager (`MCP_PAGER`, `PAGER`, else `less`).
#[derive(Debug, Args)]
pub struct Show {
    /// Task: any unique start of its id
    id: String,
    /// Print the file byte for byte
    #[arg(long, conflicts_with = "json")]
    raw: bool,
    /// Lay the text out for so many columns instead of the terminal's
    #[arg(long, value_name = "COLUMNS", conflicts_with = "raw")]
    width: Option<usize>,
}

impl Show {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let repository = workspace.repository()?;
        let task = workspace.load_meant(&repository, &self.id)?.task;
        if self.raw {
            context.ui.raw(task.document.as_str().as_bytes());
            return Ok(());
        }
        let commits = workspace.commits_of(&repository, &task)?;
        context.ui.document(&show_document(&task, &commits));
        let width = self.width.or_else(|| context.width());
        context.page(&show_page(&task, &commits, workspace.now(), width));
        Ok(())
    }
}

use anyhow::Result;
use clap::Args;

use crate::model::{Ask, Query, State};
use crate::view::twins::tasks_document;

use super::super::context::Context;
use super::listing::{Layout, find};

/// Find tasks by what their files say
///
/// All words must be there, in any order, without regard to case. Closed tasks are searched too, archived ones if asked for.
#[derive(Debug, Args)]
pub struct Search {
    /// Words to look for, and anything else that a query can ask
    #[arg(required = true, value_name = "QUERY")]
    query: Vec<String>,
    /// Only this state; may be given several times
    #[arg(short, long = "state", value_name = "STATE")]
    states: Vec<State>,
    /// Archived tasks too
    #[arg(long)]
    archived: bool,
    #[command(flatten)]
    layout: Layout,
}

impl Search {
    pub fn run(self, context: &Context) -> Result<()> {
        let mut query = Query::parse(&self.query.join(" "))?;
        if !self.states.is_empty() {
            query.and(Ask::State(self.states.clone()));
        }
        let found = find(context, &query, &State::ALL, self.archived.into())?;
        let tasks = found.tasks(&self.layout);
        if context.ui.is_json() {
            context.ui.document(&tasks_document(&tasks, &found.reading.problems, None));
        }
        found.print(context, &tasks, &self.layout);
        found.warn(context);
        if let Some(word) = self.query.iter().find(|word| Query::bare_traits().contains(&word.as_str())) {
            context.ui.say(&format!("`{word}` asks what a task is; as '\"{word}\"' it is a word to look for"));
        }
        if tasks.is_empty() {
            context.ui.say(match (found.workspace.has_archive()? && !self.archived, found.is_empty_board()) {
                (true, _) => "no task says so; `--archived` looks into the archive, too",
                (false, true) => "the board is empty; `mcp create \"What is to be done\"` writes a task down",
                (false, false) => "no task says so",
            });
        }
        Ok(())
    }
}

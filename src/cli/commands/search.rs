use anyhow::Result;
use clap::Args;

use crate::model::{State, Task};
use crate::view::tasks_document;

use super::super::context::Context;
use super::list::{print, sort};

/// Find tasks by what their files say
///
/// All words must be there, in any order, without regard to case. Closed tasks are searched too.
#[derive(Debug, Args)]
pub struct Search {
    /// Words to look for
    #[arg(required = true)]
    words: Vec<String>,
    /// Only this state; may be given several times
    #[arg(short, long = "state", value_name = "STATE")]
    states: Vec<State>,
}

impl Search {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let repository = workspace.repository()?;
        let states = if self.states.is_empty() { State::ALL.to_vec() } else { self.states };
        let reading = workspace.read_states(&repository, &states)?;
        let words: Vec<String> = self.words.iter().map(|word| word.to_lowercase()).collect();
        let is_found = |task: &&Task| {
            let text = task.document.as_str().to_lowercase();
            words.iter().all(|word| text.contains(word) || task.id.is_meant_by(word))
        };
        let mut tasks: Vec<&Task> = reading.tasks.iter().filter(is_found).collect();
        sort(&mut tasks);
        if context.ui.is_json() {
            context.ui.document(&tasks_document(&tasks, &reading.problems, None));
        }
        print(context, &tasks);
        if tasks.is_empty() {
            context.ui.say("no task says so");
        }
        Ok(())
    }
}

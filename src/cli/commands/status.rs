use anyhow::Result;
use clap::Args;

use crate::engine::Named;
use crate::model::{Order, State};
use crate::view::twins::{StatusDocument, StatusRetro, StatusTwin, retro_twin, task_twin};

use super::super::context::Context;
use super::listing::print_usual;

/// Show how many tasks are where, and what this worktree works on
#[derive(Debug, Args)]
pub struct Status {}

impl Status {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let repository = workspace.repository()?;
        let active = [State::InProgress, State::Review];
        let reading = workspace.read_states(&repository, &active)?;
        let counts: Vec<(State, usize)> =
            State::ALL.into_iter().map(|state| (state, reading.counts.get(&state).copied().unwrap_or(0))).collect();
        let bound = workspace.concerned(&repository, &Named::Unsaid);
        let bound = bound.ok().flatten().map(|concern| concern.task);
        let actor = workspace.identity().actor();
        let due = workspace.retro_due(&reading.catalog)?;
        let open = due.open.iter().map(retro_twin).collect();
        let status = StatusTwin {
            actor,
            states: counts.iter().copied().collect(),
            task: bound.as_ref().map(task_twin),
            retro: StatusRetro { due: due.is_due(), waiting: due.done.len(), every: due.every, open },
            problems: &reading.problems,
        };
        context.ui.document(&StatusDocument { status });
        let line: Vec<_> = counts.iter().map(|(state, count)| format!("{state} {count}")).collect();
        context.ui.data(&line.join("  "));
        let mut active: Vec<_> = reading.tasks.iter().collect();
        Order::default().sort(&mut active);
        print_usual(context, &workspace, &repository, &reading, &active);
        if let Some(task) = bound {
            context.ui.say(&format!("commits here count for {}", task.id));
        }
        if counts.iter().all(|(_, count)| *count == 0) {
            context.ui.say("the board is empty; `mcp create \"What is to be done\"` writes a task down");
        }
        due.line_for(actor).iter().for_each(|line| context.ui.say(line));
        for problem in &reading.problems {
            context.ui.warn(&format!("{}: {}", problem.place, problem.message));
        }
        Ok(())
    }
}

use std::mem::ManuallyDrop;

use anyhow::Result;
use clap::Args;

use crate::engine::ClaimOptions;
use crate::model::{Ranking, Refusal, Step, how};
use crate::view::twins::{PassedOver, tasks_document};
use crate::view::visible;

use super::super::context::Context;
use super::super::progress::{READING, patiently};
use super::event::tell;

/// Say what you should do now, and how
///
/// Your own returned work comes first, then your unfinished work, reviews, ready tasks, and tasks to prepare; within
/// each by priority, by how many tasks wait for it, then the oldest.
#[derive(Debug, Args)]
pub struct Next {
    /// Claim it at once, if it is something to claim
    #[arg(long)]
    claim: bool,
    /// Name every open task that was passed over, and why
    #[arg(long)]
    explain: bool,
}

impl Next {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = if self.claim { context.writing()? } else { context.workspace()? };
        // The system takes all of it back at once; to give back thousands of tasks piece by piece would be waited for.
        let next = ManuallyDrop::new(patiently(&context.ui, READING, || workspace.next())?);
        let ranking = next.ranking();
        let ui = &context.ui;
        for problem in &next.problems {
            ui.warn(&format!("{}: {}", problem.place, problem.message));
        }
        let Some(first) = ranking.offers.first() else {
            next.retro.iter().for_each(|line| ui.say(line));
            if self.explain {
                explain(context, &ranking);
            }
            let why = format!("there is nothing for {} to do", workspace.identity().actor());
            let mut document = tasks_document(&[], &next.problems, Some(&why));
            if self.explain {
                document.explain = Some(passed_over(&ranking));
            }
            if ui.is_json() {
                ui.document(&document);
                return Err(Refusal::Reported { exit_code: 3 }.into());
            }
            let hint = match ranking.passed_over.is_empty() {
                true => Some("`mcp create \"What is to be done\"` writes a task down"),
                false if self.explain => None,
                false => Some("`mcp next --explain` tells why each open task was passed over"),
            };
            return Err(Refusal::Nothing { why, hint: hint.map(str::to_owned) }.into());
        };
        if self.claim && matches!(first.step, Step::Claim | Step::TakeUpAgain) {
            let event = workspace.claim(None, &ClaimOptions::default())?;
            return tell(context, &workspace, &event, false);
        }
        let why = how(first);
        let mut document = tasks_document(&[first.task], &next.problems, Some(&why));
        if self.explain {
            document.explain = Some(passed_over(&ranking));
        }
        ui.document(&document);
        let task = first.task;
        ui.data(&format!("{}  {}  {}  {}", task.id, task.state, task.front.priority, visible(&task.title())));
        ui.say(&why);
        next.retro.iter().for_each(|line| ui.say(line));
        if self.explain {
            for offer in &ranking.offers[1..] {
                ui.say(&format!("  {} comes later: {}", offer.task.id, offer.task.title()));
            }
            explain(context, &ranking);
        }
        Ok(())
    }
}

fn explain(context: &Context, ranking: &Ranking<'_>) {
    for (task, why) in &ranking.passed_over {
        context.ui.say(&format!("  {} passed over: {why}", task.id));
    }
}

/// Every task but the first offer, and why it is not that.
fn passed_over<'a>(ranking: &Ranking<'a>) -> Vec<PassedOver<'a>> {
    let over = ranking.passed_over.iter().map(|(task, why)| PassedOver { id: &task.id, why: why.clone() });
    let later = ranking.offers.iter().skip(1);
    let later = later.map(|offer| PassedOver { id: &offer.task.id, why: "comes later".to_owned() });
    later.chain(over).collect()
}

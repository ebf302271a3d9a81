use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::engine::ClaimOptions;
use crate::model::{Refusal, Step, how};
use crate::view::{tasks_document, visible};

use super::super::context::Context;
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
        let next = workspace.next()?;
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
            let actor = workspace.identity().actor();
            let hint = match ranking.passed_over.is_empty() {
                true => "`mcp create \"What is to be done\"` writes a task down",
                false if self.explain => return Err(nothing(actor, None)),
                false => "`mcp next --explain` tells why each open task was passed over",
            };
            return Err(nothing(actor, Some(hint.to_owned())));
        };
        if self.claim && matches!(first.step, Step::Claim | Step::TakeUpAgain) {
            let event = workspace.claim(None, &ClaimOptions::default())?;
            return tell(context, &workspace, &event, false, false);
        }
        let why = how(first);
        let mut document = tasks_document(&[first.task], &next.problems, Some(&why));
        if self.explain {
            let over = ranking.passed_over.iter().map(|(task, why)| json!({ "id": task.id, "why": why }));
            let later = ranking.offers[1..].iter().map(|offer| json!({ "id": offer.task.id, "why": "comes later" }));
            document["explain"] = json!(later.chain(over).collect::<Vec<_>>());
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

fn explain(context: &Context, ranking: &crate::model::Ranking<'_>) {
    for (task, why) in &ranking.passed_over {
        context.ui.say(&format!("  {} passed over: {why}", task.id));
    }
}

fn nothing(actor: &crate::model::Actor, hint: Option<String>) -> anyhow::Error {
    Refusal::Nothing { why: format!("there is nothing for {actor} to do"), hint }.into()
}

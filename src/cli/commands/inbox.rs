use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::engine::InboxItem;
use crate::model::span;
use crate::view::{problem_twin, task_twin, visible};

use super::super::context::Context;

/// List what waits for a person: open questions, blocked tasks, reviews, tasks that failed
#[derive(Debug, Args)]
pub struct Inbox {}

impl Inbox {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let (items, problems) = workspace.inbox()?;
        let now = workspace.now();
        let twin = |item: &InboxItem| {
            json!({
                "waiting": item.waiting.word(), "task": task_twin(&item.task), "text": item.text,
                "since": item.since, "how": item.how,
            })
        };
        let twins: Vec<_> = items.iter().map(twin).collect();
        let problems_twins: Vec<_> = problems.iter().map(problem_twin).collect();
        context.ui.document(&json!({ "schema": 1, "inbox": { "items": twins, "problems": problems_twins } }));
        for item in &items {
            let since = item.since.map(|at| format!(", {} ago", span(now.seconds_since(at)))).unwrap_or_default();
            let task = &item.task;
            context.ui.data(&format!("{:8}  {} {}", item.waiting.word(), task.id, visible(&task.title())));
            context.ui.data(&format!("{:8}  {}{since}", "", visible(&item.text)));
            context.ui.data(&format!("{:8}  {}", "", item.how));
        }
        for problem in &problems {
            context.ui.warn(&format!("{}: {}", problem.place, problem.message));
        }
        if items.is_empty() {
            context.ui.say("nothing waits for a person");
        }
        Ok(())
    }
}

use anyhow::Result;
use clap::Args;

use crate::engine::InboxItem;
use crate::model::span;
use crate::view::twins::{InboxDocument, InboxItemTwin, InboxTwin, task_twin};
use crate::view::visible;

use super::super::context::Context;
use super::super::progress::{READING, patiently};

/// List what waits for a person: questions, reviews, failures
#[derive(Debug, Args)]
pub struct Inbox {}

impl Inbox {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let (items, problems) = patiently(&context.ui, READING, || workspace.inbox())?;
        let now = workspace.now();
        let twins = items.iter().map(item_twin).collect();
        context.ui.document(&InboxDocument { inbox: InboxTwin { items: twins, problems: &problems } });
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

fn item_twin(item: &InboxItem) -> InboxItemTwin<'_> {
    InboxItemTwin {
        waiting: item.waiting.word(),
        task: task_twin(&item.task),
        text: &item.text,
        since: item.since,
        how: &item.how,
    }
}

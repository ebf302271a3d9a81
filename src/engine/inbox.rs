//! `inbox`: what waits for a person, oldest first.

use anyhow::Result;

use crate::model::{BoardProblem, Entry, LOG, QUESTIONS, State, Task, Timestamp};

use super::workspace::Workspace;

/// Why something waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Waiting {
    /// A question is open.
    Question,
    /// It was said that it cannot go on.
    Blocked,
    /// It waits for a verdict.
    Review,
    /// It was given up or has had too many attempts.
    Failed,
}

impl Waiting {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Waiting::Question => "question",
            Waiting::Blocked => "blocked",
            Waiting::Review => "review",
            Waiting::Failed => "failed",
        }
    }
}

/// One thing that waits.
#[derive(Clone, Debug)]
pub struct InboxItem {
    /// Why.
    pub waiting: Waiting,
    /// Which task.
    pub task: Task,
    /// In words.
    pub text: String,
    /// Since when, if that is known.
    pub since: Option<Timestamp>,
    /// The command that goes on from here.
    pub how: String,
}

impl Workspace {
    /// All that waits for a person, and what could not be read.
    pub fn inbox(&self) -> Result<(Vec<InboxItem>, Vec<BoardProblem>)> {
        let repository = self.repository()?;
        let states = [State::Pending, State::Ready, State::InProgress, State::Review, State::Failed];
        let reading = self.read_states(&repository, &states)?;
        let mut items: Vec<_> = reading.tasks.iter().flat_map(items_of).collect();
        items.sort_by_key(|item| (item.waiting, item.task.front.priority, item.since, item.task.id.clone()));
        Ok((items, reading.problems))
    }
}

fn items_of(task: &Task) -> Vec<InboxItem> {
    let id = &task.id;
    let log = task.entries(LOG);
    let last = |words: &str| log.iter().rev().find(|entry| entry.text.starts_with(words)).map(|entry| entry.at);
    let item = |waiting, text: String, since, how: String| InboxItem { waiting, task: task.clone(), text, since, how };
    if task.state == State::Failed {
        // What was dropped waits for nobody.
        let is_over = task.front.resolution.is_some();
        let why = log.last().map(|entry| entry.text.clone()).unwrap_or_default();
        let since = log.last().map(|entry| entry.at);
        let failed = (!is_over).then(|| item(Waiting::Failed, why, since, format!("mcp retry {id}")));
        return failed.into_iter().collect();
    }
    let mut items = Vec::new();
    for question in task.document.checkboxes(QUESTIONS).iter().filter(|question| !question.is_checked) {
        let entry = Entry::parse(&question.text);
        let text = entry
            .as_ref()
            .map_or_else(|| question.text.clone(), |entry| format!("{} asks {}", entry.actor, entry.text));
        let how = format!("mcp answer {id} --question {} -m TEXT", question.number);
        items.push(item(Waiting::Question, text, entry.map(|entry| entry.at), how));
    }
    if let Some(blocked) = &task.front.blocked {
        let text = format!("{}: {}", blocked.kind, blocked.reason);
        items.push(item(Waiting::Blocked, text, last("blocked"), format!("mcp unblock {id}")));
    }
    if task.state == State::Review && task.approvals().is_empty() {
        let by = task.workers().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let text = if by.is_empty() { "to be reviewed".to_owned() } else { format!("to be reviewed, done by {by}") };
        let since = log.last().map(|entry| entry.at);
        items.push(item(Waiting::Review, text, since, format!("mcp review {id} --approve")));
    }
    items
}

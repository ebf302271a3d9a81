use anyhow::Result;
use clap::Args;

use crate::model::{LOG, Timestamp};
use crate::view::twins::{CommitTwin, LogDocument, LogTwin};

use super::super::context::Context;

/// Show what happened to a task, oldest first
///
/// The log travels with the task's file through all its folders. With `--commits` the commits of the task stand between, found
/// by their trailer or because they touch its file in any folder.
#[derive(Debug, Args)]
pub struct Log {
    /// Task: any unique start of its id
    id: String,
    /// Show the commits of the task too
    #[arg(long)]
    commits: bool,
}

impl Log {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.workspace()?;
        let repository = workspace.repository()?;
        let task = workspace.load_meant(&repository, &self.id)?.task;
        let entries = task.entries(LOG);
        let commits = if self.commits { workspace.commits_of(&repository, &task)? } else { Vec::new() };
        let twins = self.commits.then(|| commits.iter().rev().map(CommitTwin::of).collect());
        context.ui.document(&LogDocument { log: LogTwin { task: &task.id, entries: &entries, commits: twins } });
        let mut lines: Vec<(Timestamp, Vec<String>)> = Vec::new();
        for entry in &entries {
            let mut words = vec![format!("{}  {}  {}", entry.at, entry.actor, entry.text)];
            words.extend(entry.details.lines().map(|line| format!("    {line}")));
            lines.push((entry.at, words));
        }
        for commit in commits.iter().rev() {
            let at = Timestamp::from_unix(commit.time);
            let line = format!("{at}  {}  commit {} {}", commit.author, commit.id.short(), commit.subject);
            // Behind what was logged in the same second: the hook logs before the commit is made.
            let place = lines.iter().rposition(|(other, _)| *other <= at).map_or(0, |place| place + 1);
            lines.insert(place, (at, vec![line]));
        }
        lines.iter().flat_map(|(_, words)| words).for_each(|line| context.ui.data(line));
        Ok(())
    }
}

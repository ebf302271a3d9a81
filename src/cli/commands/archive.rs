use std::time::Instant;

use anyhow::Result;
use clap::Args;

use crate::engine::{Archived, Committed, NotPutAway, Workspace};
use crate::model::{Query, Refusal, State, Surroundings, Task, parse_duration};
use crate::view::twins::{ArchiveDocument, ArchiveTwin, ArchivedTwin, KeptTwin};
use crate::view::visible;

use super::super::context::Context;
use super::super::progress::{PATIENCE, patiently};

/// Put tasks away that are done or dropped, into .mcp/archive
///
/// Their ids go on to mean them: `show`, `log`, dependencies and `reopen` find them. Lists, boards and `next` no longer
/// look at them. A failed task that was not dropped stays, since it may be tried again; a done one stays until a
/// retrospective has told of it.
#[derive(Debug, Args)]
pub struct Archive {
    /// Query: only these tasks, such as `id:7k3` or `milestone:first`
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Only what ended so long ago, such as 30d
    #[arg(long, value_name = "SPAN")]
    older_than: Option<String>,
    /// Also what no retrospective has told of yet
    #[arg(short, long)]
    all: bool,
    /// Only say what would be put away
    #[arg(short = 'd', long)]
    dry_run: bool,
    /// Leave the board's change uncommitted
    #[arg(long)]
    no_commit: bool,
}

impl Archive {
    pub fn run(self, context: &Context) -> Result<()> {
        let query = Query::parse(&self.query.join(" "))?;
        let workspace = if self.dry_run { context.workspace()? } else { context.writing()? };
        let (chosen, kept) = patiently(&context.ui, "looking at what is closed", || self.choose(&workspace, &query))?;
        let start = Instant::now();
        let mut archived = Vec::new();
        for (index, task) in chosen.iter().enumerate() {
            if start.elapsed() >= PATIENCE {
                context.ui.passing(&format!("put away {index} of {}", chosen.len()));
            }
            archived.push(match self.dry_run {
                true => Archived {
                    from: task.path.clone(),
                    task: Task { path: workspace.archive_path(task), ..task.clone() },
                },
                false => workspace.archive(&task.id)?,
            });
        }
        context.ui.passing("");
        let committed = match self.dry_run || self.no_commit {
            true => Committed::NotAsked,
            false => patiently(&context.ui, "committing the board", || workspace.commit_archive(&archived))?,
        };
        self.tell(context, &archived, &kept, &committed);
        Ok(())
    }

    /// The tasks to put away, and those that would be but for a reason.
    fn choose(&self, workspace: &Workspace, query: &Query) -> Result<(Vec<Task>, Vec<NotPutAway>)> {
        let repository = workspace.repository()?;
        let reading = workspace.read_states(&repository, &[State::Done, State::Failed])?;
        let now = workspace.now();
        let around = Surroundings { now, actor: workspace.identity().actor(), waits: &|_| false };
        let due = workspace.retro_due(&reading.catalog)?;
        let least = self.older_than.as_deref().map(seconds).transpose()?.unwrap_or(0);
        let (mut chosen, mut kept) = (Vec::new(), Vec::new());
        for task in reading.tasks.iter().filter(|task| query.passes(task, &around)) {
            let age = Archived::ended(task).map_or(i64::MAX, |ended| now.seconds_since(ended));
            let mut keep = |why: &str| kept.push(NotPutAway { id: task.id.clone(), why: why.to_owned() });
            if age < least {
                continue;
            } else if !Workspace::is_over(task) {
                keep("it failed and may be tried again; `mcp drop` says that nobody will do it");
            } else if !self.all && due.every > 0 && due.done.contains(&task.id) {
                keep("no retrospective has told of it yet; `--all` takes it too");
            } else {
                chosen.push(task.clone());
            }
        }
        Ok((chosen, kept))
    }

    fn tell(&self, context: &Context, archived: &[Archived], kept: &[NotPutAway], committed: &Committed) {
        let ui = &context.ui;
        let commit = match committed {
            Committed::As(commit) => Some(commit.as_str()),
            _ => None,
        };
        ui.document(&ArchiveDocument {
            archive: ArchiveTwin {
                archived: archived.iter().map(archived_twin).collect(),
                kept: kept.iter().map(|one| KeptTwin { id: &one.id, why: &one.why }).collect(),
                commit,
                dry_run: self.dry_run,
            },
        });
        for one in archived {
            ui.data(&format!("{}  {}  {}", one.task.id, one.task.path, visible(&one.task.title())));
        }
        // Many stay for the same reason, which is then said once.
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for one in kept {
            match reasons.iter_mut().find(|(why, _)| *why == one.why) {
                Some((_, ids)) => ids.push(one.id.as_str()),
                None => reasons.push((&one.why, vec![one.id.as_str()])),
            }
        }
        for (why, ids) in reasons {
            let who =
                if ids.len() > 3 { format!("{} tasks stay", ids.len()) } else { format!("{} stays", ids.join(", ")) };
            ui.say(&format!("{who}: {why}"));
        }
        match committed {
            Committed::As(commit) => ui.say(&format!("committed the board as {commit}")),
            Committed::Left(why) => ui.warn(&format!("the board's change is not committed: {why}")),
            Committed::NotAsked => {}
        }
        if archived.is_empty() {
            ui.say("there is nothing to put away");
        }
    }
}

fn archived_twin(one: &Archived) -> ArchivedTwin<'_> {
    ArchivedTwin { id: &one.task.id, title: one.task.title(), from: &one.from, path: &one.task.path }
}

fn seconds(text: &str) -> Result<i64> {
    let span = parse_duration(text).and_then(|span| i64::try_from(span.as_secs()).ok());
    span.ok_or_else(|| {
        let hint = Some("such as 30d or 12h".to_owned());
        Refusal::BadInput { message: format!("`{text}` is no span of time"), hint }.into()
    })
}

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use crate::engine::{ClaimOptions, Committed, Draft, Force, ManyOptions, Workspace};
use crate::model::{Priority, missing_for_ready};
use crate::view::twins::{BatchDocument, BatchTwin, task_twin};
use crate::view::visible;

use super::super::context::Context;
use super::event::tell;

/// Write a new task down, in pending
///
/// Say all of it at once with --goal, --ac and --ready, or write the title down and fill in the rest later: with
/// `mcp edit`, or by a chat agent with `mcp prep ID --prompt`.
#[derive(Debug, Args)]
pub struct Create {
    /// What is to be done, in a few words
    #[arg(required_unless_present = "from")]
    title: Option<String>,
    /// Create all tasks of a plan at once, or none: a heading of level two a task; `-` reads stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["title", "goal", "criteria", "body", "depends_on", "claim"])]
    from: Option<PathBuf>,
    /// With --from: also if the same plan was created before
    #[arg(long, requires = "from")]
    again: bool,
    /// P0 (now), P1 (next) or P2 (some day)
    #[arg(short, long)]
    priority: Option<Priority>,
    /// Template: feature, bug, chore, docs, tdd, research, ops, or one of .mcp/templates
    #[arg(short, long)]
    kind: Option<String>,
    /// Label; may be given several times
    #[arg(short, long = "label", value_name = "LABEL")]
    labels: Vec<String>,
    /// Task that must be done first; may be given several times
    #[arg(long = "depends-on", value_name = "ID", value_delimiter = ',')]
    depends_on: Vec<String>,
    /// Capability that a worker must have; may be given several times
    #[arg(long, value_name = "CAPABILITY", value_delimiter = ',')]
    needs: Vec<String>,
    /// Task of which this is a part
    #[arg(long, value_name = "ID")]
    parent: Option<String>,
    /// Worker for whom it is kept
    #[arg(long, value_name = "NAME")]
    assignee: Option<String>,
    /// What should be true when it is done
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    goal: Option<String>,
    /// Acceptance criterion; may be given several times
    #[arg(long = "ac", value_name = "TEXT", num_args = 1..)]
    criteria: Vec<String>,
    /// Markdown whose sections replace those of the template; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// Go on to ready at once
    #[arg(long)]
    ready: bool,
    /// Go on to ready and claim it at once
    #[arg(long)]
    claim: bool,
}

impl Create {
    pub fn run(self, context: &Context) -> Result<()> {
        let workspace = context.writing()?;
        if let Some(from) = self.from.clone() {
            return self.many(context, &workspace, &from);
        }
        let body = self.body.as_deref().map(|path| context.text_of(path)).transpose()?;
        let draft = Draft {
            title: self.title.unwrap_or_default(),
            kind: self.kind,
            priority: self.priority,
            labels: self.labels,
            depends_on: self.depends_on,
            needs: self.needs,
            parent: self.parent,
            assignee: self.assignee,
            goal: self.goal,
            criteria: self.criteria,
            body,
            source: None,
        };
        let created = workspace.create(&draft)?;
        let id = created.id().clone();
        let mut event = created;
        if self.ready || self.claim {
            // What is written down stays written down when the gate refuses.
            event = workspace.prep(&id, None, &Force::default()).inspect_err(|_| {
                context.ui.say(&format!("{id} is written down in pending: {}", event.task.path));
            })?;
        }
        if self.claim {
            event = workspace.claim(Some(&id), &ClaimOptions::default())?;
        }
        tell(context, &workspace, &event, false)?;
        context.ui.say(&format!("its file is {}", event.task.path));
        let is_stub = !missing_for_ready(&event.task, |_| true).is_empty();
        context.ui.hint(&match (self.claim, self.ready) {
            (true, _) => format!("`mcp show {id}` has all of it; commit when you are done, and the checks run"),
            (false, true) => format!("`mcp claim {id}` starts work on it"),
            (false, false) if is_stub => format!(
                "`mcp prep {id} --goal TEXT --ac TEXT` makes it ready, or `mcp edit {id}` and then `mcp prep {id}`"
            ),
            (false, false) => format!("`mcp prep {id}` makes it ready to be claimed"),
        });
        Ok(())
    }

    fn many(self, context: &Context, workspace: &Workspace, from: &Path) -> Result<()> {
        let text = context.text_of(from)?;
        let name = from.file_stem().map(|stem| stem.to_string_lossy().into_owned()).filter(|stem| stem != "-");
        let draft = Draft {
            kind: self.kind,
            priority: self.priority,
            labels: self.labels,
            needs: self.needs,
            parent: self.parent,
            assignee: self.assignee,
            ..Draft::default()
        };
        let name = name.unwrap_or_else(|| "stdin".to_owned());
        let options = ManyOptions { name, draft, is_ready: self.ready, is_again: self.again };
        let many = workspace.create_many(&text, &options)?;
        let ui = &context.ui;
        let tasks = many.tasks.iter().map(task_twin).collect();
        ui.document(&BatchDocument { batch: BatchTwin { noop: many.is_noop, tasks } });
        for task in &many.tasks {
            ui.data(&format!("{}  {}", task.id, visible(&task.title())));
        }
        match many.is_noop {
            true => {
                ui.say("these tasks were created from the very same plan before: nothing to do");
                ui.hint("`--again` creates them once more");
            }
            false if self.ready => ui.hint("`mcp next` tells where to begin"),
            false => ui.hint("`mcp prep ID` makes one ready to be claimed; `create --from … --ready` all of them"),
        }
        match many.committed {
            Committed::As(commit) => ui.say(&format!("committed the board as {commit}")),
            Committed::Left(why) => ui.warn(&format!("the board's change is not committed: {why}")),
            Committed::NotAsked => {}
        }
        Ok(())
    }
}

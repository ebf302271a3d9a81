use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;

use crate::engine::Workspace;
use crate::model::{Happening, Query, Refusal, Sighting, Surroundings, Task, happenings, parse_duration};
use crate::view::happening_line;
use crate::view::twins::{Document, HappenedTwin, WatchDocument, WatchingTwin};

use super::super::context::Context;

/// How often the board is looked at where nothing wakes us.
const LOOK: Duration = Duration::from_secs(1);

/// Tell what happens on the board, as it happens, in a line each
///
/// Whoever did it: a verb, an editor, a pull, another worktree. Along the way new files are taken in, moves by hand are taken over, and tasks that git left in two places are made one.
/// A file that somebody is still writing is waited for. Ends with Ctrl-C, or as the options say.
#[derive(Debug, Args)]
pub struct Watch {
    /// Query: only what happens to these tasks, such as `id:7k3` or `label:api`
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// End after so many lines
    #[arg(short = 'n', long, value_name = "N")]
    count: Option<usize>,
    /// End after this time, such as 10m; with --count exit 3 if it came to less
    #[arg(long, value_name = "SPAN", value_parser = span)]
    timeout: Option<Duration>,
}

fn span(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "a time is a number with s, m, h or d, such as 10m".to_owned())
}

/// What was seen and told so far.
struct Watching<'a> {
    context: &'a Context,
    query: Query,
    is_everything: bool,
    seen: Sighting,
    told: usize,
    trouble: Option<String>,
}

impl Watch {
    pub fn run(self, context: &Context) -> Result<()> {
        let query = Query::parse(&self.query.join(" "))?;
        let start = Instant::now();
        let workspace = context.writing()?;
        let mut watcher = workspace.watcher();
        let mut pulse = workspace.pulse();
        let repository = workspace.repository()?;
        let seen = workspace.sighting(&repository, None)?;
        let open = seen.tasks.len();
        let mut watching =
            Watching { context, query, is_everything: self.query.is_empty(), seen, told: 0, trouble: None };
        context.ui.document(&WatchDocument { watching: Some(WatchingTwin { open }), happened: None });
        context.ui.say(&format!("watching {open} open task{}; Ctrl-C ends it", if open == 1 { "" } else { "s" }));
        // What a person moved while nobody watched.
        watching.keep_up(&workspace);
        loop {
            let left = self.timeout.map(|timeout| timeout.saturating_sub(start.elapsed()));
            if left == Some(Duration::ZERO) {
                return self.ended(watching.told);
            }
            watcher.wait(LOOK.min(left.unwrap_or(LOOK)));
            // After trouble, such as a lock held by git, it is tried again.
            if workspace.pulse() == pulse && watching.trouble.is_none() {
                continue;
            }
            workspace.wait_for_quiet(&mut watcher);
            // Before looking: what changes while we look is looked at again.
            pulse = workspace.pulse();
            if !watching.look(self.count)? || self.count.is_some_and(|count| watching.told >= count) {
                return Ok(());
            }
        }
    }

    fn ended(&self, told: usize) -> Result<()> {
        match self.count {
            Some(count) if told < count => {
                let why = format!("{told} of {count} things happened in that time");
                Err(Refusal::Nothing { why, hint: None }.into())
            }
            _ => Ok(()),
        }
    }
}

impl Watching<'_> {
    /// Keeps up and tells what is new; `false` once nobody listens any more.
    fn look(&mut self, count: Option<usize>) -> Result<bool> {
        // The settings may be other ones by now, and the board may be gone for a while, as on a branch without it.
        let workspace = match self.context.workspace() {
            Ok(workspace) => workspace,
            Err(error) => {
                self.say_once(&error);
                return Ok(true);
            }
        };
        self.keep_up(&workspace);
        match workspace.repository().and_then(|repository| workspace.sighting(&repository, Some(&self.seen))) {
            Ok(after) => self.tell_since(&workspace, after, count),
            Err(error) => {
                self.say_once(&error);
                Ok(true)
            }
        }
    }

    fn keep_up(&mut self, workspace: &Workspace) {
        match workspace.repository().and_then(|repository| workspace.keep_up(&repository, &self.seen)) {
            Ok(notes) => {
                self.trouble = None;
                notes.iter().for_each(|note| self.context.ui.say(note));
            }
            Err(error) => self.say_once(&error),
        }
    }

    fn tell_since(&mut self, workspace: &Workspace, after: Sighting, count: Option<usize>) -> Result<bool> {
        let before = std::mem::replace(&mut self.seen, after);
        let repository = workspace.repository()?;
        let catalog = workspace.catalog()?;
        let dependencies = workspace.dependencies(&repository, &catalog);
        let is_open = |word: &String| dependencies.waits(word).map_or(true, |waits| waits.is_some());
        let waits = |task: &Task| task.front.depends_on.iter().any(is_open);
        let around = Surroundings { now: workspace.now(), actor: workspace.identity().actor(), waits: &waits };
        let passes = |task: &Task| self.query.passes(task, &around);
        for (task, happening) in happenings(&before, &self.seen) {
            // What takes a task out of the query is about it, too.
            let was = task.and_then(|task| before.tasks.get(&task.id));
            let is_wanted = task.map_or(self.is_everything, |task| passes(task) || was.is_some_and(passes));
            if is_wanted && count.is_none_or(|count| self.told < count) {
                self.told += 1;
                if !tell(self.context, workspace, task, &happening) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Says what is wrong, but not again and again.
    fn say_once(&mut self, error: &anyhow::Error) {
        let trouble = format!("{error:#}");
        if self.trouble.as_ref() != Some(&trouble) {
            self.context.ui.warn(&trouble);
            self.trouble = Some(trouble);
        }
    }
}

fn tell(context: &Context, workspace: &Workspace, task: Option<&Task>, happening: &Happening) -> bool {
    let now = workspace.now();
    match context.ui.is_json() {
        true => {
            let happened = Some(HappenedTwin::of(task, happening, now));
            context.ui.line(&Document::of(WatchDocument { watching: None, happened }).to_string())
        }
        false => context.ui.line(&happening_line(task, happening, now)),
    }
}

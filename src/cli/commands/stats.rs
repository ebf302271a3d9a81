use anyhow::Result;
use clap::Args;

use crate::model::{Query, Refusal, State, Stats as Figures, Surroundings, Task, Timestamp, flow, parse_duration};
use crate::view::twins::stats_document;
use crate::view::{flow_svg, stats, stats_csv};

use super::super::context::Context;
use super::super::progress::{READING, patiently};

/// Tell how long work takes here, and what is late
///
/// For all done tasks, for each week and for each worker: how many were done; lead time (from being written down) and
/// cycle time (from the first claim), the middle and what 85 of 100 stayed below; the time in each state; failing code
/// trees a task; of how many the first checked tree passed, and the first review. Below it what is being worked on,
/// oldest first; late is what takes longer than 85 of 100 took.
#[derive(Debug, Args)]
pub struct Stats {
    /// Query: only these tasks, such as `label:api kind:bug`
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Count only what was done since: a day such as 2026-10-01, or a span such as 30d
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Archived tasks too
    #[arg(long)]
    archived: bool,
    /// Print CSV, with times in seconds
    #[arg(long, conflicts_with_all = ["json", "svg"])]
    csv: bool,
    /// Print a cumulative flow diagram as SVG
    #[arg(long, conflicts_with = "json")]
    svg: bool,
    /// Lay out for so many columns instead of the terminal's
    #[arg(long, value_name = "COLUMNS")]
    width: Option<usize>,
}

impl Stats {
    pub fn run(self, context: &Context) -> Result<()> {
        let query = Query::parse(&self.query.join(" "))?;
        let workspace = context.workspace()?;
        let repository = workspace.repository()?;
        let now = workspace.now();
        let since = self.since.as_deref().map(|text| moment(text, now)).transpose()?;
        let reading = patiently(&context.ui, READING, || -> Result<_> {
            let mut reading = workspace.read_states(&repository, &State::ALL)?;
            if self.archived {
                workspace.read_archive(&mut reading)?;
            }
            Ok(reading)
        })?;
        let dependencies = workspace.dependencies_in(&repository, &reading);
        let is_open = |word: &String| dependencies.waits(word).map_or(true, |waits| waits.is_some());
        let waits = |task: &Task| task.front.depends_on.iter().any(is_open);
        let around = Surroundings { now, actor: workspace.identity().actor(), waits: &waits };
        let tasks = reading.tasks.iter().filter(|task| query.passes(task, &around));
        if self.svg {
            context.ui.painted(&flow_svg(&flow(tasks, since, now)));
            return Ok(());
        }
        let figures = Figures::of(tasks, since, now);
        if self.csv {
            context.ui.painted(&stats_csv(&figures));
            return Ok(());
        }
        context.ui.document(&stats_document(&figures, &reading.problems));
        context.ui.painted(&stats(&figures, self.width.or_else(|| context.width())));
        for problem in &reading.problems {
            context.ui.warn(&format!("{}: {}", problem.place, problem.message));
        }
        if figures.total.done == 0 {
            context.ui.say("no task was done, so there is nothing to sum up");
        }
        Ok(())
    }
}

/// A day, or the moment a span ago.
fn moment(text: &str, now: Timestamp) -> Result<Timestamp> {
    let ago = || {
        let seconds = i64::try_from(parse_duration(text)?.as_secs()).ok()?;
        Some(Timestamp::from_unix(now.unix().checked_sub(seconds)?))
    };
    Timestamp::parse(text).or_else(ago).ok_or_else(|| {
        let hint = Some("a day such as 2026-10-01, or a span such as 30d".to_owned());
        Refusal::BadInput { message: format!("`{text}` is no time"), hint }.into()
    })
}

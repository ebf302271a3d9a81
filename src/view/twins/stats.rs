//! Figures, for programs; all times in seconds.

use serde::Serialize;

use crate::model::{Actor, Aging, BoardProblem, State, Stats, Sum, TaskId};

/// Printed by `stats`; all times in seconds.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatsDocument<'a> {
    /// The figures.
    stats: StatsTwin<'a>,
}

/// The figures.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatsTwin<'a> {
    /// All that was done.
    total: SumTwin,
    /// Oldest first.
    weeks: Vec<NamedSum<'a>>,
    /// What two worked on counts for both.
    workers: Vec<NamedSum<'a>>,
    /// What is being worked on, oldest first.
    aging: Vec<AgingTwin<'a>>,
    /// Files that could not be read, and others that need a word.
    problems: &'a [BoardProblem],
}

/// What a set of done tasks has in common.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SumTwin {
    /// How many were done.
    done: usize,
    /// From being written down to being done; null when no task tells.
    lead: Option<Times>,
    /// From the first claim to being done; null when no task tells.
    cycle: Option<Times>,
    /// The middle of the seconds in each state.
    median_in: StateTimes,
    /// Failing code trees, all together.
    failures: usize,
    /// Whose first code tree passed its checks.
    first_checks: Share,
    /// Whose first review was an approval.
    first_reviews: Share,
}

/// The same for a week or a worker.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NamedSum<'a> {
    #[serde(flatten)]
    sum: SumTwin,
    /// The week, such as 2026-W47, or the worker.
    name: &'a str,
}

/// Seconds.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Times {
    /// The middle.
    #[cfg_attr(test, schemars(range(min = 0)))]
    median: i64,
    /// What 85 of 100 stayed below.
    #[cfg_attr(test, schemars(range(min = 0)))]
    p85: i64,
}

/// Seconds by state.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StateTimes {
    /// Written down, not yet prepared.
    pending: Option<i64>,
    /// Waiting for somebody.
    ready: Option<i64>,
    /// Worked on.
    in_progress: Option<i64>,
    /// Waiting for a verdict.
    review: Option<i64>,
}

/// How many of how many.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Share {
    /// Tasks whose first one passed.
    passed: usize,
    /// Tasks that had one.
    of: usize,
}

/// A task that is being worked on.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AgingTwin<'a> {
    /// Its id.
    id: &'a TaskId,
    /// Its title.
    title: &'a str,
    /// Where it stands.
    state: State,
    /// Who has it.
    assignee: Option<&'a Actor>,
    /// Since it came there.
    #[cfg_attr(test, schemars(range(min = 0)))]
    seconds_in_state: i64,
    /// Since it was claimed first.
    #[cfg_attr(test, schemars(range(min = 0)))]
    seconds_since_claim: i64,
    /// Longer than 85 of 100 took.
    late: bool,
}

/// The figures, and what could not be read.
pub fn stats_document<'a>(stats: &'a Stats, problems: &'a [BoardProblem]) -> StatsDocument<'a> {
    let weeks = stats.weeks.iter();
    let workers = stats.workers.iter();
    StatsDocument {
        stats: StatsTwin {
            total: sum_twin(&stats.total),
            weeks: weeks.map(|(week, sum)| NamedSum { sum: sum_twin(sum), name: week }).collect(),
            workers: workers.map(|(worker, sum)| NamedSum { sum: sum_twin(sum), name: worker.as_str() }).collect(),
            aging: stats.aging.iter().map(aging_twin).collect(),
            problems,
        },
    }
}

fn sum_twin(sum: &Sum) -> SumTwin {
    let times = |pair: Option<(i64, i64)>| pair.map(|(median, p85)| Times { median, p85 });
    let share = |(passed, of)| Share { passed, of };
    let [pending, ready, in_progress, review] = sum.in_states;
    SumTwin {
        done: sum.done,
        lead: times(sum.lead),
        cycle: times(sum.cycle),
        median_in: StateTimes { pending, ready, in_progress, review },
        failures: sum.failed,
        first_checks: share(sum.checks),
        first_reviews: share(sum.reviews),
    }
}

fn aging_twin(task: &Aging) -> AgingTwin<'_> {
    AgingTwin {
        id: &task.id,
        title: &task.title,
        state: task.state,
        assignee: task.assignee.as_ref(),
        seconds_in_state: task.in_state,
        seconds_since_claim: task.age,
        late: task.is_old,
    }
}

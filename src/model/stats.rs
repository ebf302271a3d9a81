//! Figures about the work of a board, from what the logs of its tasks tell. Long by the histories that its tests tell.

use std::collections::BTreeMap;

use super::actor::Actor;
use super::history::{Deed, History};
use super::id::TaskId;
use super::state::State;
use super::task::Task;
use super::time::Timestamp;

/// The states in which a task waits or is worked on.
const OPEN: [State; 4] = [State::Pending, State::Ready, State::InProgress, State::Review];

/// What is known of one task.
#[derive(Clone, Debug)]
struct Life {
    done: Option<Timestamp>,
    lead: Option<i64>,
    cycle: Option<i64>,
    in_states: [i64; 4],
    failed: usize,
    /// Whether the first code tree that was checked passed; `None` when none was.
    passed_checks: Option<bool>,
    /// Whether the first verdict was an approval; `None` when there was none.
    passed_review: Option<bool>,
    workers: Vec<Actor>,
}

impl Life {
    fn of(task: &Task) -> Life {
        let history = History::of(task);
        let workers = history.who(&[Deed::Claimed]);
        let first = |deeds: [Deed; 2], good: Deed| {
            let first = history.moments().iter().find(|moment| deeds.contains(&moment.deed))?;
            Some(first.deed == good)
        };
        // Who finishes the work of others has approved it.
        let completed_by_other =
            history.deeds(Deed::Completed).any(|moment| !workers.is_empty() && !workers.contains(&moment.actor));
        Life {
            done: history.done_at().filter(|_| task.state == State::Done),
            lead: history.lead(),
            cycle: history.cycle(),
            in_states: OPEN.map(|state| history.seconds_in(state)),
            failed: history.failed_attempts(),
            passed_checks: first([Deed::ChecksFailed, Deed::Committed], Deed::Committed),
            passed_review: first([Deed::Rejected, Deed::Approved], Deed::Approved)
                .or(completed_by_other.then_some(true)),
            workers,
        }
    }
}

/// What a set of done tasks has in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sum {
    /// How many.
    pub done: usize,
    /// Seconds from being written down to being done: the middle, and what 85 of 100 stayed below.
    pub lead: Option<(i64, i64)>,
    /// The same from the first claim.
    pub cycle: Option<(i64, i64)>,
    /// The middle of the seconds in pending, ready, in-progress and review.
    pub in_states: [Option<i64>; 4],
    /// Failing code trees, all together.
    pub failed: usize,
    /// Of how many tasks the first tree passed its checks, and of how many any tree was checked.
    pub checks: (usize, usize),
    /// Of how many tasks the first verdict was an approval, and how many had one.
    pub reviews: (usize, usize),
}

impl Sum {
    fn of<'a>(lives: impl Iterator<Item = &'a Life> + Clone) -> Sum {
        let pair = |values: Vec<i64>| Some((middle(values.clone())?, most(values)?));
        let passed = |verdict: fn(&Life) -> Option<bool>| {
            let verdicts: Vec<bool> = lives.clone().filter_map(verdict).collect();
            (verdicts.iter().filter(|is_good| **is_good).count(), verdicts.len())
        };
        let mut in_states = [None; 4];
        for (place, middle_of) in in_states.iter_mut().enumerate() {
            *middle_of = middle(lives.clone().map(|life| life.in_states[place]).collect());
        }
        Sum {
            done: lives.clone().count(),
            lead: pair(lives.clone().filter_map(|life| life.lead).collect()),
            cycle: pair(lives.clone().filter_map(|life| life.cycle).collect()),
            in_states,
            failed: lives.clone().map(|life| life.failed).sum(),
            checks: passed(|life| life.passed_checks),
            reviews: passed(|life| life.passed_review),
        }
    }
}

/// An open task and for how long it has been worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aging {
    /// Which.
    pub id: TaskId,
    /// Its title.
    pub title: String,
    /// Where it is.
    pub state: State,
    /// Who has it.
    pub assignee: Option<Actor>,
    /// Seconds since it came there.
    pub in_state: i64,
    /// Seconds since it was claimed first.
    pub age: i64,
    /// Longer than 85 of 100 done tasks took.
    pub is_old: bool,
}

/// All figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stats {
    /// Of all done tasks.
    pub total: Sum,
    /// By the week in which they were done, oldest first.
    pub weeks: Vec<(String, Sum)>,
    /// By who worked on them; what two worked on counts for both.
    pub workers: Vec<(Actor, Sum)>,
    /// What is being worked on, oldest first.
    pub aging: Vec<Aging>,
}

impl Stats {
    /// Sums tasks up. Only what was done since a moment counts, if one is given.
    pub fn of<'a>(tasks: impl Iterator<Item = &'a Task> + Clone, since: Option<Timestamp>, now: Timestamp) -> Stats {
        let is_counted = |life: &Life| life.done.is_some_and(|done| since.is_none_or(|since| done >= since));
        let lives: Vec<Life> = tasks.clone().map(Life::of).filter(is_counted).collect();
        let mut weeks: BTreeMap<String, Vec<&Life>> = BTreeMap::new();
        let mut workers: BTreeMap<&Actor, Vec<&Life>> = BTreeMap::new();
        for life in &lives {
            weeks.entry(life.done.map(Timestamp::week).unwrap_or_default()).or_default().push(life);
            for worker in &life.workers {
                workers.entry(worker).or_default().push(life);
            }
        }
        let total = Sum::of(lives.iter());
        let usual = total.cycle.map(|(_, most)| most);
        let mut aging: Vec<Aging> = tasks.filter_map(|task| aging(task, usual, now)).collect();
        aging.sort_by(|a, b| (b.age, &a.id).cmp(&(a.age, &b.id)));
        Stats {
            total,
            weeks: weeks.into_iter().map(|(week, lives)| (week, Sum::of(lives.into_iter()))).collect(),
            workers: workers.into_iter().map(|(who, lives)| (who.clone(), Sum::of(lives.into_iter()))).collect(),
            aging,
        }
    }
}

fn aging(task: &Task, usual: Option<i64>, now: Timestamp) -> Option<Aging> {
    if !matches!(task.state, State::InProgress | State::Review) {
        return None;
    }
    let history = History::of(task);
    let moved = history.moments().iter().rev().find(|moment| moment.to.is_some()).map(|moment| moment.at);
    let came = moved.or(task.front.created)?;
    let claimed = history.deeds(Deed::Claimed).next().map_or(came, |moment| moment.at);
    let age = now.seconds_since(claimed).max(0);
    Some(Aging {
        id: task.id.clone(),
        title: task.title(),
        state: task.state,
        assignee: task.assignee().cloned(),
        in_state: now.seconds_since(came).max(0),
        age,
        is_old: usual.is_some_and(|usual| age > usual),
    })
}

/// How many tasks were in each state at several moments: the bands of a cumulative flow diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Each moment with the numbers in the order of the states.
    pub samples: Vec<(Timestamp, [usize; 6])>,
}

/// Samples at most: a picture is not wider.
const SAMPLES: i64 = 400;

/// Counts how many tasks were where, from the first one to now.
pub fn flow<'a>(tasks: impl Iterator<Item = &'a Task>, since: Option<Timestamp>, now: Timestamp) -> Flow {
    // Each task as the moments at which it came into a state.
    let mut moves: Vec<Vec<(Timestamp, State)>> = Vec::new();
    for task in tasks {
        let history = History::of(task);
        let mut places: Vec<_> = history.moments().iter().filter_map(|moment| Some((moment.at, moment.to?))).collect();
        if let Some(created) = task.front.created.filter(|created| places.first().is_none_or(|(at, _)| created < at)) {
            let start = if places.is_empty() { task.state } else { State::Pending };
            places.insert(0, (created, start));
        }
        moves.push(places);
    }
    let first = moves.iter().filter_map(|places| places.first()).map(|(at, _)| *at).min();
    let Some(first) = first else { return Flow::default() };
    let start = since.map_or(first, |since| since.max(first));
    let length = now.seconds_since(start).max(1);
    // A day a sample, unless that is too little or too much to look at.
    let count = (length / 86_400).clamp(24, SAMPLES);
    let samples = (0..=count).map(|step| {
        let at = Timestamp::from_unix(start.unix() + length * step / count);
        let mut numbers = [0; 6];
        for places in &moves {
            if let Some((_, state)) = places.iter().rev().find(|(moved, _)| *moved <= at) {
                numbers[*state as usize] += 1;
            }
        }
        (at, numbers)
    });
    Flow { samples: samples.collect() }
}

/// The middle value; of two in the middle their mean.
fn middle(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let half = values.len() / 2;
    match values.len() {
        0 => None,
        length if length % 2 == 1 => Some(values[half]),
        _ => Some((values[half - 1] + values[half]) / 2),
    }
}

/// The smallest value that at least 85 of 100 do not exceed.
fn most(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let rank = (values.len() * 85).div_ceil(100);
    values.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Document;

    fn task(id: &str, state: State, log: &str) -> Task {
        let text = format!("---\ncreated: 2026-11-02T08:00:00Z\n---\n## Log\n{log}");
        let id = TaskId::parse(id).expect("a whole id");
        Task::read(id, state, "x.md".to_owned(), Document::parse(text).expect("a document")).expect("a task")
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a time")
    }

    fn tasks() -> Vec<Task> {
        vec![
            task(
                "t-222222",
                State::Done,
                "- 2026-11-02T09:00:00Z ada prepared\n- 2026-11-02T10:00:00Z cursor claimed on main\n\
                 - 2026-11-02T11:00:00Z cursor checks passed, now in review\n- 2026-11-02T12:00:00Z ada completed\n",
            ),
            task(
                "t-333333",
                State::Done,
                "- 2026-11-10T09:00:00Z ada prepared\n- 2026-11-10T10:00:00Z cursor claimed on main\n\
                 - 2026-11-10T11:00:00Z cursor checks failed: tests (attempt 1)\n\
                 - 2026-11-10T12:00:00Z codex claimed on main\n\
                 - 2026-11-10T13:00:00Z codex checks passed, now in review\n- 2026-11-10T14:00:00Z ada rejected: no\n\
                 - 2026-11-10T15:00:00Z codex checks passed, now in review\n- 2026-11-10T16:00:00Z codex completed\n",
            ),
            task("t-444444", State::InProgress, "- 2026-11-11T09:00:00Z cursor claimed on main\n"),
            task("t-555555", State::Pending, ""),
        ]
    }

    #[test]
    fn done_tasks_are_summed_by_week_and_worker() {
        let tasks = tasks();
        let stats = Stats::of(tasks.iter(), None, at("2026-11-12T09:00:00Z"));
        let hour = 3600;
        assert_eq!(stats.total.done, 2);
        assert_eq!(stats.total.cycle, Some((4 * hour, 6 * hour)));
        assert_eq!((stats.total.failed, stats.total.checks, stats.total.reviews), (1, (1, 2), (1, 2)));
        let weeks: Vec<_> = stats.weeks.iter().map(|(week, sum)| (week.as_str(), sum.done)).collect();
        assert_eq!(weeks, [("2026-W45", 1), ("2026-W46", 1)]);
        let workers: Vec<_> = stats.workers.iter().map(|(who, sum)| (who.as_str(), sum.done)).collect();
        assert_eq!(workers, [("codex", 1), ("cursor", 2)]);
        assert_eq!(stats.aging.len(), 1);
        assert_eq!((stats.aging[0].age, stats.aging[0].is_old), (24 * hour, true));
        let late = Stats::of(tasks.iter(), Some(at("2026-11-05")), at("2026-11-12"));
        assert_eq!(late.total.done, 1);
    }

    #[test]
    fn the_flow_counts_every_task_at_every_moment() {
        let tasks = tasks();
        let flow = flow(tasks.iter(), None, at("2026-11-12T08:00:00Z"));
        let first = flow.samples.first().expect("a sample").1;
        let last = flow.samples.last().expect("a sample").1;
        assert_eq!(first, [4, 0, 0, 0, 0, 0]);
        assert_eq!(last, [1, 0, 1, 0, 2, 0]);
        assert!(flow.samples.iter().all(|(_, numbers)| numbers.iter().sum::<usize>() == 4));
        assert_eq!(super::flow([].iter(), None, at("2026-11-12")), Flow::default());
    }

    #[test]
    fn percentiles_are_values_that_were_seen() {
        assert_eq!((most(vec![]), most(vec![7]), most((1..=20).collect())), (None, Some(7), Some(17)));
        assert_eq!((middle(vec![]), middle(vec![3, 1]), middle(vec![5, 1, 9])), (None, Some(2), Some(5)));
    }
}

//! What a retrospective says of its tasks: measured, as markdown.

use std::collections::BTreeMap;

use super::actor::Actor;
use super::entry::one_line;
use super::history::{Deed, History};
use super::id::TaskId;
use super::sections::{ERRORS, REVIEW};
use super::state::State;
use super::task::Task;
use super::time::{Timestamp, span};

/// Rows of the table at most; what an old board had finished before its first retrospective is only counted.
const ROWS: usize = 60;
/// The states in which a task waits or is worked on.
const OPEN: [State; 4] = [State::Pending, State::Ready, State::InProgress, State::Review];

/// What is known of one done task.
#[derive(Clone, Debug)]
pub struct TaskFacts {
    id: TaskId,
    title: String,
    kind: String,
    who: String,
    workers: Vec<Actor>,
    history: History,
    /// What failed, and on which code tree.
    failures: Vec<(String, String)>,
    rejections: Vec<String>,
}

impl TaskFacts {
    /// Gathers the facts of a task.
    pub fn of(task: &Task) -> TaskFacts {
        let history = History::of(task);
        let prepared = history.who(&[Deed::Prepared]);
        let mut worked = history.who(&[Deed::Claimed, Deed::ChecksFailed, Deed::Committed, Deed::HandedOver]);
        if worked.is_empty() {
            worked = history.who(&[Deed::Completed]);
        }
        let mut reviewed = history.who(&[Deed::Approved, Deed::Rejected, Deed::Completed]);
        reviewed.retain(|actor| !worked.contains(actor));
        let roles = [("", &worked), ("prepared by ", &prepared), ("reviewed by ", &reviewed)];
        let said = roles.iter().filter(|(_, actors)| !actors.is_empty());
        let who: Vec<_> = said.map(|(role, actors)| format!("{role}{}", names(actors))).collect();
        let mut workers = Vec::new();
        for actor in prepared.into_iter().chain(worked).chain(reviewed) {
            if !workers.contains(&actor) {
                workers.push(actor);
            }
        }
        let rejections = task.entries(REVIEW).into_iter().filter_map(|entry| {
            let words = entry.text.strip_prefix("rejected")?;
            Some(format!("{} rejected {}{words}", entry.actor, task.id))
        });
        TaskFacts {
            id: task.id.clone(),
            title: task.title(),
            kind: task.front.kind.clone().unwrap_or_default(),
            who: who.join("; "),
            workers,
            failures: task.entries(ERRORS).iter().filter_map(|entry| failure(&entry.text)).collect(),
            rejections: rejections.collect(),
            history,
        }
    }

    /// Whose facts they are.
    pub fn id(&self) -> &TaskId {
        &self.id
    }

    /// When it was done.
    pub fn done_at(&self) -> Option<Timestamp> {
        self.history.done_at()
    }

    fn overrides(&self) -> Vec<String> {
        let forced = self.history.moments().iter().filter_map(|moment| Some((moment, moment.force.as_ref()?)));
        forced
            .map(|(moment, reason)| {
                format!("{} overrode a gate of {} ({}): {reason}", moment.actor, self.id, verb(moment.deed))
            })
            .collect()
    }

    fn row(&self) -> String {
        let states = OPEN.map(|state| length(self.history.seconds_in(state)));
        let mut cells = vec![self.id.to_string(), cell(&self.title), cell(&self.kind), self.who.clone()];
        cells.extend([self.history.lead(), self.history.cycle()].map(|seconds| seconds.map_or_else(dash, length)));
        cells.extend(states);
        let counts = [self.history.failed_attempts(), self.rejections.len(), self.overrides().len()];
        cells.extend(counts.map(|count| count.to_string()));
        format!("| {} |\n", cells.join(" | "))
    }
}

/// Everybody who worked on the tasks, in the order of the tasks.
pub fn workers_of(facts: &[TaskFacts]) -> Vec<Actor> {
    let mut all: Vec<Actor> = Vec::new();
    for actor in facts.iter().flat_map(|one| &one.workers) {
        if !all.contains(actor) {
            all.push(actor.clone());
        }
    }
    all
}

/// The section of facts. `given_up` are lines about tasks that ended otherwise, `unreadable` about those that tell nothing.
pub fn facts_text(facts: &[TaskFacts], given_up: &[String], unreadable: &[String]) -> String {
    let mut text = "| Task | Title | Kind | Who | Lead time | Cycle time | Pending | Ready | In progress | Review | Failed attempts | Rejections | Overrides |\n\
                    |---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    let skipped = facts.len().saturating_sub(ROWS);
    text.extend(facts[skipped..].iter().map(TaskFacts::row));
    if skipped > 0 {
        text.push_str(&format!("\nThe {skipped} tasks that were done before these count in the totals only.\n"));
    }
    text.push_str("\nWork that came back is ready, not in progress, until its next commit.\n");
    let mut list = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let items: String = lines.iter().map(|line| format!("- {}\n", one_line(line))).collect();
            text.push_str(&format!("\n### {title}\n\n{items}"));
        }
    };
    list("Failures that came back", returned(facts));
    list("Rejected reviews", facts.iter().flat_map(|one| one.rejections.clone()).collect());
    list("Overrides", facts.iter().flat_map(TaskFacts::overrides).collect());
    list("Ended without being done", given_up.to_vec());
    list("Could not be read", unreadable.to_vec());
    text
}

/// The section of totals.
pub fn totals_text(facts: &[TaskFacts]) -> String {
    let of = |seconds: &dyn Fn(&TaskFacts) -> Option<i64>| {
        median(facts.iter().filter_map(seconds).collect()).map_or_else(dash, length)
    };
    let mut lines = vec![
        format!("Tasks done: {}", facts.len()),
        format!("Median lead time, from written down to done: {}", of(&|one| one.history.lead())),
        format!("Median cycle time, from claimed to done: {}", of(&|one| one.history.cycle())),
    ];
    for state in OPEN {
        lines.push(format!("Median time in `{state}`: {}", of(&|one| Some(one.history.seconds_in(state)))));
    }
    let sum = |count: &dyn Fn(&TaskFacts) -> usize| facts.iter().map(count).sum::<usize>();
    let at_once = sum(&|one| usize::from(one.history.failed_attempts() == 0));
    lines.push(format!(
        "Failed attempts: {}; {at_once} of {} tasks had none",
        sum(&|one| one.history.failed_attempts()),
        facts.len()
    ));
    lines.push(format!("Rejected reviews: {}", sum(&|one| one.rejections.len())));
    lines.push(format!("Overrides by force: {}", sum(&|one| one.overrides().len())));
    lines.iter().map(|line| format!("- {line}\n")).collect()
}

/// The failures that were seen on more than one code tree, and where.
fn returned(facts: &[TaskFacts]) -> Vec<String> {
    let mut seen: BTreeMap<&str, Vec<(&TaskId, &str)>> = BTreeMap::new();
    for one in facts {
        for (name, tree) in &one.failures {
            let places = seen.entry(name).or_default();
            if !places.iter().any(|(_, other)| other == tree) {
                places.push((&one.id, tree));
            }
        }
    }
    let returned = seen.into_iter().filter(|(_, places)| places.len() > 1);
    returned
        .map(|(name, places)| {
            let mut ids: Vec<&str> = places.iter().map(|(id, _)| id.as_str()).collect();
            ids.dedup();
            format!("{name}: {} times, in {}", places.len(), ids.join(", "))
        })
        .collect()
}

/// The name of what failed first in an attempt, else the check, and the code tree: from an entry of the error context such as
/// `tests failed: 1 of 3 failed (attempt 2); name at src/a.rs:3:5 (again): message tree:…`.
fn failure(text: &str) -> Option<(String, String)> {
    let (words, tree) = text.rsplit_once(" tree:")?;
    let (headline, rest) = words.split_once(super::history::said::ATTEMPT)?;
    let first = rest.split_once("); ").map(|(_, first)| first.split_once(": ").map_or(first, |(name, _)| name));
    let name = match first {
        Some(first) => first.split(" at ").next().unwrap_or(first).trim_end_matches(" (again)"),
        None => headline.split(' ').next().unwrap_or(headline),
    };
    Some((name.to_owned(), tree.to_owned()))
}

fn verb(deed: Deed) -> &'static str {
    match deed {
        Deed::Prepared => "prep",
        Deed::Claimed => "claim",
        Deed::HandedOver => "review",
        Deed::Completed => "complete",
        Deed::GivenUp => "fail or drop",
        Deed::Freed => "release",
        _ => "another verb",
    }
}

fn names(actors: &[Actor]) -> String {
    actors.iter().map(Actor::as_str).collect::<Vec<_>>().join(", ")
}

/// Text that cannot break out of a cell of a table.
fn cell(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace('|', "\\|")
}

/// A span of time; of days the hours too, since medians are about such differences.
fn length(seconds: i64) -> String {
    match seconds.max(0) / 3600 {
        hours if hours >= 24 && hours % 24 > 0 => format!("{}d {}h", hours / 24, hours % 24),
        _ => span(seconds),
    }
}

fn dash() -> String {
    "-".to_owned()
}

/// The middle value; of two in the middle their mean.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        length if length % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_failure_stays_the_same_from_attempt_to_attempt() {
        let name = |text: &str| failure(text).map(|(name, _)| name);
        let first = "tests failed: 1 of 3 failed (attempt 1); health::retries at src/a.rs:3:5: left 1 tree:aa";
        let again = "tests failed: 1 of 3 failed (attempt 2); health::retries at src/a.rs:9:5 (again): left 2 tree:bb";
        assert_eq!(name(first).as_deref(), Some("health::retries"));
        assert_eq!(name(first), name(again));
        assert_eq!(name("tests ran into its time limit (attempt 1) tree:aa").as_deref(), Some("tests"));
        assert_eq!(name("a person's words"), None);
    }

    #[test]
    fn days_are_said_with_their_hours() {
        let said: Vec<_> = [0, 5400, 86_399, 86_400, 90_000, 7 * 86_400 - 1].map(length).to_vec();
        assert_eq!(said, ["0s", "1h 30m", "23h 59m", "1d", "1d 1h", "6d 23h"]);
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![5, 1, 9]), Some(5));
        assert_eq!(median(vec![4, 1]), Some(2));
    }

    #[test]
    fn a_title_cannot_break_the_table() {
        assert_eq!(cell("a | b\nc\\"), "a \\| b c\\\\");
    }
}

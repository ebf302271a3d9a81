//! What happened on the board between two looks at it, whoever did it: told by the logs, and where they are silent by comparing.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::Entry;
use super::id::TaskId;
use super::problem::BoardProblem;
use super::sections;
use super::state::State;
use super::task::Task;

/// The board as it was seen at one moment.
#[derive(Clone, Debug, Default)]
pub struct Sighting {
    /// Every open task, and those closed ones that were open, or not there, at the look before.
    pub tasks: BTreeMap<TaskId, Task>,
    /// The names of closed tasks.
    pub closed: BTreeSet<TaskId>,
    /// What could not be read.
    pub problems: Vec<BoardProblem>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// An entry came into a task's log.
    Logged(Entry),
    /// The task stands in another state, and its log does not say so.
    Moved {
        /// Where it stood.
        from: State,
        /// Where it stands.
        to: State,
    },
    /// Its text is another one: these keys and sections.
    Edited(Vec<String>),
    /// It was not there before, and its log tells nothing.
    Appeared,
    /// It has neither file nor cell any more.
    Gone,
    /// Something cannot be read.
    Damaged(BoardProblem),
    /// It can be read again, or is not there any more.
    Mended {
        /// Where it was.
        place: String,
    },
}

/// Tells what happened from one look to the next: task by task in order of id, the problems behind them.
pub fn happenings<'a>(before: &'a Sighting, after: &'a Sighting) -> Vec<(Option<&'a Task>, Happening)> {
    let mut told = Vec::new();
    for (id, task) in &after.tasks {
        let happened = match before.tasks.get(id) {
            Some(old) => changes(old, task),
            // Opened again, pulled in, or just written down: the last thing that was said of it says which.
            None => vec![task.entries(sections::LOG).pop().map_or(Happening::Appeared, Happening::Logged)],
        };
        told.extend(happened.into_iter().map(|happening| (Some(task), happening)));
    }
    let is_gone = |id: &TaskId| !after.tasks.contains_key(id) && !after.closed.contains(id);
    let gone = before.tasks.iter().filter(|(id, _)| is_gone(id));
    told.extend(gone.map(|(_, task)| (Some(task), Happening::Gone)));
    let is_new = |problem: &&BoardProblem| !before.problems.contains(problem);
    told.extend(after.problems.iter().filter(is_new).map(|problem| (None, Happening::Damaged(problem.clone()))));
    let path = |problem: &BoardProblem| problem.path().to_owned();
    let still: BTreeSet<String> = after.problems.iter().map(path).collect();
    let mended: BTreeSet<String> = before.problems.iter().map(path).filter(|place| !still.contains(place)).collect();
    told.extend(mended.into_iter().map(|place| (None, Happening::Mended { place })));
    told
}

fn changes(old: &Task, new: &Task) -> Vec<Happening> {
    let mut known = old.entries(sections::LOG);
    let mut fresh = Vec::new();
    for entry in new.entries(sections::LOG) {
        match known.iter().position(|other| *other == entry) {
            Some(place) => drop(known.remove(place)),
            None => fresh.push(Happening::Logged(entry)),
        }
    }
    if !fresh.is_empty() {
        return fresh;
    }
    if old.state != new.state {
        return vec![Happening::Moved { from: old.state, to: new.state }];
    }
    match edited(old, new) {
        parts if parts.is_empty() => Vec::new(),
        parts => vec![Happening::Edited(parts)],
    }
}

/// The keys and sections in which two texts differ.
fn edited(old: &Task, new: &Task) -> Vec<String> {
    if old.document.as_str() == new.document.as_str() {
        return Vec::new();
    }
    let keys: BTreeSet<String> = old.document.keys().into_iter().chain(new.document.keys()).collect();
    let keys = keys.into_iter().filter(|key| old.document.key(key) != new.document.key(key));
    let titles = |task: &Task| task.document.sections().into_iter().map(|section| section.title).collect::<Vec<_>>();
    let mut sections = titles(new);
    sections.extend(titles(old).into_iter().filter(|title| !sections.contains(title)).collect::<Vec<_>>());
    let sections =
        sections.into_iter().filter(|title| old.document.section_text(title) != new.document.section_text(title));
    keys.chain(sections).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Document;

    fn task(state: State, text: &str) -> Task {
        let id = TaskId::parse("t-7k3f9q").expect("a whole id");
        let document = Document::parse(text).expect("a document");
        Task::read(id, state, format!(".mcp/tasks/{state}/t-7k3f9q.md"), document).expect("a task")
    }

    fn seen(tasks: &[&Task]) -> Sighting {
        Sighting { tasks: tasks.iter().map(|task| (task.id.clone(), (*task).clone())).collect(), ..Sighting::default() }
    }

    fn told(before: &Sighting, after: &Sighting) -> Vec<Happening> {
        happenings(before, after).into_iter().map(|(_, happening)| happening).collect()
    }

    const PLAIN: &str =
        "---\ntitle: One\npriority: P1\n---\n## Goal\n\nIt works\n\n## Log\n\n- 2026-11-20T10:00:00Z ada created\n";

    #[test]
    fn new_lines_of_the_log_are_told_and_nothing_twice() {
        let old = task(State::Ready, PLAIN);
        let line = "- 2026-11-20T10:01:00Z cursor claimed on main\n";
        let new = task(State::InProgress, &format!("{PLAIN}{line}"));
        let entry = Entry::parse(line[2..].trim()).expect("an entry");
        assert_eq!(told(&seen(&[&old]), &seen(&[&new])), [Happening::Logged(entry)]);
        assert_eq!(told(&seen(&[&new]), &seen(&[&new])), []);
    }

    #[test]
    fn what_no_log_tells_is_seen_by_comparing() {
        let old = task(State::Ready, PLAIN);
        let moved = task(State::Review, PLAIN);
        let wanted = [Happening::Moved { from: State::Ready, to: State::Review }];
        assert_eq!(told(&seen(&[&old]), &seen(&[&moved])), wanted);
        let edited = task(State::Ready, &PLAIN.replace("P1", "P0").replace("It works", "It flies"));
        let wanted = [Happening::Edited(vec!["priority".to_owned(), "Goal".to_owned()])];
        assert_eq!(told(&seen(&[&old]), &seen(&[&edited])), wanted);
        assert_eq!(told(&seen(&[&old]), &seen(&[])), [Happening::Gone]);
    }

    #[test]
    fn what_cannot_be_read_is_told_once_and_so_is_its_mending() {
        let old = task(State::Ready, PLAIN);
        let problem =
            BoardProblem { place: format!("{}:2:1", old.path), code: "bad_file", message: "no".to_owned(), hint: None };
        let broken = Sighting { problems: vec![problem.clone()], ..seen(&[&old]) };
        assert_eq!(told(&seen(&[&old]), &broken), [Happening::Damaged(problem)]);
        assert_eq!(told(&broken, &broken), []);
        assert_eq!(told(&broken, &seen(&[&old])), [Happening::Mended { place: old.path.clone() }]);
    }
}

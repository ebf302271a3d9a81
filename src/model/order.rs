//! In which order tasks are listed, and in which groups.

use std::cmp::Ordering;
use std::str::FromStr;

use crate::text::suggestion;

use super::state::State;
use super::task::Task;
use super::time::Timestamp;

/// What to sort by, first to last; a `-` turns one round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order(Vec<(By, bool)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    State,
    Priority,
    Created,
    Due,
    Title,
    Assignee,
    Kind,
    Attempts,
    Id,
}

/// What to sort by, as it is typed. Age is time since creation: the youngest comes first.
const NAMES: &[(&str, By, bool)] = &[
    ("state", By::State, false),
    ("priority", By::Priority, false),
    ("age", By::Created, true),
    ("created", By::Created, false),
    ("due", By::Due, false),
    ("title", By::Title, false),
    ("assignee", By::Assignee, false),
    ("kind", By::Kind, false),
    ("attempts", By::Attempts, false),
    ("id", By::Id, false),
];

impl Default for Order {
    /// What is being worked on first, then by priority and age.
    fn default() -> Order {
        Order(vec![(By::State, false), (By::Priority, false), (By::Created, false)])
    }
}

impl Order {
    /// What tasks can be sorted by.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, ..)| *name)
    }

    /// Sorts tasks; the id decides where nothing else does.
    pub fn sort(&self, tasks: &mut [&Task]) {
        if *self == Order::default() {
            // What nobody chose is looked at once a task.
            let key = |task: &&Task| {
                let created = task.front.created.map_or(i64::MAX, Timestamp::unix);
                (rank(task.state), task.front.priority, created, task.id.clone())
            };
            return tasks.sort_by_cached_key(key);
        }
        tasks.sort_by(|a, b| {
            let by = self.0.iter().map(|(by, is_turned)| match is_turned {
                true => by.compare(b, a),
                false => by.compare(a, b),
            });
            by.fold(Ordering::Equal, Ordering::then).then_with(|| a.id.cmp(&b.id))
        });
    }
}

impl FromStr for Order {
    type Err = String;

    fn from_str(text: &str) -> Result<Order, String> {
        let mut order = Vec::new();
        for word in text.split(',') {
            let (is_turned, name) = match word.trim().strip_prefix('-') {
                Some(name) => (true, name),
                None => (false, word.trim()),
            };
            let name = if name == "p" { "priority" } else { name };
            let Some((_, by, is_backwards)) = NAMES.iter().find(|(known, ..)| *known == name) else {
                return Err(unknown(name, Order::names()));
            };
            order.push((*by, is_turned != *is_backwards));
        }
        Ok(Order(order))
    }
}

impl By {
    fn compare(self, a: &Task, b: &Task) -> Ordering {
        // What is not there comes last.
        fn last<T: Ord>(a: Option<T>, b: Option<T>) -> Ordering {
            (a.is_none(), a).cmp(&(b.is_none(), b))
        }
        match self {
            By::State => rank(a.state).cmp(&rank(b.state)),
            By::Priority => a.front.priority.cmp(&b.front.priority),
            By::Created => last(a.front.created, b.front.created),
            By::Due => last(a.front.due.as_ref(), b.front.due.as_ref()),
            By::Title => a.title().to_lowercase().cmp(&b.title().to_lowercase()),
            By::Assignee => last(a.assignee(), b.assignee()),
            By::Kind => last(a.front.kind.as_ref(), b.front.kind.as_ref()),
            By::Attempts => a.front.attempts.cmp(&b.front.attempts),
            By::Id => a.id.cmp(&b.id),
        }
    }
}

/// What is being worked on comes first, what is over last.
fn rank(state: State) -> u8 {
    match state {
        State::InProgress => 0,
        State::Review => 1,
        State::Ready => 2,
        State::Pending => 3,
        State::Failed => 4,
        State::Done => 5,
    }
}

/// What to put tasks together by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    State,
    Priority,
    /// A task stands under each of its labels.
    Label,
    Assignee,
    Kind,
    Milestone,
    Parent,
}

const GROUPS: &[(&str, Group)] = &[
    ("state", Group::State),
    ("priority", Group::Priority),
    ("label", Group::Label),
    ("assignee", Group::Assignee),
    ("kind", Group::Kind),
    ("milestone", Group::Milestone),
    ("parent", Group::Parent),
];

impl FromStr for Group {
    type Err = String;

    fn from_str(text: &str) -> Result<Group, String> {
        let known = GROUPS.iter().find(|(name, _)| *name == text);
        known.map(|(_, group)| *group).ok_or_else(|| unknown(text, Group::names()))
    }
}

impl Group {
    /// What tasks can be put together by.
    pub fn names() -> impl Iterator<Item = &'static str> {
        GROUPS.iter().map(|(name, _)| *name)
    }

    /// The groups that a task stands in; none where it says nothing.
    fn of(self, task: &Task) -> Vec<String> {
        let front = &task.front;
        match self {
            Group::State => vec![task.state.to_string()],
            Group::Priority => vec![front.priority.to_string()],
            Group::Label => front.labels.clone(),
            Group::Assignee => task.assignee().map(ToString::to_string).into_iter().collect(),
            Group::Kind => front.kind.clone().into_iter().collect(),
            Group::Milestone => front.milestone.clone().into_iter().collect(),
            Group::Parent => front.parent.clone().into_iter().collect(),
        }
    }
}

/// Puts sorted tasks together: each group by its name, those of none last, without a name.
pub fn groups<'a>(tasks: &[&'a Task], by: Group) -> Vec<(Option<String>, Vec<&'a Task>)> {
    let mut groups: Vec<(Option<String>, Vec<&Task>)> = Vec::new();
    for task in tasks {
        let names = by.of(task);
        let names: Vec<_> = if names.is_empty() { vec![None] } else { names.into_iter().map(Some).collect() };
        for name in names {
            match groups.iter_mut().find(|(known, _)| *known == name) {
                Some((_, group)) => group.push(task),
                None => groups.push((name, vec![task])),
            }
        }
    }
    match by {
        Group::State => groups.sort_by_key(|(_, tasks)| tasks.first().map(|task| rank(task.state))),
        _ => groups.sort_by(|(a, _), (b, _)| (a.is_none(), a).cmp(&(b.is_none(), b))),
    }
    groups
}

fn unknown<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    match suggestion(word, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of {}", names.join(", ")),
    }
}

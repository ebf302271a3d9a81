//! `prep`: make a pending task ready, by hand or from a chat agent's answer.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::model::{
    CRITERIA, Change, DONE, Edit, Event, FILES, GOAL, NOTES, READY, Refusal, Role, State, Task, TaskId, VALIDATION,
    cycle, missing_for_ready, said,
};
use crate::text::sections_of_answer;

use super::workspace::Workspace;

/// The sections that a chat agent's answer may replace. What records events is not among them.
pub const ANSWERABLE: &[&str] = &[GOAL, CRITERIA, READY, DONE, FILES, VALIDATION, NOTES];

/// How to override a gate, and why; the log keeps it for ever.
#[derive(Clone, Debug, Default)]
pub struct Force {
    /// The reason given; `None` when nothing is forced.
    pub reason: Option<String>,
}

impl Force {
    /// What the log says of it.
    pub fn words(&self) -> String {
        self.reason.as_ref().map_or_else(String::new, |reason| format!("{}{reason}", said::BY_FORCE))
    }
}

impl Workspace {
    /// Moves a task to `ready/`, with the sections of an answer if one is given.
    pub fn prep(&self, id: &TaskId, answer: Option<&str>, force: &Force) -> Result<Event> {
        if !self.config.may(self.actor(), Role::Prepare) {
            return Err(Refusal::NotTheirRole { actor: self.actor().clone(), role: "prepare" }.into());
        }
        if let Some(answer) = answer {
            // Kept before the gate is asked: what the agent wrote is not lost when something is still missing.
            let edits = edits_of_answer(answer)?;
            self.change(id, |task, now| {
                may_be_prepared(task)?;
                let names: Vec<_> = edits.iter().filter_map(replaced).collect();
                let text = format!("{} {}", said::FILLED_IN, names.join(", ").to_lowercase());
                let mut change = Change::staying(task, "prepared");
                change.edits.extend(edits.iter().cloned());
                Ok(change.logged(now, self.actor(), text))
            })?;
        }
        let graph = self.dependency_graph()?;
        let catalog = self.catalog()?;
        let archived = self.store.archived()?;
        self.change(id, |task, now| {
            if task.state == State::Ready {
                return Ok(Change::noop(task, "prepared"));
            }
            may_be_prepared(task)?;
            let is_known = |id: &TaskId| catalog.contains(id) || archived.iter().any(|(other, _)| other == id);
            let mut missing = missing_for_ready(task, is_known);
            missing.extend(circle(task, &graph));
            if !missing.is_empty() && force.reason.is_none() {
                return Err(Refusal::NotReady { task: task.id.clone(), missing }.into());
            }
            let change = Change::moving(State::Ready, "prepared");
            Ok(change.logged(now, self.actor(), format!("{}{}", said::PREPARED, force.words())))
        })
    }

    fn dependency_graph(&self) -> Result<BTreeMap<TaskId, Vec<TaskId>>> {
        let repository = self.repository()?;
        let open: Vec<_> = State::ALL.into_iter().filter(|state| state.is_open()).collect();
        let reading = self.read_states(&repository, &open)?;
        let ids = |task: &Task| task.front.depends_on.iter().filter_map(|word| TaskId::parse(word)).collect();
        Ok(reading.tasks.iter().map(|task| (task.id.clone(), ids(task))).collect())
    }
}

fn circle(task: &Task, graph: &BTreeMap<TaskId, Vec<TaskId>>) -> Option<String> {
    let circle = cycle(&task.id, graph).filter(|circle| circle.len() > 1)?;
    let names: Vec<_> = circle.iter().chain([&task.id]).map(TaskId::as_str).collect();
    Some(format!("its dependencies run in a circle: {}", names.join(" → ")))
}

fn may_be_prepared(task: &Task) -> Result<()> {
    let hint = match task.state {
        State::Pending | State::Ready => return Ok(()),
        State::Failed => format!("`mcp retry {}` makes it ready again", task.id),
        State::Done => format!("`mcp reopen {}` makes it ready again", task.id),
        State::InProgress | State::Review => format!("change its text with `mcp edit {}`", task.id),
    };
    Err(Refusal::WrongState { task: task.id.clone(), is: task.state, verb: "prepared", hint }.into())
}

fn replaced(edit: &Edit) -> Option<&str> {
    match edit {
        Edit::Replace { section, .. } => Some(section),
        _ => None,
    }
}

/// The edits that a chat agent's answer asks for; a refusal when it brings no section that it may.
pub(crate) fn edits_of_answer(answer: &str) -> Result<Vec<Edit>> {
    let sections = sections_of_answer(answer, ANSWERABLE);
    let mut edits = Vec::new();
    for (title, content) in sections {
        let known = ANSWERABLE.iter().find(|known| known.eq_ignore_ascii_case(title.trim()));
        if let Some(known) = known.filter(|_| !content.trim().is_empty()) {
            edits.push(Edit::Replace { section: (*known).to_owned(), content: content.trim().to_owned() });
        }
    }
    if edits.is_empty() {
        return Err(Refusal::BadInput {
            message: "the answer brings no section that was asked for".to_owned(),
            hint: Some(format!("it needs headings such as `## {GOAL}` and `## {CRITERIA}`")),
        }
        .into());
    }
    Ok(edits)
}

//! Whether a retrospective is due: counted from names and from the front matter of retrospectives; no done task is opened.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::model::{Actor, Catalog, Retro, RetroId, State, TaskId};

use super::super::workspace::Workspace;

/// What there is to say about retrospectives now.
#[derive(Clone, Debug)]
pub struct Due {
    /// Done tasks per retrospective; 0 means never.
    pub every: usize,
    /// The done tasks that are in no retrospective, in order of id.
    pub done: Vec<TaskId>,
    /// Those that are open.
    pub open: Vec<Retro>,
    /// Those that cannot be read: which tasks they told of is not known, so none is due.
    pub unreadable: Vec<RetroId>,
}

impl Workspace {
    /// Counts the done tasks that are in no retrospective yet.
    pub fn retro_due(&self, catalog: &Catalog) -> Result<Due> {
        let (mut told, mut open, mut unreadable) = (BTreeSet::new(), Vec::new(), Vec::new());
        for id in self.retro_ids()? {
            if let Some(tasks) = self.glance_at_retro(&id)? {
                told.extend(tasks);
                continue;
            }
            let Ok(retro) = self.retro(&id) else {
                unreadable.push(id);
                continue;
            };
            told.extend(retro.front.tasks.iter().cloned());
            if retro.front.closed.is_none() {
                open.push(retro);
            }
        }
        told.extend(self.store.done_before()?);
        let done = catalog.iter().filter(|(id, state)| *state == State::Done && !told.contains(*id));
        let mut done: Vec<_> = done.map(|(id, _)| id.clone()).collect();
        done.extend(self.merged(catalog)?.into_iter().filter(|id| !told.contains(id)));
        Ok(Due { every: self.config.retro.every, done, open, unreadable })
    }
}

impl Due {
    /// Whether one is to be written now.
    pub fn is_due(&self) -> bool {
        self.open.is_empty() && self.unreadable.is_empty() && self.every > 0 && self.done.len() >= self.every
    }

    /// What to tell everybody, if there is something.
    pub fn line(&self) -> Option<String> {
        if let Some(id) = self.unreadable.first() {
            return Some(format!("the retrospective {id} cannot be read: `mcp retro show {id}` tells why"));
        }
        let tasks = match self.done.len() {
            1 => "1 done task is".to_owned(),
            count => format!("{count} done tasks are"),
        };
        self.is_due().then(|| format!("a retrospective is due, {tasks} in none yet: `mcp retro`"))
    }

    /// What to tell this actor, if there is something: also that an open one waits for them.
    pub fn line_for(&self, actor: &Actor) -> Option<String> {
        let Some(open) = self.open.first() else { return self.line() };
        let silent = open.silent();
        let id = &open.id;
        Some(match silent.as_slice() {
            [] => format!("everybody has spoken in the retrospective {id}: `mcp retro close`"),
            silent if silent.contains(actor) => {
                format!("the retrospective {id} waits for you: `mcp retro`, then `mcp retro add`")
            }
            silent => format!("the retrospective {id} waits for {}", names(silent)),
        })
    }
}

/// Names, as in a sentence.
pub(super) fn names(actors: &[Actor]) -> String {
    actors.iter().map(Actor::as_str).collect::<Vec<_>>().join(", ")
}

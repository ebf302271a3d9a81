//! What became of an import, for people and programs.

use std::collections::BTreeMap;

use crate::import::{Oddity, Source};
use crate::model::{State, Task, TaskId};

use super::board_commit::Committed;

/// A task that was new.
#[derive(Clone, Debug)]
pub struct Brought {
    /// Its id here.
    pub id: TaskId,
    /// Its id there.
    pub source: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub state: State,
}

/// A task that had changed there.
#[derive(Clone, Debug)]
pub struct Updated {
    /// Its id here.
    pub id: TaskId,
    /// Its id there.
    pub source: String,
    /// What has changed: keys, sections, `state`, `comments`.
    pub fields: Vec<String>,
}

/// A field that had changed both here and there, and stayed as it is here.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The task's id here.
    pub id: TaskId,
    /// Its id there.
    pub source: String,
    /// A key, a section, or `state`.
    pub field: String,
}

/// What became of an import.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The tasks of the source by the state that they have there.
    pub states: BTreeMap<State, usize>,
    /// New here.
    pub created: Vec<Brought>,
    /// Changed there.
    pub updated: Vec<Updated>,
    /// As they were.
    pub unchanged: usize,
    /// Changed here and there.
    pub kept: Vec<Kept>,
    /// Imported before, and no longer in the source.
    pub gone: Vec<(TaskId, String)>,
    /// Boxes, and how many of them are ticked.
    pub boxes: (usize, usize),
    /// References to what must be done first.
    pub dependencies: usize,
    /// References to what a task is a part of.
    pub parents: usize,
    /// What was said about tasks.
    pub comments: usize,
    /// Fields that have no place of their own, by name: they are in the tasks' text.
    pub as_text: BTreeMap<String, usize>,
    /// What a person should know.
    pub oddities: Vec<Oddity>,
    /// What became of the board's commit.
    pub committed: Option<Committed>,
}

impl Imported {
    /// What can be said of the source alone.
    pub(super) fn of(source: &Source) -> Imported {
        let mut imported = Imported::default();
        for task in &source.tasks {
            *imported.states.entry(task.state).or_default() += 1;
            imported.comments += task.comments.len();
            for name in &task.kept {
                *imported.as_text.entry(name.clone()).or_default() += 1;
            }
        }
        imported
    }

    /// Counts what a task has as it stands in its text, not as it was read.
    pub(super) fn count(&mut self, task: &Task) {
        let boxes = task.criteria();
        self.boxes.0 += boxes.len();
        self.boxes.1 += boxes.iter().filter(|one| one.is_met).count();
        self.dependencies += task.front.depends_on.len();
        self.parents += usize::from(task.front.parent.is_some());
    }
}

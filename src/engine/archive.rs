//! `archive`: puts tasks that are over away, out of everybody's way; their ids go on to mean them.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::model::{History, Refusal, State, Task, TaskId, Timestamp};
use crate::store::{ARCHIVE, Renamed, Sighted, is_archived};
use crate::text::Document;

use super::board_commit::Committed;
use super::load::{Loaded, bad_file, path_in, problem_of};
use super::reading::Reading;
use super::workspace::Workspace;

/// A task that was put away.
#[derive(Clone, Debug)]
pub struct Archived {
    /// The task, where it lies now.
    pub task: Task,
    /// Where it lay.
    pub from: String,
}

/// A task that stays, and why.
#[derive(Clone, Debug)]
pub struct NotPutAway {
    /// Which.
    pub id: TaskId,
    /// In words.
    pub why: String,
}

impl Workspace {
    /// Where a task goes when it is put away: by the month in which it ended.
    pub fn archive_path(&self, task: &Task) -> String {
        let month: String = ended(task).unwrap_or_else(|| self.now()).date().chars().take(7).collect();
        let name = task.path.rsplit('/').next().unwrap_or(&task.path);
        format!("{ARCHIVE}/{month}/{name}")
    }

    /// Whether a task is over for good: done, or given up by name. A failed one may be tried again.
    pub fn is_over(task: &Task) -> bool {
        task.state == State::Done || (task.state == State::Failed && task.front.resolution.is_some())
    }

    /// Puts one task away, under its lock. The one rename is all that happens to it: a crash leaves it here or there, whole.
    pub fn archive(&self, id: &TaskId) -> Result<Archived> {
        let repository = self.repository()?;
        let _lock = self.lock_task(id)?;
        self.recover(&repository, id)?;
        let Loaded { mut task, file, .. } = self.load(&repository, id)?;
        if !Workspace::is_over(&task) {
            let hint = match task.state {
                State::Failed => format!("`mcp drop {id}` says that nobody will do it"),
                _ => format!("`mcp show {id}` tells what is missing"),
            };
            return Err(Refusal::WrongState { task: id.clone(), is: task.state, verb: "archived", hint }.into());
        }
        // What was merged in review is done, and lies there still.
        let from = file.map_or_else(|| task.path.clone(), |file| file.path);
        if is_archived(&from) {
            return Ok(Archived { task, from });
        }
        let to = self.archive_path(&task);
        match self.store.rename(&from, &to)? {
            Renamed::Done => {}
            Renamed::Occupied => return Err(super::perform::in_the_way(&to, Some(&from)).into()),
            // Done in another checkout, and not here yet.
            Renamed::Missing => return Err(Refusal::HeldElsewhere { task: id.clone(), place: from }.into()),
        }
        self.store.make_durable(&[&from, &to])?;
        task.path = to;
        Ok(Archived { task, from })
    }

    /// Commits what was put away, and what an interrupted run before left uncommitted.
    pub fn commit_archive(&self, archived: &[Archived]) -> Result<Committed> {
        let repository = self.repository()?;
        let head = repository.head()?.commit.map(|head| repository.tree_of(head)).transpose()?;
        // All at once: among thousands, to look for each in the tree takes minutes.
        let committed = head.map(|tree| repository.files_under(tree, ARCHIVE)).transpose()?.unwrap_or_default();
        let committed: BTreeSet<String> = committed.into_iter().map(|(path, _)| path).collect();
        let mut paths = Vec::new();
        let mut count = 0;
        for (_, path) in self.store.archived()? {
            if committed.contains(&path) {
                continue;
            }
            count += 1;
            paths.extend(State::ALL.into_iter().map(|state| path_in(state, &path)).filter(|old| !self.store.has(old)));
            paths.push(path);
        }
        paths.extend(archived.iter().map(|one| one.from.clone()).filter(|from| !is_archived(from)));
        if count == 0 {
            return Ok(Committed::NotAsked);
        }
        let tasks = if count == 1 { "1 task".to_owned() } else { format!("{count} tasks") };
        self.commit_board(&format!("archive: {tasks}\n"), &paths, true)
    }

    /// Whether anything was put away.
    pub fn has_archive(&self) -> Result<bool> {
        Ok(!self.store.archived()?.is_empty())
    }

    /// Reads the archived tasks too.
    pub fn read_archive(&self, reading: &mut Reading) -> Result<()> {
        for (id, path) in self.store.archived()? {
            if reading.catalog.contains(&id) {
                continue;
            }
            let Sighted::Bytes(bytes) = self.store.sight(&path)? else { continue };
            let read = Document::from_bytes(bytes)
                .and_then(|document| Task::read(id.clone(), State::Done, path.clone(), document))
                .map_err(|problem| anyhow::Error::from(bad_file(Some(&id), &path, &problem)));
            match read {
                Ok(mut task) => {
                    if task.front.resolution.is_some() {
                        task.state = State::Failed;
                    }
                    reading.tasks.push(task);
                }
                Err(error) => reading.problems.push(problem_of(&error, &path)?),
            }
        }
        reading.tasks.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(())
    }
}

/// When a task was over: the last time that its log says so.
pub(crate) fn ended(task: &Task) -> Option<Timestamp> {
    let history = History::of(task);
    let last = history.moments().iter().rev().find(|moment| moment.to.is_some_and(|to| !to.is_open()));
    last.map(|moment| moment.at).or(task.front.created)
}

impl Archived {
    /// When the task was over.
    pub fn ended(task: &Task) -> Option<Timestamp> {
        ended(task)
    }
}

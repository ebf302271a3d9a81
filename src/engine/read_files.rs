//! Reads the files of many tasks, on several processors where that pays.

use std::num::NonZero;
use std::thread;

use anyhow::Error;

use crate::git::Oid;
use crate::model::{Claim, Place, Refusal, State, Task, TaskId};
use crate::store::Folders;

use super::load::task_of;
use super::reading::Keep;
use super::workspace::Workspace;

/// A thread is worth its start when it has so many files to read.
const WORTH_A_THREAD: usize = 200;
/// Folders are worth keeping open for so many files.
const WORTH_OPENING: usize = 20;
/// Beyond this many the system's own locks are what is waited for.
const MOST_THREADS: usize = 4;

/// A task with one file, and the claim of its cell if that tells of the same place.
pub(super) struct Filed {
    pub(super) id: TaskId,
    pub(super) place: Place,
    // Most have none, and a claim is large.
    pub(super) claimed: Option<Box<(Oid, Claim)>>,
}

/// What came of reading a file.
pub(super) enum Read {
    /// The task as it stands.
    Task(Box<Task>),
    /// It is as the names say, and not wanted.
    Passed,
    /// The cell knows more than the file.
    Behind,
    /// There is no such file any more.
    Gone,
    Failed(Error),
}

impl Filed {
    pub(super) fn without_cell(id: &TaskId, place: Place) -> Filed {
        Filed { id: id.clone(), place, claimed: None }
    }
}

impl Workspace {
    /// The folders in which files of these states are read, kept open where that pays.
    pub(super) fn folders_of(&self, states: &[State], files: usize) -> Folders {
        if files < WORTH_OPENING { Folders::default() } else { self.store.folders(states) }
    }

    /// Reads all these files, in their order.
    pub(super) fn read_filed(&self, folders: &Folders, mut filed: Vec<Filed>, keep: &Keep<'_>) -> Vec<(Filed, Read)> {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let threads = (filed.len() / WORTH_A_THREAD).clamp(1, processors.min(MOST_THREADS));
        let read = |filed: Vec<Filed>| -> Vec<(Filed, Read)> {
            let read = filed.into_iter().map(|file| {
                let read = self.read_one(folders, &file, keep);
                (file, read)
            });
            read.collect()
        };
        if threads == 1 {
            return read(filed);
        }
        let share = filed.len().div_ceil(threads);
        thread::scope(|scope| {
            let mut others = Vec::new();
            while filed.len() > share {
                let last = filed.split_off(filed.len() - share);
                others.push(scope.spawn(move || read(last)));
            }
            let mut all = read(filed);
            // The last share was given away first.
            for other in others.into_iter().rev() {
                all.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            all
        })
    }

    fn read_one(&self, folders: &Folders, file: &Filed, keep: &Keep<'_>) -> Read {
        let Filed { id, place, claimed } = file;
        let sighted = self.store.sight_in(folders, place.state, &place.path);
        let mut task = match sighted.and_then(|sighted| task_of(id, place.state, &place.path, sighted)) {
            Ok(task) => task,
            Err(error) => {
                return match error.downcast_ref() {
                    Some(Refusal::NoSuchTask { .. }) => Read::Gone,
                    _ => Read::Failed(error),
                };
            }
        };
        if let Some((_, claim)) = claimed.as_deref() {
            let (rev, text) = (task.front.rev, task.document.as_str().as_bytes());
            if rev < claim.rev || (rev == claim.rev && claim.wrote_before(text)) {
                return Read::Behind;
            }
            // A newer history: the claim follows what the file says.
            task.claim = Some(Claim { rev, ..claim.clone() });
        }
        if keep(&mut task) { Read::Task(Box::new(task)) } else { Read::Passed }
    }
}

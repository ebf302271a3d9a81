//! Reads the files of many tasks, on several processors where that pays.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Error, Result};

use crate::git::Oid;
use crate::model::{Claim, Filing, Refusal, State, Task};
use crate::store::{Folders, Sighted, with_own_files};
use crate::text::Document;

use super::load::{bad_file, bad_sight};
use super::reading::{Extent, Keep};
use super::workspace::Workspace;

/// A thread is worth its start when it has so many files to read.
const WORTH_A_THREAD: usize = 200;
/// Folders are worth keeping open for so many files.
const WORTH_OPENING: usize = 20;
/// Beyond this many the system's own locks are what is waited for.
const MOST_THREADS: usize = 4;
/// So many files are read by a thread before it asks for more.
const PORTION: usize = 50;
/// As many bytes as a portion of them may take up in memory.
const ROOM: usize = 64 * 1024;

/// A task with one file, and the claim of its cell if that tells of the same place.
pub(super) struct Filed<'a> {
    pub(super) filing: Filing<'a>,
    // Most have none, and a claim is large.
    pub(super) claimed: Option<Box<(Oid, Claim)>>,
}

/// How many files of each state, in the order of the states.
pub(super) type Passed = [usize; State::ALL.len()];

/// What came of reading files.
#[derive(Default)]
pub(super) struct Read {
    /// The tasks as they stand, in the order of the files.
    pub(super) tasks: Vec<Task>,
    /// How many are as the names say, and not wanted.
    pub(super) passed: Passed,
    /// What else came of it, by the place of the file among all.
    pub(super) others: Vec<(usize, Other)>,
}

/// What may come of reading a file beside a task.
pub(super) enum Other {
    /// The cell knows more than the file.
    Behind,
    /// There is no such file any more.
    Gone,
    Failed(Error),
}

/// What was read so far, in the order of the files: to put it in order at the end would take its room twice.
#[derive(Default)]
struct Gathered {
    tasks: Vec<Task>,
    passed: Passed,
    others: Vec<(usize, Other)>,
    /// The portion that comes next.
    due: usize,
    /// Portions that came before it.
    early: BTreeMap<usize, Vec<Task>>,
}

impl Gathered {
    fn take(&mut self, start: usize, read: Read) {
        self.passed.iter_mut().zip(read.passed).for_each(|(all, some)| *all += some);
        self.others.extend(read.others);
        self.early.insert(start, read.tasks);
        while let Some(tasks) = self.early.remove(&self.due) {
            self.tasks.extend(tasks);
            self.due += PORTION;
        }
    }
}

impl Workspace {
    /// Reads all these files of some states.
    pub(super) fn read_filed(&self, states: &[State], filed: &[Filed<'_>], keep: &Keep<'_>) -> Read {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let threads = (filed.len() / WORTH_A_THREAD).clamp(1, processors.min(MOST_THREADS));
        let opened = if filed.len() < WORTH_OPENING { &[] } else { states };
        let taken = AtomicUsize::new(0);
        let gathered = Mutex::new(Gathered { tasks: Vec::with_capacity(filed.len()), ..Gathered::default() });
        let read = || {
            // Threads that read beneath one open folder wait for one another.
            let folders = self.store.folders(opened);
            let mut buffer = Vec::new();
            loop {
                let start = taken.fetch_add(PORTION, Ordering::Relaxed);
                let Some(rest) = filed.get(start..).filter(|rest| !rest.is_empty()) else { return };
                // What is kept of them gets its room from the system at once: a thread's own is else made larger page by page.
                drop(black_box(Vec::<u8>::with_capacity(ROOM)));
                let mut read = Read::default();
                for (index, file) in rest.iter().take(PORTION).enumerate() {
                    match self.read_one(&folders, file, keep, &mut buffer) {
                        Ok(Some(task)) => read.tasks.push(task),
                        Ok(None) => read.passed[file.filing.state() as usize] += 1,
                        Err(other) => read.others.push((start + index, other)),
                    }
                }
                gathered.lock().unwrap_or_else(PoisonError::into_inner).take(start, read);
            }
        };
        thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|| {
                    with_own_files();
                    read();
                });
            }
            read();
        });
        let Gathered { tasks, passed, mut others, .. } = gathered.into_inner().unwrap_or_else(PoisonError::into_inner);
        others.sort_unstable_by_key(|(index, _)| *index);
        Read { tasks, passed, others }
    }

    /// Reads one file, into a buffer that is given back where nobody wants the text; none where nobody wants the task.
    fn read_one(
        &self,
        folders: &Folders,
        file: &Filed<'_>,
        keep: &Keep<'_>,
        buffer: &mut Vec<u8>,
    ) -> Result<Option<Task>, Other> {
        let Filed { filing, claimed } = file;
        let (id, state) = (filing.id(), filing.state());
        let failed = |refusal: Refusal| Other::Failed(refusal.into());
        let bytes = match self.store.sight_in(folders, state, filing.name(), std::mem::take(buffer)) {
            Ok(Sighted::Bytes(bytes)) => bytes,
            Ok(Sighted::Missing) => return Err(Other::Gone),
            Ok(Sighted::Refused(why)) => return Err(failed(bad_sight(id, &filing.path(), &why))),
            Err(error) => return Err(Other::Failed(error)),
        };
        let mut task = Document::from_bytes(bytes)
            .and_then(|document| Task::read(id.clone(), state, filing.path(), document))
            .map_err(|problem| failed(bad_file(Some(id), &filing.path(), &problem)))?;
        if let Some((_, claim)) = claimed.as_deref() {
            let (rev, text) = (task.front.rev, task.document.as_str().as_bytes());
            if rev < claim.rev || (rev == claim.rev && claim.wrote_before(text)) {
                return Err(Other::Behind);
            }
            // A newer history: the claim follows what the file says.
            task.claim = Some(Box::new(Claim { rev, ..claim.clone() }));
        }
        let extent = keep(&task);
        let text = match extent {
            Extent::Whole => return Ok(Some(task)),
            Extent::Shown => task.forget_text(),
            Extent::Nothing => std::mem::take(&mut task.document),
        };
        *buffer = text.into_string().into_bytes();
        Ok((extent == Extent::Shown).then_some(task))
    }
}

//! Reads the files of many tasks, on several processors where that pays.

use std::hint::black_box;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Error, Result};

use crate::git::Oid;
use crate::model::{Claim, Filing, Refusal, State, Task};
use crate::store::{Folders, Sighted};
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

/// What came of reading files.
#[derive(Default)]
pub(super) struct Read {
    /// The tasks as they stand, in the order of the files.
    pub(super) tasks: Vec<Task>,
    /// How many are as the names say, and not wanted, by their states.
    pub(super) passed: [usize; State::ALL.len()],
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

impl Workspace {
    /// Reads all these files of some states.
    pub(super) fn read_filed(&self, states: &[State], filed: &[Filed<'_>], keep: &Keep<'_>) -> Read {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let threads = (filed.len() / WORTH_A_THREAD).clamp(1, processors.min(MOST_THREADS));
        let folders = self.store.folders(if filed.len() < WORTH_OPENING { &[] } else { states });
        let taken = AtomicUsize::new(0);
        let read = || {
            let mut portions = Vec::new();
            let mut buffer = Vec::new();
            loop {
                let start = taken.fetch_add(PORTION, Ordering::Relaxed);
                let Some(rest) = filed.get(start..).filter(|rest| !rest.is_empty()) else { return portions };
                // What is kept of them gets its room from the system at once: a thread's own is else made larger page by page.
                drop(black_box(Vec::<u8>::with_capacity(ROOM)));
                let mut portion = Read::default();
                for (index, file) in rest.iter().take(PORTION).enumerate() {
                    if let Err(other) = self.read_one(&folders, file, keep, &mut buffer, &mut portion) {
                        portion.others.push((start + index, other));
                    }
                }
                portions.push((start, portion));
            }
        };
        let mut portions = match threads {
            1 => read(),
            _ => thread::scope(|scope| {
                let others: Vec<_> = (1..threads).map(|_| scope.spawn(read)).collect();
                let mut portions = read();
                for other in others {
                    portions.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
                }
                portions
            }),
        };
        portions.sort_unstable_by_key(|(start, _)| *start);
        let mut all = Read { tasks: Vec::with_capacity(filed.len()), ..Read::default() };
        for (_, portion) in portions {
            all.tasks.extend(portion.tasks);
            all.others.extend(portion.others);
            all.passed.iter_mut().zip(portion.passed).for_each(|(all, some)| *all += some);
        }
        all
    }

    /// Reads one file, into a buffer that is given back where nobody wants the text.
    fn read_one(
        &self,
        folders: &Folders,
        file: &Filed<'_>,
        keep: &Keep<'_>,
        buffer: &mut Vec<u8>,
        read: &mut Read,
    ) -> Result<(), Other> {
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
        let text = match keep(&task) {
            Extent::Whole => {
                read.tasks.push(task);
                return Ok(());
            }
            Extent::Shown => {
                let text = task.forget_text();
                read.tasks.push(task);
                text
            }
            Extent::Nothing => {
                read.passed[state as usize] += 1;
                task.document
            }
        };
        *buffer = text.into_string().into_bytes();
        Ok(())
    }
}

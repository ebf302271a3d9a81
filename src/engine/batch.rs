//! Many new tasks at once, all or none: written down as a batch, which is the commit point, then made one by one.
//!
//! Whoever comes after a crash makes those that are missing.

use std::time::Duration;

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Claim, State, TaskId, slug};
use crate::store::{Batch, Batches, Lock, NewTask, folder_path, lock};

use super::load::{CLAIM, TEXT, cell_name, read_claim};
use super::perform::nonce;
use super::workspace::Workspace;

/// How long a command waits for another one that makes a batch.
const PATIENCE: Duration = Duration::from_secs(30);
/// A ref lock of a dead process: longer than `git pack-refs` ever holds one.
const STALE: Duration = Duration::from_millis(500);
/// How many tasks are made at a time.
const WRITERS: usize = 16;

impl Workspace {
    /// A new task of a batch. Its text has its id and the first revision already.
    pub(crate) fn planned(&self, id: &TaskId, state: State, title: &str, text: String) -> Result<NewTask> {
        let path = match slug(title).as_str() {
            "" => format!("{}/{id}.md", folder_path(state)),
            slug => format!("{}/{id}-{slug}.md", folder_path(state)),
        };
        Ok(NewTask { id: id.clone(), state, path, text, nonce: nonce()? })
    }

    /// Brings all tasks into being. When this fails or dies after the batch was written down, the next writing command goes on.
    pub(crate) fn bring_all(&self, tasks: Vec<NewTask>, done_before: Vec<TaskId>) -> Result<()> {
        if tasks.is_empty() {
            return Ok(());
        }
        let _lock = self.lock_batches(PATIENCE)?.ok_or_else(|| anyhow::anyhow!("another batch is being made"))?;
        let batch = Batch { name: nonce()?, tasks, done_before };
        self.batches().write(&batch)?;
        self.step_done();
        self.make(&batch)
    }

    /// Makes what is missing of the batches that dead processes left.
    pub(super) fn finish_batches(&self) -> Result<Vec<String>> {
        if self.batches().all().is_empty() {
            return Ok(Vec::new());
        }
        // A held lock means that its process lives and finishes by itself.
        let Some(_lock) = self.lock_batches(Duration::ZERO)? else { return Ok(Vec::new()) };
        let mut notes = Vec::new();
        for batch in self.batches().all() {
            match self.make(&batch) {
                Ok(()) => notes.push(format!("finished a batch of {} tasks that was cut short", batch.tasks.len())),
                Err(error) => {
                    notes.push(format!("a batch of {} tasks waits to be finished: {error:#}", batch.tasks.len()))
                }
            }
        }
        Ok(notes)
    }

    /// The batches that were cut short.
    pub(super) fn batches(&self) -> Batches {
        Batches::below(&self.git_dir)
    }

    fn lock_batches(&self, wait: Duration) -> Result<Option<Lock>> {
        lock(&self.git_dir.join("mcp/locks/batches"), wait)
    }

    fn make(&self, batch: &Batch) -> Result<()> {
        self.store.list_done_before(batch)?;
        let catalog = self.store.catalog()?;
        // Nearly all of the time is spent waiting for the disk, which takes several writers as gladly as one.
        let share = batch.tasks.len().div_ceil(WRITERS).max(1);
        let make_share = &|tasks: &[NewTask]| -> Result<()> {
            let repository = self.repository()?;
            tasks.iter().try_for_each(|task| self.make_one(&repository, task, catalog.contains(&task.id)))
        };
        std::thread::scope(|scope| {
            let writers: Vec<_> =
                batch.tasks.chunks(share).map(|tasks| scope.spawn(move || make_share(tasks))).collect();
            writers.into_iter().try_for_each(|writer| writer.join().expect("a writer does not panic"))
        })?;
        let mut paths: Vec<_> = batch.tasks.iter().map(|task| task.path.as_str()).collect();
        paths.sort_unstable();
        self.store.make_durable(&paths)?;
        self.batches().clear(batch)?;
        self.step_done();
        Ok(())
    }

    fn make_one(&self, repository: &Repository, task: &NewTask, is_there: bool) -> Result<()> {
        let _lock = self.lock_task(&task.id)?;
        // Closed tasks have nobody who could hold them: they need no cell.
        if task.state.is_open() {
            let name = cell_name(&task.id);
            // Whoever left a lock of the ref there held the task's lock, as we do now: it is dead.
            repository.outlive_lock(&name, STALE)?;
            match repository.cell(&name)? {
                Some(cell) if read_claim(repository, &task.id, cell.oid)?.nonce != task.nonce => return Ok(()),
                Some(_) => {}
                None => {
                    let claim = Claim {
                        nonce: task.nonce.clone(),
                        ..Claim::unheld(task.id.clone(), task.state, 1, task.path.clone())
                    };
                    let files: [(&str, &[u8]); 2] = [(CLAIM, &claim.to_bytes()), (TEXT, task.text.as_bytes())];
                    if !self.swap_new(repository, &task.id, &files)? {
                        return Ok(());
                    }
                }
            }
        }
        if !is_there {
            self.store.place(&task.path, task.text.as_bytes())?;
        }
        Ok(())
    }
}

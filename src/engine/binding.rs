//! Which tasks this worktree took, and at which epoch: a small file each in its git dir.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Claim, Refusal, State, Task, TaskId};
use crate::store::write_durably;

use super::workspace::Workspace;

/// Whether an error is no reason to refuse a commit: settings that cannot be read, where the worktree works on no task.
pub fn is_harmless_to_commit(repository: &Repository, error: &anyhow::Error) -> bool {
    let is_about_settings = matches!(error.downcast_ref(), Some(Refusal::BadConfig { .. }));
    let mut bound = fs_err::read_dir(repository.git_dir().join("mcp/bound")).into_iter().flatten();
    is_about_settings && bound.next().is_none()
}

impl Workspace {
    /// The epoch that is to be remembered with a claim, if this worktree works on the task under it.
    pub(super) fn binding_of(&self, claim: &Claim) -> Option<u64> {
        let is_here = claim.worktree.as_deref().map(Path::new) == Some(&self.root);
        let is_held = claim.holder.is_some() && claim.state != State::Done;
        (is_here && is_held).then_some(claim.epoch)
    }

    /// The epoch that this worktree goes on knowing of a task that was taken from its holder: it tells their next commit.
    pub(super) fn late_binding(&self, before: &Task, after: &Claim) -> Option<u64> {
        let claim = before.claim.as_ref()?;
        let is_taken = claim.holder.as_ref().is_some_and(|holder| !holder.is_same(&self.identity.holder));
        (is_taken && after.epoch > claim.epoch && after.state != State::Done)
            .then(|| self.bound_epoch(&before.id))
            .flatten()
    }

    /// The epoch at which this worktree took the task, if it works on it.
    pub(crate) fn bound_epoch(&self, id: &TaskId) -> Option<u64> {
        fs_err::read_to_string(self.binding_path(id)).ok()?.trim().parse().ok()
    }

    /// When this worktree took the task, as exactly as the file system tells.
    pub(crate) fn bound_since(&self, id: &TaskId) -> Option<std::time::SystemTime> {
        fs_err::metadata(self.binding_path(id)).ok()?.modified().ok()
    }

    pub(super) fn remember_binding(&self, id: &TaskId, epoch: Option<u64>) -> Result<()> {
        let path = self.binding_path(id);
        match epoch {
            Some(epoch) if self.bound_epoch(id) == Some(epoch) => Ok(()),
            Some(epoch) => write_durably(&path, format!("{epoch}\n").as_bytes()),
            None => match fs_err::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
                _ => Ok(()),
            },
        }
    }

    /// The tasks that this worktree took, by the files that remember it.
    pub(crate) fn bound_tasks(&self) -> Vec<TaskId> {
        let Ok(entries) = fs_err::read_dir(self.git_dir.join("mcp/bound")) else { return Vec::new() };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let mut tasks: Vec<_> = names.filter_map(|name| TaskId::parse(&name)).collect();
        tasks.sort();
        tasks
    }

    fn binding_path(&self, id: &TaskId) -> PathBuf {
        self.git_dir.join("mcp/bound").join(id.as_str())
    }
}

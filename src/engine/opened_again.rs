//! Closed tasks that were opened again: a checkout that still has the closed file would not look at their cells.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Result;

use crate::model::{State, TaskId};
use crate::store::write_durably;

use super::workspace::Workspace;

impl Workspace {
    /// The tasks that some checkout may hold for closed although they are open.
    pub(super) fn opened_again(&self) -> BTreeSet<TaskId> {
        let entries = fs_err::read_dir(self.common_dir.join("mcp/opened")).into_iter().flatten().flatten();
        entries.filter_map(|entry| TaskId::parse(entry.file_name().to_str()?)).collect()
    }

    /// Whether this one is among them.
    pub(super) fn is_opened_again(&self, id: &TaskId) -> bool {
        self.mark_of(id).exists()
    }

    /// Remembers a move before it is committed to. A mark too many costs a look at its cell, and nothing else.
    pub(super) fn remember_opening(&self, id: &TaskId, from: State, to: State) -> Result<()> {
        if from.is_open() || !to.is_open() {
            return Ok(());
        }
        write_durably(&self.mark_of(id), b"")
    }

    /// Forgets it once the task is closed for good.
    pub(super) fn forget_opening(&self, id: &TaskId, to: State) -> Result<()> {
        if to.is_open() {
            return Ok(());
        }
        match fs_err::remove_file(self.mark_of(id)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn mark_of(&self, id: &TaskId) -> PathBuf {
        self.common_dir.join("mcp/opened").join(id.as_str())
    }
}

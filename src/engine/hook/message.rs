//! `prepare-commit-msg` and `commit-msg`: the trailer that ties a commit to its task.

use std::path::Path;

use anyhow::Result;

use crate::git::{Index, Repository, with_trailer};
use crate::model::{State, TaskId};

use super::super::commits::TRAILER;
use super::super::workspace::Workspace;
use super::concern::Named;

impl Workspace {
    /// Adds the trailer to a message that git will not open in an editor, so that `--no-verify` commits have it too.
    pub fn prepare_message(
        &self,
        repository: &Repository,
        file: &Path,
        source: Option<&str>,
        named: &Named,
    ) -> Result<()> {
        // In an untouched template the trailer would make a commit out of an aborted one.
        if source != Some("message") {
            return Ok(());
        }
        self.finish_message(repository, file, named)
    }

    /// Adds the trailer to a finished message, unless it is empty or has it.
    pub fn finish_message(&self, repository: &Repository, file: &Path, named: &Named) -> Result<()> {
        let Some(id) = self.task_of_message(repository, named)? else { return Ok(()) };
        let message = String::from_utf8_lossy(&fs_err::read(file)?).into_owned();
        let comment = repository
            .config("core.commentChar")?
            .filter(|comment| comment != "auto")
            .unwrap_or_else(|| "#".to_owned());
        if let Some(with) = with_trailer(&message, TRAILER, id.as_str(), &comment) {
            fs_err::write(file, with)?;
        }
        Ok(())
    }

    fn task_of_message(&self, repository: &Repository, named: &Named) -> Result<Option<TaskId>> {
        if repository.operation()?.is_some() {
            return Ok(None);
        }
        let tree = Index::open(repository)?.write_tree(repository)?;
        if !self.changes_code(repository, tree)? {
            return Ok(None);
        }
        let concern = self.concerned(repository, named)?;
        Ok(concern.map(|concern| concern.task).filter(|task| task.state != State::Failed).map(|task| task.id))
    }
}

//! Commits of the board itself: exactly the paths that a verb touched, without hooks, the user's index left as it was.

use anyhow::Result;

use crate::git::NoIdentity;
use crate::model::{BoardCommit, Event};

use super::load::path_in;
use super::workspace::Workspace;

/// What became of the board's commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Committed {
    /// The short id.
    As(String),
    /// The settings or the user asked for none.
    NotAsked,
    /// It was left to the user, and why.
    Left(String),
}

impl Workspace {
    /// Commits the paths of an event, if the board's settings want it of such a verb.
    pub fn commit_event(&self, event: &Event, ends_task: bool) -> Result<Committed> {
        if event.is_noop {
            return Ok(Committed::NotAsked);
        }
        let old = path_in(event.from, &event.task.path);
        let message = format!("{}: {}\n\n{}\n", event.task.id, event.event, event.task.title());
        self.commit_board(&message, &[old, event.task.path.clone()], ends_task)
    }

    /// Commits paths of the board, if its settings want it of a verb that ends something, or does not.
    pub(crate) fn commit_board(&self, message: &str, paths: &[String], is_end: bool) -> Result<Committed> {
        let is_wanted = match self.config.board.commit {
            BoardCommit::Never => false,
            BoardCommit::End => is_end,
            BoardCommit::All => true,
        };
        if !is_wanted {
            return Ok(Committed::NotAsked);
        }
        let repository = self.repository()?;
        if let Some(operation) = repository.operation()? {
            return Ok(Committed::Left(format!("{operation} is under way; commit .mcp when it is over")));
        }
        let mut entries = Vec::new();
        for path in paths {
            let blob = match self.store.sight(path)? {
                crate::store::Sighted::Bytes(bytes) => {
                    if repository.is_ignored(path)? {
                        return Ok(Committed::NotAsked);
                    }
                    Some(repository.write_blob(&bytes)?)
                }
                _ => None,
            };
            if !entries.iter().any(|(other, _)| other == path) {
                entries.push((path.clone(), blob));
            }
        }
        self.step_done();
        match repository.commit_paths(message, &entries) {
            Ok(commit) => Ok(Committed::As(commit.short())),
            Err(error) if error.is::<NoIdentity>() => {
                Ok(Committed::Left("git does not know who you are (`git config user.name`, `user.email`)".to_owned()))
            }
            Err(error) => Ok(Committed::Left(format!("{error:#}"))),
        }
    }
}

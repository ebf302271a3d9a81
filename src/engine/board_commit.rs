//! Commits of the board itself: exactly the paths that a verb touched, without hooks, the user's index left as it was.

use std::path::Path;

use anyhow::Result;

use crate::git::{Index, NoIdentity};
use crate::model::{BoardCommit, Event, State};
use crate::store::is_archived;

use super::hook::paths_of;
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
        let message = format!("{}: {}\n\n{}\n", event.task.id, event.event, event.task.title());
        // HEAD may have the task anywhere: it has moved since it was last committed.
        let mut paths: Vec<String> = State::ALL.into_iter().map(|state| path_in(state, &event.task.path)).collect();
        if !paths.contains(&event.task.path) {
            paths.push(event.task.path.clone());
        }
        if !event.from.is_open() {
            // Opened again out of the archive.
            let index = Index::open(&self.repository()?)?;
            paths.extend(paths_of(&index, event.id()).into_iter().filter(|path| is_archived(path)));
        }
        match self.changed_elsewhere(event) {
            Some(home) => home.commit_board(&message, &paths, ends_task),
            None => self.commit_board(&message, &paths, ends_task),
        }
    }

    /// The holder's checkout, when that is where the event changed the file.
    fn changed_elsewhere(&self, event: &Event) -> Option<Workspace> {
        let place = event.claim()?.worktree.as_deref().map(Path::new).filter(|place| *place != self.root)?;
        let home = self.at(place).ok().filter(|home| home.common_dir == self.common_dir)?;
        home.store.has(&event.task.path).then_some(home)
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
        let head = repository.head()?.commit.map(|head| repository.tree_of(head)).transpose()?;
        let is_known = |path: &str| -> Result<bool> {
            Ok(self.store.has(path)
                || head.map(|tree| repository.entry_at(tree, path)).transpose()?.flatten().is_some())
        };
        let mut entries = Vec::new();
        for path in paths {
            if !is_known(path)? {
                continue;
            }
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

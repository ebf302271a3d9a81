//! Commits of the board itself: exactly the paths that a verb touched, without hooks, the user's index left as it was.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use crate::git::{Index, NoIdentity, Repository};
use crate::model::{BoardCommit, Change, CompleteOn, Event, State, Task, TaskId};
use crate::store::{BOARD, CONFIG, Intent, Intents, Sighted, Store, is_archived};

use super::hook::paths_of;
use super::load::{LoadedFile, cell_name, path_in, read_claim};
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

/// Beyond so many paths what HEAD has is listed once, and not looked for path by path: a folder of thousands is long to search.
const WORTH_A_LISTING: usize = 64;

impl Workspace {
    /// Whether whoever gets this history gets the board with its settings.
    pub fn has_committed_settings(&self) -> Result<bool> {
        let repository = self.repository()?;
        let Some(head) = repository.head()?.commit else { return Ok(false) };
        Ok(repository.entry_at(repository.tree_of(head)?, CONFIG)?.is_some())
    }

    /// The same workspace for verbs whose changes are committed where the settings want it, or left to the user.
    #[must_use]
    pub fn committing(mut self, commits: bool) -> Workspace {
        self.commits = commits;
        self
    }

    /// Commits the paths of an event, if the board's settings want it of such a verb.
    pub fn commit_event(&self, event: &Event, ends_task: bool) -> Result<Committed> {
        if event.is_noop || !self.commits {
            return Ok(Committed::NotAsked);
        }
        let message = message_of(&event.task.id, event.event, &event.task.title());
        let mut paths = paths_in_all_states(&event.task.path);
        if !event.from.is_open() {
            // Opened again out of the archive.
            let index = Index::open(&self.repository()?)?;
            paths.extend(paths_of(&index, event.id()).into_iter().filter(|path| is_archived(path)));
        }
        let home = self.changed_elsewhere(event);
        let home = home.as_ref().unwrap_or(self);
        let committed = home.commit_board(&message, &paths, ends_task)?;
        home.owed_commits().clear(event.id())?;
        Ok(committed)
    }

    /// The message of the commit that follows a change, if it ends its task and the settings want one: should the process die
    /// before that, the next one makes it.
    pub(super) fn commit_to_follow(&self, task: &Task, file: Option<&LoadedFile>, change: &Change) -> Option<String> {
        let is_wanted = self.commits && self.config.board.commit != BoardCommit::Never;
        // By the file: one that catches up with an end which only a remote had heard of is moved just now. A task that ended by
        // being merged is not moved on the branch that has it.
        let stood = file.and_then(|file| Store::state_of(&file.path)).unwrap_or(task.state);
        let is_merged = !task.state.is_open() && self.config.complete_on == CompleteOn::Merge;
        let is_end = stood.is_open() && !change.to.is_open() && !is_merged;
        (is_wanted && is_end).then(|| message_of(&task.id, change.event, &task.title()))
    }

    pub(super) fn owed_commits(&self) -> Intents {
        Intents::owed_below(&self.git_dir)
    }

    /// Makes the commits that dead processes did not get to. One whose process lives is made all the same, once.
    pub(super) fn make_owed_commits(&self, repository: &Repository) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        let owed = self.owed_commits();
        for id in owed.tasks() {
            let Some(Intent { to, commit: Some(message), .. }) = owed.read(&id) else { continue };
            let cell = repository.cell(&cell_name(&id))?;
            let claim = cell.map(|cell| read_claim(repository, &id, cell.oid)).transpose();
            // Not by its nonce, which is another one once something that was said elsewhere came in. Opened again since: there
            // is no end to be committed.
            let is_over = claim.is_ok_and(|claim| claim.map(|claim| claim.state) == Store::state_of(&to));
            if is_over && !self.store.has(&to) {
                // The file is still to follow.
                continue;
            }
            let committed = match is_over {
                true => self.commit_board(&message, &paths_in_all_states(&to), true)?,
                false => Committed::NotAsked,
            };
            match committed {
                Committed::As(commit) => notes.push(format!("committed the end of {id} as {commit}")),
                Committed::NotAsked => {}
                // Until a merge that is under way is over, or git knows who its user is.
                Committed::Left(_) => continue,
            }
            owed.clear(&id)?;
        }
        Ok(notes)
    }

    /// The checkout of whoever held the task, when that is where the event changed the file.
    fn changed_elsewhere(&self, event: &Event) -> Option<Workspace> {
        // Not the claim's own place: an end clears it.
        let place = event.claim()?.written_in.as_deref().map(Path::new).filter(|place| *place != self.root)?;
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
        let listed = match head.filter(|_| paths.len() > WORTH_A_LISTING) {
            Some(tree) => Some(repository.files_under(tree, BOARD)?.into_iter().map(|(path, _)| path).collect()),
            None => None::<BTreeSet<String>>,
        };
        let is_committed = |path: &str| -> Result<bool> {
            match (&listed, head) {
                (Some(listed), _) => Ok(listed.contains(path)),
                (None, Some(tree)) => Ok(repository.entry_at(tree, path)?.is_some()),
                (None, None) => Ok(false),
            }
        };
        let mut entries = Vec::new();
        for path in paths.iter().collect::<BTreeSet<_>>() {
            if !self.store.has(path) && !is_committed(path)? {
                continue;
            }
            let bytes = match self.store.sight(path)? {
                Sighted::Bytes(bytes) => Some(bytes),
                _ => None,
            };
            entries.push((path.clone(), bytes));
        }
        let lying: Vec<&str> =
            entries.iter().filter(|(_, bytes)| bytes.is_some()).map(|(path, _)| path.as_str()).collect();
        if repository.is_any_ignored(&lying)? {
            return Ok(Committed::NotAsked);
        }
        let written = |(path, bytes): (String, Option<Vec<u8>>)| -> Result<_> {
            Ok((path, bytes.map(|bytes| repository.write_blob(&bytes)).transpose()?))
        };
        let entries: Vec<_> = entries.into_iter().map(written).collect::<Result<_>>()?;
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

fn message_of(id: &TaskId, event: &str, title: &str) -> String {
    format!("{id}: {event}\n\n{title}\n")
}

/// HEAD may have the task anywhere: it has moved since it was last committed.
fn paths_in_all_states(path: &str) -> Vec<String> {
    let mut paths: Vec<String> = State::ALL.into_iter().map(|state| path_in(state, path)).collect();
    if !paths.iter().any(|other| other == path) {
        paths.push(path.to_owned());
    }
    paths
}

//! The board on both sides of a merge, each task by its id, whatever git made of the paths.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::git::{Index, Oid, Repository};
use crate::model::{Side, TaskId, merged};
use crate::store::{Store, TASKS};
use crate::text::Document;

use super::load::is_file_of;

/// Where each task lies in a tree.
pub(super) type Files = BTreeMap<TaskId, Vec<(String, Oid)>>;

/// The board on both sides of a merge, and in what both come from.
pub(super) struct Boards {
    base: Files,
    /// On the side that is checked out.
    pub ours: Files,
    /// On the side that is brought in.
    pub theirs: Files,
    /// The merge is committed already.
    pub is_over: bool,
}

impl Boards {
    /// The tasks that the two sides tell differently.
    pub fn diverged(&self) -> impl Iterator<Item = TaskId> {
        let ids: BTreeSet<&TaskId> = self.ours.keys().chain(self.theirs.keys()).collect();
        ids.into_iter().filter(|id| self.ours.get(id) != self.theirs.get(id)).cloned()
    }

    pub fn is_about(&self, id: &TaskId) -> bool {
        self.ours.contains_key(id) || self.theirs.contains_key(id)
    }

    /// The telling that both sides together make; `None` when one of them has taken the task off the board.
    pub fn merged(&self, repository: &Repository, id: &TaskId) -> Result<Option<Side>> {
        let [base, ours, theirs] = [&self.base, &self.ours, &self.theirs].map(|files| side_in(repository, files, id));
        let (base, ours, theirs) = (base?, ours?, theirs?);
        Ok(match (ours, theirs) {
            (Some(ours), Some(theirs)) => merged(base.as_ref(), &ours, &theirs),
            // Put into the archive, or removed by hand, on the side that lacks it.
            (Some(one), None) | (None, Some(one)) => match base {
                Some(base) if base.document.as_str() == one.document.as_str() => None,
                _ => Some(one),
            },
            (None, None) => None,
        })
    }

    /// The bytes of a task that git itself wrote into the working tree, or might have.
    pub fn known(&self, repository: &Repository, id: &TaskId, index: &Index) -> Result<BTreeSet<Vec<u8>>> {
        let files = [&self.base, &self.ours, &self.theirs].into_iter().filter_map(|files| files.get(id)).flatten();
        let mut blobs: Vec<Oid> = files.map(|(_, blob)| *blob).collect();
        blobs.extend(index.unmerged_blobs(|path| is_file_of(path, id)));
        let staged = index.paths_under(TASKS).into_iter();
        blobs.extend(staged.filter(|(path, _)| is_file_of(path, id)).map(|(_, blob)| blob));
        blobs.into_iter().map(|blob| repository.blob(blob)).collect()
    }
}

/// The sides of the merge that is under way, or of the one that was just committed.
pub(super) fn boards(repository: &Repository, is_thorough: bool) -> Result<Option<Boards>> {
    let (sides, is_over) = match repository.sides()? {
        Some(sides) => (sides, false),
        None if is_thorough && repository.operation()?.is_none() => match repository.sides_of_head()? {
            Some(sides) => (sides, true),
            None => return Ok(None),
        },
        None => return Ok(None),
    };
    let files = |commit: Option<Oid>| -> Result<Files> {
        let mut files = Files::new();
        let Some(commit) = commit else { return Ok(files) };
        for (path, blob) in repository.files_under(repository.tree_of(commit)?, TASKS)? {
            let id = path.rsplit('/').next().and_then(TaskId::of_file_name);
            if let Some(id) = id.filter(|id| is_file_of(&path, id)) {
                files.entry(id).or_default().push((path, blob));
            }
        }
        Ok(files)
    };
    let (base, ours, theirs) = (files(sides.base)?, files(Some(sides.ours))?, files(Some(sides.theirs))?);
    Ok(Some(Boards { base, ours, theirs, is_over }))
}

fn side_in(repository: &Repository, files: &Files, id: &TaskId) -> Result<Option<Side>> {
    let mut found: Option<Side> = None;
    for (path, blob) in files.get(id).into_iter().flatten() {
        let Some(state) = Store::state_of(path) else { continue };
        let Ok(document) = Document::from_bytes(repository.blob(*blob)?) else { continue };
        let side = Side { state, document };
        found = match found {
            None => Some(side),
            Some(other) => merged(None, &other, &side).or(Some(other)),
        };
    }
    Ok(found)
}

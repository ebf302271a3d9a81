//! A file of an older revision that holds what a person wrote: it is joined with what stands, and nobody's words are replaced.

use anyhow::Result;

use crate::git::{Oid, Repository};
use crate::model::{Claim, LOG, Side, State, Task, TaskId, merged};
use crate::store::Store;
use crate::text::Document;

use super::load::{Loaded, LoadedFile, TEXT, cell_name, path_in, read_claim};
use super::workspace::Workspace;

/// How many older versions of a copy are looked at to find what both come from.
const VERSIONS: usize = 50;

impl Workspace {
    /// What stands in the cell, together with what a person wrote into an older file; `None` when the two cannot be joined.
    pub(super) fn with_older_copy(
        &self,
        repository: &Repository,
        id: &TaskId,
        (cell, claim): (Oid, &Claim),
        file: &LoadedFile,
    ) -> Result<Option<Loaded>> {
        let Some(text) = repository.cell_file(cell, TEXT)? else { return Ok(None) };
        let (Ok(stands), Ok(document)) = (Document::from_bytes(text), Document::from_bytes(file.bytes.clone())) else {
            return Ok(None);
        };
        // Of a task that is over only the copy that lies where it ended: one in another folder is what an older branch has.
        let is_fit = |state: &State| claim.state.is_open() || *state == claim.state;
        let Some(state) = Store::state_of(&file.path).filter(is_fit) else { return Ok(None) };
        let stands = Side { state: claim.state, document: stands };
        let base = self.base_of(repository, id, &stands, &file.path, &file.bytes)?;
        let Some(side) = merged(base.as_ref(), &stands, &Side { state, document }) else { return Ok(None) };
        let path = path_in(side.state, &file.path);
        let Ok(mut task) = Task::read(id.clone(), side.state, path.clone(), side.document) else { return Ok(None) };
        task.claim = Some(Box::new(Claim { path, ..claim.clone() }));
        Ok(Some(Loaded { task, cell: Some(cell), file: Some(file.clone()), takes_up: true }))
    }

    /// What a newer telling and a copy both come from: the copy itself, if the tool wrote it, or the newest version of it that both
    /// have all entries of. A copy that lacks some of them was not made from it, and took nothing out.
    pub(super) fn base_of(
        &self,
        repository: &Repository,
        id: &TaskId,
        newer: &Side,
        path: &str,
        bytes: &[u8],
    ) -> Result<Option<Side>> {
        let (Some(state), Ok(copy)) = (Store::state_of(path), Document::from_bytes(bytes.to_vec())) else {
            return Ok(None);
        };
        let mut versions = Vec::new();
        let cell = repository.cell(&cell_name(id))?;
        if let Some(cell) = &cell
            && read_claim(repository, id, cell.oid).is_ok_and(|claim| claim.wrote_before(bytes))
        {
            versions.push(bytes.to_vec());
        }
        versions.extend(repository.versions(path, VERSIONS)?);
        if let Some(cell) = cell {
            versions.extend(repository.cell_file(cell.oid, TEXT)?);
        }
        for version in versions {
            let Ok(document) = Document::from_bytes(version) else { continue };
            if !entries(&document).is_empty() && knows_all(&newer.document, &document) && knows_all(&copy, &document) {
                return Ok(Some(Side { state, document }));
            }
        }
        Ok(None)
    }
}

fn entries(document: &Document) -> Vec<String> {
    document.entries(LOG).into_iter().map(|entry| entry.text).collect()
}

/// Whether the log of one text has all that stands in that of another.
pub(super) fn knows_all(document: &Document, other: &Document) -> bool {
    let known = entries(document);
    entries(other).iter().all(|entry| known.contains(entry))
}

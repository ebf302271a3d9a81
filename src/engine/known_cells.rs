//! What a listing knows of cells: their names, and the claims that were read before.
//!
//! A cell's ref moves on, but what it pointed to never changes: a claim is kept under the name of its object in one file of the
//! git dir, so that a listing opens that file and no object. It is never stale, and may be deleted at any time.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::git::{Listing, Oid, Repository};
use crate::model::{Claim, TaskId};

use super::load::{CELLS, claim_bytes, claim_from};
use super::workspace::Workspace;

/// The first line of the file.
const HEAD: &str = "claims by cell 1\n";
/// So many claims must have been read anew before the file is written again.
const WORTH_WRITING: usize = 16;
/// After so long nobody is still writing it.
const A_MINUTE: Duration = Duration::from_secs(60);

/// The cells at one moment.
#[derive(Debug)]
pub struct KnownCells {
    pub(super) listing: Listing,
    /// The closed tasks that were opened again.
    pub(super) again: BTreeSet<TaskId>,
    path: PathBuf,
    bytes: Vec<u8>,
    places: HashMap<Oid, Range<usize>>,
    /// What was asked for, and what was read anew.
    used: RefCell<HashMap<Oid, Option<Vec<u8>>>>,
}

impl Workspace {
    /// Lists the cells.
    pub(super) fn known_cells(&self, repository: &Repository) -> Result<KnownCells> {
        let path = self.common_dir.join("mcp/claims");
        let listing = repository.cells(CELLS)?;
        let bytes = match listing.is_empty() {
            true => Vec::new(),
            false => fs_err::read(&path).unwrap_or_default(),
        };
        let places = places(&bytes).unwrap_or_default();
        Ok(KnownCells { listing, again: self.opened_again(), path, bytes, places, used: RefCell::default() })
    }
}

impl KnownCells {
    /// The claim in a cell.
    pub(super) fn claim(&self, repository: &Repository, id: &TaskId, cell: Oid) -> Result<Claim> {
        let known = self.places.get(&cell).and_then(|place| claim_from(id, &self.bytes[place.clone()]).ok());
        if let Some(claim) = known {
            self.used.borrow_mut().entry(cell).or_default();
            return Ok(claim);
        }
        let bytes = claim_bytes(repository, id, cell)?;
        let claim = claim_from(id, &bytes)?;
        self.used.borrow_mut().insert(cell, Some(bytes));
        Ok(claim)
    }

    /// Keeps the claims that were asked for, if many of them had to be read anew. That this fails costs time and nothing else.
    pub(super) fn keep(&self) {
        let used = self.used.borrow();
        if used.values().flatten().count() >= WORTH_WRITING {
            let _ = self.write(&used);
        }
    }

    fn write(&self, used: &HashMap<Oid, Option<Vec<u8>>>) -> Result<()> {
        let mut text = Vec::from(HEAD);
        for (cell, bytes) in used {
            let Some(bytes) = bytes.as_deref().or_else(|| self.bytes.get(self.places.get(cell)?.clone())) else {
                continue;
            };
            writeln!(text, "{cell} {}", bytes.len())?;
            text.extend_from_slice(bytes);
        }
        let folder = self.path.parent().unwrap_or(Path::new("/"));
        fs_err::create_dir_all(folder)?;
        let part = self.path.with_extension("part");
        let is_left = part
            .metadata()
            .and_then(|part| part.modified())
            .is_ok_and(|time| time.elapsed().unwrap_or_default() > A_MINUTE);
        if is_left {
            fs_err::remove_file(&part)?;
        }
        // Of several at a time one writes.
        fs_err::OpenOptions::new().write(true).create_new(true).open(&part)?.write_all(&text)?;
        Ok(fs_err::rename(&part, &self.path)?)
    }
}

/// Where in the file the claim of each cell stands; `None` when it is not whole.
fn places(bytes: &[u8]) -> Option<HashMap<Oid, Range<usize>>> {
    let mut at = bytes.strip_prefix(HEAD.as_bytes()).map(|_| HEAD.len())?;
    let mut places = HashMap::new();
    while at < bytes.len() {
        let length = bytes[at..].iter().take(80).position(|byte| *byte == b'\n')?;
        let (cell, claim) = str::from_utf8(&bytes[at..at + length]).ok()?.split_once(' ')?;
        let start = at + length + 1;
        at = start.checked_add(claim.parse().ok()?).filter(|end| *end <= bytes.len())?;
        places.insert(cell.parse().ok()?, start..at);
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_whole_is_no_file() {
        let oid = "0123456789012345678901234567890123456789";
        let whole = format!("{HEAD}{oid} 3\nabc");
        assert_eq!(places(whole.as_bytes()).map(|places| places.len()), Some(1));
        assert_eq!(places(HEAD.as_bytes()).map(|places| places.len()), Some(0));
        for broken in [
            &whole[..whole.len() - 1],
            &whole[..40],
            "",
            "claims by cell 2\n",
            &format!("{whole}more"),
            &whole.replace(" 3", " x"),
        ] {
            assert_eq!(places(broken.as_bytes()), None, "{broken:?}");
        }
    }
}

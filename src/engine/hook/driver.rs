//! The merge driver, where it is wanted: git calls it for task files that both branches changed. Nothing depends on it.

use std::path::Path;

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Side, State, TaskId, merged};
use crate::store::Store;
use crate::text::Document;

use super::super::workspace::Workspace;

/// What git knows the driver by.
pub const DRIVER: &str = "mcp";
/// The file that gives it the task files.
pub const ATTRIBUTES: &str = ".mcp/.gitattributes";
const LINES: &str = "tasks/** merge=mcp\narchive/** merge=mcp\n";

/// What git hands to the driver.
#[derive(Clone, Copy, Debug)]
pub struct MergeOf<'a> {
    /// The file as both sides had it; empty when they had none.
    pub base: &'a Path,
    /// Ours; the result goes there.
    pub ours: &'a Path,
    /// Theirs.
    pub theirs: &'a Path,
    /// Where it lies in the working tree.
    pub path: &'a str,
    /// How long the marks of a conflict are.
    pub marker_size: usize,
}

/// Merges one task file; `false` when it is left in conflict, with marks as git makes them.
pub fn merge_driver(repository: &Repository, of: MergeOf<'_>) -> Result<bool> {
    let is_task = of.path.rsplit('/').next().and_then(TaskId::of_file_name).is_some();
    let state = Store::state_of(of.path).unwrap_or(State::Done);
    let side = |path: &Path| -> Result<Option<Side>> {
        let bytes = fs_err::read(path)?;
        let document = if bytes.is_empty() { None } else { Document::from_bytes(bytes).ok() };
        Ok(document.map(|document| Side { state, document }))
    };
    let [base, ours, theirs] = [side(of.base)?, side(of.ours)?, side(of.theirs)?];
    if let (Some(ours), Some(theirs), true) = (&ours, &theirs, is_task) {
        let made = |side: &Side| side.document.key("created");
        // Two tasks under one name are nothing to be made one of.
        let is_one_task = made(ours) == made(theirs) && (base.is_some() || made(ours).is_some());
        if is_one_task && let Some(side) = merged(base.as_ref(), ours, theirs) {
            fs_err::write(of.ours, side.document.as_str())?;
            return Ok(true);
        }
    }
    repository.merge_files(of.ours, of.base, of.theirs, of.marker_size)
}

impl Workspace {
    /// Gives the task files to the driver; says whether that is new.
    pub fn want_merge_driver(&self) -> Result<bool> {
        Ok(self.store.make_file(ATTRIBUTES, LINES)?.is_some())
    }

    /// Whether the board wants the driver.
    pub(crate) fn wants_merge_driver(&self) -> bool {
        fs_err::read_to_string(self.store.path(ATTRIBUTES)).is_ok_and(|text| text.contains("merge=mcp"))
    }

    /// Tells git what the driver's command is, where the board wants it.
    pub(super) fn install_merge_driver(&self, repository: &Repository, program: &Path) -> Result<()> {
        if self.wants_merge_driver() {
            let program = program.display().to_string().replace('\'', r"'\''");
            let command = format!("'{program}' hook merge-driver %O %A %B %P %L");
            repository.set_merge_driver(DRIVER, "task files of mcp", &command)?;
        }
        Ok(())
    }
}

//! The merge driver, where it is wanted: git calls it for task files that both branches changed. Nothing depends on it.

use std::path::Path;

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Side, State, TaskId, merged};
use crate::store::{Replaced, Sighted, Store};
use crate::text::Document;

use super::super::workspace::Workspace;
use super::driven::Driven;

/// What git knows the driver by.
pub const DRIVER: &str = "mcp";
/// The file that gives it the task files.
pub const ATTRIBUTES: &str = ".mcp/.gitattributes";
/// Folded in diffs by GitHub, and left out of its statistics.
const FOLDED: &str = "** linguist-generated\n";
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
    let own = of.path.rsplit('/').next().and_then(TaskId::of_file_name);
    let is_of_task = own.is_some();
    let is_whole = merge(repository, of, own)?;
    if is_of_task {
        Driven::of(repository.git_dir()).remember(&fs_err::read(of.ours)?)?;
    }
    Ok(is_whole)
}

fn merge(repository: &Repository, of: MergeOf<'_>, own: Option<TaskId>) -> Result<bool> {
    let state = Store::state_of(of.path).unwrap_or(State::Done);
    let side = |path: &Path| -> Result<Option<Side>> {
        let bytes = fs_err::read(path)?;
        let document = if bytes.is_empty() { None } else { Document::from_bytes(bytes).ok() };
        Ok(document.map(|document| Side { state, document }))
    };
    let [base, ours, theirs] = [side(of.base)?, side(of.ours)?, side(of.theirs)?];
    if let (Some(ours), Some(theirs), Some(own)) = (&ours, &theirs, own) {
        // Git took two tasks that are alike for one. The other one is put right from both branches when all is merged.
        let id = |side: &Side| side.document.key("id").and_then(|id| TaskId::parse(id.as_str()?));
        if id(ours) != id(theirs)
            && let Some(side) = [ours, theirs].into_iter().find(|side| id(side).as_ref() == Some(&own))
        {
            fs_err::write(of.ours, side.document.as_str())?;
            return Ok(true);
        }
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
        self.want_attributes(LINES)
    }

    /// Has what shows diffs fold the board's files; says whether that is new.
    pub fn want_folded(&self) -> Result<bool> {
        self.want_attributes(FOLDED)
    }

    /// Adds lines to the board's attributes, unless they are there.
    fn want_attributes(&self, lines: &str) -> Result<bool> {
        if self.store.make_file(ATTRIBUTES, lines)?.is_some() {
            return Ok(true);
        }
        let Sighted::Bytes(bytes) = self.store.sight(ATTRIBUTES)? else { return Ok(false) };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if text.contains(lines) {
            return Ok(false);
        }
        let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        let with = format!("{text}{end}{lines}");
        Ok(matches!(self.store.replace(ATTRIBUTES, &bytes, with.as_bytes(), "attributes")?, Replaced::Done))
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

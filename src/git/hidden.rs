//! Files that git was told not to look at: assumed unchanged, or left out of the work tree. They may differ all the same.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

use super::oid::Oid;
use super::repository::Repository;
use super::scratch_index::ScratchIndex;

/// Why git does not look at a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hiding {
    /// `git update-index --assume-unchanged`.
    Assumed,
    /// `git update-index --skip-worktree` alone, and all that a sparse checkout leaves out.
    Skipped,
}

/// A path at which git does not look.
#[derive(Clone, Debug)]
pub(super) struct Hidden {
    /// Byte for byte.
    pub(super) path: Vec<u8>,
    pub(super) why: Hiding,
    /// Mode and id; nothing for what is only intended to be added.
    pub(super) entry: Option<(u32, Oid)>,
}

impl Repository {
    /// Returns the tracked files that differ from an index although git, as it was told, says nothing of them.
    pub fn hidden_changes(&self, excluding: &str) -> Result<Vec<String>> {
        let Some((scratch, hidden)) = self.seeing_all(self.index_file())? else { return Ok(Vec::new()) };
        let names: BTreeSet<_> = hidden.iter().map(|path| String::from_utf8_lossy(path).into_owned()).collect();
        let mut different = self.differing(excluding, scratch.path())?;
        different.retain(|path| names.contains(path));
        Ok(different)
    }

    /// Makes a copy of an index in which nothing is hidden, if something is, and says what.
    pub(super) fn seeing_all(&self, index: &Path) -> Result<Option<(ScratchIndex, Vec<Vec<u8>>)>> {
        // Hardly any index hides something, and this is asked in every commit.
        if !index.exists() || self.plain_index(index).is_some_and(|plain| !plain.hides()) {
            return Ok(None);
        }
        let mut hidden = self.backend.index(index)?.hidden();
        // A sparse checkout leaves files out because the user wants to work without them, and looks at those that are there.
        let is_skipped = |hidden: &Hidden| hidden.why == Hiding::Skipped;
        if hidden.iter().any(is_skipped) && self.config_bool("core.sparseCheckout")? == Some(true) {
            hidden.retain(|hidden| !is_skipped(hidden));
        }
        if hidden.is_empty() {
            return Ok(None);
        }
        let scratch = ScratchIndex::of(&self.places, index)?;
        let (mut intended, mut entries) = (Vec::new(), Vec::new());
        for Hidden { path, entry, .. } in &hidden {
            let about = entry.map_or_else(String::new, |(mode, oid)| format!("{mode:o} {oid} 0\t"));
            let listed = if entry.is_some() { &mut entries } else { &mut intended };
            listed.extend([about.as_bytes(), path, b"\0"].concat());
        }
        // Put in anew, so that what the index knows of the file's time and size is gone: git has not kept it up to date, and may
        // take a file that was written twice in a second for unchanged.
        let ways = [(&["--index-info"][..], entries), (&["--no-assume-unchanged", "--stdin"], intended)];
        for (how, listed) in ways.into_iter().filter(|(_, listed)| !listed.is_empty()) {
            let program = self.program(["update-index", "-z"].iter().chain(how)).index(scratch.path());
            program.input(listed).output().context("looking at files that git was told not to look at")?;
        }
        Ok(Some((scratch, hidden.into_iter().map(|hidden| hidden.path).collect())))
    }
}

//! The repository by the `git` program, which knows every format: reftable, SHA-256, and what is yet to come.

mod batch;
mod cells;
mod index;
mod open;
mod worktrees;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::steps::Steps;

use super::answer::Answer;
use super::backend::{Backend, Kind, Object, Staged, Swapping};
use super::cells::Swap;
use super::head::Head;
use super::line_counts::LineCount;
use super::loose;
use super::oid::Oid;
use super::packed_refs::Listing;
use super::places::Places;
use super::program::Program;
use super::worktrees::Worktree;
use batch::Batch;

pub(super) use index::ListedIndex;
pub(super) use open::{discovered, from_environment};

/// What was asked of git once, and the child that answers more: shared by all handles on a work tree.
#[derive(Clone, Debug)]
pub struct Asked {
    places: Places,
    has_shadows: bool,
    batch: Arc<Batch>,
}

impl Asked {
    fn at(places: Places, has_shadows: bool) -> Self {
        Self { places, has_shadows, batch: Arc::default() }
    }

    pub(super) fn places(&self) -> &Places {
        &self.places
    }
}

/// A repository that is asked of the `git` program.
pub(super) struct ByProgram {
    places: Places,
    /// Whether there are refs such as `refs/tags/refs/x`, which git takes for `refs/x` where that is missing.
    has_shadows: bool,
    batch: Arc<Batch>,
}

impl ByProgram {
    pub(super) fn new(Asked { places, has_shadows, batch }: Asked) -> Self {
        Self { places, has_shadows, batch }
    }

    /// Prepares a call that only reads.
    fn asking<'argument>(&self, arguments: impl IntoIterator<Item = &'argument str>) -> Program {
        asking(&self.places, arguments)
    }

    /// Compares two trees in some way; `None` stands for the empty one.
    fn difference(&self, how: &[&str], old: Option<Oid>, new: Oid) -> Result<Vec<u8>> {
        let old = match old {
            Some(old) => old,
            None => self.write(Kind::Tree, b"")?,
        };
        let (old, new) = (old.to_string(), new.to_string());
        let plain = ["diff-tree", "-r", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color"];
        self.asking(plain.iter().chain(how).copied().chain([old.as_str(), &new])).output()
    }
}

impl Backend for ByProgram {
    fn head(&self) -> Result<Head> {
        // Where refs are no files, a name that is none stands in this one.
        let file = fs_err::read_to_string(self.places.git_dir.join("HEAD")).unwrap_or_default();
        let branch = match file.trim_end().strip_prefix("ref: refs/heads/") {
            Some(branch) if branch != ".invalid" => Some(branch.to_owned()),
            _ => self.symbolic_head()?,
        };
        Ok(Head { commit: self.resolve("HEAD")?, branch })
    }

    fn reference(&self, name: &str) -> Result<Option<Oid>> {
        self.lookup(name)
    }

    fn resolve(&self, revision: &str) -> Result<Option<Oid>> {
        self.batch.resolve(&self.places, &format!("{revision}^{{commit}}"))
    }

    fn object(&self, oid: Oid) -> Result<Option<Object>> {
        // A child that is not asked need not be started.
        match loose::read(&self.places.common_dir, oid) {
            None => self.batch.object(&self.places, oid),
            found => Ok(found),
        }
    }

    fn write(&self, kind: Kind, bytes: &[u8]) -> Result<Oid> {
        let written = self.places.program(["hash-object", "-w", "-t", kind.word(), "--stdin"]).input(bytes).line()?;
        written.parse()
    }

    fn merge_bases(&self, one: Oid, other: Oid) -> Result<Vec<Oid>> {
        let answer = self.asking(["merge-base", "--all", &one.to_string(), &other.to_string()]).answer()?;
        if answer.code == Some(1) && answer.stderr.is_empty() {
            return Ok(Vec::new());
        }
        oids(&succeeded(answer)?)
    }

    fn is_ancestor(&self, ancestor: Oid, of: Oid) -> Result<bool> {
        let answer = self.asking(["merge-base", "--is-ancestor", &ancestor.to_string(), &of.to_string()]).answer()?;
        match answer.code {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(answer.failure().into()),
        }
    }

    fn walk(&self, from: &[Oid], without: &[Oid], limit: usize) -> Result<Vec<Oid>> {
        let count = format!("--max-count={}", i32::try_from(limit).unwrap_or(i32::MAX));
        let ends = from.iter().map(|oid| format!("{oid}\n")).chain(without.iter().map(|oid| format!("^{oid}\n")));
        let program = self.asking(["rev-list", "--date-order", &count, "--stdin"]);
        oids(&program.input(ends.collect::<String>()).output()?)
    }

    fn patch(&self, old: Option<Oid>, new: Oid) -> Result<String> {
        let how = ["--patch", "--abbrev=7", "--src-prefix=a/", "--dst-prefix=b/"];
        Ok(String::from_utf8_lossy(&self.difference(&how, old, new)?).into_owned())
    }

    fn line_counts(&self, old: Option<Oid>, new: Oid) -> Result<Vec<LineCount>> {
        let counted = self.difference(&["--numstat", "-z"], old, new)?;
        let counted = String::from_utf8_lossy(&counted).into_owned();
        let counts = counted.split_terminator('\0').map(|line| {
            let mut fields = line.splitn(3, '\t');
            let (added, removed) = (fields.next()?.parse().ok(), fields.next()?.parse().ok());
            Some(LineCount { path: fields.next()?.to_owned(), lines: added.zip(removed) })
        });
        counts.collect::<Option<_>>().context("git counts lines in a way that cannot be read")
    }

    fn worktrees(&self) -> Result<Vec<Worktree>> {
        worktrees::worktrees(&self.places)
    }

    fn index(&self, file: &Path) -> Result<Box<dyn Staged>> {
        Ok(Box::new(ListedIndex::read(&self.places, file)?))
    }

    fn pseudo_ref(&self, name: &str) -> Result<Option<Oid>> {
        match self.places.pseudo_ref(name) {
            None if self.has_reftable() => self.batch.resolve(&self.places, name),
            found => Ok(found),
        }
    }

    fn cell(&self, name: &str) -> Result<Option<Oid>> {
        self.cell_lookup(name)
    }

    fn cells(&self, prefix: &str) -> Result<Listing> {
        self.listing(prefix)
    }

    fn swap(&self, swap: &Swapping<'_>, steps: &Steps) -> Result<Swap> {
        self.swap_by_program(swap, steps)
    }

    fn clear_lock(&self, name: &str, older_than: Duration) -> Result<bool> {
        self.clear_lock_of(name, older_than)
    }

    fn outlive(&self, name: &str, older_than: Duration) -> Result<()> {
        self.outlive_call(name, older_than)
    }
}

/// Prepares a call that only reads, and tells the same as libgit2 would.
fn asking<'argument>(places: &Places, arguments: impl IntoIterator<Item = &'argument str>) -> Program {
    places.program(arguments).variable("GIT_OPTIONAL_LOCKS", "0").variable("GIT_NO_REPLACE_OBJECTS", "1")
}

fn succeeded(answer: Answer) -> Result<Vec<u8>> {
    if answer.code != Some(0) {
        bail!(answer.failure());
    }
    Ok(answer.stdout)
}

/// Reads ids, one a line.
fn oids(listed: &[u8]) -> Result<Vec<Oid>> {
    String::from_utf8_lossy(listed).lines().map(str::parse).collect()
}

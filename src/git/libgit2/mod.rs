//! The repository by libgit2: no child process.

mod diff;
mod index;
mod open;
mod plain;
mod worktrees;

use std::cell::OnceCell;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result};
use git2::{ErrorCode, ObjectType, Sort};

use crate::steps::Steps;

use super::backend::{Backend, Kind, Object, Staged, Swapping};
use super::by_program::ListedIndex;
use super::cells::Swap;
use super::head::Head;
use super::head_file;
use super::line_counts::LineCount;
use super::locked::Pauses;
use super::loose;
use super::oid::Oid;
use super::packed_refs::{self, Listing};
use super::places::Places;
use super::plain_index::PlainIndex;
use super::ref_lock::{self, RefLock};
use super::worktrees::Worktree;

pub(super) use open::{Opened, discovered, from_environment};

/// A repository that libgit2 opens when it is first needed.
pub(super) struct Libgit2 {
    // What is read from it writes its trees into it.
    opened: OnceCell<Rc<git2::Repository>>,
    places: Places,
}

impl Libgit2 {
    fn opened(repository: git2::Repository, places: Places) -> Self {
        Self { opened: OnceCell::from(Rc::new(repository)), places }
    }

    /// A repository of which it is known that libgit2 opens it.
    pub(super) fn unopened(places: Places) -> Self {
        Self { opened: OnceCell::new(), places }
    }

    fn repository(&self) -> Result<&Rc<git2::Repository>> {
        if let Some(repository) = self.opened.get() {
            return Ok(repository);
        }
        // The settings may name a work tree that does not lead back.
        let Places { work_dir, git_dir, .. } = &self.places;
        let start = if work_dir.join(".git").exists() { work_dir } else { git_dir };
        let repository = open::open(start).context("opening the repository")?;
        Ok(self.opened.get_or_init(|| Rc::new(repository)))
    }
}

impl Backend for Libgit2 {
    fn head(&self) -> Result<Head> {
        if let Some(head) = head_file::read(&self.places)? {
            return Ok(head);
        }
        let repository = self.repository()?;
        let head = repository.find_reference("HEAD")?;
        let branch = head.symbolic_target_bytes().map(|name| {
            let name = String::from_utf8_lossy(name);
            name.strip_prefix("refs/heads/").unwrap_or(&name).to_owned()
        });
        let commit = match repository.refname_to_id("HEAD") {
            Ok(oid) => Some(Oid::from_git2(oid)),
            Err(error) if error.code() == ErrorCode::NotFound => None,
            Err(error) => return Err(error).context("reading its commit"),
        };
        Ok(Head { commit, branch })
    }

    fn reference(&self, name: &str) -> Result<Option<Oid>> {
        if let Some(found) = head_file::reference(&self.places, name)? {
            return Ok(found);
        }
        match self.repository()?.refname_to_id(name) {
            Ok(oid) => Ok(Some(Oid::from_git2(oid))),
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn resolve(&self, revision: &str) -> Result<Option<Oid>> {
        use ErrorCode::{Ambiguous, InvalidSpec, NotFound, Peel, UnbornBranch};
        let commit = self.repository()?.revparse_single(revision).and_then(|object| object.peel_to_commit());
        match commit {
            Ok(commit) => Ok(Some(Oid::from_git2(commit.id()))),
            Err(error) if matches!(error.code(), NotFound | InvalidSpec | Ambiguous | Peel | UnbornBranch) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn object(&self, oid: Oid) -> Result<Option<Object>> {
        if let Some(object) = loose::read(&self.places.common_dir, oid) {
            return Ok(Some(object));
        }
        let objects = self.repository()?.odb()?;
        match objects.read(oid.to_git2()?) {
            Ok(found) => Ok(Some(Object { kind: known_kind(found.kind())?, bytes: found.data().to_vec() })),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn write(&self, kind: Kind, bytes: &[u8]) -> Result<Oid> {
        written(self.repository()?, kind, bytes)
    }

    fn merge_bases(&self, one: Oid, other: Oid) -> Result<Vec<Oid>> {
        match self.repository()?.merge_bases(one.to_git2()?, other.to_git2()?) {
            Ok(bases) => Ok(bases.iter().copied().map(Oid::from_git2).collect()),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    fn is_ancestor(&self, ancestor: Oid, of: Oid) -> Result<bool> {
        Ok(self.repository()?.graph_descendant_of(of.to_git2()?, ancestor.to_git2()?)?)
    }

    fn walk(&self, from: &[Oid], without: &[Oid], limit: usize) -> Result<Vec<Oid>> {
        let mut walk = self.repository()?.revwalk()?;
        for oid in from {
            walk.push(oid.to_git2()?)?;
        }
        for oid in without {
            walk.hide(oid.to_git2()?)?;
        }
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)?;
        walk.take(limit).map(|oid| Ok(Oid::from_git2(oid?))).collect()
    }

    fn patch(&self, old: Option<Oid>, new: Oid) -> Result<String> {
        diff::patch(self.repository()?, old, new)
    }

    fn line_counts(&self, old: Option<Oid>, new: Oid) -> Result<Vec<LineCount>> {
        diff::line_counts(self.repository()?, old, new)
    }

    fn worktrees(&self) -> Result<Vec<Worktree>> {
        worktrees::worktrees(&self.places)
    }

    fn pseudo_ref(&self, name: &str) -> Result<Option<Oid>> {
        Ok(self.places.pseudo_ref(name))
    }

    fn cell(&self, name: &str) -> Result<Option<Oid>> {
        packed_refs::lookup(&self.places.common_dir, name)
    }

    fn cells(&self, prefix: &str) -> Result<Listing> {
        Listing::of(&self.places.common_dir, prefix)
    }

    fn swap(&self, swap: &Swapping<'_>, steps: &Steps) -> Result<Swap> {
        let found = self.cell(swap.name)?;
        if found != swap.old {
            return Ok(Swap::Lost(found));
        }
        let lock = RefLock::take(&self.places.common_dir, swap.name)?;
        steps.done();
        // Only under the lock does comparing mean anything.
        let found = self.cell(swap.name)?;
        if found != swap.old {
            return Ok(Swap::Lost(found));
        }
        lock.publish(swap.new, swap.durable)?;
        Ok(Swap::Swapped(swap.new))
    }

    fn clear_lock(&self, name: &str, older_than: Duration) -> Result<bool> {
        ref_lock::clear(&self.places.common_dir, name, older_than)
    }

    fn outlive(&self, name: &str, older_than: Duration) -> Result<()> {
        let mut pauses = Pauses::new();
        while ref_lock::lock_path(&self.places.common_dir, name).symlink_metadata().is_ok()
            && !self.clear_lock(name, older_than)?
            && pauses.pause()
        {}
        Ok(())
    }

    fn index(&self, file: &Path) -> Result<Box<dyn Staged>> {
        let read = git2::Index::open(file).map_err(anyhow::Error::from);
        match read {
            Ok(entries) => Ok(Box::new(index::Libgit2Index::new(self.repository()?.clone(), entries)?)),
            // Split and sparse ones, which only git reads.
            Err(_) if file.exists() => Ok(Box::new(ListedIndex::read(&self.places, file)?)),
            Err(error) => Err(error),
        }
    }

    fn staged(&self, index: Rc<PlainIndex>) -> Result<Option<Box<dyn Staged>>> {
        let repository = self.repository()?.clone();
        Ok(Some(Box::new(plain::StagedPlainly { repository, index })))
    }
}

fn written(repository: &git2::Repository, kind: Kind, bytes: &[u8]) -> Result<Oid> {
    let objects = repository.odb()?;
    let kind = match kind {
        Kind::Blob => ObjectType::Blob,
        Kind::Tree => ObjectType::Tree,
        Kind::Commit => ObjectType::Commit,
        Kind::Tag => ObjectType::Tag,
    };
    let mut pauses = Pauses::new();
    loop {
        match objects.write(kind, bytes) {
            // `git gc` has just removed the folder that the object was about to lie in.
            Err(error) if error.class() == git2::ErrorClass::Os && pauses.pause() => {}
            written => return Ok(Oid::from_git2(written?)),
        }
    }
}

fn known_kind(kind: ObjectType) -> Result<Kind> {
    Ok(match kind {
        ObjectType::Blob => Kind::Blob,
        ObjectType::Tree => Kind::Tree,
        ObjectType::Commit => Kind::Commit,
        ObjectType::Tag => Kind::Tag,
        ObjectType::Any => anyhow::bail!("an object of no kind"),
    })
}

//! A repository with a work tree, and where its parts are.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use crate::steps::Steps;

use super::backend::Backend;
use super::by_program::{Asked, ByProgram};
use super::config::Settings;
use super::config_files::PlainSettings;
use super::index::Index;
use super::libgit2::{Libgit2, Opened};
use super::look::Seen;
use super::open::OpenError;
use super::places::Places;
use super::plain_index::PlainIndex;
use super::program::Program;

/// A repository with a work tree.
pub struct Repository {
    pub(super) backend: Box<dyn Backend>,
    pub(super) places: Places,
    pub(super) known: Known,
    pub(super) steps: Steps,
    /// An index that was read and may be asked for again.
    pub(super) kept_index: RefCell<Option<Index>>,
    /// The one that was read last by its bytes.
    pub(super) plain: RefCell<Option<ReadIndex>>,
    pub(super) seen: RefCell<Seen>,
}

/// An index, with its file and what tells that from others.
pub(super) struct ReadIndex {
    pub(super) file: PathBuf,
    pub(super) mark: Vec<u8>,
    pub(super) index: Rc<PlainIndex>,
}

/// What was told of a work tree when it was first asked; asking again may cost a process.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub(super) plain: Arc<OnceLock<Option<PlainSettings>>>,
    pub(super) listed: Arc<OnceLock<Settings>>,
    /// What the repository's own file sets, where that had to be read.
    pub(super) own: Option<Arc<Settings>>,
    pub(super) asked: Option<Asked>,
    /// Where its parts are, if libgit2 opens it.
    pub(super) places: Option<Places>,
}

impl Repository {
    pub(super) fn by_libgit2((backend, places, own): Opened) -> Self {
        let known = Known { own: own.map(Arc::new), places: Some(places.clone()), ..Known::default() };
        Self::new(Box::new(backend), places, known)
    }

    pub(super) fn by_program(asked: Asked) -> Self {
        let places = asked.places().clone();
        let known = Known { asked: Some(asked.clone()), ..Known::default() };
        Self::new(Box::new(ByProgram::new(asked)), places, known)
    }

    fn new(backend: Box<dyn Backend>, places: Places, known: Known) -> Self {
        Self {
            backend,
            places,
            known,
            steps: Steps::default(),
            kept_index: RefCell::default(),
            plain: RefCell::default(),
            seen: RefCell::default(),
        }
    }

    /// Returns what is known of this work tree, for another handle on it.
    pub fn known(&self) -> Known {
        self.known.clone()
    }

    /// Opens a work tree by its top folder again, knowing what another handle on it knew.
    pub fn again(top: &Path, known: &Known) -> Result<Self, OpenError> {
        let repository = match (&known.asked, &known.places) {
            (Some(asked), _) => Self::by_program(asked.clone()),
            (None, Some(places)) if places.work_dir == top => {
                Self::by_libgit2((Libgit2::unopened(places.clone()), places.clone(), None))
            }
            _ => Self::discover(top)?,
        };
        Ok(Self { known: known.clone(), ..repository })
    }

    /// The same repository, each step of a change to it counted.
    pub fn counting(self, steps: Steps) -> Self {
        Self { steps, ..self }
    }

    /// Returns the top folder of this work tree.
    pub fn work_dir(&self) -> &Path {
        &self.places.work_dir
    }

    /// Returns the folder in which git keeps what belongs to this work tree.
    pub fn git_dir(&self) -> &Path {
        &self.places.git_dir
    }

    /// Returns the folder in which git keeps what all work trees share.
    pub fn common_dir(&self) -> &Path {
        &self.places.common_dir
    }

    /// Returns the index that git told us to use, or the work tree's own.
    pub fn index_file(&self) -> &Path {
        &self.places.index_file
    }

    /// Whether this work tree was made by `git worktree add`.
    pub fn is_linked(&self) -> bool {
        self.places.is_linked()
    }

    /// Prepares a call of `git` for this repository: no hooks, and words that we can read.
    pub(super) fn program<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Program {
        self.places.program(arguments)
    }

    /// Prepares a call of `git` with some settings; with none it is as if the user had called it, hooks and
    /// all.
    pub(super) fn program_with<S: AsRef<OsStr>>(
        &self,
        settings: &[&str],
        arguments: impl IntoIterator<Item = S>,
    ) -> Program {
        self.places.program_with(settings, arguments)
    }
}

impl fmt::Debug for Repository {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Repository").field("work_dir", &self.work_dir()).finish_non_exhaustive()
    }
}

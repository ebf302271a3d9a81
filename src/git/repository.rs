//! A repository with a work tree, and where its parts are.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::steps::Steps;

use super::backend::Backend;
use super::config::Settings;
use super::places::Places;
use super::program::Program;

/// A repository with a work tree.
pub struct Repository {
    pub(super) backend: Box<dyn Backend>,
    pub(super) places: Places,
    pub(super) settings: KnownSettings,
    pub(super) steps: Steps,
}

/// What git's configuration said when it was first asked; asking may cost a process.
#[derive(Clone, Debug, Default)]
pub struct KnownSettings(pub(super) Arc<OnceLock<Settings>>);

impl Repository {
    pub(super) fn new(backend: Box<dyn Backend>, places: Places) -> Self {
        Self { backend, places, settings: KnownSettings::default(), steps: Steps::default() }
    }

    /// Returns what is known of git's configuration, for another handle on the same work tree.
    pub fn known_settings(&self) -> KnownSettings {
        self.settings.clone()
    }

    /// Takes over what another handle on the same work tree knows.
    pub fn knowing(mut self, settings: &KnownSettings) -> Self {
        self.settings = settings.clone();
        self
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
    pub(super) fn index_file(&self) -> &Path {
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

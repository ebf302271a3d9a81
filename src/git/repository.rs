//! Opening a repository, and where its parts are.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::Context;

use crate::steps::Steps;

use super::config::Settings;

/// A repository with a work tree.
pub struct Repository {
    pub(super) git2: git2::Repository,
    pub(super) settings: KnownSettings,
    pub(super) steps: Steps,
    work_dir: PathBuf,
    git_dir: PathBuf,
    common_dir: PathBuf,
    index_file: PathBuf,
}

/// What git's configuration said when it was first asked; asking may cost a process.
#[derive(Clone, Debug, Default)]
pub struct KnownSettings(pub(super) Arc<OnceLock<Settings>>);

/// Why there is no repository to work with.
#[derive(Debug)]
pub enum OpenError {
    /// There is none here or above.
    NotFound,
    /// It has no work tree.
    Bare,
    /// It has a format that we cannot read.
    Unsupported {
        /// The part that is not supported, for people.
        what: String,
    },
    /// It belongs to another user, and git's configuration does not call it safe.
    Owner {
        /// Where we looked.
        path: PathBuf,
    },
    /// Anything else, such as a damaged configuration.
    Other(anyhow::Error),
}

impl Repository {
    /// Opens the repository that holds a folder, whatever the environment says.
    pub fn discover(start: &Path) -> Result<Self, OpenError> {
        let no_ceiling: [&Path; 0] = [];
        let opened = git2::Repository::open_ext(start, git2::RepositoryOpenFlags::empty(), no_ceiling);
        Self::opened(opened.map_err(|error| open_error(error, start))?, None)
    }

    /// Opens the repository that git is working on, when git has called us: its variables are honoured.
    pub fn from_hook() -> Result<Self, OpenError> {
        let opened = git2::Repository::open_from_env().map_err(|error| open_error(error, Path::new(".")))?;
        let index = match std::env::var_os("GIT_INDEX_FILE").filter(|file| !file.is_empty()) {
            // Git gives it relative to the folder in which it starts hooks.
            Some(file) => Some(std::path::absolute(file).context("finding the index").map_err(OpenError::Other)?),
            None => None,
        };
        let mut repository = Self::opened(opened, index)?;
        if std::env::var_os("GIT_WORK_TREE").is_some() {
            // libgit2 looks for it below the git dir; git starts hooks at its top.
            repository.work_dir = std::env::current_dir().context("finding the work tree").map_err(OpenError::Other)?;
        }
        Ok(repository)
    }

    fn opened(git2: git2::Repository, index: Option<PathBuf>) -> Result<Self, OpenError> {
        // Trees may name objects that a partial clone does not have.
        git2::opts::strict_object_creation(false);
        // As GIT_WORK_TREE it may be relative.
        let work_dir = git2.workdir().ok_or(OpenError::Bare)?;
        let work_dir = fs_err::canonicalize(work_dir).unwrap_or_else(|_| plain(work_dir));
        let git_dir = plain(git2.path());
        let common_dir = plain(git2.commondir());
        let index_file = index.unwrap_or_else(|| git_dir.join("index"));
        Ok(Self {
            git2,
            settings: KnownSettings::default(),
            steps: Steps::default(),
            work_dir,
            git_dir,
            common_dir,
            index_file,
        })
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
        &self.work_dir
    }

    /// Returns the folder in which git keeps what belongs to this work tree.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// Returns the folder in which git keeps what all work trees share.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Returns the index that git told us to use, or the work tree's own.
    pub(super) fn index_file(&self) -> &Path {
        &self.index_file
    }

    /// Whether this work tree was made by `git worktree add`.
    pub fn is_linked(&self) -> bool {
        self.git_dir != self.common_dir
    }

    /// Whether git finds this very repository when started in the work tree.
    pub(super) fn is_found_from_work_dir(&self) -> bool {
        let dot_git = self.work_dir.join(".git");
        dot_git == self.git_dir || (self.git_dir.file_name() != Some(".git".as_ref()) && dot_git.is_file())
    }
}

impl fmt::Debug for Repository {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Repository").field("work_dir", &self.work_dir).finish_non_exhaustive()
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => write!(formatter, "not inside a git repository"),
            Self::Bare => write!(formatter, "the repository is bare: it has no work tree"),
            Self::Unsupported { what } => write!(formatter, "the repository uses {what}, which is not supported"),
            Self::Owner { path } => {
                write!(formatter, "the repository at {} belongs to another user", path.display())
            }
            Self::Other(error) => write!(formatter, "opening the repository: {error}"),
        }
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Other(error) => error.source(),
            _ => None,
        }
    }
}

/// Takes the slash from the end, which libgit2 gives to folders.
fn plain(path: &Path) -> PathBuf {
    path.components().collect()
}

fn open_error(error: git2::Error, start: &Path) -> OpenError {
    match error.code() {
        git2::ErrorCode::NotFound => OpenError::NotFound,
        git2::ErrorCode::Owner => OpenError::Owner { path: start.to_owned() },
        _ => match unsupported(error.message()) {
            Some(what) => OpenError::Unsupported { what },
            None => OpenError::Other(error.into()),
        },
    }
}

/// Recognises what libgit2 says about formats that it does not know.
pub(super) fn unsupported(message: &str) -> Option<String> {
    let known = [
        ("extensions.refstorage", "the reftable format for refs"),
        ("sha256", "SHA-256 object ids"),
        ("'link'", "a split index"),
        ("'sdir'", "a sparse index"),
    ];
    if let Some((_, what)) = known.iter().find(|(part, _)| message.contains(part)) {
        return Some((*what).to_owned());
    }
    ["unsupported", "unknown object format"]
        .iter()
        .any(|part| message.contains(part))
        .then(|| format!("a format unknown to libgit2 ({message})"))
}

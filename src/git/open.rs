//! Opening a repository, and why that may fail.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::by_program::{self, Asked};
use super::libgit2::{self, Opened};
use super::repository::Repository;

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
        Self::opened(libgit2::discovered, by_program::discovered, start)
    }

    /// Opens the repository that git is working on, when git has called us: its variables are honoured.
    pub fn from_hook() -> Result<Self, OpenError> {
        let mut repository =
            Self::opened(|_| libgit2::from_environment(), |_| by_program::from_environment(), Path::new("."))?;
        let places = &mut repository.places;
        if let Some(file) = std::env::var_os("GIT_INDEX_FILE").filter(|file| !file.is_empty()) {
            // Git gives it relative to the folder in which it starts hooks.
            places.index_file = std::path::absolute(file).context("finding the index").map_err(OpenError::Other)?;
        }
        if std::env::var_os("GIT_WORK_TREE").is_some() {
            // libgit2 looks for it below the git dir; git starts hooks at its top.
            places.work_dir = std::env::current_dir().context("finding the work tree").map_err(OpenError::Other)?;
        }
        Ok(repository)
    }

    /// Opens by libgit2, and by the program what libgit2 does not know; `MCP_GIT=program` leaves libgit2 out.
    fn opened(
        by_libgit2: impl Fn(&Path) -> Result<Opened, OpenError>,
        by_program: impl Fn(&Path) -> Result<Asked, OpenError>,
        start: &Path,
    ) -> Result<Self, OpenError> {
        if std::env::var_os("MCP_GIT").is_none_or(|way| way != "program") {
            match by_libgit2(start) {
                Err(OpenError::Unsupported { .. }) => {}
                opened => return opened.map(Self::by_libgit2),
            }
        }
        by_program(start).map(Self::by_program)
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

/// Recognises what libgit2 says about formats that it does not know.
pub(super) fn unsupported(message: &str) -> Option<String> {
    let known = [("extensions.refstorage", "the reftable format for refs"), ("sha256", "SHA-256 object ids")];
    if let Some((_, what)) = known.iter().find(|(part, _)| message.contains(part)) {
        return Some((*what).to_owned());
    }
    ["unsupported", "unknown object format"]
        .iter()
        .any(|part| message.contains(part))
        .then(|| format!("a format unknown to libgit2 ({message})"))
}

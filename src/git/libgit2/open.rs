//! Opening by libgit2, at once or when it is first needed.

use std::path::{Path, PathBuf};

use crate::git::config::Settings;
use crate::git::open::{OpenError, unsupported};
use crate::git::places::Places;
use crate::git::plain_places::plain_places;

use super::Libgit2;

/// An opened repository, and the settings of its own file where they had to be read.
pub(in crate::git) type Opened = (Libgit2, Places, Option<Settings>);

/// Opens the repository that holds a folder, whatever the environment says.
pub(in crate::git) fn discovered(start: &Path) -> Result<Opened, OpenError> {
    // libgit2 takes longer to open a repository than most commands take with it, and many need nothing of it.
    if let Some((places, own)) = plain_places(start) {
        return Ok((Libgit2::unopened(places.clone()), places, Some(own)));
    }
    open(start).map_err(|error| open_error(error, start)).and_then(placed)
}

/// Opens the repository that git's variables name.
pub(in crate::git) fn from_environment() -> Result<Opened, OpenError> {
    prepare();
    git2::Repository::open_from_env().map_err(|error| open_error(error, Path::new("."))).and_then(placed)
}

pub(super) fn open(start: &Path) -> Result<git2::Repository, git2::Error> {
    prepare();
    let no_ceiling: [&Path; 0] = [];
    git2::Repository::open_ext(start, git2::RepositoryOpenFlags::empty(), no_ceiling)
}

fn prepare() {
    // Trees may name objects that a partial clone does not have.
    git2::opts::strict_object_creation(false);
    // Like git, which trusts the names of its own files; `git fsck` is who doubts them.
    git2::opts::strict_hash_verification(false);
}

fn placed(repository: git2::Repository) -> Result<Opened, OpenError> {
    // As GIT_WORK_TREE it may be relative.
    let work_dir = repository.workdir().ok_or(OpenError::Bare)?;
    let work_dir = fs_err::canonicalize(work_dir).unwrap_or_else(|_| plain(work_dir));
    let git_dir = plain(repository.path());
    let places = Places {
        work_dir,
        index_file: git_dir.join("index"),
        git_dir,
        common_dir: plain(repository.commondir()),
        width: 20,
    };
    Ok((Libgit2::opened(repository, places.clone()), places, None))
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

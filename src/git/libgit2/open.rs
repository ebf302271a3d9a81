//! Opening by libgit2.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::git::open::{OpenError, unsupported};
use crate::git::places::Places;

use super::Libgit2;

/// Opens the repository that holds a folder, whatever the environment says.
pub(in crate::git) fn discovered(start: &Path) -> Result<(Libgit2, Places), OpenError> {
    let no_ceiling: [&Path; 0] = [];
    let opened = git2::Repository::open_ext(start, git2::RepositoryOpenFlags::empty(), no_ceiling);
    opened.map_err(|error| open_error(error, start)).and_then(placed)
}

/// Opens the repository that git's variables name.
pub(in crate::git) fn from_environment() -> Result<(Libgit2, Places), OpenError> {
    git2::Repository::open_from_env().map_err(|error| open_error(error, Path::new("."))).and_then(placed)
}

fn placed(repository: git2::Repository) -> Result<(Libgit2, Places), OpenError> {
    // Trees may name objects that a partial clone does not have.
    git2::opts::strict_object_creation(false);
    // Like git, which trusts the names of its own files; `git fsck` is who doubts them.
    git2::opts::strict_hash_verification(false);
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
    Ok((Libgit2 { repository: Rc::new(repository), places: places.clone() }, places))
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

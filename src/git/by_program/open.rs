//! Opening by the program: git itself says where the parts are, and whether we may look.

use std::path::{Path, PathBuf};

use crate::git::oid::Oid;
use crate::git::open::OpenError;
use crate::git::places::Places;
use crate::git::program::{Program, SETTINGS};

use super::Asked;

const QUESTION: &[&str] = &[
    "rev-parse",
    "--path-format=absolute",
    "--show-object-format",
    "--is-bare-repository",
    "--git-dir",
    "--git-common-dir",
    // The ids of refs whose names hide others.
    "--glob=refs/refs/*",
    "--glob=refs/heads/refs/*",
    "--glob=refs/tags/refs/*",
    "--glob=refs/remotes/refs/*",
    // Last, for it ends the call when there is no work tree here.
    "--show-toplevel",
];

/// Opens the repository that holds a folder, whatever the environment says.
pub(in crate::git) fn discovered(start: &Path) -> Result<Asked, OpenError> {
    opened(Program::in_directory(start, SETTINGS, QUESTION), start)
}

/// Opens the repository that git's variables name.
pub(in crate::git) fn from_environment() -> Result<Asked, OpenError> {
    let here = Path::new(".");
    opened(Program::in_environment(here, SETTINGS, QUESTION), here)
}

fn opened(program: Program, start: &Path) -> Result<Asked, OpenError> {
    let answer = program.variable("LC_ALL", "C").answer().map_err(OpenError::Other)?;
    let told = String::from_utf8_lossy(&answer.stdout).into_owned();
    let mut lines = told.lines();
    let (format, is_bare) = (lines.next(), lines.next());
    let (Some(format), Some(git_dir), Some(common_dir)) = (format, lines.next(), lines.next()) else {
        return Err(refused(&answer.stderr, start).unwrap_or_else(|| OpenError::Other(answer.failure().into())));
    };
    if is_bare == Some("true") {
        return Err(OpenError::Bare);
    }
    let git_dir = PathBuf::from(git_dir);
    let (shadows, top): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.parse::<Oid>().is_ok());
    let work_dir = match top.first() {
        Some(top) => PathBuf::from(top),
        // Inside the git dir.
        None => git_dir.parent().ok_or(OpenError::Bare)?.to_owned(),
    };
    let index_file = git_dir.join("index");
    let width = if format == "sha256" { 32 } else { 20 };
    let places = Places { work_dir, git_dir, common_dir: common_dir.into(), index_file, width };
    Ok(Asked::at(places, !shadows.is_empty()))
}

/// Reads why git does not open a repository.
fn refused(stderr: &str, start: &Path) -> Option<OpenError> {
    if stderr.contains("not a git repository") {
        return Some(OpenError::NotFound);
    }
    if stderr.contains("dubious ownership") {
        return Some(OpenError::Owner { path: start.to_owned() });
    }
    let is_unknown = ["unknown repository extension", "git repo version", "unknown value for 'extensions."];
    is_unknown.iter().any(|part| stderr.contains(part)).then(|| OpenError::Unsupported {
        what: format!("a format unknown to git ({})", stderr.replace('\n', " ").replace("fatal: ", "")),
    })
}

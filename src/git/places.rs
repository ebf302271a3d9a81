//! Where the parts of a repository are.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::oid::Oid;
use super::program::{Program, SETTINGS};

/// The folders of a repository as one work tree sees it.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// The top folder of the work tree.
    pub(super) work_dir: PathBuf,
    /// What belongs to this work tree.
    pub(super) git_dir: PathBuf,
    /// What all work trees share.
    pub(super) common_dir: PathBuf,
    /// The index that git told us to use, or the work tree's own.
    pub(super) index_file: PathBuf,
    /// How many bytes the id of an object has.
    pub(super) width: usize,
}

impl Places {
    /// The id that stands for no object, as git writes it.
    pub(super) fn no_oid(&self) -> String {
        "0".repeat(2 * self.width)
    }

    /// Whether this work tree was made by `git worktree add`.
    pub(super) fn is_linked(&self) -> bool {
        self.git_dir != self.common_dir
    }

    /// Reads one of the names that git writes in capitals, where it is a file.
    pub(super) fn pseudo_ref(&self, name: &str) -> Option<Oid> {
        let text = fs_err::read_to_string(self.git_dir.join(name)).ok()?;
        text.lines().next()?.trim().parse().ok()
    }

    /// Prepares a call of `git` for this repository: no hooks, and words that we can read.
    pub(super) fn program<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Program {
        self.program_with(SETTINGS, arguments).variable("LC_ALL", "C")
    }

    /// Prepares a call of `git` with some settings; with none it is as if the user had called it, hooks and all.
    pub(super) fn program_with<S: AsRef<OsStr>>(
        &self,
        settings: &[&str],
        arguments: impl IntoIterator<Item = S>,
    ) -> Program {
        let program = Program::in_directory(&self.work_dir, settings, arguments);
        if self.is_found_from_work_dir() {
            return program;
        }
        program.variable("GIT_DIR", &self.git_dir).variable("GIT_WORK_TREE", &self.work_dir)
    }

    /// Whether git finds this very repository when started in the work tree.
    fn is_found_from_work_dir(&self) -> bool {
        let dot_git = self.work_dir.join(".git");
        dot_git == self.git_dir || (self.git_dir.file_name() != Some(".git".as_ref()) && dot_git.is_file())
    }
}

/// What git keeps about a linked work tree at a path; `None` when the path is none.
pub(super) fn git_dir_of_linked(path: &Path) -> Option<PathBuf> {
    let pointer = fs_err::read_to_string(path.join(".git")).ok()?;
    Some(path.join(pointer.trim_end_matches(['\n', '\r']).strip_prefix("gitdir: ")?))
}

//! Questions to git about the work tree: what differs from the index, what is ignored, where the hooks are.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::repository::Repository;

impl Repository {
    /// Returns the tracked files that differ from the index, and what is neither tracked nor ignored (a new
    /// folder as one name with a slash at its end), less what is in one top folder (`""` leaves nothing out).
    ///
    /// Files that git was told to assume unchanged are looked at all the same. A submodule counts when another of its commits is checked out, not for its own uncommitted work.
    pub fn unstaged(&self, excluding: &str, index_file: Option<&Path>) -> Result<Vec<String>> {
        let index_file = index_file.unwrap_or(self.index_file());
        if self.surely_has(excluding, index_file) {
            return Ok(Vec::new());
        }
        match self.seeing_all(index_file)? {
            Some((scratch, _)) => self.differing(excluding, scratch.path()),
            None => self.differing(excluding, index_file),
        }
    }

    /// The same as git tells it, which leaves out what it was told not to look at.
    pub(super) fn differing(&self, excluding: &str, index_file: &Path) -> Result<Vec<String>> {
        let mut arguments = vec!["status", "--porcelain=v2", "-z", "--untracked-files=normal", "--no-renames"];
        arguments.extend(["--ignore-submodules=dirty", "--", ":(top)"]);
        let excluded = format!(":(top,exclude,literal){excluding}");
        if !excluding.is_empty() {
            arguments.push(&excluded);
        }
        let status = self
            .program(arguments)
            .index(index_file)
            // A plain status writes the refreshed index, and would take its lock from the user's own
            // commands.
            .variable("GIT_OPTIONAL_LOCKS", "0")
            .output()
            .context("comparing the work tree with the index")?;
        Ok(String::from_utf8_lossy(&status)
            .split_terminator('\0')
            .filter_map(unstaged_path)
            .map(str::to_owned)
            .collect())
    }

    /// Whether git would leave an untracked path out.
    pub fn is_ignored(&self, path: &str) -> Result<bool> {
        self.is_any_ignored(&[path])
    }

    /// The same of any of several paths, asked for all at once.
    pub fn is_any_ignored(&self, paths: &[&str]) -> Result<bool> {
        let Some(first) = paths.first() else { return Ok(false) };
        let input: String = paths.iter().map(|path| format!("{path}\0")).collect();
        let answer = self.program(["check-ignore", "--stdin", "-z"]).input(input).answer()?;
        match answer.code {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(answer.failure()).with_context(|| format!("asking whether `{}` is ignored", first.escape_debug())),
        }
    }

    /// Returns the folder in which git looks for hooks of this work tree.
    pub fn hooks_dir(&self) -> Result<PathBuf> {
        let program = self.program_with(&[], ["rev-parse", "--git-path", "hooks"]);
        Ok(self.work_dir().join(program.line().context("asking git for its hooks")?))
    }
}

/// Returns the path of one status entry if the work tree differs there.
fn unstaged_path(entry: &str) -> Option<&str> {
    // `1 XY sub mH mI mW hH hI path`, `u XY sub m1 m2 m3 mW h1 h2 h3 path`, `? path`; Y is the work tree.
    let (kind, rest) = entry.split_once(' ')?;
    match kind {
        "?" => Some(rest),
        "1" if rest.as_bytes().get(1) != Some(&b'.') => rest.splitn(8, ' ').nth(7),
        "u" => rest.splitn(10, ' ').nth(9),
        _ => None,
    }
}

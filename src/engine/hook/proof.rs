//! The proof that git reaches our hook: it is run as git would run it, with nothing staged, and stops where it comes to us.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;

use crate::git::{Repository, scrubbed_environment};
use crate::process::{self, Command, Interrupt, Outcome};

use super::super::workspace::Workspace;
use super::company::{Way, way};

/// The variable that names the folder for the mark of a hook that was reached.
pub const PROBE: &str = "MCP_HOOK_PROBE";
/// With this a hook ends that was only to show that it is reached, so that nothing behind it runs.
pub const STOPPED: u8 = 86;
/// How long what stands before our hook may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came of running a hook dry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    /// Ours was run.
    Yes,
    /// It ended without coming to ours, with this exit code.
    No(i32),
    /// It took too long.
    TooLong,
}

impl Workspace {
    /// Runs the pre-commit hook as git would, up to the point where it comes to ours.
    pub(super) fn try_hook(&self, repository: &Repository, hook: &str) -> Result<Reached> {
        let folder = self.git_dir.join(format!("mcp/probe-{}", std::process::id()));
        fs_err::create_dir_all(&folder)?;
        let tried = self.tried(repository, hook, &folder);
        fs_err::remove_dir_all(&folder)?;
        tried
    }

    fn tried(&self, repository: &Repository, hook: &str, folder: &Path) -> Result<Reached> {
        let mark = folder.join(hook);
        let index = folder.join("index").display().to_string();
        let unborn = repository.head()?.commit.is_none();
        let fill = if unborn { "git read-tree --empty" } else { "git read-tree HEAD" };
        // Lefthook skips all jobs when nothing is staged, unless it is told otherwise; and it can leave out those of others.
        let told = match way(repository, &repository.hooks_dir()?, hook)? {
            Way::Job { .. } => " -- --force --job mcp",
            _ => "",
        };
        let command = Command {
            line: format!("{fill} && exec git hook run {hook}{told}"),
            dir: repository.work_dir().to_owned(),
            env: vec![(PROBE.to_owned(), folder.display().to_string()), ("GIT_INDEX_FILE".to_owned(), index)],
            drop_env: scrubbed_environment(),
            timeout: PATIENCE,
            log: None,
        };
        let interrupt = Interrupt::none();
        let is_over = AtomicBool::new(false);
        let finished = std::thread::scope(|scope| {
            scope.spawn(|| {
                // Managers may go on with the user's own commands after ours has ended.
                while !is_over.load(Ordering::Relaxed) && !mark.exists() {
                    std::thread::sleep(Duration::from_millis(10));
                }
                interrupt.stop();
            });
            let finished = process::run(&command, &interrupt);
            is_over.store(true, Ordering::Relaxed);
            finished
        })?;
        Ok(match finished.outcome {
            _ if mark.exists() => Reached::Yes,
            Outcome::Passed => Reached::No(0),
            Outcome::Failed(code) | Outcome::Killed(code) => Reached::No(code),
            Outcome::TimedOut => Reached::TooLong,
            Outcome::Interrupted | Outcome::NotFound => Reached::No(127),
        })
    }
}

/// Marks a hook as reached.
pub fn mark_reached(folder: &str, hook: &str) -> Result<()> {
    fs_err::write(PathBuf::from(folder).join(hook), b"")?;
    Ok(())
}

//! What there is to know of a task for whoever works on it next; its words and its budget are the view's.

use super::actor::Actor;
use super::config::Check;
use super::state::State;
use super::task::Task;
use super::time::Timestamp;

/// The facts of a brief.
#[derive(Clone, Debug)]
pub struct BriefFacts {
    /// Which.
    pub task: Task,
    /// For whom.
    pub actor: Actor,
    /// Whether that worker holds the task, or it is kept for it.
    pub is_mine: bool,
    /// What the worker should do, or why there is nothing for it to do.
    pub next: Result<String, String>,
    /// The tasks that come before it.
    pub depends_on: Vec<LinkedTask>,
    /// The task of which it is a part.
    pub parent: Option<LinkedTask>,
    /// Its commits, newest first: short id and subject.
    pub commits: Vec<(String, String)>,
    /// What they changed, in order of path.
    pub changes: Vec<FileChange>,
    /// Paths that differ from what is committed, where the work happens in this checkout.
    pub uncommitted: Vec<String>,
    /// Where the work happens, and where we are.
    pub place: Place,
    /// What must pass before it is done.
    pub checks: Vec<Check>,
    /// Failing trees in a row after which an agent's task fails.
    pub max_attempts: u32,
    /// Text of the files that it names, where that was asked for: path and text.
    pub files: Vec<(String, String)>,
    /// The present moment.
    pub now: Timestamp,
}

/// Another task, as far as a brief tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedTask {
    /// Its id, or the word that stands for one.
    pub id: String,
    /// Where it stands, if the board has it.
    pub state: Option<State>,
    /// Its title, if that is known.
    pub title: Option<String>,
}

/// What the commits of a task did to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Its path.
    pub path: String,
    /// Lines added and removed; `None` for what is not text.
    pub lines: Option<(usize, usize)>,
}

/// Where the work happens, and where we are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The checkout that we are in.
    pub here: String,
    /// Its branch; `None` when HEAD is detached or nothing is committed.
    pub branch_here: Option<String>,
    /// The holder's checkout, when the task is held.
    pub worktree: Option<String>,
    /// Whether the branch of the work exists in this repository.
    pub has_branch: bool,
}

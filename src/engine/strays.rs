//! Files of tasks that no command looks at: in a folder of no state, or under a name that is no text.

use std::path::Path;

use walkdir::WalkDir;

use crate::model::{BoardProblem, State, TaskId};
use crate::store::TASKS;

use super::doctor::finding;
use super::workspace::Workspace;

/// How far below `tasks/` is looked: nobody buries a task deeper by accident.
const DEPTH: usize = 4;

impl Workspace {
    /// What lies below `tasks/` like a task, and is none.
    pub(super) fn strays(&self) -> Vec<BoardProblem> {
        let top = self.store.path(TASKS);
        let entries = WalkDir::new(&top).min_depth(1).max_depth(DEPTH).sort_by_file_name().into_iter().flatten();
        let files = entries.filter(|entry| entry.file_type().is_file());
        files.filter_map(|file| told(file.path().strip_prefix(&top).ok()?)).collect()
    }
}

/// What is wrong with where a file lies, given below `tasks/`.
fn told(path: &Path) -> Option<BoardProblem> {
    let name = path.file_name()?;
    let folder = path.parent()?;
    let is_in_state = State::ALL.iter().any(|state| Path::new(state.folder()) == folder);
    let place = format!("{TASKS}/{}", path.display());
    let Some(name) = name.to_str() else {
        let is_markdown = path.extension().is_some_and(|end| end == "md");
        let message = "its name is not UTF-8, so no command looks at it".to_owned();
        return (is_in_state && is_markdown).then(|| finding(&place, "stray_file", message, "give it another name"));
    };
    TaskId::of_file_name(name).filter(|_| !is_in_state)?;
    let message = "it lies in no state's folder, so no command looks at it".to_owned();
    Some(finding(&place, "stray_file", message, "move it into the folder of a state, or out of .mcp"))
}

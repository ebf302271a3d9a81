//! What `doctor` looks at beyond the files of the board: dependencies, locks, intents, merges, worktrees that are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::git::{Index, Repository};
use crate::model::{BoardProblem, Change, Task, TaskId, cycle};
use crate::store::{BOARD, lock};

use super::doctor::finding;
use super::load::{CELLS, cell_name, read_claim};
use super::prep::Force;
use super::reading::Reading;
use super::workspace::Workspace;

/// A lock file of ours beside a cell that is older than this belongs to a process that died.
const STALE: Duration = Duration::from_secs(10);

impl Workspace {
    pub(super) fn examine(&self, repository: &Repository, reading: &Reading) -> Result<Vec<BoardProblem>> {
        let mut findings = self.dependencies_that_cannot_be_met(reading)?;
        for task in reading.tasks.iter().filter(|task| has_marks(task)) {
            let message = "git's marks of a conflict stand in it".to_owned();
            findings.push(finding(&task.path, "conflict_marks", message, "keep what is right and delete the marks"));
        }
        for path in Index::open(repository)?.unmerged_under(BOARD) {
            let message = "a merge left it in conflict".to_owned();
            findings.push(finding(&path, "unmerged", message, "`mcp resolve` settles it"));
        }
        for path in self.locks_of_cells() {
            let message = "a process died while it changed a cell".to_owned();
            let hint = "the next change of the task clears it, as does `mcp doctor --fix`";
            findings.push(finding(&path.display().to_string(), "stale_lock", message, hint));
        }
        if let Some(path) = repository.lock_of_all_refs(STALE) {
            let message = "git's refs are locked: by a command that runs, or one that died".to_owned();
            let hint =
                "`mcp doctor --fix` clears it if it was ours; else, if no git command runs here, delete the file";
            findings.push(finding(&path.display().to_string(), "stale_lock", message, hint));
        }
        for path in self.damaged_intents() {
            let message = "a note about an unfinished change cannot be read".to_owned();
            findings.push(finding(&path.display().to_string(), "bad_intent", message, "`mcp doctor --fix` clears it"));
        }
        findings.extend(self.strays());
        let index_lock = self.git_dir.join("index.lock");
        if index_lock.exists() {
            let message = "git's index is locked: by a command that runs, or one that died".to_owned();
            let hint = "if no git command runs here, delete the file";
            findings.push(finding(&index_lock.display().to_string(), "index_locked", message, hint));
        }
        if self.wants_merge_driver() && repository.merge_driver("mcp")?.is_none() {
            let message = "the merge driver that it names is not known to git here".to_owned();
            findings.push(finding(".mcp/.gitattributes", "no_driver", message, "`mcp hooks install` tells git of it"));
        }
        for task in self.held_in_lost_worktrees(repository)? {
            let place = task.claim.as_ref().and_then(|claim| claim.worktree.clone()).unwrap_or_default();
            let message = format!("{} is held there, and it is gone", task.id);
            let hint = format!("its holder takes it up with `mcp restore {}`", task.id);
            findings.push(finding(&place, "worktree_gone", message, &hint));
        }
        Ok(findings)
    }

    /// Mends of all that what loses nothing.
    pub(super) fn mend(&self) -> Result<Vec<String>> {
        let repository = self.repository()?;
        let mut mended = Vec::new();
        for path in self.damaged_intents() {
            // It is written whole before anything else happens: nothing was begun under this one.
            fs_err::remove_file(&path)?;
            mended.push(format!("cleared {}", path.display()));
        }
        if let Some(path) = repository.lock_of_all_refs(STALE)
            && repository.clear_stale_lock(&format!("{CELLS}all"), STALE)?
        {
            mended.push(format!("cleared {}", path.display()));
        }
        for path in self.locks_of_cells() {
            let id = path.file_stem().and_then(|name| TaskId::parse(name.to_str()?));
            let Some(id) = id else { continue };
            let lock_file = self.common_dir.join("mcp/locks").join(id.as_str());
            let Some(_lock) = lock(&lock_file, Duration::ZERO)? else { continue };
            if repository.clear_stale_lock(&cell_name(&id), STALE)? {
                mended.push(format!("cleared {}", path.display()));
            }
        }
        let resolution = self.resolve_board(None, false)?;
        mended.extend(resolution.resolved.iter().map(|one| format!("{} lies in {}", one.task, one.path)));
        for id in self.without_file_here(&repository)? {
            if let Ok(event) = self.restore(&id, &Force::default()) {
                mended.push(format!("restored {}", event.task.path));
            }
        }
        for (id, _) in self.store.catalog()?.iter() {
            let Ok(loaded) = self.load(&repository, id) else { continue };
            let named = loaded.task.front.id.as_deref();
            if loaded.file.is_some() && named.is_some_and(|named| named != id.as_str()) {
                let event = self.change(id, |task, _| Ok(Change::staying(task, "named")))?;
                mended.push(format!("{} is {id} in its front matter too", event.task.path));
            }
        }
        Ok(mended)
    }

    fn dependencies_that_cannot_be_met(&self, reading: &Reading) -> Result<Vec<BoardProblem>> {
        let archived: BTreeSet<TaskId> = self.store.archived()?.into_iter().map(|(id, _)| id).collect();
        let known: BTreeSet<&TaskId> = reading.tasks.iter().map(|task| &task.id).chain(&archived).collect();
        let is_known =
            |word: &str| TaskId::parse(word).is_some_and(|id| known.contains(&id) || reading.catalog.contains(&id));
        let mut findings = Vec::new();
        let mut graph: BTreeMap<TaskId, Vec<TaskId>> = BTreeMap::new();
        for task in reading.tasks.iter().filter(|task| task.state.is_open()) {
            let front = &task.front;
            graph.insert(task.id.clone(), front.depends_on.iter().filter_map(|word| TaskId::parse(word)).collect());
            for word in front.depends_on.iter().filter(|word| !is_known(word)) {
                let message = format!("depends on {word}, which is no task of this board");
                let hint = format!("`mcp edit {} --set depends_on=…`", task.id);
                findings.push(finding(&task.path, "unknown_dependency", message, &hint));
            }
            for word in front.parent.iter().filter(|word| !is_known(word)) {
                let message = format!("is a part of {word}, which is no task of this board");
                let hint = format!("`mcp edit {} --set parent=…`", task.id);
                findings.push(finding(&task.path, "unknown_parent", message, &hint));
            }
        }
        for task in reading.tasks.iter().filter(|task| task.state.is_open()) {
            if let Some(way) = cycle(&task.id, &graph) {
                let way: Vec<_> = way.iter().map(TaskId::as_str).collect();
                let message = format!("waits for itself: {} → {}", way.join(" → "), task.id);
                findings.push(finding(&task.path, "cycle", message, "take one of them out of `depends_on`"));
            }
        }
        Ok(findings)
    }

    /// The open tasks that belong here by their cells, and have a file neither here nor on another branch.
    pub(super) fn without_file_here(&self, repository: &Repository) -> Result<Vec<TaskId>> {
        let cells = repository.cells(CELLS)?;
        let mut missing = Vec::new();
        for id in cells.names().into_iter().filter_map(TaskId::parse) {
            let Ok(Some(cell)) = cells.value(id.as_str()) else { continue };
            let Ok(claim) = read_claim(repository, &id, cell) else { continue };
            let is_elsewhere = claim.worktree.as_deref().is_some_and(|place| Path::new(place) != self.root);
            let is_missing = claim.state.is_open() && !is_elsewhere && self.store.places_of(&id)?.is_empty();
            if is_missing && !self.is_shared(repository, &id)? {
                missing.push(id);
            }
        }
        if !missing.is_empty() {
            let elsewhere = self.lying_elsewhere(repository)?;
            missing.retain(|id| !elsewhere.contains(id));
        }
        Ok(missing)
    }

    fn held_in_lost_worktrees(&self, repository: &Repository) -> Result<Vec<Task>> {
        let cells = repository.cells(CELLS)?;
        let mut held = Vec::new();
        for id in cells.names().into_iter().filter_map(TaskId::parse) {
            let Ok(Some(cell)) = cells.value(id.as_str()) else { continue };
            let Ok(claim) = read_claim(repository, &id, cell) else { continue };
            let is_gone = claim.worktree.as_deref().is_some_and(|place| !Path::new(place).exists());
            if !is_gone || claim.holder.is_none() || !claim.state.is_open() {
                continue;
            }
            if self.is_held_in_moved(repository, &claim)? {
                // Its next command there says where that is.
                continue;
            }
            if let Ok(loaded) = self.load(repository, &id)
                && self.elsewhere(&loaded.task).is_none()
            {
                held.push(loaded.task);
            }
        }
        Ok(held)
    }

    fn locks_of_cells(&self) -> Vec<PathBuf> {
        let entries = fs_err::read_dir(self.common_dir.join(CELLS)).into_iter().flatten().flatten();
        let locks = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "lock"));
        let mut locks: Vec<_> = locks.filter(|path| is_older(path, STALE)).collect();
        locks.sort();
        locks
    }

    fn damaged_intents(&self) -> Vec<PathBuf> {
        let entries = fs_err::read_dir(self.git_dir.join("mcp/intents")).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "json"));
        let is_damaged = |path: &PathBuf| {
            let id = path.file_stem().and_then(|name| TaskId::parse(name.to_str()?));
            id.is_none_or(|id| self.intents().read(&id).is_none())
        };
        let mut damaged: Vec<_> = paths.filter(is_damaged).collect();
        damaged.sort();
        damaged
    }
}

fn is_older(path: &Path, than: Duration) -> bool {
    let written = path.symlink_metadata().and_then(|metadata| metadata.modified());
    written.is_ok_and(|time| time.elapsed().unwrap_or_default() > than)
}

fn has_marks(task: &Task) -> bool {
    let text = task.document.as_str();
    ["<<<<<<< ", "=======", ">>>>>>> "].iter().all(|mark| text.lines().any(|line| line.starts_with(mark)))
}

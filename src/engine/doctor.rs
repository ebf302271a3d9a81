//! `doctor`: finds what is not as it should be, explains it, and mends what can be mended without losing a byte.

use anyhow::Result;

use crate::git::Repository;
use crate::model::{BoardProblem, State, TaskId};
use crate::store::{CONFIG, MadeWorktrees, Mount, folder_path};

use super::hook::Installed;
use super::load::{CELLS, read_claim};
use super::settle_worktree::Settled;
use super::workspace::Workspace;

impl Workspace {
    /// Everything that is not as it should be; nothing on a healthy board. With `fix` what can be mended is mended first.
    pub fn doctor(&self, fix: bool) -> Result<(Vec<BoardProblem>, Vec<String>)> {
        let mut mended = Vec::new();
        if fix {
            mended.extend(self.store.make()?.into_iter().map(|path| format!("made {path}")));
            mended.extend(self.tidy()?);
            mended.extend(self.mend()?);
            mended.extend(self.settle_worktrees(false)?.into_iter().filter_map(Settled::line));
        }
        let repository = self.repository()?;
        let mut findings = Vec::new();
        let reading = self.read_states(&repository, &State::ALL)?;
        findings.extend(reading.problems.iter().cloned());
        for task in &reading.tasks {
            if task.front.id.as_deref().is_some_and(|id| id != task.id.as_str()) {
                findings.push(finding(
                    &task.path,
                    "id_mismatch",
                    format!("its `id:` is not {}", task.id),
                    "the file name counts; mend the key",
                ));
            }
        }
        for state in State::ALL {
            let path = format!("{}/.gitkeep", folder_path(state));
            if !self.store.has(&path) && !repository.is_ignored(&path)? {
                let message = "missing: without it git's rename detection moves new tasks of others".to_owned();
                findings.push(finding(&path, "no_gitkeep", message, "`mcp doctor --fix` makes it"));
            }
        }
        for id in self.intents().tasks() {
            let message = format!("a change of {id} was cut short");
            findings.push(finding(
                ".mcp",
                "unfinished",
                message,
                "any writing command finishes it, as does `mcp doctor --fix`",
            ));
        }
        for batch in self.batches().all() {
            let message = format!("a batch of {} new tasks was cut short", batch.tasks.len());
            let hint = "any writing command finishes it, as does `mcp doctor --fix`";
            findings.push(finding(".mcp", "unfinished", message, hint));
        }
        let cells = repository.cells(CELLS)?;
        let missing = self.without_file_here(&repository)?;
        for last in cells.names() {
            let name = format!("{CELLS}{last}");
            let Some(id) = TaskId::parse(last) else {
                let hint = "mcp did not make it and leaves it alone";
                findings.push(finding(&name, "bad_cell", "not the name of a task's cell".to_owned(), hint));
                continue;
            };
            let claim = match cells.value(last) {
                Ok(Some(cell)) => read_claim(&repository, &id, cell),
                Ok(None) => continue,
                Err(error) => Err(error),
            };
            let claim = match claim {
                Ok(claim) => claim,
                // Told already, with the file of the task.
                Err(_) if reading.catalog.contains(&id) => continue,
                Err(error) => {
                    findings.push(finding(&name, "bad_cell", format!("{error:#}"), "a newer mcp may have written it"));
                    continue;
                }
            };
            let is_elsewhere = claim.worktree.as_deref().is_some_and(|place| std::path::Path::new(place) != self.root);
            if !claim.state.is_open() || is_elsewhere {
                continue;
            }
            if !reading.catalog.contains(&claim.id) {
                if missing.contains(&claim.id) {
                    let message = format!("{} has no file in this checkout, and no branch has it", claim.id);
                    let hint = "the next change of the task writes it again";
                    findings.push(finding(&claim.path, "no_file", message, hint));
                }
                continue;
            }
            let Ok(loaded) = self.load(&repository, &claim.id) else { continue };
            if claim.holder.is_none() && loaded.file.is_some() {
                // Worked on in another checkout since: the tool's own old text, which makes way by itself.
                continue;
            }
            let shown = reading.catalog.state(&claim.id);
            let place = reading.catalog.places(&claim.id).pop().map_or_else(|| claim.path.clone(), |place| place.path);
            if self.is_of_older_branch(&repository, &place, &claim.path).unwrap_or(false) {
                continue;
            }
            if loaded.file.is_none() || shown.is_some_and(|shown| shown != loaded.task.state) {
                let message =
                    format!("{} is in {} by its cell: this file is an older copy", claim.id, loaded.task.state);
                findings.push(finding(
                    &place,
                    "stale_copy",
                    message,
                    "nothing is lost; the next change of the task brings it up to date",
                ));
            }
        }
        findings.extend(self.examine(&repository, &reading)?);
        for made in MadeWorktrees::below(&self.common_dir).all() {
            if self.is_left_behind(&repository, &made)? {
                let place = made.path.display().to_string();
                let message = format!("the worktree of {} is needed no more", made.task);
                findings.push(finding(&place, "worktree_left", message, "`mcp doctor --fix` removes it"));
            }
        }
        findings.extend(self.examine_hooks(&repository)?);
        findings
            .extend([&self.root, &self.common_dir].into_iter().find_map(|place| Mount::shared(place)).map(on_network));
        let untrusted = self.untrusted();
        if !untrusted.is_empty() {
            let names: Vec<_> = untrusted.iter().map(|check| check.name.as_str()).collect();
            let message = format!("checks that nobody trusted on this machine: {}", names.join(", "));
            findings.push(finding(CONFIG, "untrusted", message, "read them, then `mcp trust`"));
        }
        Ok((findings, mended))
    }

    /// Whether git reaches our hooks, and they us.
    fn examine_hooks(&self, repository: &Repository) -> Result<Vec<BoardProblem>> {
        let mut findings = Vec::new();
        let installed = self.installed_hooks(repository)?;
        let is_current = |(_, installed): &(_, Installed)| *installed == Installed::Current;
        if let Some(folder) = self.shadowed_hooks(repository)?.filter(|_| !installed.iter().all(is_current)) {
            let now = repository.hooks_dir()?;
            let message = format!("git looks for hooks in {} now, and ours lie in {}", now.display(), folder.display());
            findings.push(finding(
                "core.hooksPath",
                "shadowed_hooks",
                message,
                "`mcp hooks install` puts them where git looks",
            ));
        }
        if let Some(program) = self.lost_program(repository)? {
            let message = format!("the git hooks start {}, which is not there any more", program.display());
            let hint = "`mcp hooks install` names the program that runs it; until then they look on the PATH";
            findings.push(finding("hooks", "lost_program", message, hint));
        }
        for (hook, installed) in installed {
            match installed {
                Installed::Missing => findings.push(finding(
                    hook,
                    "no_hook",
                    format!("the git hook {hook} is not installed"),
                    "`mcp hooks install`",
                )),
                Installed::Foreign { .. } => {
                    let message = format!("the git hook {hook} is not ours and does not call ours");
                    let hint = "`mcp hooks install --append` has it call ours, `mcp hooks status` prints how";
                    findings.push(finding(hook, "foreign_hook", message, hint));
                }
                Installed::Written | Installed::Current => {}
            }
        }
        Ok(findings)
    }
}

fn on_network(mount: Mount) -> BoardProblem {
    let message = format!("a {} file system: what is locked here may not be locked on other machines", mount.kind);
    let hint =
        "let each machine have a clone on a disk of its own; `mcp init --remote origin` makes claims hold between them";
    finding(&mount.place.display().to_string(), "network_files", message, hint)
}

pub(super) fn finding(place: &str, code: &'static str, message: String, hint: &str) -> BoardProblem {
    BoardProblem { place: place.to_owned(), code, message, hint: Some(hint.to_owned()) }
}

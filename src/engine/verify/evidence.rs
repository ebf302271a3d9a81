//! What is known about the code of commits: evidence in the files of tasks, as commits have them, and what this clone saw.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::git::{Commit, Oid, Repository};
use crate::model::{Check, Config, Evidence, Stage, State, Task, TaskId};
use crate::store::{BOARD, CONFIG, config_from};
use crate::text::Document;

use super::super::checks::used;
use super::super::workspace::Workspace;
use super::examined::{Examined, Proof, Standing, Told};
use super::range::{tasks_of, touched};

/// Evidence of the tasks that a range is about, and the files that were read for it.
#[derive(Debug, Default)]
pub(super) struct Known {
    lines: Vec<Evidence>,
    read: BTreeMap<Oid, Option<Task>>,
}

impl Known {
    /// The task in a file, its evidence noted; `None` when it cannot be read.
    fn task(&mut self, repository: &Repository, path: &str, blob: Oid) -> Result<Option<Task>> {
        if let Some(task) = self.read.get(&blob) {
            return Ok(task.clone());
        }
        let id = path.rsplit('/').next().and_then(TaskId::of_file_name);
        let document = Document::from_bytes(repository.blob(blob)?).ok();
        let task =
            id.zip(document).and_then(|(id, document)| Task::read(id, State::Review, path.to_owned(), document).ok());
        self.lines.extend(task.iter().flat_map(Task::evidence));
        self.read.insert(blob, task.clone());
        Ok(task)
    }
}

impl Workspace {
    /// The evidence that the end of the range has, in all tasks that are touched on the way there.
    pub(super) fn known_evidence(&self, repository: &Repository, commits: &[Commit]) -> Result<Known> {
        let mut known = Known::default();
        let mut tasks = BTreeSet::new();
        for commit in commits {
            tasks.extend(touched(repository, commit)?);
        }
        if let Some(last) = commits.first() {
            for (path, blob) in files_of(repository, last.tree, &tasks)? {
                known.task(repository, &path, blob)?;
            }
        }
        Ok(known)
    }

    /// Looks at one commit, by its own settings.
    pub(super) fn examined(
        &self,
        repository: &Repository,
        commit: Commit,
        stage: Stage,
        known: &mut Known,
    ) -> Result<Examined> {
        let code = self.code_tree(repository, commit.tree)?;
        let mut examined = Examined {
            tasks: Vec::new(),
            tree: code.to_string(),
            standing: Standing::Board,
            why: String::new(),
            checks: Vec::new(),
            proofs: Vec::new(),
            failed: Vec::new(),
            counts: false,
            commit,
        };
        if self.brings_no_code(repository, &examined.commit, code)? {
            return Ok(examined);
        }
        let commit = &examined.commit;
        let ids = tasks_of(repository, commit)?;
        let named: BTreeSet<TaskId> = ids.iter().cloned().collect();
        let mut tasks = Vec::new();
        for (path, blob) in files_of(repository, commit.tree, &named)? {
            tasks.extend(known.task(repository, &path, blob)?);
        }
        if tasks.is_empty() && repository.entry_at(commit.tree, BOARD)?.is_none() {
            // A board that is kept out of the repository.
            tasks.extend(ids.iter().filter_map(|id| self.load(repository, id).ok()).map(|loaded| loaded.task));
            known.lines.extend(tasks.iter().flat_map(Task::evidence));
        }
        examined.tasks = ids;
        if !tasks.is_empty() && tasks.iter().all(|task| task.front.evidence.is_some()) {
            examined.standing = Standing::Exempt;
            examined.why = "its task asks for no evidence".to_owned();
            return Ok(examined);
        }
        let config = match self.config_of(repository, commit) {
            Ok(config) => config,
            Err(error) => {
                examined.standing = Standing::Unverified;
                examined.why = format!("its settings cannot be read: {error:#}");
                return Ok(examined);
            }
        };
        let chosen: Vec<&Task> = tasks.iter().filter(|task| task.front.evidence.is_none()).collect();
        let is_asked = |check: &&Check| match chosen.is_empty() {
            true => check.on <= stage,
            false => chosen.iter().any(|task| used(&config.checks, Some(task), stage).contains(check)),
        };
        examined.checks = config.checks.iter().filter(is_asked).cloned().collect();
        if examined.checks.is_empty() {
            examined.standing = Standing::Exempt;
            examined.why = "no checks are configured in it".to_owned();
            return Ok(examined);
        }
        let proofs = examined.checks.iter().filter_map(|check| self.proof(check, &examined.tree, known));
        examined.proofs = proofs.collect();
        let has_proof = |check: &&Check| examined.proofs.iter().any(|proof| proof.check == check.name);
        let missing: Vec<_> = examined.checks.iter().filter(|check| !has_proof(check)).collect();
        examined.standing = if missing.is_empty() { Standing::Verified } else { Standing::Unverified };
        if !missing.is_empty() {
            let names: Vec<_> = missing.iter().map(|check| check.name.as_str()).collect();
            examined.why = format!("no evidence of {} for its code", names.join(", "));
        }
        Ok(examined)
    }

    /// Whether a commit has the code that one of its parents has.
    fn brings_no_code(&self, repository: &Repository, commit: &Commit, code: Oid) -> Result<bool> {
        if commit.parents.is_empty() {
            return Ok(repository.tracked_files(code)?.is_empty());
        }
        if repository.cut_commits()?.contains(&commit.id) {
            return Ok(false);
        }
        for parent in &commit.parents {
            if self.code_tree_of(repository, *parent)? == code {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The settings that a commit has; of one without any, the board's.
    fn config_of(&self, repository: &Repository, commit: &Commit) -> Result<Config> {
        match repository.blob_at(commit.tree, CONFIG)? {
            Some((_, bytes)) => Ok(config_from(&bytes)?),
            None => Ok(self.config.clone()),
        }
    }

    fn proof(&self, check: &Check, tree: &str, known: &Known) -> Option<Proof> {
        let line = known.lines.iter().rev().find(|line| line.vouches_for(&check.name, &check.run, tree));
        if let Some(line) = line {
            return Some(Proof {
                check: check.name.clone(),
                told: Told::Task,
                is_inherited: line.is_inherited,
                is_linked: line.is_linked,
                is_red: line.is_red,
            });
        }
        let passed = self.known_pass(check, tree)?;
        let is_linked = passed.is_linked;
        Some(Proof { check: check.name.clone(), told: Told::Clone, is_inherited: false, is_linked, is_red: false })
    }
}

/// The files that a tree has of some tasks.
fn files_of(repository: &Repository, tree: Oid, tasks: &BTreeSet<TaskId>) -> Result<Vec<(String, Oid)>> {
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let is_wanted =
        |path: &str| path.rsplit('/').next().and_then(TaskId::of_file_name).is_some_and(|id| tasks.contains(&id));
    let files = repository.files_under(tree, BOARD)?;
    Ok(files.into_iter().filter(|(path, _)| is_wanted(path)).collect())
}

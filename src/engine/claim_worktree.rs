//! `claim --worktree`: a linked worktree and a branch for one task, made before the claim and bound by it.
//!
//! Under the task's lock: decide, write a record, let git make branch and worktree, perform the claim there. A process that
//! dies in between leaves a record and a worktree that no task is held in: the next such claim takes it up, and
//! `settle_worktree.rs` removes it.

use std::path::{Component, Path, PathBuf};

use anyhow::Result;

use crate::git::{Index, Oid, Repository, is_branch_name};
use crate::model::{Event, Holder, Identity, Refusal, Task, TaskId, Work};
use crate::store::{MadeWorktree, MadeWorktrees, Sighted, TASKS};

use super::claim::{ClaimOptions, decide};
use super::hook::paths_of;
use super::load::{Loaded, is_file_of};
use super::workspace::Workspace;

/// How often a claim is decided anew because somebody changed the task without the lock.
const TRIES: usize = 8;

/// Where a new worktree is to be, and on what.
#[derive(Clone, Debug)]
struct Plan {
    path: PathBuf,
    branch: String,
    /// The commit at which the branch is to start; `None` for one that exists.
    start: Option<Oid>,
    base: Oid,
}

impl Workspace {
    /// Claims a task in a worktree of its own. An empty `place` stands for the rule of the house.
    pub(super) fn claim_in_worktree(&self, id: &TaskId, options: &ClaimOptions, place: &str) -> Result<Event> {
        let records = MadeWorktrees::below(&self.common_dir);
        let was_there = records.read(id).is_some();
        let claimed = self.claim_in_new_worktree(id, options, place);
        if claimed.is_err() && !was_there && records.read(id).is_some() {
            // Another clone was quicker, or the remote out of reach: what was made for nothing goes, or `doctor` names it.
            let _ = self.settle_worktree(id);
        }
        claimed
    }

    fn claim_in_new_worktree(&self, id: &TaskId, options: &ClaimOptions, place: &str) -> Result<Event> {
        let repository = self.repository()?;
        let plan = self.worktree_plan(&repository, id, options, place)?;
        let mut here = self.clone();
        here.identity = self.identity_in(&plan.path);
        let work = Work {
            branch: Some(plan.branch.clone()),
            base: Some(plan.base.to_string()),
            worktree: plan.path.display().to_string(),
        };
        let mut around = here.around(&repository, work)?;
        let listed = self.take_listed();
        let _lock = self.lock_task(id)?;
        self.recover(&repository, id)?;
        for _ in 0..TRIES {
            let loaded = self.newest(&repository, id)?;
            around.waits_for = self.waits_for(&repository, &loaded.task, &listed)?;
            around.lapse = self.lapse(&repository, &loaded.task, self.now())?;
            around.must_be_as_seen(&loaded.task, &options.force, self.now())?;
            let change = decide(&loaded.task, &around, &options.force, self.now())?;
            if change.is_noop {
                return self
                    .perform(&repository, loaded, change)
                    .map(|event| event.expect("a noop is performed at once"));
            }
            self.make_worktree(&repository, id, &plan)?;
            let home = here.at(&plan.path)?;
            let there = home.repository()?;
            home.recover(&there, id)?;
            let file = home.load(&there, id)?.file;
            let before = loaded.clone();
            let Some(mut event) = home.perform(&there, Loaded { file, ..loaded }, change)? else { continue };
            self.leave_to_worktree(&repository, &before)?;
            self.remember_deed(&before.task, &event.task, "claimed in a worktree");
            event.notes.push(format!("works in {} on {}", plan.path.display(), plan.branch));
            return Ok(event);
        }
        Err(Refusal::Busy { task: id.clone() }.into())
    }

    /// The task with the text that counts: the holder's file if there is one on this machine, else ours.
    fn newest(&self, repository: &Repository, id: &TaskId) -> Result<Loaded> {
        let loaded = self.load(repository, id)?;
        let Some(home) = self.home_of(&loaded.task)? else { return Ok(loaded) };
        let there = home.repository()?;
        home.recover(&there, id)?;
        home.load(&there, id)
    }

    /// Who acts, as the one who will work there: the session is the worktree, unless it was named.
    fn identity_in(&self, path: &Path) -> Identity {
        let holder = &self.identity.holder;
        let session = match holder.session == self.root.display().to_string() {
            true => path.display().to_string(),
            false => holder.session.clone(),
        };
        Identity { holder: Holder { session, ..holder.clone() }, ..self.identity.clone() }
    }

    fn worktree_plan(&self, repository: &Repository, id: &TaskId, options: &ClaimOptions, place: &str) -> Result<Plan> {
        let branch = options.branch.clone().unwrap_or_else(|| format!("task/{id}"));
        if !is_branch_name(&branch) {
            let message = format!("`{}` is not a name for a branch", branch.escape_debug());
            return Err(Refusal::BadInput { message, hint: Some(format!("such as `--branch task/{id}`")) }.into());
        }
        let main = repository.worktrees()?.into_iter().find(|worktree| worktree.is_main);
        let main = main.map_or_else(|| self.root.clone(), |worktree| worktree.path);
        let path = match place {
            "" => worktrees_folder(&main, self.config.claims.worktrees.as_deref())?.join(id.as_str()),
            place => tidied(&self.root.join(place)),
        };
        let path = canonical(&path);
        let head = repository.head()?.commit.ok_or(Refusal::BoardNotCommitted)?;
        let tip = repository.branch_commit(&branch)?;
        let base = match tip {
            Some(tip) => repository.merge_base(tip, head)?.unwrap_or(tip),
            None => head,
        };
        if repository.entry_at(repository.tree_of(tip.unwrap_or(head))?, TASKS)?.is_none() {
            return Err(Refusal::BoardNotCommitted.into());
        }
        Ok(Plan { path, branch, start: tip.is_none().then_some(head), base })
    }

    /// Makes branch and worktree, or takes up those that an earlier claim of the task made.
    fn make_worktree(&self, repository: &Repository, id: &TaskId, plan: &Plan) -> Result<()> {
        let records = MadeWorktrees::below(&self.common_dir);
        let known = records.read(id);
        if known.is_some() {
            self.finish_or_remove_half_made(repository, id)?;
        }
        let worktrees = repository.worktrees()?;
        let there = worktrees.iter().find(|worktree| worktree.path == plan.path);
        if there.is_some_and(|there| there.branch.as_deref() == Some(&plan.branch)) {
            return Ok(());
        }
        let taken = |message: String| Refusal::WorktreePlace { task: id.clone(), message };
        if let Some(other) = worktrees.iter().find(|other| other.branch.as_deref() == Some(&plan.branch)) {
            let message = format!("the branch {} is checked out in {}", plan.branch, other.path.display());
            return Err(taken(message).into());
        }
        let is_free = fs_err::read_dir(&plan.path).map_or(!plan.path.exists(), |mut entries| entries.next().is_none());
        if there.is_some() || !is_free {
            return Err(taken(format!("{} is there already", plan.path.display())).into());
        }
        let is_inside = worktrees.iter().any(|other| plan.path.starts_with(&other.path));
        if is_inside || plan.path.starts_with(&self.common_dir) {
            return Err(taken(format!("{} lies inside this repository", plan.path.display())).into());
        }
        let was_made = known.is_some_and(|known| known.branch == plan.branch && known.has_made_branch);
        records.write(&MadeWorktree {
            task: id.clone(),
            path: plan.path.clone(),
            branch: plan.branch.clone(),
            has_made_branch: plan.start.is_some() || was_made,
            is_over: false,
        })?;
        self.step_done();
        if let Some(parent) = plan.path.parent() {
            fs_err::create_dir_all(parent)?;
        }
        repository.add_worktree(&plan.path, &plan.branch, plan.start)?;
        self.step_done();
        Ok(())
    }

    /// Takes the task's file out of this checkout's way, once its text lives in the worktree: HEAD's own copy comes back, so
    /// that the branch can be merged here without a conflict. A file that says anything else stays.
    fn leave_to_worktree(&self, repository: &Repository, before: &Loaded) -> Result<()> {
        let Some(file) = &before.file else { return Ok(()) };
        let task: &Task = &before.task;
        if !is_file_of(&file.path, &task.id) || task.document.as_str().as_bytes() != file.bytes {
            return Ok(());
        }
        let Some(head) = repository.head()?.commit else { return Ok(()) };
        let tree = repository.tree_of(head)?;
        let committed: Vec<String> = repository
            .files_under(tree, TASKS)?
            .into_iter()
            .map(|(path, _)| path)
            .filter(|path| is_file_of(path, &task.id))
            .collect();
        // What is staged is the user's own business.
        let mut staged = paths_of(&Index::open(repository)?, &task.id);
        staged.retain(|path| !committed.contains(path));
        if committed.contains(&file.path) || !staged.is_empty() {
            return Ok(());
        }
        for path in &committed {
            if let (Sighted::Missing, Some((_, bytes))) = (self.store.sight(path)?, repository.blob_at(tree, path)?) {
                self.store.place(path, &bytes)?;
            }
        }
        self.store.take_away(&file.path, &file.bytes, "left")?;
        Ok(())
    }
}

/// The folder of the worktrees: as the settings say, from the top of the main checkout, else `<name>-worktrees` beside it.
fn worktrees_folder(main: &Path, setting: Option<&str>) -> Result<PathBuf, Refusal> {
    if let Some(setting) = setting.filter(|setting| !setting.trim().is_empty()) {
        return Ok(tidied(&main.join(setting)));
    }
    let name = main.file_name().map(|name| format!("{}-worktrees", name.to_string_lossy()));
    name.map(|name| main.with_file_name(name)).ok_or_else(|| Refusal::BadInput {
        message: format!("{} has no folder beside it", main.display()),
        hint: Some("`--worktree=FOLDER` says where the worktree shall be".to_owned()),
    })
}

/// The path without `.` and `..`, which may not exist yet.
fn tidied(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                tidy.pop();
            }
            Component::CurDir => {}
            part => tidy.push(part),
        }
    }
    tidy
}

/// The path with the links in the part of it that exists resolved, as git and later commands will see it.
fn canonical(path: &Path) -> PathBuf {
    match (fs_err::canonicalize(path), path.parent(), path.file_name()) {
        (Ok(path), ..) => path,
        (Err(_), Some(parent), Some(name)) => canonical(parent).join(name),
        _ => path.to_owned(),
    }
}

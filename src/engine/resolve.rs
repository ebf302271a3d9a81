//! `resolve`: one task, one file again, after a merge, a pull or an editor left it in two folders, in conflict, or both.
//!
//! State and holder are those of the higher revision, the entries of all logs stay; see `model/merge.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::Result;

use crate::git::{Index, Repository};
use crate::model::{BoardProblem, Side, State, TaskId, is_mergeable, merged};
use crate::store::{BOARD, Replaced, Sighted, Store, TASKS, lock};
use crate::text::Document;

use super::hook::{Driven, Texts};
use super::load::{cell_name, is_file_of, read_claim};
use super::older_copy::knows_all;
use super::sides::{Boards, boards};
use super::workspace::Workspace;

/// How long a task that another process is changing is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// One task that lies in one place again.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// Which.
    pub task: TaskId,
    /// Where it lies now.
    pub path: String,
    /// Where it lay as well.
    pub others: Vec<String>,
}

/// What `resolve` did and could not do.
#[derive(Debug, Default)]
pub struct Resolution {
    /// In order of id.
    pub resolved: Vec<Resolved>,
    /// What is left to a person.
    pub problems: Vec<BoardProblem>,
}

/// A file of a task in the working tree.
struct Copy {
    path: String,
    bytes: Vec<u8>,
    /// `None` when it cannot be read as a task, as with the marks of a conflict in it.
    side: Option<Side>,
}

impl Workspace {
    /// Settles every task that lies in two places, that a merge left in conflict, or of which it lost something; only those of
    /// `only`, if given. With `is_thorough` the last commit is looked at too, if it is a merge.
    ///
    /// Git pairs old and new paths by how alike the files are, and tasks are alike: what one branch wrote in a task may land in
    /// another one, without a conflict. So what counts is each task by its id on both sides, not what git made of the paths.
    pub fn resolve_board(&self, only: Option<&TaskId>, is_thorough: bool) -> Result<Resolution> {
        let repository = self.repository()?;
        let mut index = Index::open(&repository)?;
        let mut unmerged: BTreeMap<TaskId, Vec<String>> = BTreeMap::new();
        for path in index.unmerged_under(TASKS) {
            let id = path.rsplit('/').next().and_then(TaskId::of_file_name);
            if let Some(id) = id.filter(|id| is_file_of(&path, id)) {
                unmerged.entry(id).or_default().push(path);
            }
        }
        let catalog = self.store.catalog()?;
        let boards = boards(&repository, is_thorough)?;
        let driven = Driven::of(&self.git_dir);
        let by_driver = driven.texts();
        let mut ids: BTreeSet<TaskId> = unmerged.keys().chain(catalog.doubled()).cloned().collect();
        ids.extend(boards.iter().flat_map(Boards::diverged));
        ids.retain(|id| only.is_none_or(|only| only == id));
        let mut resolution = Resolution::default();
        for id in ids {
            let path = self.common_dir.join("mcp/locks").join(id.as_str());
            let Some(_lock) = lock(&path, PATIENCE)? else { continue };
            self.recover(&repository, &id)?;
            let paths = unmerged.get(&id).map(Vec::as_slice).unwrap_or_default();
            match self.resolve_one(&repository, &mut index, &id, boards.as_ref(), paths, &by_driver)? {
                Ok(resolved) => resolution.resolved.extend(resolved),
                Err(problem) => resolution.problems.push(problem),
            }
        }
        index.write(&repository)?;
        if only.is_none() && repository.operation()?.is_none() {
            driven.forget()?;
        }
        Ok(resolution)
    }

    fn resolve_one(
        &self,
        repository: &Repository,
        index: &mut Index,
        id: &TaskId,
        boards: Option<&Boards>,
        unmerged: &[String],
        by_driver: &Texts,
    ) -> Result<std::result::Result<Option<Resolved>, BoardProblem>> {
        let copies = self.copies(id)?;
        let boards = boards.filter(|boards| boards.is_about(id));
        let known = boards.map(|boards| boards.known(repository, id, index)).transpose()?.unwrap_or_default();
        let is_known = |copy: &Copy| boards.is_some() && (known.contains(&copy.bytes) || by_driver.have(&copy.bytes));
        if boards.is_some_and(|boards| boards.is_over) && !copies.iter().all(is_known) {
            // The task has gone on since.
            if copies.len() < 2 {
                return Ok(Ok(None));
            }
        }
        let wanted = boards.map(|boards| boards.merged(repository, id)).transpose()?.flatten();
        let mut tellings: Vec<&Copy> = copies.iter().filter(|copy| !is_known(copy) && copy.side.is_some()).collect();
        tellings.sort_by_key(|copy| std::cmp::Reverse(copy.side.as_ref().map(|side| (rev(side), side.state))));
        let mut so_far = wanted;
        let mut is_lost = false;
        // What a person has put right already, or written besides, is a telling of its own.
        for copy in tellings {
            let Some(side) = &copy.side else { continue };
            let next = match &so_far {
                None => Some(side.clone()),
                Some(telling) if boards.is_some() && knows_all(&side.document, &telling.document) => Some(side.clone()),
                Some(telling) => {
                    let base = match boards {
                        Some(_) => None,
                        None => self.base_of(repository, id, telling, &copy.path, &copy.bytes)?,
                    };
                    merged(base.as_ref(), telling, side)
                }
            };
            is_lost |= next.is_none();
            so_far = next.or(so_far);
        }
        is_lost |= copies.iter().any(|copy| copy.side.is_none() && boards.is_none());
        let Some(side) = so_far.filter(|_| !is_lost) else {
            if copies.is_empty() && unmerged.is_empty() {
                return Ok(Ok(None));
            }
            let place = copies.first().map_or_else(|| cell_name(id), |copy| copy.path.clone());
            let message = format!("{id} cannot be merged: one of its files cannot be read as a task");
            let hint = Some("mend the file with an editor, then `mcp resolve`".to_owned());
            return Ok(Err(BoardProblem { place, code: "unresolved", message, hint }));
        };
        let mut path = self.path_for(id, side.state, &copies, boards, unmerged);
        if boards.is_none()
            && let Some(cell) = repository.cell(&cell_name(id))?
            && let Ok(claim) = read_claim(repository, id, cell.oid)
            && claim.state == side.state
            && copies.iter().any(|copy| copy.path == claim.path)
        {
            // Of two names the one by which it is known: the other may be an editor's copy.
            path = claim.path;
        }
        let text = side.document.as_str();
        if unmerged.is_empty()
            && let [copy] = copies.as_slice()
            && copy.path == path
            && has_same_lines(&copy.bytes, text)
        {
            return Ok(Ok(None));
        }
        self.put(id, &path, &copies, text.as_bytes())?;
        let others: Vec<String> = copies.iter().map(|copy| copy.path.clone()).filter(|other| *other != path).collect();
        if boards.is_some_and(|boards| !boards.is_over) || !unmerged.is_empty() {
            let blob = repository.write_blob(text.as_bytes())?;
            let staged = index.paths_under(BOARD).into_iter().map(|(path, _)| path).filter(|path| is_file_of(path, id));
            for other in unmerged.iter().cloned().chain(staged).filter(|other| *other != path).collect::<BTreeSet<_>>()
            {
                index.remove(&other)?;
            }
            index.insert(&path, blob)?;
        }
        Ok(Ok(Some(Resolved { task: id.clone(), path, others })))
    }

    fn copies(&self, id: &TaskId) -> Result<Vec<Copy>> {
        let mut copies = Vec::new();
        for place in self.store.places_of(id)? {
            if let Sighted::Bytes(bytes) = self.store.sight(&place.path)? {
                let document = Document::from_bytes(bytes.clone()).ok().filter(is_mergeable);
                let side = document.map(|document| Side { state: place.state, document });
                copies.push(Copy { path: place.path, bytes, side });
            }
        }
        Ok(copies)
    }

    /// The path for the task's one file: a name that one of its files has.
    fn path_for(
        &self,
        id: &TaskId,
        state: State,
        copies: &[Copy],
        boards: Option<&Boards>,
        unmerged: &[String],
    ) -> String {
        let committed = boards.into_iter().flat_map(|boards| [&boards.ours, &boards.theirs]);
        let committed = committed.filter_map(|files| files.get(id)).flatten().map(|(path, _)| path.as_str());
        let lying = copies.iter().map(|copy| copy.path.as_str());
        let paths = committed.chain(unmerged.iter().map(String::as_str)).chain(lying);
        let (mut here, mut elsewhere): (Vec<_>, Vec<_>) =
            paths.filter(|path| is_file_of(path, id)).partition(|path| Store::state_of(path) == Some(state));
        here.sort_unstable();
        elsewhere.sort_unstable();
        match here.first().or(elsewhere.first()) {
            Some(path) => super::load::path_in(state, path),
            None => super::load::path_in(state, &format!("{id}.md")),
        }
    }

    /// Puts the text at its place and takes the other files away, unless somebody has just written in them.
    fn put(&self, id: &TaskId, path: &str, copies: &[Copy], bytes: &[u8]) -> Result<()> {
        let mark = format!("resolved-{id}");
        match copies.iter().find(|copy| copy.path == path) {
            Some(copy) if copy.bytes == bytes => {}
            Some(copy) => {
                if self.store.replace(path, &copy.bytes, bytes, &mark)? != Replaced::Done {
                    return Err(crate::model::Refusal::Busy { task: id.clone() }.into());
                }
            }
            None => {
                if !self.store.place(path, bytes)? {
                    return Err(crate::model::Refusal::Busy { task: id.clone() }.into());
                }
            }
        }
        self.step_done();
        for copy in copies.iter().filter(|copy| copy.path != path) {
            self.store.take_away(&copy.path, &copy.bytes, &mark)?;
            self.step_done();
        }
        Ok(())
    }
}

fn rev(side: &Side) -> u64 {
    side.document.key("rev").and_then(|rev| rev.as_u64()).unwrap_or(0)
}

/// Whether two texts say the same, be it in another order.
fn has_same_lines(bytes: &[u8], text: &str) -> bool {
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
        lines.retain(|line| !line.is_empty());
        lines.sort();
        lines
    };
    sorted(&String::from_utf8_lossy(bytes)) == sorted(text)
}

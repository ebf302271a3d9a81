//! Reading tasks: the file in this checkout and the cell, brought to one truth. Reads never write.

use anyhow::Result;

use crate::git::{Oid, Repository};
use crate::model::Catalog;
use crate::model::{BoardProblem, Claim, LOG, Place, Refusal, Sight, State, Task, TaskId, Truth, put_back, truth};
use crate::store::{Sighted, Store, TASKS, folder_path};
use crate::text::{Document, Problem};

use super::workspace::Workspace;

/// The namespace of the cells.
pub const CELLS: &str = "refs/mcp/tasks/";
/// The file of a cell's tree that holds the claim.
pub const CLAIM: &str = "claim";
/// The file of a cell's tree that holds the text.
pub const TEXT: &str = "task.md";
/// The file of a cell's tree that holds the text from which the cell's has gone on without the task's file.
pub const BASE: &str = "base.md";

/// A task as one command sees it, with all that is needed to change it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The task, by the truth of file and cell.
    pub task: Task,
    /// The value of the cell, if there is one.
    pub cell: Option<Oid>,
    /// The file that a change would replace; `None` when this checkout has none that may be.
    pub file: Option<LoadedFile>,
    /// The task has what was said in the cell while the file was out of reach, and the file has not.
    pub takes_up: bool,
}

/// The file behind a task.
#[derive(Clone, Debug)]
pub struct LoadedFile {
    /// Below the top of the working tree.
    pub path: String,
    /// As it was read.
    pub bytes: Vec<u8>,
}

impl LoadedFile {
    /// The bytes as text.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }
}

impl Workspace {
    /// The names of all tasks.
    pub fn catalog(&self) -> Result<Catalog> {
        self.store.catalog()
    }

    /// Finds the task that a word means. A whole id costs no listing when its cell is there; else what was listed is kept for the
    /// change that follows.
    pub fn resolve(&self, repository: &Repository, word: &str) -> Result<TaskId> {
        let look = |id: &TaskId| {
            let listed = self.store.listed()?;
            let places = self.store.places_in(&listed, id);
            if !places.is_empty() {
                self.keep_listed(listed);
            }
            Ok(places)
        };
        Ok(self.find(repository, word, look)?.0)
    }

    /// Finds the task that a word means, and reads it to be shown: its files are looked for once.
    pub fn load_meant(&self, repository: &Repository, word: &str) -> Result<Loaded> {
        let (id, places) = self.find(repository, word, |id| self.store.places_of(id))?;
        let loaded = self.load_at(repository, &id, &places)?;
        // Another checkout may have it in review, and the default branch as well.
        Ok(Loaded { task: self.or_merged(repository, loaded.task)?, ..loaded })
    }

    /// Finds the task that a word means, with its files where they had to be listed.
    fn find(
        &self,
        repository: &Repository,
        word: &str,
        look: impl Fn(&TaskId) -> Result<Vec<Place>>,
    ) -> Result<(TaskId, Vec<Place>)> {
        // Who names a file means its task.
        let file = word.rsplit('/').next().filter(|name| name.ends_with(".md"));
        let named = file.and_then(TaskId::of_file_name);
        let word = named.as_ref().map_or(word, TaskId::as_str);
        if let Some(id) = TaskId::parse(word.trim()) {
            if repository.cell(&cell_name(&id))?.is_some() {
                return Ok((id, Vec::new()));
            }
            let places = look(&id)?;
            if !places.is_empty() {
                return Ok((id, places));
            }
        }
        let catalog = self.catalog()?;
        if let Ok(id) = catalog.resolve(word, &[]) {
            let places = catalog.places(&id);
            return Ok((id, places));
        }
        // Tasks that live in another checkout only, or in the archive.
        let mut more: Vec<TaskId> = self.store.archived()?.into_iter().map(|(id, _)| id).collect();
        more.extend(repository.cells(CELLS)?.names().into_iter().filter_map(TaskId::parse));
        Ok((catalog.resolve(word, &more)?, Vec::new()))
    }

    /// Reads one task as it stands now.
    pub fn load(&self, repository: &Repository, id: &TaskId) -> Result<Loaded> {
        self.load_at(repository, id, &[])
    }

    /// Reads one task as it stands now, looking first where a listing has just seen it.
    pub(crate) fn load_at(&self, repository: &Repository, id: &TaskId, places: &[Place]) -> Result<Loaded> {
        let cell = repository.cell(&cell_name(id))?.map(|cell| cell.oid);
        self.load_with(repository, id, cell, places)
    }

    /// The same when the value of the cell is known.
    pub(super) fn load_with(
        &self,
        repository: &Repository,
        id: &TaskId,
        cell: Option<Oid>,
        places: &[Place],
    ) -> Result<Loaded> {
        let claim = cell.map(|cell| read_claim(repository, id, cell)).transpose()?;
        self.load_claimed(repository, id, cell.zip(claim), places)
    }

    /// The same when the claim is known, too.
    pub(super) fn load_claimed(
        &self,
        repository: &Repository,
        id: &TaskId,
        claimed: Option<(Oid, Claim)>,
        places: &[Place],
    ) -> Result<Loaded> {
        let (cell, claim) = claimed.unzip();
        let found = self.find_file(id, claim.as_ref(), places)?;
        let Some((state, file)) = found else { return self.without_file(repository, id, cell, claim) };
        if let Some(claim) = &claim
            && let Some(loaded) =
                self.caught_up(repository, id, cell, claim, (state, &file), || is_heads(repository, &file))?
        {
            return Ok(loaded);
        }
        let document = Document::from_bytes(file.bytes.clone());
        let document = document.map_err(|problem| bad_file(Some(id), &file.path, &problem))?;
        let mut task = Task::read(id.clone(), state, file.path.clone(), document)
            .map_err(|problem| bad_file(Some(id), &file.path, &problem))?;
        let is_last_written = claim.as_ref().is_some_and(|claim| self.wrote_here(claim));
        let sight = Sight { state, rev: task.front.rev, is_last_written };
        let verdict = truth(sight, claim.as_ref(), &file.bytes, || {
            is_heads(repository, &file) && !knows_more(repository, &task, cell)
        });
        if let (Truth::Cell, Some(claim)) = (verdict, &claim) {
            let may_replace = is_heads(repository, &file)
                || claim.wrote_before(&file.bytes)
                || cell_text(repository, cell)?.as_deref() == Some(&file.bytes);
            if !may_replace
                && let Some(cell) = cell
                && let Some(loaded) = self.with_older_copy(repository, id, (cell, claim), &file)?
            {
                return Ok(loaded);
            }
            let mut loaded = self.without_file(repository, id, cell, Some(claim.clone()))?;
            loaded.file = may_replace.then_some(file);
            return Ok(loaded);
        }
        let mut takes_up = false;
        if verdict == Truth::Agree
            // Exactly an earlier text: somebody took back what came after it, and nothing else.
            && let Some(claim) = claim.as_ref().filter(|claim| claim.state.is_open() && !claim.wrote_before(&file.bytes))
            && let Some(document) = put_back_into(&task, cell_text(repository, cell)?)
        {
            task = Task::read(id.clone(), state, file.path.clone(), document)
                .map_err(|problem| bad_file(Some(id), &claim.path, &problem))?;
            takes_up = true;
        }
        if verdict == Truth::File {
            if let Some(claim) = claim.as_ref() {
                // A person's move, or a newer history: the claim follows what the file says.
                let claim = Claim { state, rev: task.front.rev, path: task.path.clone(), ..claim.clone() };
                task.claim = Some(Box::new(claim));
            }
        } else {
            task.claim = claim.map(Box::new);
        }
        let task = self.or_merged(repository, task)?;
        Ok(Loaded { task, cell, file: Some(file), takes_up })
    }

    fn find_file(&self, id: &TaskId, claim: Option<&Claim>, places: &[Place]) -> Result<Option<(State, LoadedFile)>> {
        if let Some(claim) = claim.filter(|claim| is_path_of(&claim.path, id, claim.state))
            && let Sighted::Bytes(bytes) = self.store.sight(&claim.path)?
        {
            return Ok(Some((claim.state, LoadedFile { path: claim.path.clone(), bytes })));
        }
        if let Some(found) = self.best_of(id, places)? {
            return Ok(Some(found));
        }
        self.best_of(id, &self.store.places_of(id)?)
    }

    /// The newest of a task's files at some places.
    fn best_of(&self, id: &TaskId, places: &[Place]) -> Result<Option<(State, LoadedFile)>> {
        let mut best: Option<(u64, State, LoadedFile)> = None;
        for place in places {
            let bytes = match self.store.sight(&place.path)? {
                Sighted::Bytes(bytes) => bytes,
                Sighted::Missing => continue,
                Sighted::Refused(why) => return Err(bad_sight(id, &place.path, &why).into()),
            };
            // One place needs no comparing.
            let rev = if places.len() == 1 { 0 } else { rev_of(&bytes) };
            let is_better = best.as_ref().is_none_or(|(other, state, _)| (rev, place.state) > (*other, *state));
            if is_better {
                best = Some((rev, place.state, LoadedFile { path: place.path.clone(), bytes }));
            }
        }
        Ok(best.map(|(_, state, file)| (state, file)))
    }

    pub(super) fn without_file(
        &self,
        repository: &Repository,
        id: &TaskId,
        cell: Option<Oid>,
        claim: Option<Claim>,
    ) -> Result<Loaded> {
        let (Some(oid), Some(claim)) = (cell, claim) else { return self.archived_task(id) };
        // Put away here: the file says what it is, and the cell who worked on it.
        if !claim.state.is_open()
            && let Ok(mut archived) = self.archived_task(id)
        {
            archived.task.claim = Some(Box::new(claim));
            return Ok(Loaded { cell: Some(oid), ..archived });
        }
        let place = cell_name(id);
        let no_text = || Refusal::BadFile {
            task: Some(id.clone()),
            place: place.clone(),
            message: "the cell has no text, and the task has no file here".to_owned(),
            hint: None,
        };
        let text = cell_text(repository, Some(oid))?.ok_or_else(no_text)?;
        let document = Document::from_bytes(text).map_err(|problem| bad_file(Some(id), &place, &problem))?;
        let mut task = Task::read(id.clone(), claim.state, claim.path.clone(), document)
            .map_err(|problem| bad_file(Some(id), &place, &problem))?;
        task.claim = Some(Box::new(claim));
        Ok(Loaded { task, cell, file: None, takes_up: false })
    }

    /// Whether the present text of a task was written into a file of this checkout.
    fn wrote_here(&self, claim: &Claim) -> bool {
        claim.written_in.as_deref().is_none_or(|place| std::path::Path::new(place) == self.root)
    }

    /// Whether a file is simply what HEAD has at its path.
    pub(super) fn is_as_committed(&self, repository: &Repository, path: &str) -> Result<bool> {
        Ok(match self.store.sight(path)? {
            Sighted::Bytes(bytes) => is_heads(repository, &LoadedFile { path: path.to_owned(), bytes }),
            _ => false,
        })
    }

    fn archived_task(&self, id: &TaskId) -> Result<Loaded> {
        let archived = self.store.archived()?.into_iter().find(|(other, _)| other == id);
        let missing = || Refusal::NoSuchTask { word: id.to_string(), near: None };
        let (_, path) = archived.ok_or_else(missing)?;
        let Sighted::Bytes(bytes) = self.store.sight(&path)? else { return Err(missing().into()) };
        let document = Document::from_bytes(bytes.clone()).map_err(|problem| bad_file(Some(id), &path, &problem))?;
        let mut task = Task::read(id.clone(), State::Done, path.clone(), document)
            .map_err(|problem| bad_file(Some(id), &path, &problem))?;
        if task.front.resolution.is_some() {
            task.state = State::Failed;
        }
        Ok(Loaded { task, cell: None, file: Some(LoadedFile { path, bytes }), takes_up: false })
    }

    pub(super) fn read_file(&self, id: &TaskId, state: State, path: &str) -> Result<Task> {
        task_of(id, state, path, self.store.sight(path)?)
    }
}

/// The text of a task with what an editor, which had read it before a verb wrote the last one, has overwritten.
fn put_back_into(task: &Task, last: Option<Vec<u8>>) -> Option<Document> {
    let last = last.filter(|last| last != task.document.as_str().as_bytes())?;
    put_back(&Document::from_bytes(last).ok()?, &task.document)
}

/// Reads a task from what lies at a path.
pub(super) fn task_of(id: &TaskId, state: State, path: &str, sighted: Sighted) -> Result<Task> {
    let bytes = match sighted {
        Sighted::Bytes(bytes) => bytes,
        Sighted::Missing => return Err(Refusal::NoSuchTask { word: id.to_string(), near: None }.into()),
        Sighted::Refused(why) => return Err(bad_sight(id, path, &why).into()),
    };
    let document = Document::from_bytes(bytes).map_err(|problem| bad_file(Some(id), path, &problem))?;
    Task::read(id.clone(), state, path.to_owned(), document)
        .map_err(|problem| bad_file(Some(id), path, &problem).into())
}

/// The full name of a task's cell.
pub fn cell_name(id: &TaskId) -> String {
    format!("{CELLS}{id}")
}

/// Reads the claim out of a cell. One that cannot be read is never taken for none: the next change would overwrite it.
pub fn read_claim(repository: &Repository, id: &TaskId, cell: Oid) -> Result<Claim> {
    claim_from(id, &claim_bytes(repository, id, cell)?)
}

/// The bytes of the claim in a cell.
pub(super) fn claim_bytes(repository: &Repository, id: &TaskId, cell: Oid) -> Result<Vec<u8>> {
    let bytes = repository.cell_file(cell, CLAIM).map_err(|_| refused(id, "it is no cell of a task"))?;
    Ok(bytes.ok_or_else(|| refused(id, "the cell has no claim"))?)
}

/// Reads the bytes of a claim.
pub(super) fn claim_from(id: &TaskId, bytes: &[u8]) -> Result<Claim> {
    let mut claim = Claim::from_bytes(bytes).ok_or_else(|| refused(id, "its claim cannot be read"))?;
    if claim.id != *id {
        return Err(refused(id, &format!("its claim is about {}", claim.id)).into());
    }
    if !is_path_of(&claim.path, id, claim.state) {
        claim.path = format!("{}/{id}.md", folder_path(claim.state));
    }
    Ok(claim)
}

fn refused(id: &TaskId, message: &str) -> Refusal {
    Refusal::BadFile {
        task: Some(id.clone()),
        place: cell_name(id),
        message: message.to_owned(),
        hint: Some("a newer mcp may have written it, which would read it; nothing was changed".to_owned()),
    }
}

fn cell_text(repository: &Repository, cell: Option<Oid>) -> Result<Option<Vec<u8>>> {
    match cell {
        Some(cell) => repository.cell_file(cell, TEXT),
        None => Ok(None),
    }
}

/// The path at which a task's file lies in a state, with the file name that it has.
pub fn path_in(state: State, old_path: &str) -> String {
    let name = old_path.rsplit('/').next().unwrap_or(old_path);
    format!("{}/{name}", folder_path(state))
}

fn is_path_of(path: &str, id: &TaskId, state: State) -> bool {
    // A claim may come from elsewhere: its path is a hint and must be one that this program would make.
    let in_tasks = path.strip_prefix(TASKS).and_then(|rest| rest.strip_prefix('/'));
    in_tasks
        .and_then(|rest| rest.strip_prefix(state.folder())?.strip_prefix('/'))
        .is_some_and(|name| TaskId::of_file_name(name).as_ref() == Some(id) && !name.contains('/'))
}

/// Whether a path is one at which a task's file may lie.
pub(crate) fn is_file_of(path: &str, id: &TaskId) -> bool {
    State::ALL.into_iter().any(|state| is_path_of(path, id, state))
}

fn is_heads(repository: &Repository, file: &LoadedFile) -> bool {
    let committed = || -> Result<Option<Vec<u8>>> {
        let Some(commit) = repository.head()?.commit else { return Ok(None) };
        let tree = repository.tree_of(commit)?;
        Ok(repository.blob_at(tree, &file.path)?.map(|(_, bytes)| bytes))
    };
    committed().is_ok_and(|bytes| bytes.as_deref() == Some(&file.bytes))
}

/// Whether a file tells of something that the cell has not heard of, as one does that was merged from two branches: such a file
/// is no old copy.
fn knows_more(repository: &Repository, task: &Task, cell: Option<Oid>) -> bool {
    let Ok(Some(text)) = cell_text(repository, cell) else { return false };
    let Ok(known) = Document::from_bytes(text) else { return false };
    let known: Vec<String> = known.entries(LOG).into_iter().map(|entry| entry.text).collect();
    task.document.entries(LOG).iter().any(|entry| !known.contains(&entry.text))
}

pub(super) fn rev_of(bytes: &[u8]) -> u64 {
    let document = Document::from_bytes(bytes.to_vec()).ok();
    document.and_then(|document| document.key("rev")).and_then(|rev| rev.as_u64()).unwrap_or(0)
}

/// Refuses what lies at a task's path and is no file to read.
pub(super) fn bad_sight(id: &TaskId, path: &str, why: &str) -> Refusal {
    Refusal::BadFile {
        task: Some(id.clone()),
        place: path.to_owned(),
        message: format!("it is {why}"),
        hint: Some("put a regular file in its place".to_owned()),
    }
}

pub(crate) fn bad_file(task: Option<&TaskId>, path: &str, problem: &Problem) -> Refusal {
    Refusal::BadFile {
        task: task.cloned(),
        place: format!("{path}:{}:{}", problem.line, problem.column),
        message: problem.message.clone(),
        hint: problem
            .hint
            .clone()
            .or_else(|| Some("mend the file with any editor; nothing in it was changed".to_owned())),
    }
}

pub(crate) fn problem_of(error: &anyhow::Error, path: &str) -> Result<BoardProblem> {
    match error.downcast_ref::<Refusal>() {
        Some(refusal @ Refusal::BadFile { place, message, .. }) => Ok(BoardProblem {
            place: place.clone(),
            code: refusal.code(),
            message: message.clone(),
            hint: refusal.hint(),
        }),
        _ => Ok(BoardProblem { place: path.to_owned(), code: "unreadable", message: format!("{error:#}"), hint: None }),
    }
}

impl Store {
    /// Whether a path lies in a state's folder, and in which.
    pub fn state_of(path: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| {
            let name = path.strip_prefix(&folder_path(*state)).and_then(|rest| rest.strip_prefix('/'));
            name.is_some_and(|name| name.ends_with(".md") && !name.contains('/'))
        })
    }
}

//! The files of retrospectives: listed, found by a word, and changed under one lock.

use std::time::Duration;

use anyhow::Result;

use crate::model::{BoardProblem, Refusal, Retro, RetroId, TaskId, tasks_at_a_glance};
use crate::store::{Lock, Replaced, Sighted, lock};
use crate::text::{Document, EditRefused, Problem};

use super::super::load::problem_of;
use super::super::workspace::Workspace;

/// The folder of the retrospectives.
pub const RETROS: &str = ".mcp/retros";
/// How long a command waits for another one that writes a retrospective.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often an edit is made anew because somebody saved the file meanwhile.
const TRIES: usize = 8;

impl Workspace {
    /// The ids of all retrospectives, oldest first, from the listing alone.
    pub fn retro_ids(&self) -> Result<Vec<RetroId>> {
        let names = self.store.names(RETROS)?;
        let mut ids: Vec<_> = names.iter().filter_map(|name| RetroId::of_file_name(name)).collect();
        ids.sort();
        Ok(ids)
    }

    /// All retrospectives in the order in which they were written; what cannot be read becomes a problem.
    pub fn retros(&self) -> Result<(Vec<Retro>, Vec<BoardProblem>)> {
        let (mut retros, mut problems) = (Vec::new(), Vec::new());
        for id in self.retro_ids()? {
            match self.retro(&id) {
                Ok(retro) => retros.push(retro),
                Err(error) => problems.push(problem_of(&error, &path_of(&id))?),
            }
        }
        // Two of one second are told apart by which was closed first.
        retros.sort_by_cached_key(|retro| {
            (retro.front.created, retro.front.closed.is_none(), retro.front.closed, retro.id.clone())
        });
        Ok((retros, problems))
    }

    /// Reads one.
    pub fn retro(&self, id: &RetroId) -> Result<Retro> {
        Ok(self.read_retro(id)?.0)
    }

    /// The one that a word means; without a word the one that is open.
    pub fn resolve_retro(&self, word: Option<&str>) -> Result<Retro> {
        let Some(word) = word else { return self.open_retro() };
        let mut ids = self.retro_ids()?;
        if let Some(id) = RetroId::parse(word.trim()).filter(|id| ids.contains(id)) {
            return self.retro(&id);
        }
        ids.retain(|id| id.is_meant_by(word));
        match ids.as_slice() {
            [id] => self.retro(id),
            [] => Err(Refusal::NoSuchRetro { word: word.to_owned() }.into()),
            many => Err(several(&format!("`{word}` could be any of"), many).into()),
        }
    }

    /// The same, but when none is open without a word the last one.
    pub fn resolve_retro_or_last(&self, word: Option<&str>) -> Result<Retro> {
        match self.resolve_retro(word) {
            Ok(retro) => Ok(retro),
            Err(error) => match self.retros()?.0.pop() {
                Some(last) if word.is_none() && last.front.closed.is_some() => Ok(last),
                _ => Err(error),
            },
        }
    }

    fn open_retro(&self) -> Result<Retro> {
        let (mut retros, _) = self.retros()?;
        retros.retain(|retro| retro.front.closed.is_none());
        if retros.len() > 1 {
            let ids: Vec<_> = retros.into_iter().map(|retro| retro.id).collect();
            return Err(several("several retrospectives are open:", &ids).into());
        }
        retros.pop().ok_or_else(|| {
            let hint = Some("`mcp retro` writes one when it is due, `mcp retro list` names the closed ones".to_owned());
            Refusal::Retro { message: "no retrospective is open".to_owned(), hint }.into()
        })
    }

    /// The tasks of a closed one as far as a look at its first lines tells.
    pub(super) fn glance_at_retro(&self, id: &RetroId) -> Result<Option<Vec<TaskId>>> {
        let Sighted::Bytes(bytes) = self.store.sight(&path_of(id))? else { return Ok(None) };
        Ok(std::str::from_utf8(&bytes).ok().and_then(tasks_at_a_glance))
    }

    /// Takes the lock of all retrospectives of the repository.
    pub(super) fn lock_retros(&self) -> Result<Lock> {
        lock(&self.common_dir.join("mcp/locks/retro"), PATIENCE)?.ok_or_else(|| Refusal::RetroBusy.into())
    }

    /// Changes a retrospective under the held lock; `edit` is asked again when somebody saved the file meanwhile.
    pub(super) fn edit_retro(
        &self,
        _lock: &Lock,
        id: &RetroId,
        edit: impl Fn(&Retro) -> Result<Document>,
    ) -> Result<Retro> {
        for _ in 0..TRIES {
            let (retro, bytes) = self.read_retro(id)?;
            let document = edit(&retro)?;
            let edited = Retro::read(id.clone(), retro.path.clone(), document)
                .map_err(|problem| bad_file(&retro.path, &problem))?;
            let new = edited.document.as_str().as_bytes();
            if new == bytes || self.store.replace(&retro.path, &bytes, new, "retro")? == Replaced::Done {
                return Ok(edited);
            }
        }
        Err(Refusal::RetroBusy.into())
    }

    fn read_retro(&self, id: &RetroId) -> Result<(Retro, Vec<u8>)> {
        let path = path_of(id);
        let bytes = match self.store.sight(&path)? {
            Sighted::Bytes(bytes) => bytes,
            Sighted::Missing => return Err(Refusal::NoSuchRetro { word: id.to_string() }.into()),
            Sighted::Refused(why) => {
                let hint = Some("put a regular file in its place".to_owned());
                return Err(Refusal::BadFile { task: None, place: path, message: format!("it is {why}"), hint }.into());
            }
        };
        let read =
            Document::from_bytes(bytes.clone()).and_then(|document| Retro::read(id.clone(), path.clone(), document));
        Ok((read.map_err(|problem| bad_file(&path, &problem))?, bytes))
    }
}

/// Where the file of a retrospective lies.
pub(super) fn path_of(id: &RetroId) -> String {
    format!("{RETROS}/{id}.md")
}

/// The refusal after an edit that the text did not allow.
pub(super) fn left_alone(path: &str, refused: &EditRefused) -> Refusal {
    let hint = Some("edit it by hand".to_owned());
    Refusal::Retro { message: format!("{path} was left alone: {}", refused.reason), hint }
}

fn bad_file(path: &str, problem: &Problem) -> Refusal {
    super::super::load::bad_file(None, path, problem)
}

fn several(what: &str, ids: &[RetroId]) -> Refusal {
    let names: Vec<_> = ids.iter().map(RetroId::as_str).collect();
    let hint = Some("name the one you mean by its last six characters".to_owned());
    Refusal::Retro { message: format!("{what} {}", names.join(", ")), hint }
}

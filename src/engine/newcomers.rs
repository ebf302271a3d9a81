//! Files that somebody dropped into a state folder: given an id and taken in.

use std::time::Duration;

use anyhow::Result;

use crate::git::Repository;
use crate::model::{Change, Edit, Place, Task, TaskId, said, slug};
use crate::store::{Renamed, Sighted, folder_path, lock};
use crate::text::Document;

use super::load::{Loaded, LoadedFile};
use super::workspace::Workspace;

/// How long a command waits for another one that takes newcomers in.
const PATIENCE: Duration = Duration::from_secs(10);

impl Workspace {
    /// Takes in every newcomer that can be read, and says so in a line each.
    pub(crate) fn adopt_newcomers(&self, repository: &Repository) -> Result<Vec<String>> {
        if !self.store.have_newcomers(&self.looked())? {
            return Ok(Vec::new());
        }
        // Two processes at once would give one file two ids; and what one that died has taken in already is finished first.
        let Some(_lock) = lock(&self.git_dir.join("mcp/locks/newcomers"), PATIENCE)? else { return Ok(Vec::new()) };
        let mut notes = self.finish_changes(repository)?;
        let catalog = self.store.catalog()?;
        let newcomers = catalog.newcomers.iter().filter(|place| place.state.is_open());
        for place in newcomers {
            let Sighted::Bytes(bytes) = self.store.sight(&place.path)? else { continue };
            // An editor may have made the file and not written it yet; what cannot be read stays a problem of the listing.
            let Some(document) = Document::from_bytes(bytes.clone()).ok().filter(|_| !bytes.trim_ascii().is_empty())
            else {
                continue;
            };
            let renamed =
                document.key("id").and_then(|id| TaskId::parse(id.as_str()?)).filter(|id| !catalog.contains(id));
            if let Some(id) = renamed {
                let path = named(place, &id, &title_of(&document, place));
                if self.store.rename(&place.path, &path)? == Renamed::Done {
                    notes.push(format!("{} is {id}: renamed to {path}", place.path));
                }
                continue;
            }
            match self.adopt(repository, place, bytes, document) {
                Ok(note) => notes.extend(note),
                // One file that cannot be taken in keeps nobody from working on the others.
                Err(error) => notes.push(format!("{} is not taken in: {error:#}", place.path)),
            }
        }
        Ok(notes)
    }

    fn adopt(
        &self,
        repository: &Repository,
        place: &Place,
        bytes: Vec<u8>,
        document: Document,
    ) -> Result<Option<String>> {
        let id = self.fresh_id(repository)?;
        let title = title_of(&document, place);
        let path = named(place, &id, &title);
        let Ok(task) = Task::read(id.clone(), place.state, path.clone(), document) else { return Ok(None) };
        let now = self.now();
        let mut change = Change::staying(&task, "taken in").edit(Edit::set("id", &id));
        if task.front.title.is_none() {
            change = change.edit(Edit::set("title", &title));
        }
        if task.front.created.is_none() {
            change = change.edit(Edit::set("created", now));
        }
        let change = change.logged(now, self.actor(), format!("{} {}", said::TAKEN_IN, place.path));
        let file = Some(LoadedFile { path: place.path.clone(), bytes });
        let event = self.bring(repository, Loaded { task, cell: None, file, takes_up: false }, change)?;
        Ok(event.map(|_| format!("took in {} as {id}", place.path)))
    }
}

fn title_of(document: &Document, place: &Place) -> String {
    let written = document.key("title").and_then(|title| title.as_str().map(str::to_owned));
    let name = place.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".md");
    let title = written.or_else(|| document.first_heading()).filter(|title| !title.trim().is_empty());
    crate::model::one_line(&title.unwrap_or_else(|| name.replace(['-', '_'], " ")))
}

fn named(place: &Place, id: &TaskId, title: &str) -> String {
    let folder = folder_path(place.state);
    match slug(title).as_str() {
        "" => format!("{folder}/{id}.md"),
        slug => format!("{folder}/{id}-{slug}.md"),
    }
}

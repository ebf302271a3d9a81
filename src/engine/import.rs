//! `import`: brings the tasks of another tool onto the board, or what has changed there since.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::import::{ForeignTask, Format, Own, Source, SourceFile, caught_up, document_of, imprint, imprint_of, link};
use crate::model::{Edit, Entry, LOG, Refusal, Setting, State, Task, TaskId, apply_all, missing_for_ready, said};
use crate::store::NewTask;
use crate::text::Document;

use super::import_known::Known;
use super::import_report::{Brought, Imported, Kept};
use super::import_update::Update;
use super::workspace::Workspace;

/// What is to be imported, and how.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// The other tool.
    pub format: Format,
    /// Its files.
    pub files: Vec<SourceFile>,
    /// Tells this source from others of the same format.
    pub name: Option<String>,
    /// Nothing is written.
    pub is_dry: bool,
    /// What was changed both here and there becomes what it is there.
    pub takes_theirs: bool,
    /// Tasks that meet the definition of ready go there at once.
    pub makes_ready: bool,
}

impl Workspace {
    /// Imports the tasks of a source.
    pub fn import(&self, options: &ImportOptions) -> Result<Imported> {
        let repository = self.repository()?;
        let read = options.format.read(&options.files);
        let mut source = read.map_err(|unreadable| {
            let hint = Some("docs/import.md tells what each format looks like".to_owned());
            Refusal::BadFile { task: None, place: unreadable.place, message: unreadable.message, hint }
        })?;
        let prefix = prefix(options);
        let mut known = self.known_sources(&repository)?;
        link(&mut source, |key| known.by_source.contains_key(&format!("{prefix}{key}")));
        let ids = self.ids_of(&repository, &source, &prefix, &mut known)?;
        let mut imported = Imported::of(&source);
        let (new, updates) = self.sorted(options, &source, &prefix, &ids, &known, &mut imported)?;
        let is_ours = |name: &&String| name.starts_with(&prefix) && options.format != Format::Mcp;
        let still: BTreeSet<String> = source.tasks.iter().map(|task| format!("{prefix}{}", task.key)).collect();
        let gone = known.by_source.keys().filter(is_ours).filter(|name| !still.contains(*name));
        imported.gone = gone.map(|name| (known.by_source[name].id.clone(), name.clone())).collect();
        imported.oddities.append(&mut source.oddities);
        if options.is_dry {
            self.would_update(&repository, updates, options.takes_theirs, &mut imported)?;
            return Ok(imported);
        }
        let done_before = new.iter().filter(|task| task.state == State::Done).map(|task| task.id.clone()).collect();
        let mut paths: Vec<_> = new.iter().map(|task| task.path.clone()).collect();
        self.bring_all(new, done_before)?;
        paths.extend(self.update_all(updates, options.takes_theirs, &mut imported)?);
        if !paths.is_empty() {
            let message = format!("board: import {} tasks from {}", paths.len(), options.format.name());
            imported.committed = Some(self.commit_board(&message, &paths, false)?);
        }
        Ok(imported)
    }

    /// Tells new tasks from those to be looked at, and counts those that are as they were.
    fn sorted(
        &self,
        options: &ImportOptions,
        source: &Source,
        prefix: &str,
        ids: &BTreeMap<String, TaskId>,
        known: &Known,
        imported: &mut Imported,
    ) -> Result<(Vec<NewTask>, Vec<Update>)> {
        let (mut new, mut updates) = (Vec::new(), Vec::new());
        for foreign in &source.tasks {
            let name = format!("{prefix}{}", foreign.key);
            let id = &ids[&foreign.key];
            if let Some(own) = &foreign.own {
                self.take_back(foreign, own, ids, known, &mut new, imported)?;
                continue;
            }
            let fresh = |log: &[Entry]| {
                document_of(foreign, ids, Some(&name), log).map_err(|refused| Refusal::BadFile {
                    task: None,
                    place: foreign.place.clone(),
                    message: format!("{} cannot be made a task: {}", foreign.key, refused.reason),
                    hint: None,
                })
            };
            let Some(old) = known.by_source.get(&name) else {
                let mut log = foreign.comments.clone();
                let text = format!("{} {} {}", said::IMPORTED, options.format.name(), foreign.key);
                log.push(Entry { at: self.now(), actor: self.actor().clone(), text, details: String::new() });
                let task = self.first(id, foreign, fresh(&log)?, options.makes_ready)?;
                imported.count(&task);
                imported.created.push(Brought { id: id.clone(), source: name, title: task.title(), state: task.state });
                new.push(self.planned(id, task.state, &task.title(), task.document.into_string())?);
                continue;
            };
            let document = fresh(&[])?;
            let task = Task::read(id.clone(), foreign.state, String::new(), document)
                .map_err(|problem| super::load::bad_file(None, &foreign.place, &problem))?;
            imported.count(&task);
            let is_new = |entry: &&Entry| !Edit::append(LOG, entry).is_in(&old.document);
            let comments: Vec<Entry> = foreign.comments.iter().filter(is_new).cloned().collect();
            if comments.is_empty() && imprint_of(&task.document) == imprint_of(&old.document) {
                imported.unchanged += 1;
                continue;
            }
            updates.push(Update { id: id.clone(), name, document: task.document, state: foreign.state, comments });
        }
        Ok((new, updates))
    }

    /// A new task with its first revision, in ready if that is wanted and it may go there.
    fn first(&self, id: &TaskId, foreign: &ForeignTask, mut document: Document, makes_ready: bool) -> Result<Task> {
        let refused = |reason: String| Refusal::BadFile {
            task: None,
            place: foreign.place.clone(),
            message: format!("{} cannot be made a task: {reason}", foreign.key),
            hint: None,
        };
        let mut edits = vec![Edit::set("id", id), Edit::Set("rev".to_owned(), Setting::Number(1))];
        if document.key("created").is_none() {
            edits.push(Edit::set("created", self.now()));
        }
        apply_all(&edits, &mut document).map_err(|error| refused(error.reason))?;
        let read = Task::read(id.clone(), foreign.state, String::new(), document);
        let mut task = read.map_err(|problem| refused(problem.to_string()))?;
        let may_be_ready = makes_ready && task.state == State::Pending && task.front.blocked.is_none();
        if may_be_ready && missing_for_ready(&task, |_| true).is_empty() {
            task.state = State::Ready;
        }
        Ok(task)
    }

    /// A task that was exported: it comes back under its own id, unless the board has it.
    fn take_back(
        &self,
        foreign: &ForeignTask,
        own: &Own,
        ids: &BTreeMap<String, TaskId>,
        known: &Known,
        new: &mut Vec<NewTask>,
        imported: &mut Imported,
    ) -> Result<()> {
        let bad = |message: String| Refusal::BadFile { task: None, place: foreign.place.clone(), message, hint: None };
        let id = &own.id;
        let document = caught_up(foreign, own, ids).map_err(|refused| bad(refused.reason))?;
        let task = Task::read(id.clone(), foreign.state, String::new(), document)
            .map_err(|problem| super::load::bad_file(None, &foreign.place, &problem))?;
        imported.count(&task);
        if !known.taken.contains(id) {
            let title = task.title();
            imported.created.push(Brought {
                id: id.clone(),
                source: id.to_string(),
                title: title.clone(),
                state: task.state,
            });
            new.push(self.planned(id, task.state, &title, task.document.into_string())?);
            return Ok(());
        }
        let repository = self.repository()?;
        let old = self.load_at(&repository, id, &known.catalog.places(id))?.task;
        // Keys may be quoted in another way, or stand in another order.
        let log = |task: &Task| task.document.section_text(LOG).map(str::to_owned);
        let is_alike =
            imprint(&old.document, old.state) == imprint(&task.document, task.state) && log(&old) == log(&task);
        if old.document.as_str() == task.document.as_str() && old.state == task.state || is_alike {
            imported.unchanged += 1;
        } else {
            let field = if old.state == task.state { "text" } else { "state" };
            imported.kept.push(Kept { id: id.clone(), source: id.to_string(), field: field.to_owned() });
        }
        Ok(())
    }
}

/// What the value of `source` begins with for tasks of a source.
fn prefix(options: &ImportOptions) -> String {
    let format = options.format.name();
    match (&options.name, options.format) {
        (_, Format::Mcp) => String::new(),
        (Some(name), _) => format!("{format}:{name}/"),
        (None, _) => format!("{format}:"),
    }
}

//! Writing a retrospective down from what the tasks' files say.

use anyhow::Result;

use crate::git::Repository;
use crate::model::{
    Catalog, FACTS, FOLLOW_UP, LOG, Part, RETRO_KEYS, RETRO_ORDER, Refusal, Retro, RetroId, State, TOTALS, Task,
    TaskFacts, TaskId, Timestamp, facts_text, totals_text, workers_of,
};
use crate::text::{Document, EditRefused, Value};

use super::super::board_commit::Committed;
use super::super::load::cell_name;
use super::super::workspace::Workspace;
use super::due::Due;
use super::file::{left_alone, path_of};

/// The tasks that one retrospective takes at most: their ids have to fit into its front matter.
const MOST: usize = 3000;
/// Ids that are tried before giving up.
const TRIES: usize = 20;

/// An open retrospective, and whether it has just been written.
#[derive(Debug)]
pub struct Begun {
    /// The retrospective.
    pub retro: Retro,
    /// It is new.
    pub is_new: bool,
    /// What became of the board's commit.
    pub committed: Committed,
}

impl Workspace {
    /// The open retrospective, else a new one if it is due, or if it is wanted `now`.
    pub fn begin_retro(&self, now: bool) -> Result<Begun> {
        let _lock = self.lock_retros()?;
        let catalog = self.catalog()?;
        let due = self.retro_due(&catalog)?;
        if !due.open.is_empty() {
            let retro = self.resolve_retro(None)?;
            return Ok(Begun { retro, is_new: false, committed: Committed::NotAsked });
        }
        if let Some(id) = due.unreadable.first() {
            // Its tasks would be told twice.
            self.retro(id)?;
        }
        if !due.is_due() && (!now || due.done.is_empty()) {
            let (done, every) = (due.done.len(), due.every);
            if now {
                let why = "no task has become done since the last retrospective".to_owned();
                return Err(Refusal::Nothing { why, hint: None }.into());
            }
            return Err(Refusal::RetroNotDue { done, every }.into());
        }
        let retro = self.write_retro(&catalog, &due)?;
        let message = format!("retro: {}\n\nabout {}\n", retro.id, counted(retro.front.tasks.len()));
        let committed = self.commit_board(&message, std::slice::from_ref(&retro.path), false)?;
        Ok(Begun { retro, is_new: true, committed })
    }

    fn write_retro(&self, catalog: &Catalog, due: &Due) -> Result<Retro> {
        let repository = self.repository()?;
        let (retros, _) = self.retros()?;
        let (facts, unreadable) = self.facts(&repository, due.done.iter().take(MOST));
        let ids: Vec<_> = facts.iter().map(TaskFacts::id).chain(unreadable.iter().map(|(id, _)| id)).collect();
        let unreadable: Vec<_> = unreadable.iter().map(|(id, why)| format!("{id}: {why}")).collect();
        let told: Vec<_> =
            retros.iter().flat_map(|retro| retro.front.given_up.iter().chain(&retro.front.tasks)).collect();
        let is_new = |(id, state): &(&TaskId, State)| *state == State::Failed && !told.contains(id);
        let given_up: Vec<_> = catalog.iter().filter(is_new).map(|(id, _)| id).take(MOST).collect();
        let mut participants = self.config.retro.participants.clone();
        if participants.is_empty() {
            participants = workers_of(&facts);
        }
        if participants.is_empty() {
            // Moved by hand, all of them: whoever asks for the retrospective has something to say.
            participants.push(self.actor().clone());
        }
        let previous = retros.iter().rfind(|retro| retro.front.closed.is_some());
        let given_up_lines: Vec<_> = given_up.iter().map(|id| self.given_up_line(&repository, id)).collect();
        let sections = [
            (FACTS, facts_text(&facts, &given_up_lines, &unreadable)),
            (TOTALS, totals_text(&facts)),
            (FOLLOW_UP, self.follow_up(&repository, previous)),
        ];
        let now = self.now();
        let logged = format!("- {now} {} written about {}", self.actor(), counted(ids.len()));
        for _ in 0..TRIES {
            let id = self.fresh_retro_id(now)?;
            let path = path_of(&id);
            let lists =
                [("tasks", words(&ids)), ("given_up", words(&given_up)), ("participants", words(&participants))];
            let fill = |document: &mut Document| -> Result<(), EditRefused> {
                document.set_ordered("id", id.as_str(), RETRO_KEYS)?;
                document.set_ordered("created", now.to_string(), RETRO_KEYS)?;
                for (key, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
                    document.set_ordered(key, list.clone(), RETRO_KEYS)?;
                }
                if let Some(previous) = previous {
                    document.set_ordered("previous", previous.id.as_str(), RETRO_KEYS)?;
                }
                for (section, text) in &sections {
                    document.replace_section(section, text, RETRO_ORDER)?;
                }
                document.append(LOG, &logged, RETRO_ORDER)
            };
            let mut document = template(&id)?;
            fill(&mut document).map_err(|refused| left_alone(&path, &refused))?;
            if self.store.place(&path, document.as_str().as_bytes())? {
                return self.retro(&id);
            }
        }
        anyhow::bail!("no free id was found in {TRIES} tries")
    }

    /// The facts of tasks in the order in which they were done, and why the others tell nothing.
    fn facts<'a>(
        &self,
        repository: &Repository,
        ids: impl Iterator<Item = &'a TaskId>,
    ) -> (Vec<TaskFacts>, Vec<(TaskId, String)>) {
        let (mut facts, mut unreadable) = (Vec::new(), Vec::new());
        for id in ids {
            match self.load(repository, id) {
                Ok(loaded) => facts.push(TaskFacts::of(&loaded.task)),
                Err(error) => unreadable.push((id.clone(), format!("{error:#}"))),
            }
        }
        facts.sort_by_key(TaskFacts::done_at);
        (facts, unreadable)
    }

    fn given_up_line(&self, repository: &Repository, id: &TaskId) -> String {
        match self.load(repository, id) {
            Ok(loaded) => format!("{id} {}: {}", loaded.task.title(), ending(&loaded.task)),
            Err(error) => format!("{id}: {error:#}"),
        }
    }

    /// What became of the action items of the last closed retrospective.
    fn follow_up(&self, repository: &Repository, previous: Option<&Retro>) -> String {
        let Some(previous) = previous else { return "This is the first retrospective.\n".to_owned() };
        let items = previous.remarks(Part::Actions);
        if items.is_empty() {
            return format!("{} had no action items.\n", previous.id);
        }
        let lines = items.iter().map(|item| match &item.task {
            Some(id) => format!("- {id} {}: {}\n", item.text, self.fate(repository, id)),
            None => format!("- {}: no task was made of it\n", item.text),
        });
        format!("Of {}:\n\n{}", previous.id, lines.collect::<String>())
    }

    fn fate(&self, repository: &Repository, id: &TaskId) -> String {
        match self.load(repository, id).map(|loaded| loaded.task) {
            Ok(task) if task.state == State::Failed => ending(&task),
            Ok(task) if task.state == State::Done => "done".to_owned(),
            Ok(task) => {
                let by = task.assignee().map_or_else(String::new, |actor| format!(", with {actor}"));
                format!("still in {}{by}", task.state)
            }
            Err(error) if matches!(error.downcast_ref(), Some(Refusal::NoSuchTask { .. })) => "gone".to_owned(),
            Err(error) => format!("not readable: {error:#}"),
        }
    }

    fn fresh_retro_id(&self, now: Timestamp) -> Result<RetroId> {
        for _ in 0..TRIES {
            let mut bytes = [0; 16];
            getrandom::fill(&mut bytes)
                .map_err(|error| anyhow::anyhow!("asking the system for random bytes: {error}"))?;
            if let Some(id) = RetroId::from_random(now, &bytes) {
                return Ok(id);
            }
        }
        anyhow::bail!("no free id was found in {TRIES} tries")
    }

    /// Whether the board knows a task, in this checkout or elsewhere.
    pub(super) fn knows(&self, repository: &Repository, catalog: &Catalog, id: &TaskId) -> Result<bool> {
        Ok(catalog.contains(id)
            || repository.cell(&cell_name(id))?.is_some()
            || self.store.archived()?.iter().any(|(other, _)| other == id))
    }
}

/// How a task in `failed/` ended, in words.
fn ending(task: &Task) -> String {
    task.front.resolution.clone().unwrap_or_else(|| "given up".to_owned())
}

fn counted(tasks: usize) -> String {
    if tasks == 1 { "1 task".to_owned() } else { format!("{tasks} tasks") }
}

fn template(id: &RetroId) -> Result<Document> {
    let date = id.as_str().get(..10).unwrap_or_default();
    let text = crate::store::RETRO_TEMPLATE.replacen("# Retrospective\n", &format!("# Retrospective of {date}\n"), 1);
    Document::parse(text).map_err(|problem| anyhow::anyhow!("the template of retrospectives: {problem}"))
}

fn words(list: &[impl ToString]) -> Vec<Value> {
    list.iter().map(|word| Value::from(word.to_string())).collect()
}

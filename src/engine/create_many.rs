//! `create --from`: many tasks at once out of a plan, with dependencies between them by local name; all of them, or none.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use crate::git::Repository;
use crate::import::{ForeignTask, Source, link, read_batch};
use crate::model::{Change, Edit, Priority, Refusal, Setting, State, Task, TaskId, apply_all, missing_for_ready, said};
use crate::store::NewTask;

use super::board_commit::Committed;
use super::create::Draft;
use super::workspace::Workspace;

/// What counts for all tasks of a plan that do not say it themselves.
#[derive(Clone, Debug, Default)]
pub struct ManyOptions {
    /// What the plan is called: its file's name.
    pub name: String,
    /// Template, priority, labels, needs, parent, assignee.
    pub draft: Draft,
    /// Go on to ready at once: all must meet the definition of ready.
    pub is_ready: bool,
    /// Also if the same plan has been created before.
    pub is_again: bool,
}

/// The tasks of a plan.
#[derive(Clone, Debug)]
pub struct Many {
    /// In the order of the plan.
    pub tasks: Vec<Task>,
    /// They were there before, from the very same plan.
    pub is_noop: bool,
    /// What became of the board's commit.
    pub committed: Committed,
}

impl Workspace {
    /// Creates all tasks of a plan.
    pub fn create_many(&self, text: &str, options: &ManyOptions) -> Result<Many> {
        let repository = self.repository()?;
        let source = read_batch(&options.name, text)
            .map_err(|unreadable| bad(format!("{}: {}", unreadable.place, unreadable.message)))?;
        if source.tasks.is_empty() {
            let hint = Some("a heading of level two a task, or a list with an item a task".to_owned());
            return Err(Refusal::BadInput { message: format!("there is no task in {}", options.name), hint }.into());
        }
        let digest: String = Sha256::digest(text.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let origin = format!("{}@{digest}", options.name);
        if let Some(tasks) = self.made_before(&repository, &digest, &source)?.filter(|_| !options.is_again) {
            return Ok(Many { tasks, is_noop: true, committed: Committed::NotAsked });
        }
        let source = self.sound(&repository, source)?;
        let ids = self.new_ids(&repository, &source)?;
        let mut tasks = Vec::new();
        let mut missing = Vec::new();
        for foreign in &source.tasks {
            let task = self.one_of_many(&repository, foreign, &ids, &origin, options)?;
            if options.is_ready {
                let what = missing_for_ready(&task, |_| true).into_iter();
                missing.extend(what.map(|what| format!("{}: {what}", foreign.place)));
            }
            tasks.push(task);
        }
        if !missing.is_empty() {
            let hint = Some("complete the plan, or leave out `--ready`; nothing was created".to_owned());
            return Err(Refusal::BadInput {
                message: format!("not all tasks are ready: {}", missing.join("; ")),
                hint,
            }
            .into());
        }
        let new: Result<Vec<NewTask>> = tasks
            .iter()
            .map(|task| self.planned(&task.id, task.state, &task.title(), task.document.as_str().to_owned()))
            .collect();
        let new = new?;
        let paths: Vec<_> = new.iter().map(|task| task.path.clone()).collect();
        self.bring_all(new, Vec::new())?;
        for (task, path) in tasks.iter_mut().zip(&paths) {
            task.path.clone_from(path);
        }
        let message = format!("board: create {} tasks of {}", tasks.len(), options.name);
        let committed = self.commit_board(&message, &paths, false)?;
        Ok(Many { tasks, is_noop: false, committed })
    }

    /// The tasks of the very same plan, while any of them is open: then it is typed again, or tried again after a crash.
    fn made_before(&self, repository: &Repository, digest: &str, source: &Source) -> Result<Option<Vec<Task>>> {
        let reading = self.read_states(repository, &State::ALL)?;
        let mark = format!("@{digest}#");
        let is_of_plan = |task: &Task| task.front.source.as_ref().is_some_and(|source| source.contains(&mark));
        let mut tasks: Vec<_> = reading.tasks.into_iter().filter(is_of_plan).collect();
        let name = |text: &str| text.rsplit('#').next().unwrap_or_default().to_owned();
        let order: Vec<_> = source.tasks.iter().map(|task| name(&task.key)).collect();
        tasks.sort_by_key(|task| {
            order.iter().position(|key| task.front.source.as_deref().map(name).as_ref() == Some(key))
        });
        Ok(tasks.iter().any(|task| task.state.is_open()).then_some(tasks))
    }

    /// The plan with every reference one that leads somewhere; refused whole otherwise.
    fn sound(&self, repository: &Repository, mut source: Source) -> Result<Source> {
        let mut wrong = Vec::new();
        let keys: BTreeSet<String> = source.tasks.iter().map(|task| task.key.clone()).collect();
        let mut known = BTreeSet::new();
        for task in &mut source.tasks {
            for word in task.depends_on.iter_mut().chain(&mut task.parent).filter(|word| !keys.contains(*word)) {
                match self.resolve(repository, word) {
                    Ok(id) => {
                        *word = id.to_string();
                        known.insert(word.clone());
                    }
                    Err(_) => {
                        wrong.push(format!("{}: `{word}` is neither a task of the plan nor of the board", task.place))
                    }
                }
            }
        }
        link(&mut source, |key| known.contains(key));
        let is_wrong = |code: &str| {
            matches!(code, "repeated_id" | "circle" | "depends_on_itself" | "unknown_status" | "ambiguous_dependency")
        };
        let odd = source.oddities.iter().filter(|odd| is_wrong(odd.code));
        wrong.extend(odd.map(|odd| format!("{}: {}", odd.place, odd.message)));
        if wrong.is_empty() {
            return Ok(source);
        }
        let hint = Some("mend the plan; nothing was created".to_owned());
        Err(Refusal::BadInput { message: wrong.join("; "), hint }.into())
    }

    fn new_ids(&self, repository: &Repository, source: &Source) -> Result<BTreeMap<String, TaskId>> {
        let catalog = self.catalog()?;
        let mut taken: BTreeSet<TaskId> = catalog.iter().map(|(id, _)| id.clone()).collect();
        let mut ids = BTreeMap::new();
        for task in &source.tasks {
            let id = loop {
                let id = self.fresh_id(repository)?;
                if taken.insert(id.clone()) {
                    break id;
                }
            };
            ids.insert(task.key.clone(), id);
        }
        Ok(ids)
    }

    fn one_of_many(
        &self,
        repository: &Repository,
        foreign: &ForeignTask,
        ids: &BTreeMap<String, TaskId>,
        origin: &str,
        options: &ManyOptions,
    ) -> Result<Task> {
        let id = &ids[&foreign.key];
        let said_of = |key: &str| foreign.keys.iter().find(|(other, _)| other == key).map(|(_, setting)| setting);
        let text = |key: &str| match said_of(key) {
            Some(Setting::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let list = |key: &str, all: &[String]| match said_of(key) {
            Some(Setting::List(list)) => list.iter().chain(all).cloned().collect::<BTreeSet<_>>().into_iter().collect(),
            _ => all.to_vec(),
        };
        let all = &options.draft;
        let priority: Option<Priority> = text("priority").and_then(|priority| priority.parse().ok());
        let draft = Draft {
            title: foreign.title.clone(),
            kind: text("kind").or_else(|| all.kind.clone()),
            priority: priority.or(all.priority),
            labels: list("labels", &all.labels),
            needs: list("needs", &all.needs),
            parent: all.parent.clone(),
            assignee: text("assignee").or_else(|| all.assignee.clone()),
            source: Some(format!("{origin}#{}", foreign.key.rsplit('#').next().unwrap_or_default())),
            ..Draft::default()
        };
        let mut document = self.drafted(repository, &draft)?;
        let of = |key: &String| ids.get(key).map_or_else(|| key.clone(), TaskId::to_string);
        let mut edits = vec![Edit::set("id", id), Edit::Set("rev".to_owned(), Setting::Number(1))];
        let depends_on: Vec<_> = foreign.depends_on.iter().map(of).collect();
        if !depends_on.is_empty() {
            edits.push(Edit::Set("depends_on".to_owned(), Setting::List(depends_on)));
        }
        edits.extend(foreign.parent.as_ref().map(|parent| Edit::set("parent", of(parent))));
        let drafted = ["priority", "kind", "labels", "needs", "assignee"];
        let others = foreign.keys.iter().filter(|(key, _)| !drafted.contains(&key.as_str()));
        edits.extend(others.map(|(key, setting)| Edit::Set(key.clone(), setting.clone())));
        let sections = foreign.sections.iter();
        edits.extend(
            sections.map(|(section, content)| Edit::Replace { section: section.clone(), content: content.clone() }),
        );
        let place = |reason: String| bad(format!("{}: {reason}", foreign.place));
        apply_all(&edits, &mut document).map_err(|refused| place(refused.reason))?;
        let read = Task::read(id.clone(), State::Pending, String::new(), document);
        let mut task = read.map_err(|problem| place(problem.to_string()))?;
        let mut change = Change::staying(&task, "created").logged(self.now(), self.actor(), said::CREATED);
        if options.is_ready {
            change = change.logged(self.now(), self.actor(), said::PREPARED);
            task.state = State::Ready;
        }
        apply_all(&change.edits, &mut task.document).map_err(|refused| place(refused.reason))?;
        Ok(task)
    }
}

fn bad(message: String) -> anyhow::Error {
    Refusal::BadInput { message, hint: Some("nothing was created".to_owned()) }.into()
}

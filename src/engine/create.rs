//! `create`: write a new task down.

use anyhow::Result;

use crate::git::Repository;
use crate::model::{
    Actor, CRITERIA, Change, Edit, Event, Front, GOAL, ORDER, Priority, Refusal, Setting, State, Task, TaskId,
    apply_all, is_placeholder, one_line, said, slug,
};
use crate::store::folder_path;
use crate::text::{Document, Problem};

use super::load::{Loaded, cell_name};
use super::workspace::Workspace;

/// What is known of a task before it is written down.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// One line.
    pub title: String,
    /// Which template; `feature` when not said.
    pub kind: Option<String>,
    /// How urgent; the template's, else P1, when not said.
    pub priority: Option<Priority>,
    /// Free words.
    pub labels: Vec<String>,
    /// Words that mean tasks that must be done first.
    pub depends_on: Vec<String>,
    /// Capabilities that a worker must have.
    pub needs: Vec<String>,
    /// A word that means the task of which this is a part.
    pub parent: Option<String>,
    /// For whom it is kept.
    pub assignee: Option<String>,
    /// The goal.
    pub goal: Option<String>,
    /// Acceptance criteria.
    pub criteria: Vec<String>,
    /// Where it comes from: a retrospective.
    pub source: Option<String>,
    /// Markdown whose sections replace those of the template; text before the first heading is the goal.
    pub body: Option<String>,
}

/// Random ids that are tried before giving up; two in a row that are taken are already a wonder.
const TRIES: usize = 20;

impl Workspace {
    /// Writes a new task into `pending/`.
    pub fn create(&self, draft: &Draft) -> Result<Event> {
        let repository = self.repository()?;
        for _ in 0..TRIES {
            let id = self.fresh_id(&repository)?;
            if let Some(event) = self.create_as(&repository, &id, draft)? {
                return Ok(event);
            }
        }
        anyhow::bail!("no free id was found in {TRIES} tries")
    }

    /// Writes a new task down under a given id; `None` when the id is taken.
    pub(crate) fn create_as(&self, repository: &Repository, id: &TaskId, draft: &Draft) -> Result<Option<Event>> {
        let mut document = self.drafted(repository, draft)?;
        let path = match slug(&one_line(&draft.title)).as_str() {
            "" => format!("{}/{id}.md", folder_path(State::Pending)),
            slug => format!("{}/{id}-{slug}.md", folder_path(State::Pending)),
        };
        apply_all(&[Edit::set("id", id)], &mut document).map_err(|refused| unusable(draft, &refused.reason))?;
        let task = Task::read(id.clone(), State::Pending, path, document)
            .map_err(|problem| unusable(draft, &problem.to_string()))?;
        let change = Change::staying(&task, "created").logged(self.now(), self.actor(), said::CREATED);
        let brought = self.bring(repository, Loaded { task, cell: None, file: None, takes_up: false }, change);
        brought.map_err(|error| match error.downcast_ref() {
            // There is no file yet that could be left alone: what cannot be edited is the template.
            Some(Refusal::EditRefused { reason, .. }) => unusable(draft, reason),
            _ => error,
        })
    }

    /// An id that neither this checkout nor any cell knows.
    pub(crate) fn fresh_id(&self, repository: &Repository) -> Result<TaskId> {
        for _ in 0..TRIES {
            let mut bytes = [0; 16];
            getrandom::fill(&mut bytes)
                .map_err(|error| anyhow::anyhow!("asking the system for random bytes: {error}"))?;
            let Some(id) = TaskId::from_random(&bytes) else { continue };
            if repository.cell(&cell_name(&id))?.is_none() {
                return Ok(id);
            }
        }
        anyhow::bail!("no free id was found in {TRIES} tries")
    }

    pub(super) fn drafted(&self, repository: &Repository, draft: &Draft) -> Result<Document> {
        let title = must_be_title(&draft.title)?;
        let kind = draft.kind.as_deref().unwrap_or("feature");
        let template = self.store.template(kind)?;
        let mut document = Document::parse(template).map_err(|problem| bad_template(kind, problem))?;
        document.read::<Front>().map_err(|problem| bad_template(kind, problem))?;
        let mut edits = vec![Edit::set("title", &title), Edit::set("kind", kind)];
        if let Some(priority) = draft.priority.or_else(|| document.key("priority").is_none().then(Priority::default)) {
            edits.push(Edit::set("priority", priority));
        }
        edits.push(Edit::set("created", self.now()));
        let lists =
            [("labels", draft.labels.clone()), ("depends_on", self.resolve_all(repository, &draft.depends_on)?)];
        for (key, list) in lists.into_iter().chain([("needs", draft.needs.clone())]) {
            if !list.is_empty() {
                edits.push(Edit::Set(key.to_owned(), Setting::List(list)));
            }
        }
        if let Some(parent) = &draft.parent {
            edits.push(Edit::set("parent", self.resolve(repository, parent)?));
        }
        if let Some(name) = draft.assignee.as_deref() {
            let assignee = Actor::named(name).ok_or_else(|| refuse(format!("`{name}` is not a name")))?;
            edits.push(Edit::set("assignee", assignee));
        }
        if let Some(source) = &draft.source {
            edits.push(Edit::set("source", source));
        }
        edits.extend(sections_of(draft)?);
        apply_all(&edits, &mut document).map_err(|refused| unusable(draft, &refused.reason))?;
        Ok(document)
    }

    fn resolve_all(&self, repository: &Repository, words: &[String]) -> Result<Vec<String>> {
        words.iter().map(|word| Ok(self.resolve(repository, word)?.to_string())).collect()
    }
}

/// A title as one line; refuses one that says nothing or too much.
pub(crate) fn must_be_title(title: &str) -> Result<String, Refusal> {
    let title = one_line(title);
    if title.is_empty() {
        return Err(Refusal::EmptyTitle);
    }
    if title.chars().count() > 200 {
        let hint = Some("say it shortly and put the rest into the goal: `--goal TEXT`".to_owned());
        return Err(Refusal::BadInput { message: "the title is longer than 200 characters".to_owned(), hint });
    }
    Ok(title)
}

fn sections_of(draft: &Draft) -> Result<Vec<Edit>> {
    let mut edits = Vec::new();
    let replace = |section: &str, content: String| Edit::Replace { section: section.to_owned(), content };
    if let Some(body) = &draft.body {
        let body =
            Document::parse(body.clone()).map_err(|problem| refuse(format!("the body cannot be read: {problem}")))?;
        let preamble = body.preamble().trim().to_owned();
        if !is_placeholder(&preamble) && body.section(GOAL).is_none() {
            edits.push(replace(GOAL, preamble));
        }
        for section in body.sections() {
            let known = ORDER.iter().find(|known| known.eq_ignore_ascii_case(&section.title));
            let title = known.map_or(section.title.as_str(), |known| known);
            let content = body.as_str()[section.content.clone()].trim().to_owned();
            edits.push(replace(title, content));
        }
    }
    if let Some(goal) = draft.goal.as_deref().filter(|goal| !goal.trim().is_empty()) {
        edits.push(replace(GOAL, goal.trim().to_owned()));
    }
    if !draft.criteria.is_empty() {
        let boxes: Vec<_> = draft.criteria.iter().map(|criterion| format!("- [ ] {}", one_line(criterion))).collect();
        edits.push(replace(CRITERIA, boxes.join("\n")));
    }
    Ok(edits)
}

fn bad_template(kind: &str, problem: Problem) -> Refusal {
    let place = format!(".mcp/templates/{kind}.md:{}:{}", problem.line, problem.column);
    Refusal::BadFile { task: None, place, message: problem.message, hint: problem.hint }
}

fn unusable(draft: &Draft, why: &str) -> anyhow::Error {
    let kind = draft.kind.as_deref().unwrap_or("feature");
    let hint = Some(format!("mend .mcp/templates/{kind}.md, or what was given for it"));
    Refusal::BadInput { message: format!("no task can be made from the template of `{kind}`: {why}"), hint }.into()
}

fn refuse(message: String) -> anyhow::Error {
    Refusal::BadInput { message, hint: None }.into()
}

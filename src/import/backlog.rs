//! Backlog.md: a folder of markdown files with front matter, one a task.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Carried, FILES, State, TaskId, carried};
use crate::text::{Document, Mapping, read_yaml};

use super::Unreadable;
use super::backlog_body;
use super::file::SourceFile;
use super::foreign::{ForeignTask, Oddity, Own, Source};
use super::words;
use super::yaml::Keys;

/// What the board's own settings say.
#[derive(Default)]
struct Settings {
    /// In order, lower case.
    statuses: Vec<String>,
    prefix: String,
}

/// Reads the task files of a board.
pub fn read(files: &[SourceFile]) -> Result<Source, Unreadable> {
    let mut source = Source::default();
    let settings = settings(files);
    for file in files.iter().filter(|file| file.path.ends_with(".md")) {
        let Some(folder) = folder_of(&file.path) else { continue };
        match task(file, folder, &settings, &mut source) {
            Some(task) => source.tasks.push(task),
            None => {
                let message = "it has no front matter with an `id`, and none in its name; it is left out";
                source.odd("not_a_task", &file.path, message);
            }
        }
    }
    same_spelling(&mut source, &settings.prefix);
    once(&mut source);
    Ok(source)
}

fn settings(files: &[SourceFile]) -> Settings {
    let file = files.iter().find(|file| file.path.ends_with("config.yml") || file.path.ends_with("config.yaml"));
    let mut keys = Keys(file.and_then(|file| read_yaml::<Mapping>(&file.text).ok()).unwrap_or_default());
    Settings {
        statuses: keys.list("statuses").iter().map(|word| words::plain(word)).collect(),
        prefix: keys.text("task_prefix").unwrap_or_else(|| "task".to_owned()).to_uppercase(),
    }
}

/// What the folder says of a file: where its task stands, if that is not said in it. `None` for files that are no tasks.
fn folder_of(path: &str) -> Option<Option<State>> {
    let mut folders = path.rsplit('/').skip(1);
    match (folders.next(), folders.next()) {
        (Some("tasks" | "drafts"), Some("archive")) => Some(Some(State::Failed)),
        (None | Some("tasks" | "drafts"), _) => Some(None),
        (Some("completed"), _) => Some(Some(State::Done)),
        _ => None,
    }
}

fn task(file: &SourceFile, folder: Option<State>, settings: &Settings, source: &mut Source) -> Option<ForeignTask> {
    let name = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".md");
    let named = name.split_once(" - ");
    let (text, carried) = match carried(&file.text) {
        Some((layout, carried)) => (layout, Some(carried)),
        None => (file.text.as_str(), None),
    };
    let document = Document::parse(text.to_owned()).ok()?;
    let mut keys = match document.read::<Mapping>() {
        Ok(keys) => Keys(keys),
        Err(problem) => {
            let place = format!("{}:{}:{}", file.path, problem.line, problem.column);
            let mended = Document::parse(quoted(text)).ok().and_then(|mended| mended.read::<Mapping>().ok());
            let what =
                if mended.is_some() { "it is read with quotes around names with @" } else { "it is kept as text" };
            source.odd("bad_front_matter", place, format!("{}; {what}", problem.message));
            Keys(mended.unwrap_or_default())
        }
    };
    let is_unread = keys.0.is_empty() && document.has_front();
    let id = keys.text("id").or_else(|| named.map(|(id, _)| id.to_owned()))?.to_uppercase();
    if let Some((other, _)) = named.filter(|(other, _)| !other.eq_ignore_ascii_case(&id)) {
        source.odd("name_disagrees", &file.path, format!("its name says {other}, its front matter {id}, which counts"));
    }
    let title = keys.text("title").unwrap_or_else(|| named.map_or(name, |(_, title)| title).replace('-', " "));
    let mut task = ForeignTask::new(id, &file.path, &title);
    task.own = carried.map(|Carried { id, text, is_changed }| Own { id, text, is_changed });
    let status = keys.text("status");
    place(&mut task, status.as_deref(), folder, settings, source);
    if is_unread {
        let start = text.len() - document.body().len();
        task.keep("front matter", &format!("```yaml\n{}\n```", text[..start].trim().trim_matches('-').trim()));
    }
    known(&mut keys, &mut task, source);
    backlog_body::sections(document.body(), &mut task, source);
    // What a task of ours has beside it has in its own text.
    if task.own.is_none() {
        keys.keep_rest(&mut task);
    }
    Some(task)
}

/// The text with quotes around values that begin with `@`, which YAML does not allow.
fn quoted(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let Some(at) = line.find(": @").map(|at| at + 2).or_else(|| line.find("- @").map(|at| at + 2)) else {
            return line.to_owned();
        };
        format!("{}\"{}\"\n", &line[..at], line[at..].trim_end().replace('"', ""))
    });
    lines.collect()
}

fn known(keys: &mut Keys, task: &mut ForeignTask, source: &mut Source) {
    if let Some(word) = keys.text("priority") {
        match words::priority(&word) {
            Some(priority) => task.set("priority", &priority.to_string()),
            None => task.keep("priority", &word),
        }
    }
    if let Some(word) = keys.text("type") {
        match words::kind(&word) {
            Some(kind) => task.set("kind", kind),
            None => task.keep("type", &word),
        }
    }
    task.set_list("labels", keys.list("labels"));
    let mut assignees = keys.list("assignee").into_iter();
    assignees.next().iter().for_each(|name| task.assign(name));
    let others: Vec<_> = assignees.collect();
    if !others.is_empty() {
        let message = format!("{} is also assigned to {}", task.key, others.join(", "));
        source.odd("several_assignees", &task.place, message);
        task.keep("also assigned to", &others.join(", "));
    }
    keys.text("created_date").iter().for_each(|date| task.created(date));
    keys.text("milestone").iter().for_each(|name| task.set("milestone", name));
    // Our own export names tasks that it does not hold by their ids here.
    let spelled = |id: &String| TaskId::parse(id).map_or_else(|| id.to_uppercase(), |id| id.to_string());
    task.depends_on = keys.list("dependencies").iter().map(spelled).collect();
    task.parent = keys.text("parent_task_id").as_ref().map(spelled);
    let files: Vec<_> = keys.list("modified_files").iter().map(|path| format!("- {path}")).collect();
    task.section(FILES, &files.join("\n"));
}

/// Where the task goes: the folder counts, then the status.
fn place(
    task: &mut ForeignTask,
    status: Option<&str>,
    folder: Option<State>,
    settings: &Settings,
    source: &mut Source,
) {
    let said = status.and_then(|status| by_status(task, status, settings));
    if let (None, Some(status)) = (said, status) {
        source.odd(
            "unknown_status",
            &task.place,
            format!("{} has the status `{status}`; it goes to pending", task.key),
        );
        task.keep("status", status);
    }
    let Some(folder) = folder else { return };
    if said.is_some_and(|said| said != folder) || said.is_none() {
        task.keep("status", status.unwrap_or("none"));
    }
    // What was archived was put away unfinished.
    if folder == State::Failed {
        task.set("resolution", "dropped");
    } else if said.is_some_and(|said| said != folder) {
        let message = format!(
            "{} is `{}` but lies among the completed; it goes to {folder}",
            task.key,
            status.unwrap_or_default()
        );
        source.odd("status_disagrees", &task.place, message);
    }
    task.state = folder;
}

/// By the word, else by its place in the board's own list: first is open, last is done, all between are under way.
fn by_status(task: &mut ForeignTask, status: &str, settings: &Settings) -> Option<State> {
    if let Some(state) = words::set_state(task, status) {
        return Some(state);
    }
    let rank = settings.statuses.iter().position(|word| *word == words::plain(status))?;
    task.state = match rank {
        0 => State::Pending,
        rank if rank + 1 == settings.statuses.len() => State::Done,
        _ => State::InProgress,
    };
    task.keep("status", status);
    Some(task.state)
}

/// Of a file that was copied there only the first is the task that was exported; the others are new ones.
fn once(source: &mut Source) {
    let mut seen = BTreeMap::new();
    for task in &mut source.tasks {
        let Some(own) = &task.own else { continue };
        let Some(first) = seen.insert(own.id.clone(), task.place.clone()) else { continue };
        let message = format!("it holds {}, as {first} does; it becomes a new task", own.id);
        source.oddities.push(Oddity { code: "copied_task", place: task.place.clone(), message });
        seen.insert(own.id.clone(), first);
        task.own = None;
    }
}

/// Writes references as the ids are written: boards keep old prefixes, or none, in their references.
fn same_spelling(source: &mut Source, prefix: &str) {
    let ids: BTreeMap<String, String> = source.tasks.iter().map(|task| (number(&task.key), task.key.clone())).collect();
    let exact: BTreeSet<String> = source.tasks.iter().map(|task| task.key.clone()).collect();
    let spelled = |id: &str| match exact.contains(id) || TaskId::parse(id).is_some() {
        true => id.to_owned(),
        false => ids.get(&number(id)).cloned().unwrap_or_else(|| format!("{prefix}-{}", number(id))),
    };
    for task in &mut source.tasks {
        task.depends_on = task.depends_on.iter().map(|id| spelled(id)).collect();
        task.parent = task.parent.as_deref().map(spelled);
    }
}

/// The id without its prefix.
fn number(id: &str) -> String {
    id.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned()
}

//! The fields of one task of a plan: lines `Label: value`, bold or plain, and headings that are called like sections.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{CRITERIA, DONE, GOAL};
use crate::text::Survey;

use super::foreign::{ForeignTask, Source};
use super::plan::Plan;
use super::plan_heads::{Head, id_at_start};
use super::plan_labels::{Known, label_of};
use super::words;

static BULLET: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^[ \t]*[•◦▪‣][ \t]*").expect("a pattern"));
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(.*?)\s*\(([^)]*)\)\s*$").expect("a pattern"));

/// Reads what stands below the head of a task.
pub(super) fn read(plan: &Plan<'_>, head: &Head, task: &mut ForeignTask, source: &mut Source) {
    let mut open: (String, Option<Known>, String) = (String::new(), Some(Known::Section(GOAL)), String::new());
    // The level of the heading below which we are, if a heading began the field.
    let mut level = None;
    let mut fields = Vec::new();
    let mut at = head.content;
    for line in plan.text[head.content..head.end].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let title = plan.survey.titles.iter().find(|title| title.range.start == start);
        if let Some(title) = title {
            let section = words::section(&title.text);
            if section.is_some() || level.is_some_and(|level| title.level <= level) {
                let next = (title.text.clone(), section.map(Known::Section), String::new());
                fields.push(std::mem::replace(&mut open, next));
                level = Some(title.level);
                continue;
            }
        }
        match label_of(line).filter(|_| title.is_none() && !plan.survey.is_code(start)) {
            Some(field) => {
                let next = (field.label.to_owned(), field.known, format!("{}\n", field.value));
                fields.push(std::mem::replace(&mut open, next));
                level = None;
            }
            // What follows a value of one line is the task's own text again.
            None if is_whole(&open, line) => {
                let next = (String::new(), Some(Known::Section(GOAL)), line.to_owned());
                fields.push(std::mem::replace(&mut open, next));
            }
            None => open.2.push_str(line),
        }
    }
    fields.push(open);
    // Where it stands decides whether its bullets become ticked boxes.
    fields.sort_by_key(|(_, known, _)| *known != Some(Known::Status));
    for (label, known, value) in fields {
        field(&label, known, &BULLET.replace_all(&value, "- "), head, task, source);
    }
    boxes_of_goal(task);
}

/// Boxes in a task's own text are its criteria.
fn boxes_of_goal(task: &mut ForeignTask) {
    let Some(index) = task.sections.iter().position(|(title, _)| title == GOAL) else { return };
    let text = task.sections[index].1.clone();
    let survey = Survey::of(&text);
    let outer: Vec<_> = survey.items.iter().filter(|item| item.depth == 1 && item.is_checked.is_some()).collect();
    if outer.is_empty() {
        return;
    }
    let mut rest = text.clone();
    for item in outer.iter().rev() {
        rest.replace_range(item.range.clone(), "");
    }
    let boxes: Vec<_> = outer.iter().map(|item| text[item.range.clone()].trim_end()).collect();
    task.sections.remove(index);
    if !rest.trim().is_empty() {
        task.sections.insert(index, (GOAL.to_owned(), rest.trim().to_owned()));
    }
    task.section(CRITERIA, &boxes.join("\n"));
}

/// Whether a field ends before a line: one of a single line does, and a list after its last bullet.
fn is_whole(field: &(String, Option<Known>, String), line: &str) -> bool {
    let is_bullet = line.trim_start().starts_with(['-', '*', '+', '•']);
    let is_said = !field.2.trim().is_empty();
    match field.1 {
        Some(Known::Status | Known::Title | Known::Key(_)) => is_said,
        Some(Known::DependsOn) => is_said && !is_bullet,
        _ => false,
    }
}

fn field(label: &str, known: Option<Known>, value: &str, head: &Head, task: &mut ForeignTask, source: &mut Source) {
    let value = value.trim_matches('\n');
    if value.trim().is_empty() {
        return;
    }
    match known {
        Some(Known::Status) => status(value, head, task, source),
        Some(Known::Title) => title(value, head, task, source),
        Some(Known::DependsOn) => task.depends_on.extend(listed(value)),
        Some(Known::Key(key)) => set(task, key, value),
        Some(Known::Section(section @ (CRITERIA | DONE))) => boxes(section, label, value, task, source),
        Some(Known::Section(section)) => task.section(section, value),
        None if value.trim().contains('\n') => task.section(label, value),
        None => task.keep(label, value),
    }
}

/// Sets a key by its value in words; what cannot be one is kept as text.
pub(super) fn set(task: &mut ForeignTask, key: &str, value: &str) {
    match key {
        "priority" => match words::priority(value.split([' ', '(']).next().unwrap_or(value)) {
            Some(priority) => task.set("priority", &priority.to_string()),
            None => task.keep("priority", value),
        },
        "assignee" => task.assign(value),
        "labels" | "needs" => task.set_list(key, value.split(',').map(|word| word.trim().to_owned())),
        "created" => task.created(value),
        "kind" => match words::kind(value) {
            Some(kind) => task.set("kind", kind),
            // A board may have templates of its own.
            None if value.chars().all(|c| c.is_ascii_lowercase() || c == '-') => task.set("kind", value),
            None => task.keep("kind", value),
        },
        _ => task.set(key, value),
    }
}

fn status(value: &str, head: &Head, task: &mut ForeignTask, source: &mut Source) {
    let marked = head.mark.as_ref().map(|_| task.state);
    let short = value.split(" - ").next().unwrap_or(value).split(" – ").next().unwrap_or(value);
    match words::set_state(task, short) {
        None => {
            source.odd(
                "unknown_status",
                &task.place,
                format!("{} has the status `{short}`; it goes to pending", task.key),
            );
            task.keep("status", value);
        }
        Some(state) => {
            if let Some(marked) = marked.filter(|marked| *marked != state) {
                let message =
                    format!("{} is {marked} by its heading and {state} by its status, which counts", task.key);
                source.odd("status_disagrees", &task.place, message);
            }
            if short.trim() != value.trim() {
                task.keep("status", value);
            }
        }
    }
}

fn title(value: &str, head: &Head, task: &mut ForeignTask, source: &mut Source) {
    let (id, rest) = id_at_start(value).map_or((None, value.trim().to_owned()), |(id, rest)| (Some(id), rest));
    if let (Some(here), Some(there)) = (&id, &head.id)
        && here != there
    {
        source.odd(
            "number_disagrees",
            &task.place,
            format!("its heading says {there}, its title {here}; the heading counts"),
        );
    }
    if rest.trim().is_empty() {
        return;
    }
    if words::plain(&head.title) != words::plain(&rest) {
        task.keep("heading", &head.title);
    }
    task.title = ForeignTask::new("", "", &rest).title;
}

/// Criteria: bullets become boxes, and a line without a bullet is one.
fn boxes(section: &'static str, label: &str, value: &str, task: &mut ForeignTask, source: &mut Source) {
    let marks =
        value.lines().filter(|line| line.trim_start().trim_start_matches(['-', '*', ' ']).starts_with('✅')).count();
    if marks > 0 {
        let message =
            format!("{marks} lines of `{label}` of {} begin with ✅, which is no box: they get an open one", task.key);
        source.odd("tick_without_box", &task.place, message);
    }
    let is_line = !value.trim().contains('\n') && !value.trim_start().starts_with(['-', '*', '+']);
    let value = if is_line { format!("- {}", value.trim()) } else { value.to_owned() };
    task.criteria(section, &value);
}

/// References in a list with commas, semicolons, or one a line; `none` is none.
pub(super) fn listed(value: &str) -> Vec<String> {
    let mut depth = 0_i32;
    let mut words = vec![String::new()];
    for c in value.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        match c {
            ',' | ';' | '\n' if depth <= 0 => words.push(String::new()),
            c => words.last_mut().into_iter().for_each(|word| word.push(c)),
        }
    }
    let words =
        words.iter().map(|word| word.trim().trim_start_matches(['-', '*']).trim().trim_end_matches('.').to_owned());
    words
        .filter(|word| !word.is_empty() && !matches!(words::plain(word).as_str(), "" | "none" | "n a" | "nothing"))
        .collect()
}

/// `Task 2 (Shared types)` as what is meant and what it is called.
pub(super) fn split_reference(reference: &str) -> (String, String) {
    match REFERENCE.captures(reference) {
        Some(found) if id_at_start(&found[1]).is_some() => (found[1].trim().to_owned(), found[2].trim().to_owned()),
        _ => (reference.trim().to_owned(), String::new()),
    }
}

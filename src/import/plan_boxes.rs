//! Tasks of a plan that are boxes: an outer one is a task, those below it are its criteria.

use crate::model::{CRITERIA, GOAL, State};
use crate::text::{Item, Survey};

use super::foreign::{ForeignTask, Source};
use super::plan::Plan;
use super::plan_fields::listed;
use super::plan_heads::id_at_start;

/// Reads the boxes that belong to no task yet.
pub(super) fn read(plan: &mut Plan<'_>, source: &mut Source) {
    read_some(plan, source, |item| item.is_checked);
}

/// Reads every outer item, with a box or without.
pub(super) fn read_all(plan: &mut Plan<'_>, source: &mut Source) {
    read_some(plan, source, |item| Some(item.is_checked.unwrap_or(false)));
}

fn read_some(plan: &mut Plan<'_>, source: &mut Source, state: impl Fn(&Item) -> Option<bool>) {
    let items: Vec<Item> = plan.survey.items.clone();
    let mut end = 0;
    for item in items {
        let Some(is_checked) = state(&item).filter(|_| item.range.start >= end && !plan.is_covered(item.range.start))
        else {
            continue;
        };
        end = item.range.end;
        let task = task(plan, &item, is_checked);
        source.tasks.push(task);
        plan.covered.push(item.range);
    }
}

fn task(plan: &mut Plan<'_>, item: &Item, is_checked: bool) -> ForeignTask {
    let group = plan.survey.titles.iter().rev().find(|title| title.range.start < item.range.start);
    let group = group.map(|title| title.text.trim().to_owned()).unwrap_or_default();
    let place = plan.place(item.range.start);
    let (first, rest) = split(plan.text, item);
    let words = Survey::of(&format!("- {}", first.replace('\n', " "))).items.into_iter().next().map(|item| item.text);
    let words = words.filter(|words| !words.is_empty()).unwrap_or_else(|| first.clone());
    let (plain, waits) = words.split_once("(depends on ").map_or((words.as_str(), ""), |(plain, waits)| (plain, waits));
    let plain = plain.trim().to_owned();
    let (id, title) = id_at_start(&plain).map_or((None, plain.clone()), |(id, rest)| (Some(id), rest));
    let key = match &id {
        Some(id) => plan.key_of(id),
        None => plan.made_key(&plain),
    };
    let mut task = ForeignTask::new(key, place, title.trim().trim_end_matches(':'));
    // The goal has all of it.
    task.sections.clear();
    task.kept.clear();
    task.state = if is_checked { State::Done } else { State::Pending };
    task.set("milestone", &group);
    if Survey::of(&rest).boxes().0 > 0 {
        task.section(GOAL, &first);
        task.section(CRITERIA, &rest);
    } else {
        task.section(GOAL, format!("{first}\n\n{rest}").trim());
    }
    if let Some((list, _)) = waits.split_once(')') {
        task.depends_on = listed(list);
    }
    task
}

/// The item's own words, as they are written, and what stands below them, both without the indent.
///
/// A bullet on a line of its own begins what is below, however far it is indented: to markdown it may be text.
fn split(text: &str, item: &Item) -> (String, String) {
    let raw = &text[item.range.clone()];
    let words = match item.is_checked {
        Some(_) => raw.split_once(']').map_or(raw, |(_, words)| words),
        None => raw.trim_start_matches(|c: char| c.is_ascii_digit() || "-*+.)".contains(c)),
    };
    let mut first = Vec::new();
    let mut at = 0;
    for line in words.split_inclusive('\n') {
        let is_bullet = ["- ", "* ", "+ "].iter().any(|bullet| line.trim_start().starts_with(bullet));
        if !first.is_empty() && (is_bullet || line.trim().is_empty()) {
            break;
        }
        at += line.len();
        first.push(line.trim());
    }
    (first.join("\n").trim().to_owned(), dedented(&words[at..]))
}

fn dedented(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let least = lines.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let lines: Vec<_> = lines.iter().map(|line| line.get(least..).unwrap_or("").trim_end()).collect();
    lines.join("\n").trim().to_owned()
}

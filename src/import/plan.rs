//! Plans in markdown: headings with fields, boxes below headings, tables of tasks; and front matter for all of them.

use std::collections::BTreeMap;

use crate::model::slug;
use crate::text::{Document, Mapping, Survey};

use super::Unreadable;
use super::file::SourceFile;
use super::foreign::{ForeignTask, Source};
use super::plan_heads::{Head, heads, id_at_start};
use super::yaml::Keys;
use super::{plan_boxes, plan_fields, plan_table, words};

/// One plan, as far as it is read.
pub(super) struct Plan<'a> {
    /// What the file is called, and how keys of its tasks begin.
    pub(super) file: &'a str,
    pub(super) stem: String,
    /// The text below the front matter.
    pub(super) text: &'a str,
    /// The line on which that begins.
    pub(super) first_line: usize,
    pub(super) survey: Survey,
    /// The parts of the text that some task has.
    pub(super) covered: Vec<std::ops::Range<usize>>,
    keys: BTreeMap<String, usize>,
}

impl<'a> Plan<'a> {
    /// A plan of which nothing is read yet.
    pub(super) fn of(file: &'a str, document: &'a Document) -> Plan<'a> {
        let name = file.rsplit('/').next().unwrap_or(file);
        let text = document.body();
        let before = &document.as_str()[..document.as_str().len() - text.len()];
        Plan {
            file,
            stem: name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned(),
            text,
            first_line: before.matches('\n').count() + 1,
            survey: Survey::of(text),
            covered: Vec::new(),
            keys: BTreeMap::new(),
        }
    }

    /// `file:line` of an offset.
    pub(super) fn place(&self, offset: usize) -> String {
        format!("{}:{}", self.file, self.line(offset))
    }

    fn line(&self, offset: usize) -> usize {
        self.first_line + self.text[..offset].matches('\n').count()
    }

    /// The key of a task with an id of its own; the same id twice is for others to tell apart.
    pub(super) fn key_of(&self, id: &str) -> String {
        format!("{}#{id}", self.stem)
    }

    /// A key made of words, different from those made before.
    pub(super) fn made_key(&mut self, words: &str) -> String {
        let made = match slug(words).as_str() {
            "" => format!("{:08x}", words.bytes().fold(5381_u32, |sum, byte| sum.wrapping_mul(33) ^ u32::from(byte))),
            slug => slug.to_owned(),
        };
        let count = self.keys.entry(made.clone()).or_default();
        *count += 1;
        let end = if *count > 1 { format!("-{count}") } else { String::new() };
        self.key_of(&format!("{made}{end}"))
    }

    /// Whether an offset belongs to a task already.
    pub(super) fn is_covered(&self, offset: usize) -> bool {
        self.covered.iter().any(|range| range.contains(&offset))
    }
}

/// Reads plans.
pub fn read(files: &[SourceFile]) -> Result<Source, Unreadable> {
    let mut source = Source::default();
    for file in files {
        let text = file.text.replace("\r\n", "\n");
        let document = Document::parse(text)
            .map_err(|problem| Unreadable::at(&format!("{}:{}", file.path, problem.line), &problem.message))?;
        let start = source.tasks.len();
        one(&file.path, &document, &mut source);
        defaults(&document, &mut source.tasks[start..]);
    }
    Ok(source)
}

fn one(file: &str, document: &Document, source: &mut Source) {
    let mut plan = Plan::of(file, document);
    let heads = heads(plan.text, &plan.survey);
    plan.covered = heads.iter().map(|head| head.start..head.end).collect();
    let start = source.tasks.len();
    for head in &heads {
        let task = headed(&mut plan, head, source);
        source.tasks.push(task);
    }
    numbering(&plan, &heads, source);
    plan_table::read(&mut plan, source, start);
    plan_boxes::read(&mut plan, source);
    references(&plan, source, start);
    same_titles(source, start);
    outside(&plan, source);
}

/// The task of a head.
pub(super) fn headed(plan: &mut Plan<'_>, head: &Head, source: &mut Source) -> ForeignTask {
    let place = plan.place(head.start);
    let key = match &head.id {
        Some(id) => plan.key_of(id),
        None => plan.made_key(&head.title),
    };
    let mut task = ForeignTask::new(key, &place, &head.title);
    if let Some(mark) = &head.mark {
        words::set_state(&mut task, mark);
    }
    plan_fields::read(plan, head, &mut task, source);
    task
}

/// Tells where the numbers of headings go back, which is where somebody pasted a second list.
fn numbering(plan: &Plan<'_>, heads: &[Head], source: &mut Source) {
    let number = |head: &Head| head.id.as_deref()?.strip_prefix('T')?.parse::<f64>().ok();
    let numbered: Vec<(&Head, f64)> = heads.iter().filter_map(|head| Some((head, number(head)?))).collect();
    for pair in numbered.windows(2) {
        let [(before, last), (head, next)] = pair else { continue };
        if next <= last {
            let id = |head: &Head| head.id.clone().unwrap_or_default();
            let message = format!(
                "the numbering starts over: {} comes after {} of line {}",
                id(head),
                id(before),
                plan.line(before.start)
            );
            source.odd("second_numbering", plan.place(head.start), message);
        }
    }
}

/// References by title become keys; those to an id that is there twice are told.
pub(super) fn references(plan: &Plan<'_>, source: &mut Source, start: usize) {
    let mut by_title: BTreeMap<String, String> = BTreeMap::new();
    let mut titles: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for task in &source.tasks[start..] {
        by_title.entry(words::plain(&task.title)).or_insert_with(|| task.key.clone());
        titles.entry(task.key.clone()).or_default().push(words::plain(&task.title));
    }
    let mut oddities = Vec::new();
    let mut odd = |code, place: &str, message: String| {
        oddities.push(super::Oddity { code, place: place.to_owned(), message });
    };
    for task in &mut source.tasks[start..] {
        for reference in &mut task.depends_on {
            let (word, name) = plan_fields::split_reference(reference);
            let by_id = id_at_start(&word).map(|(id, _)| plan.key_of(&id)).filter(|key| titles.contains_key(key));
            let key = by_id.or_else(|| by_title.get(&words::plain(&word)).cloned());
            let Some(key) = key else {
                *reference = word;
                continue;
            };
            let known = titles.get(&key).map_or(&[][..], Vec::as_slice);
            if known.len() > 1 {
                let message =
                    format!("{} depends on {word}, which is there {} times; the first is meant", task.key, known.len());
                odd("ambiguous_dependency", &task.place, message);
            }
            let said = words::plain(&name);
            if !said.is_empty() && !known.iter().any(|title| title.contains(&said) || said.contains(title.as_str())) {
                let message = format!("{} depends on {word} and calls it `{name}`, which is not its title", task.key);
                odd("dependency_name_disagrees", &task.place, message);
            }
            *reference = key;
        }
    }
    source.oddities.append(&mut oddities);
}

fn same_titles(source: &mut Source, start: usize) {
    let mut seen: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut found = Vec::new();
    for task in &source.tasks[start..] {
        let entry = seen.get(&words::plain(&task.title));
        if let Some((key, place)) = entry {
            found.push((task.place.clone(), format!("{} has the title of {key} at {place}: {}", task.key, task.title)));
        } else {
            seen.insert(words::plain(&task.title), (task.key.clone(), task.place.clone()));
        }
    }
    for (place, message) in found {
        source.odd("same_title", place, message);
    }
}

/// Tells which lines are in no task.
fn outside(plan: &Plan<'_>, source: &mut Source) {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let (mut at, mut count) = (0, 0);
    for (index, line) in plan.text.split_inclusive('\n').enumerate() {
        let number = plan.first_line + index;
        let is_said = line.chars().any(char::is_alphanumeric) && !plan.is_covered(at);
        let is_title = plan.survey.titles.iter().any(|title| title.range.contains(&at));
        at += line.len();
        if !is_said || is_title {
            continue;
        }
        count += 1;
        match runs.last_mut() {
            Some((_, last)) if *last + 2 >= number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    if let Some((first, _)) = runs.first() {
        let lines: Vec<_> = runs
            .iter()
            .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
            .collect();
        let message = format!("{count} lines stand outside of any task and are left out: {}", lines.join(", "));
        source.odd("outside_of_tasks", format!("{}:{first}", plan.file), message);
    }
}

/// What the front matter says counts for every task that does not say it itself.
pub(super) fn defaults(document: &Document, tasks: &mut [ForeignTask]) {
    let mut keys = Keys(document.read::<Mapping>().unwrap_or_default());
    let labels = keys.list("labels").into_iter().chain(keys.list("tags")).collect::<Vec<_>>();
    let single = ["priority", "milestone", "assignee", "owner", "kind", "due"].map(|name| (name, keys.text(name)));
    for task in tasks {
        let has = |task: &ForeignTask, name: &str| task.keys.iter().any(|(key, _)| key == name);
        if !labels.is_empty() && !has(task, "labels") {
            task.set_list("labels", labels.clone());
        }
        for (name, value) in single.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))) {
            let name = if name == "owner" { "assignee" } else { name };
            if !has(task, name) {
                plan_fields::set(task, name, value);
            }
        }
    }
}

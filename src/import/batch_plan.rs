//! A plan that is to be created as it stands, for `create --from`: every heading of level two is a task; in a text without
//! such headings every outer item of a list is one. Nothing is guessed.

use crate::text::{Document, Survey};

use super::Unreadable;
use super::foreign::Source;
use super::plan::{Plan, defaults, headed, references};
use super::plan_heads::Head;
use super::{plan_boxes, plan_heads};

/// Reads a plan; keys are `NAME#id`, where the id is the one that the heading begins with, else made of its words.
pub fn read_batch(name: &str, text: &str) -> Result<Source, Unreadable> {
    let document = Document::parse(text.replace("\r\n", "\n"))
        .map_err(|problem| Unreadable::at(&format!("{name}:{}", problem.line), &problem.message))?;
    let mut source = Source::default();
    let mut plan = Plan::of(name, &document);
    plan.stem = name.to_owned();
    let heads: Vec<Head> = heads(plan.text, &plan.survey);
    for head in &heads {
        let task = headed(&mut plan, head, &mut source);
        source.tasks.push(task);
    }
    if heads.is_empty() {
        plan_boxes::read_all(&mut plan, &mut source);
    }
    references(&plan, &mut source, 0);
    defaults(&document, &mut source.tasks);
    Ok(source)
}

fn heads(text: &str, survey: &Survey) -> Vec<Head> {
    let titles: Vec<_> = survey.titles.iter().filter(|title| title.level <= 2).collect();
    let ends = titles.iter().skip(1).map(|title| title.range.start).chain([text.len()]);
    let pairs = titles.iter().zip(ends).filter(|(title, _)| title.level == 2);
    pairs.map(|(title, end)| Head { end, ..plan_heads::head(&title.text, title.range.clone(), Some(2)) }).collect()
}

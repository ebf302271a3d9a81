//! The body of an issue in markdown, taken apart at its headings.

use crate::model::{CRITERIA, DONE, QUESTIONS};
use crate::text::Survey;

use super::foreign::ForeignTask;
use super::words;

/// Gives a task the sections that a text has under headings that tools use; all else goes into `rest`. Says how many bullets
/// became boxes.
pub fn sections(text: &str, rest: &str, task: &mut ForeignTask) -> usize {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let survey = Survey::of(&text);
    let mut made = 0;
    let mut left = String::new();
    let mut at = 0;
    // (title, level, start of its content); what comes before the first known heading has none.
    let mut open: Option<(&'static str, usize, usize)> = None;
    for title in &survey.titles {
        let known = words::section(&title.text);
        let ends = open.is_some_and(|(_, level, _)| title.level <= level);
        if known.is_none() && !ends {
            continue;
        }
        match open.take() {
            Some((section, _, start)) => made += put(section, &text[start..title.range.start], task),
            None => left.push_str(&text[at..title.range.start]),
        }
        at = title.range.start;
        open = known.map(|section| (section, title.level, title.range.end));
    }
    match open {
        Some((section, _, start)) => made += put(section, &text[start..], task),
        None => left.push_str(&text[at..]),
    }
    if !left.trim().is_empty() {
        // Before what the headings brought to the same section.
        let mut alone = ForeignTask::new("", "", "");
        alone.section(rest, &left);
        for (title, content) in alone.sections {
            match task.sections.iter_mut().find(|(other, _)| *other == title) {
                Some((_, after)) => *after = format!("{content}\n\n{after}"),
                None => task.sections.insert(0, (title, content)),
            }
        }
    }
    made
}

fn put(section: &'static str, content: &str, task: &mut ForeignTask) -> usize {
    match section {
        CRITERIA | DONE => task.criteria(section, content),
        // What is asked elsewhere keeps nobody from working here, unless it has a box.
        QUESTIONS if Survey::of(content).boxes().0 == 0 => {
            task.section("Questions before the import", content);
            0
        }
        _ => {
            task.section(section, content);
            0
        }
    }
}

//! The body of a Backlog.md file: sections between markers, some of which hold headings of their own.

use crate::model::{CRITERIA, DONE, GOAL, NOTES, is_placeholder};
use crate::text::{Survey, Title};

use super::foreign::{ForeignTask, Source, moment};

/// A section as it stands in the file.
struct Part {
    title: String,
    content: String,
}

/// Gives a task the sections of a body.
pub fn sections(body: &str, task: &mut ForeignTask, source: &mut Source) {
    let body = body.replace("\r\n", "\n");
    let (before, parts) = parts(&body);
    if task.own.is_some() {
        return own_sections(before, &parts, task);
    }
    task.section(GOAL, before);
    let mut seen: Vec<String> = Vec::new();
    for Part { title, content } in &parts {
        let lower = title.to_lowercase();
        if seen.contains(&lower) {
            source.odd(
                "section_twice",
                &task.place,
                format!("{} has the section `{title}` twice; both are kept", task.key),
            );
        }
        seen.push(lower.clone());
        let content = without_markers(content);
        match lower.as_str() {
            "description" => task.section(GOAL, &content),
            "acceptance criteria" | "definition of done" => {
                let section = if lower.starts_with('a') { CRITERIA } else { DONE };
                let made = task.criteria(section, &without_numbers(&content));
                if made > 0 {
                    let message = format!("{made} bullets of {} in `{title}` have no box and got one", task.key);
                    source.odd("bullets_made_boxes", &task.place, message);
                }
            }
            "implementation notes" => task.section(NOTES, &content),
            "implementation plan" => task.section("Implementation plan", &content),
            "comments" => comments(&content, task),
            _ if is_placeholder(&content) => task.keep("empty section", title),
            _ => task.section(title, &content),
        }
    }
}

/// The sections of our own export, each as it was.
fn own_sections(before: &str, parts: &[Part], task: &mut ForeignTask) {
    if !before.trim().is_empty() {
        task.own_section("", before);
    }
    for Part { title, content } in parts {
        let inner = without_markers(content);
        match title.as_str() {
            "Description" => task.own_section(GOAL, &inner),
            "Acceptance Criteria" => task.own_section(CRITERIA, &without_numbers(&inner)),
            "Definition of Done" => task.own_section(DONE, &without_numbers(&inner)),
            "Implementation Notes" => task.own_section(NOTES, &inner),
            _ => task.own_section(title, content),
        }
    }
}

/// Splits at headings of level two that stand in no marked section; what comes before the first has no title.
fn parts(body: &str) -> (&str, Vec<Part>) {
    let marked = marked(body);
    let survey = Survey::of(body);
    let is_free = |at: usize| !marked.iter().any(|range| range.contains(&at));
    let is_border = |title: &&Title| title.level == 2 && !title.is_underlined && is_free(title.range.start);
    let titles: Vec<_> = survey.titles.iter().filter(is_border).collect();
    let before = titles.first().map_or(body, |title| &body[..title.range.start]);
    let ends = titles.iter().skip(1).map(|title| title.range.start).chain([body.len()]);
    let parts = titles.iter().zip(ends).map(|(title, end)| Part {
        title: title.text.trim().to_owned(),
        content: body[title.range.end..end].to_owned(),
    });
    (before, parts.collect())
}

/// The ranges between `<!-- NAME:BEGIN -->` and `<!-- NAME:END -->`.
fn marked(body: &str) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut open: Option<(String, usize)> = None;
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let mark = line.trim().strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->"));
        match (mark.and_then(|mark| mark.rsplit_once(':')), &open) {
            (Some((name, "BEGIN")), None) => open = Some((name.to_owned(), at)),
            (Some((name, "END")), Some((begun, start))) if name == begun => {
                ranges.push(*start..at);
                open = None;
            }
            _ => {}
        }
        at += line.len();
    }
    ranges
}

fn without_markers(content: &str) -> String {
    let is_marker = |line: &str| {
        let line = line.trim();
        line.starts_with("<!-- ") && (line.ends_with(":BEGIN -->") || line.ends_with(":END -->"))
    };
    let lines: Vec<_> = content.lines().filter(|line| !is_marker(line)).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// Boxes without the numbers that Backlog.md counts them by: `- [x] #1 text`.
fn without_numbers(content: &str) -> String {
    let lines = content.lines().map(|line| {
        let Some((start, rest)) = line.split_once("] #").filter(|(start, _)| start.trim_start().starts_with("- ["))
        else {
            return line.to_owned();
        };
        let words = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        match words.len() < rest.len() && words.starts_with(' ') {
            true => format!("{start}]{words}"),
            false => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Comments: lines `author:` and `created:`, a rule, the text, a rule.
fn comments(content: &str, task: &mut ForeignTask) {
    let (mut author, mut created, mut text) = (String::new(), None, None::<String>);
    let mut left = String::new();
    for line in content.lines().chain(["---"]) {
        match (&mut text, line) {
            (None, "---") if !author.is_empty() => text = Some(String::new()),
            (None, line) => match line.split_once(": ") {
                Some(("author", name)) => author = name.trim().to_owned(),
                Some(("created", date)) => created = moment(date),
                _ if line == "---" => {}
                _ => left.push_str(&format!("{line}\n")),
            },
            (Some(said), "---") => {
                task.comment(created.take(), &author, said);
                (author, text) = (String::new(), None);
            }
            (Some(said), line) => said.push_str(&format!("{line}\n")),
        }
    }
    task.section("Comments", &left);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_between_markers_belong_to_their_section() {
        let body = "\n## Description\n\n<!-- SECTION:DESCRIPTION:BEGIN -->\n## Why\nx\n<!-- SECTION:DESCRIPTION:END -->\n\n\
            ## Acceptance Criteria\n<!-- AC:BEGIN -->\n- [x] #1 one\n- [ ] #2 two\n<!-- AC:END -->\n";
        let (mut task, mut source) = (ForeignTask::new("1", "x", "x"), Source::default());
        sections(body, &mut task, &mut source);
        assert_eq!(
            task.sections,
            [("Goal".to_owned(), "### Why\nx".to_owned()), (CRITERIA.to_owned(), "- [x] one\n- [ ] two".to_owned())]
        );
    }
}

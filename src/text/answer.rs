//! Finds the sections in what a chat agent answered, with its chatter and its fences.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use pulldown_cmark::HeadingLevel;

use super::fences::outer_fences;
use super::outline::headings;
use super::sections::{is_same_title, title_letters};

/// A heading of an answer and the offsets around its content.
struct Found {
    title: String,
    start: usize,
    content: usize,
}

/// Returns the titles and contents of the sections of an answer; the last of a title wins.
///
/// Every heading of level two counts. One of another level, or in bold, counts if it is `known`.
pub fn sections_of_answer(text: &str, known: &[&str]) -> Vec<(String, String)> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let fences = outer_fences(&text, |markdown| !found_in(markdown, known).is_empty());
    let in_fences: Vec<String> = fences.iter().map(|fence| fence.content.clone()).collect();
    let fenced: usize = in_fences.iter().map(|markdown| score(markdown, known)).sum();
    let plain = found_in(&text, known);
    let begins_plain = match (plain.first(), fences.first()) {
        (Some(found), Some(fence)) => found.start < fence.start,
        _ => true,
    };
    let is_plain = match score(&text, known).cmp(&fenced) {
        Ordering::Less => fences.is_empty(),
        Ordering::Equal => begins_plain,
        Ordering::Greater => true,
    };
    let sources = if is_plain { vec![text] } else { in_fences };
    let mut sections: Vec<(String, String)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for markdown in &sources {
        for (title, content) in sections_in(markdown, known) {
            match places.entry(title_letters(&title).collect()) {
                Entry::Occupied(place) => sections[*place.get()] = (title, content),
                Entry::Vacant(place) => {
                    place.insert(sections.len());
                    sections.push((title, content));
                }
            }
        }
    }
    sections
}

/// Counts the known titles in a markdown text, or all of them if none is known.
fn score(markdown: &str, known: &[&str]) -> usize {
    let found = found_in(markdown, known);
    match known {
        [] => found.len(),
        _ => known.iter().filter(|title| found.iter().any(|found| is_same_title(&found.title, title))).count(),
    }
}

fn sections_in(markdown: &str, known: &[&str]) -> Vec<(String, String)> {
    let found = found_in(markdown, known);
    let ends = found.iter().skip(1).map(|next| next.start);
    let ends = ends.chain([markdown.len()]);
    let pairs = found.iter().zip(ends);
    pairs
        .map(|(found, end)| {
            let content = markdown[found.content..end].trim().to_owned();
            (found.title.clone(), content)
        })
        .collect()
}

/// Finds the headings that count: those of level two, and others that are known.
fn found_in(markdown: &str, known: &[&str]) -> Vec<Found> {
    let front = front_length(markdown);
    let body = &markdown[front..];
    let all: Vec<_> = headings(body).collect();
    let known_title = |title: &str| {
        let title = bare_title(title);
        let mut titles = known.iter();
        titles.find(|known| is_same_title(known, title)).map(|known| (*known).to_owned())
    };
    let has_known =
        |level: HeadingLevel| all.iter().any(|heading| heading.level == level && known_title(&heading.title).is_some());
    let has_known_second = has_known(HeadingLevel::H2);
    let mut found: Vec<Found> = Vec::new();
    for heading in &all {
        let known = known_title(&heading.title);
        let is_deep = heading.level > HeadingLevel::H2;
        let title = match known {
            Some(title) if !(is_deep && has_known_second) => title,
            None if heading.level == HeadingLevel::H2 && !heading.is_underlined => {
                bare_title(&heading.title).to_owned()
            }
            _ => continue,
        };
        found.push(Found { title, start: front + heading.range.start, content: front + heading.range.end });
    }
    if found.iter().all(|found| known_title(&found.title).is_none()) {
        let bold = bold_titles(body, front, &known_title);
        if !bold.is_empty() {
            return bold;
        }
    }
    found
}

/// Finds the lines outside of fences that begin with a known title in bold.
fn bold_titles(body: &str, front: usize, known_title: &impl Fn(&str) -> Option<String>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = front;
    let mut fence: Option<&str> = None;
    for line in body.split_inclusive('\n') {
        let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        fence = match (fence, mark) {
            (None, mark) => mark,
            (Some(open), Some(mark)) if open == mark => None,
            (open, _) => open,
        };
        if fence.is_none()
            && let Some((title, rest)) = bold_start(line)
            && let Some(title) = known_title(title)
        {
            found.push(Found { title, start: at, content: at + line.len() - rest.len() });
        }
        at += line.len();
    }
    found
}

/// Splits `**Title:** rest` or `**Title**: rest`; without a colon there may be no rest.
fn bold_start(line: &str) -> Option<(&str, &str)> {
    let (title, rest) = line.strip_prefix("**")?.split_once("**")?;
    let after_colon = rest.strip_prefix(':');
    let is_title = title.ends_with(':') || after_colon.is_some() || rest.trim().is_empty();
    is_title.then_some((title, after_colon.unwrap_or(rest)))
}

/// Takes off the number, the bold marks and the colon of a title.
fn bare_title(title: &str) -> &str {
    let title = title.trim().trim_matches('*').trim_end_matches(':').trim();
    let unnumbered = title.trim_start_matches(|c: char| c.is_ascii_digit());
    match unnumbered.strip_prefix(['.', ')']) {
        Some(rest) if unnumbered.len() < title.len() => rest.trim_start().trim_start_matches('*'),
        _ => title,
    }
}

/// The length of the front matter that a markdown text begins with, blank lines before it too.
fn front_length(markdown: &str) -> usize {
    let blank = markdown.len() - markdown.trim_start().len();
    let mut lines = markdown[blank..].split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.trim_end() == "---") else {
        return 0;
    };
    let mut length = blank + first.len();
    for line in lines {
        length += line.len();
        if line.starts_with("## ") {
            return 0;
        }
        if line.trim_end() == "---" {
            return length;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 4] = ["Goal", "Acceptance criteria", "Validation", "Files affected"];

    fn check(answer: &str, expected: &[(&str, &str)]) {
        let sections = sections_of_answer(answer, &KNOWN);
        let sections: Vec<(&str, &str)> =
            sections.iter().map(|(title, content)| (title.as_str(), content.as_str())).collect();
        assert_eq!(sections, expected, "{answer}");
    }

    #[test]
    fn finds_sections_in_plain_markdown_after_chatter() {
        check(
            "Sure!\n\n## Goal\nRetry.\n\n## Acceptance Criteria ##\n- [ ] a\n\n## Odd\nx\n",
            &[("Goal", "Retry."), ("Acceptance criteria", "- [ ] a"), ("Odd", "x")],
        );
    }

    #[test]
    fn finds_sections_in_a_fence_and_drops_what_is_around_it() {
        for (open, close) in [("```markdown", "```"), ("~~~", "~~~"), ("````md", "````"), ("```", "```")] {
            check(
                &format!("Here:\n\n{open}\n---\nid: x\n---\n## Goal\nRetry.\n## Odd\n- x\n{close}\n\nBye!\n"),
                &[("Goal", "Retry."), ("Odd", "- x")],
            );
        }
    }

    #[test]
    fn keeps_fences_that_stand_in_sections() {
        check(
            "Here:\n```markdown\n## Goal\n```rust\nfn a() {}\n```\n## Validation\n```\ncargo test\n```\n```\n\nBye!\n```sh\nls\n```\n",
            &[("Goal", "```rust\nfn a() {}\n```"), ("Validation", "```\ncargo test\n```")],
        );
        check("````markdown\n## Goal\n```\n## no\n```\n````\nBye", &[("Goal", "```\n## no\n```")]);
        check("## Goal\nas in\n```md\n## Goal\nx\n```\n", &[("Goal", "as in\n```md\n## Goal\nx\n```")]);
    }

    #[test]
    fn takes_known_titles_of_other_forms() {
        check("# Goal\na\n# Validation:\nb\n", &[("Goal", "a"), ("Validation", "b")]);
        check("### 1. Goal\na\n### 2) **Validation**:\nb\n", &[("Goal", "a"), ("Validation", "b")]);
        check("### Goal\na\n### **Validation**\nb\n", &[("Goal", "a"), ("Validation", "b")]);
        check("Hi\n**Goal:** a\n\n**Validation**\nb\n", &[("Goal", "a"), ("Validation", "b")]);
        check("## Goal\na\n### Validation\nb\n", &[("Goal", "a\n### Validation\nb")]);
    }

    #[test]
    fn takes_the_last_of_two_equal_titles_and_nothing_from_mere_chatter() {
        check("## Goal\na\n## Validation\nv\n## goal\nb\n", &[("Goal", "b"), ("Validation", "v")]);
        check("I cannot do that.\n```sh\n# Goalless\n```\n", &[]);
        check("", &[]);
    }

    #[test]
    fn joins_the_sections_of_several_fences() {
        check(
            "One:\n```markdown\n## Goal\na\n```\nTwo:\n```markdown\n## Validation\nb\n```\n",
            &[("Goal", "a"), ("Validation", "b")],
        );
    }
}

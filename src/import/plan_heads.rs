//! Where the tasks of a plan begin and end: at headings, or at lines that stand like headings.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::Survey;

use super::plan_labels::{Known, label_of};
use super::words;

/// The beginning of a task.
#[derive(Clone, Debug)]
pub struct Head {
    /// Such as `T3`, if it has one.
    pub id: Option<String>,
    pub title: String,
    /// What stands behind the title about its state.
    pub mark: Option<String>,
    /// Where its line begins, where its content does, and where that ends.
    pub start: usize,
    pub content: usize,
    pub end: usize,
    pub(super) level: Option<usize>,
}

static WORD: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?i)^(?:task|story|ticket|issue|item)\s+#?(\d+(?:\.\d+)*[a-z]?)\b\s*[—–:.)-]*\s*(.*)$";
    Regex::new(pattern).expect("a pattern")
});
static CODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^#?(T\d+(?:\.\d+)*|[A-Z][A-Z0-9]*-\d+)\b\s*[—–:.)-]*\s*(.*)$").expect("a pattern"));
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?i)\s*(?:[-—–]\s*)?(?:✅|☑️?|✔️?|❌|🚧|⏳)?\s*[\[(]?\b(completed?|done|in[ -]progress|blocked|cancell?ed|to ?do)[\])]?\s*$";
    Regex::new(pattern).expect("a pattern")
});

/// The id at the start of a title and what follows it: `Task 3 — Events` is `T3` and `Events`.
pub fn id_at_start(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    if let Some(found) = WORD.captures(text) {
        return Some((format!("T{}", &found[1]), found[2].trim().to_owned()));
    }
    let found = CODE.captures(text)?;
    Some((found[1].to_owned(), found[2].trim().to_owned()))
}

/// Takes a mark such as `✅ COMPLETED` or `(done)` off the end of a title.
fn marked(title: &str) -> (String, Option<String>) {
    let is_marked = |rest: &str| {
        rest.contains(['✅', '☑', '✔', '❌', '🚧', '⏳', '[', '('])
            || rest.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase)
    };
    match MARK.captures(title) {
        Some(found) if is_marked(&found[0]) => {
            let start = found.get(0).map_or(0, |whole| whole.start());
            (title[..start].trim().to_owned(), Some(found[1].to_owned()))
        }
        _ => (title.trim().to_owned(), None),
    }
}

/// The tasks of a text in order, each up to the next thing of its rank.
pub fn heads(text: &str, survey: &Survey) -> Vec<Head> {
    let mut heads: Vec<Head> = survey.titles.iter().filter_map(|title| by_title(text, survey, title)).collect();
    heads.extend(plain_heads(text, survey));
    heads.sort_by_key(|head| head.start);
    // What only looks like a task is a part of the one around it.
    let mut around: Option<usize> = None;
    heads.retain(|head| {
        let is_called = head.id.is_some() || head.level.is_none();
        let is_inner = around.is_some_and(|level| head.level.is_some_and(|own| own > level));
        if is_called || !is_inner {
            around = head.level;
        }
        is_called || !is_inner
    });
    let starts: Vec<usize> = heads.iter().map(|head| head.start).collect();
    for (index, head) in heads.iter_mut().enumerate() {
        let next = starts.get(index + 1).copied().unwrap_or(text.len());
        let border = survey
            .titles
            .iter()
            .find(|title| title.range.start > head.start && head.level.is_none_or(|level| title.level <= level));
        let end = next.min(border.map_or(text.len(), |title| title.range.start));
        head.end = rule_in(text, survey, head, end).unwrap_or(end);
    }
    heads
}

/// A head as its title says, without an end yet.
pub(super) fn head(title: &str, range: std::ops::Range<usize>, level: Option<usize>) -> Head {
    let (id, rest) = id_at_start(title).map_or((None, title.to_owned()), |(id, rest)| (Some(id), rest));
    let (short, mark) = marked(&rest);
    let title = if short.is_empty() { title.trim().to_owned() } else { short };
    Head { id, title, mark, start: range.start, content: range.end, end: range.end, level }
}

/// A heading is a task when it is called one, or when fields that only tasks have stand right below it.
fn by_title(text: &str, survey: &Survey, title: &crate::text::Title) -> Option<Head> {
    let is_called = WORD.is_match(title.text.trim())
        || title.text.trim().starts_with('T') && {
            id_at_start(&title.text)
                .is_some_and(|(id, rest)| id.starts_with('T') && !id.contains('-') && !rest.is_empty())
        };
    let content = title.range.end;
    let end = survey.titles.iter().map(|other| other.range.start).find(|start| *start >= content).unwrap_or(text.len());
    let has_fields = || {
        let lines = text[content..end].lines();
        lines.filter_map(label_of).any(|field| field.known.is_some_and(Known::is_of_tasks))
    };
    // `## Goal` with `### Status` below is a section of some task, not one.
    let is_section = words::section(&title.text).is_some();
    // Its sections may also be headings.
    let has_sections = || {
        let below = survey.titles.iter().skip_while(|other| other.range.start <= title.range.start);
        let inner = below.take_while(|other| other.level > title.level);
        title.level > 1 && inner.clone().any(|other| words::plain(&other.text) == "acceptance criteria")
    };
    let is_task = is_called || !is_section && title.level > 1 && (has_fields() || has_sections());
    is_task.then(|| head(&title.text, title.range.clone(), Some(title.level)))
}

/// Lines such as `Task 3 — Events` after an empty line, with fields below them.
fn plain_heads(text: &str, survey: &Survey) -> Vec<Head> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut is_after_gap = true;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let is_head = is_after_gap && WORD.is_match(line.trim_end()) && !survey.is_code(range.start);
        is_after_gap = line.trim().is_empty();
        let mut below = text[range.end..].lines().filter(|line| !line.trim().is_empty());
        if is_head && below.next().is_some_and(|line| label_of(line).is_some_and(|field| field.known.is_some())) {
            found.push(head(line.trim(), range, None));
        }
    }
    found
}

/// Where a rule ends a task before its natural end: always in a task without heading marks, else only before another heading.
fn rule_in(text: &str, survey: &Survey, head: &Head, end: usize) -> Option<usize> {
    let mut at = head.content;
    for line in text[head.content..end].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let is_rule = matches!(line.trim(), "---" | "***" | "___" | "⸻" | "—" | "* * *");
        if is_rule && !survey.is_code(start) && (head.level.is_none() || text[at..end].trim().is_empty()) {
            return Some(start);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_their_numbers_and_marks() {
        let of = |text: &str| {
            let head = head(text, 0..0, None);
            format!("{:?} {:?} {:?}", head.id, head.title, head.mark)
        };
        insta::assert_snapshot!(of("Task 2 — Store ✅ COMPLETED"), @r#"Some("T2") "Store" Some("COMPLETED")"#);
        insta::assert_snapshot!(of("T2.5: Streams (20 at once)"), @r#"Some("T2.5") "Streams (20 at once)" None"#);
        insta::assert_snapshot!(of("Get things done"), @r#"None "Get things done" None"#);
        insta::assert_snapshot!(of("WEB-12 Login [done]"), @r#"Some("WEB-12") "Login" Some("done")"#);
    }
}

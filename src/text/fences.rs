//! Finds the code fences that wrap whole markdown texts in an answer.
//!
//! Agents often wrap in three backticks what itself holds fences of three backticks.
//! Such a fence ends where markdown says only if what follows speaks for it.

/// A fence around markdown.
pub(super) struct Fence {
    /// Where its opening line starts.
    pub(super) start: usize,
    pub(super) content: String,
}

/// A line that opens or closes a fence.
#[derive(Clone, Copy)]
struct Mark<'a> {
    letter: u8,
    length: usize,
    indent: usize,
    label: &'a str,
}

/// A line with what is to come below it, up to the next line that opens a markdown fence.
#[derive(Clone, Copy)]
struct Line<'a> {
    text: &'a str,
    mark: Option<Mark<'a>>,
    bare_marks_below: usize,
    has_heading_below: bool,
}

/// Returns the fences whose content is wanted and which stand in no other such fence.
pub(super) fn outer_fences(text: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<Fence> {
    let lines = lines_of(text);
    let mut fences = Vec::new();
    let mut index = 0;
    let mut start = 0;
    while index < lines.len() {
        let mut next = index + 1;
        if let Some(mark) = lines[index].mark {
            let (end, may_hold_markdown) = match mark.indent <= 3 && may_wrap(&mark, &lines[next..]) {
                true => (wrapped_end(&lines, index, &mark), true),
                false => (first_closing(&lines, index, &mark), false),
            };
            let content = content_of(&lines[next..end], mark.indent);
            if may_hold_markdown && is_wanted(&content) {
                fences.push(Fence { start, content });
            }
            next = lines.len().min(end + 1);
        }
        start += lines[index..next].iter().map(|line| line.text.len()).sum::<usize>();
        index = next;
    }
    fences
}

/// Whether a fence is labelled as markdown, or has no label and begins like a task.
fn may_wrap(mark: &Mark, below: &[Line]) -> bool {
    let first = below.iter().map(|line| line.text.trim()).find(|line| !line.is_empty());
    let begins_like_a_task = first.is_some_and(|line| ["#", "---", "**"].iter().any(|start| line.starts_with(start)));
    is_markdown(mark) || matches!(mark.label, "" | "text" | "txt") && begins_like_a_task
}

/// The index of the line that closes a fence around markdown, or the number of lines.
fn wrapped_end(lines: &[Line], opening: usize, mark: &Mark) -> usize {
    if mark.letter != b'`' || mark.length > 3 {
        return first_closing(lines, opening, mark);
    }
    let mut nested: Option<Mark> = None;
    for index in opening + 1..lines.len() {
        let Some(found) = lines[index].mark else {
            continue;
        };
        match nested {
            Some(open) if can_close(&found, &open) => nested = None,
            Some(_) => (),
            None if !can_close(&found, mark) || opens_nested(lines, index) => nested = Some(found),
            None => return index,
        }
    }
    lines.len()
}

/// Whether a bare mark opens a nested fence instead of closing the outer one.
fn opens_nested(lines: &[Line], index: usize) -> bool {
    let line = &lines[index];
    let has_text_below = lines.get(index + 1).is_some_and(|next| !next.text.trim().is_empty());
    has_text_below && line.bare_marks_below >= 2 || line.has_heading_below && line.bare_marks_below >= 1
}

fn first_closing(lines: &[Line], opening: usize, mark: &Mark) -> usize {
    let below = lines[opening + 1..].iter();
    let mut marks = below.map(|line| line.mark);
    match marks.position(|found| found.is_some_and(|found| can_close(&found, mark))) {
        Some(index) => opening + 1 + index,
        None => lines.len(),
    }
}

fn can_close(mark: &Mark, opening: &Mark) -> bool {
    mark.letter == opening.letter && mark.length >= opening.length && mark.label.is_empty()
}

fn is_markdown(mark: &Mark) -> bool {
    ["markdown", "md"].iter().any(|label| label.eq_ignore_ascii_case(mark.label))
}

/// Splits a text into lines and looks from the last one up at what each has below it.
fn lines_of(text: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line> = text
        .split_inclusive('\n')
        .map(|text| Line { text, mark: mark_of(text), bare_marks_below: 0, has_heading_below: false })
        .collect();
    let mut bare_marks = 0_usize;
    let mut has_heading = false;
    for line in lines.iter_mut().rev() {
        line.bare_marks_below = bare_marks;
        line.has_heading_below = has_heading;
        match line.mark {
            Some(mark) if is_markdown(&mark) => {
                bare_marks = 0;
                has_heading = false;
            }
            Some(mark) if mark.label.is_empty() => bare_marks += 1,
            Some(_) => bare_marks = bare_marks.saturating_sub(1),
            None => has_heading |= line.text.starts_with("## "),
        }
    }
    lines
}

fn mark_of(line: &str) -> Option<Mark<'_>> {
    let rest = line.trim_start_matches(' ');
    let indent = line.len() - rest.len();
    let letter = rest.bytes().next().filter(|letter| b"`~".contains(letter))?;
    let label = rest.trim_start_matches(char::from(letter));
    let length = rest.len() - label.len();
    let is_mark = length >= 3 && !(letter == b'`' && label.contains('`'));
    is_mark.then_some(Mark { letter, length, indent, label: label.split_whitespace().next().unwrap_or("") })
}

/// Joins lines without the indent that their fence has.
fn content_of(lines: &[Line], indent: usize) -> String {
    let lines = lines.iter().map(|line| {
        let blank = line.text.len() - line.text.trim_start_matches(' ').len();
        &line.text[blank.min(indent)..]
    });
    lines.collect()
}

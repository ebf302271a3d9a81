//! What `mcp export` wrote: tasks of ours, to be taken back as they were.

use crate::model::{State, TaskId};
use crate::text::Document;

use super::Unreadable;
use super::file::SourceFile;
use super::foreign::{ForeignTask, Own, Source};
use super::yaml::text_of;

/// How a line begins that starts a task in an export as markdown.
pub const MARK: &str = "<!-- mcp:";
/// What such a line ends with for a text without a line break at its end.
pub const NO_BREAK: &str = "no line break at the end";

/// Reads JSON Lines or markdown, told apart by how they begin.
pub fn read(files: &[SourceFile]) -> Result<Source, Unreadable> {
    let mut source = Source::default();
    for file in files {
        match file.text.trim_start().starts_with('{') {
            true => lines(file, &mut source)?,
            false => markdown(file, &mut source)?,
        }
    }
    Ok(source)
}

fn lines(file: &SourceFile, source: &mut Source) -> Result<(), Unreadable> {
    for (index, line) in file.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("{}:{}", file.path, index + 1);
        let value: serde_json::Value = serde_json::from_str(line).map_err(|error| Unreadable::at(&place, error))?;
        let field = |name: &str| value.get(name).and_then(serde_json::Value::as_str);
        let (id, state) = (field("id").and_then(TaskId::parse), field("state").and_then(|state| state.parse().ok()));
        let (Some(id), Some(state), Some(text)) = (id, state, field("text")) else {
            return Err(Unreadable::at(&place, "not a task with `id`, `state` and `text`"));
        };
        source.tasks.push(whole(id, state, text.to_owned(), place));
    }
    Ok(())
}

fn markdown(file: &SourceFile, source: &mut Source) -> Result<(), Unreadable> {
    // (line of the mark, offset of the mark, offset after it)
    let mut marks = Vec::new();
    let mut at = 0;
    for (index, line) in file.text.split_inclusive('\n').enumerate() {
        if mark(line).is_some() {
            marks.push((index + 1, at, at + line.len()));
        }
        at += line.len();
    }
    if marks.is_empty() {
        return Err(Unreadable::at(&file.path, "no task of an export is in it"));
    }
    let ends: Vec<_> = marks.iter().skip(1).map(|(_, start, _)| *start).chain([file.text.len()]).collect();
    for ((number, start, after), end) in marks.into_iter().zip(ends) {
        let place = format!("{}:{number}", file.path);
        let (id, state, has_break) = mark(&file.text[start..after]).expect("it was one above");
        let text = unwrapped(&file.text[after..end], has_break);
        let text = text.ok_or_else(|| Unreadable::at(&place, "the task has no front matter between code fences"))?;
        source.tasks.push(whole(id, state, text, place));
    }
    Ok(())
}

/// Id, state, and whether the text ends in a line break.
fn mark(line: &str) -> Option<(TaskId, State, bool)> {
    let inner = line.trim_end().strip_prefix(MARK)?.strip_suffix("-->")?.trim();
    let (words, has_break) = inner.strip_suffix(NO_BREAK).map_or((inner, true), |words| (words.trim_end(), false));
    let (id, state) = words.split_once(' ')?;
    Some((TaskId::parse(id)?, state.trim_end_matches(',').parse().ok()?, has_break))
}

/// The text of a task out of its chapter: below the heading the fenced front matter, then the body.
fn unwrapped(chapter: &str, has_break: bool) -> Option<String> {
    let before = |line: &&str| !line.starts_with("```");
    let at = chapter.split_inclusive('\n').take_while(before).map(str::len).sum::<usize>();
    let open = chapter[at..].split_inclusive('\n').next()?;
    let fence = open.trim_end().trim_end_matches(|c: char| c != '`');
    let start = at + open.len();
    let close = format!("{fence}\n");
    let length = chapter[start..].split_inclusive('\n').take_while(|line| *line != close).map(str::len).sum::<usize>();
    let head = &chapter[start..start + length];
    // A mark of byte order alone was given the break before the fence.
    let head = if head == "\u{feff}\n" { "\u{feff}" } else { head };
    let body = chapter[start + length..].strip_prefix(&close)?;
    let body = body.strip_prefix('\n').unwrap_or(body);
    let body = body.strip_suffix('\n').unwrap_or(body);
    let escaped = format!("{MARK} mcp:");
    let lines = body.split_inclusive('\n').map(|line| match line.starts_with(&escaped) {
        true => line.replacen(&escaped, MARK, 1),
        false => line.to_owned(),
    });
    let text = format!("{head}{}", lines.collect::<String>());
    match has_break {
        true => Some(text),
        // An empty one was given none.
        false => Some(text.strip_suffix('\n').unwrap_or(&text).to_owned()),
    }
}

fn whole(id: TaskId, state: State, text: String, place: String) -> ForeignTask {
    let title = Document::parse(text.clone()).ok().and_then(|document| document.key("title"));
    let mut task = ForeignTask::new(id.as_str(), place, &title.map(|title| text_of(&title)).unwrap_or_default());
    task.state = state;
    task.own = Some(Own { id, text, is_changed: false });
    task
}

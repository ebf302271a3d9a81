//! Tasks as other programs take them: JSON Lines and markdown hold each file whole; `import mcp` takes both back.

use crate::model::{Task, one_line};

use super::twins::{Document, ExportLine, task_twin};

/// A task as one line of JSON: its twin, and its whole file as `text`.
pub fn export_line(task: &Task) -> String {
    let line = ExportLine { task: task_twin(task), source: task.front.source.as_deref(), text: task.document.as_str() };
    format!("{}\n", Document::of(line))
}

/// A task as a chapter of one markdown document: a mark, its title, its front matter as code, its body as it is.
///
/// `mark` begins the line that tells where a task starts, and `no_break` ends it for a text without a last line break.
pub fn export_chapter(task: &Task, mark: &str, no_break: &str) -> String {
    let text = task.document.as_str();
    let (head, body) = text.split_at(text.len() - task.document.body().len());
    let has_break = text.ends_with('\n');
    let fence = "`".repeat(longest_run(head, '`').max(2) + 1);
    let escaped = format!("{mark} mcp:");
    let body = body.split_inclusive('\n').map(|line| match line.starts_with(mark) {
        true => line.replacen(mark, &escaped, 1),
        false => line.to_owned(),
    });
    let body: String = body.collect();
    let head_end = if head.is_empty() || head.ends_with('\n') { "" } else { "\n" };
    let body_end = if has_break || body.is_empty() { "" } else { "\n" };
    let told = if has_break { String::new() } else { format!(", {no_break}") };
    format!(
        "{mark} {} {}{told} -->\n# {}\n\n{fence}yaml\n{head}{head_end}{fence}\n\n{body}{body_end}\n",
        task.id,
        task.state,
        one_line(&task.title()),
    )
}

fn longest_run(text: &str, wanted: char) -> usize {
    text.split(|c| c != wanted).map(str::len).max().unwrap_or(0)
}

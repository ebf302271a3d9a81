//! Markdown laid out for reading in a terminal. Long, since each kind of block is laid out in its own way.

use anstyle::Style;
use unicode_width::UnicodeWidthStr as _;

use crate::text::{Block, Content, Span, blocks};

use super::tone::Tone;
use super::visible::{visible, visible_lines};
use super::width::{cut, pad, wrapped};

/// Columns in which prose is still easy to read.
const WIDEST: usize = 100;

/// A part of a word that looks the same throughout.
type Part = (String, Style);

/// Lays markdown out in lines of at most a width.
pub fn markdown(text: &str, width: usize) -> String {
    let mut out = String::new();
    for block in blocks(text) {
        if !block.is_tight && !out.is_empty() {
            out.push('\n');
        }
        for line in lines_of(&block, width.min(WIDEST)) {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

fn lines_of(block: &Block, width: usize) -> Vec<String> {
    let quote = Tone::Faint.paint("│ ").repeat(block.quotes);
    let marker = block.marker.as_deref().unwrap_or_default();
    let room = width.saturating_sub(2 * block.quotes + block.indent + marker.len()).max(1);
    let inner = match &block.content {
        Content::Heading(level, spans) => heading(*level, spans, room),
        Content::Text(spans) => prose(spans, room, Style::new()),
        Content::Code(code) => {
            visible_lines(code).lines().map(|line| format!("    {}", Tone::Active.paint(line))).collect()
        }
        Content::Table(rows) => table(rows, room),
        Content::Html(html) => visible_lines(html).lines().map(|line| Tone::Faint.paint(line)).collect(),
        Content::Rule => vec![Tone::Faint.paint(&"─".repeat(room))],
    };
    let front = " ".repeat(block.indent);
    let below = " ".repeat(block.indent + marker.len());
    let tone = if marker.contains("[x]") { Tone::Good } else { Tone::Plain };
    let marker = tone.paint(marker);
    inner
        .iter()
        .enumerate()
        .map(|(index, line)| match index {
            0 => format!("{quote}{front}{marker}{line}"),
            _ => format!("{quote}{below}{line}"),
        })
        .collect()
}

/// A heading: the higher, the louder.
fn heading(level: u8, spans: &[Span], width: usize) -> Vec<String> {
    let mut lines = prose(spans, width, Tone::Strong.style());
    if level <= 2 {
        let words: String = spans.iter().map(|span| span.text.as_str()).collect();
        let mark = if level == 1 { "═" } else { "─" };
        lines.push(Tone::Faint.paint(&mark.repeat(visible(&words).width().clamp(1, width))));
    }
    lines
}

/// Words in lines of at most a width.
fn prose(spans: &[Span], width: usize, base: Style) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for (index, words) in hard_lines(spans, base).into_iter().enumerate() {
        if index > 0 {
            lines.push(String::new());
            used = 0;
        }
        for word in words {
            let length: usize = word.iter().map(|(text, _)| text.width()).sum();
            if used > 0 && used + 1 + length > width {
                lines.push(String::new());
                used = 0;
            }
            let is_first = used == 0;
            let line = lines.last_mut().expect("there is always a line");
            if !is_first {
                line.push(' ');
                used += 1;
            }
            if length <= width {
                word.iter().for_each(|(text, style)| line.push_str(&painted(text, *style)));
                used += length;
                continue;
            }
            // Longer than a line: broken where the line ends.
            let whole: String = word.iter().map(|(text, _)| text.as_str()).collect();
            let style = word.first().map(|(_, style)| *style).unwrap_or_default();
            let parts = wrapped(&whole, width);
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    lines.push(String::new());
                }
                let line = lines.last_mut().expect("there is always a line");
                line.push_str(&painted(part, style));
                used = part.width();
            }
        }
    }
    lines
}

/// The words between the breaks that the author made on purpose.
fn hard_lines(spans: &[Span], base: Style) -> Vec<Vec<Vec<Part>>> {
    let mut lines: Vec<Vec<Vec<Part>>> = vec![Vec::new()];
    let mut is_in_word = false;
    for span in spans {
        let style = style_of(span, base);
        for (index, line) in span.text.split('\n').enumerate() {
            if index > 0 {
                lines.push(Vec::new());
                is_in_word = false;
            }
            let words = lines.last_mut().expect("there is always a line");
            for (index, word) in line.split([' ', '\t']).enumerate() {
                is_in_word &= index == 0;
                if word.is_empty() {
                    continue;
                }
                let part = (visible(word), style);
                match words.last_mut().filter(|_| is_in_word) {
                    Some(last) => last.push(part),
                    None => words.push(vec![part]),
                }
                is_in_word = true;
            }
        }
        if let Some(link) = span.link.as_deref().filter(|link| *link != span.text) {
            let words = lines.last_mut().expect("there is always a line");
            words.push(vec![(format!("({})", visible(link)), Tone::Faint.style())]);
        }
    }
    lines
}

fn style_of(span: &Span, base: Style) -> Style {
    let mut style = base;
    if span.is_strong {
        style = style.bold();
    }
    if span.is_emphasis {
        style = style.italic();
    }
    if span.is_struck {
        style = style.strikethrough();
    }
    if span.link.is_some() {
        style = style.underline();
    }
    if span.is_code { style.fg_color(Tone::Active.style().get_fg_color()) } else { style }
}

fn painted(text: &str, style: Style) -> String {
    if style == Style::new() { text.to_owned() } else { format!("{style}{text}{style:#}") }
}

fn table(rows: &[Vec<Vec<Span>>], width: usize) -> Vec<String> {
    let words = |spans: &Vec<Span>| visible(&spans.iter().map(|span| span.text.as_str()).collect::<String>());
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(words).collect()).collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &[String], column: usize| row.get(column).cloned().unwrap_or_default();
    let mut widths: Vec<usize> =
        (0..count).map(|column| rows.iter().map(|row| cell(row, column).width()).max().unwrap_or(0)).collect();
    // The widest gives first.
    while widths.iter().sum::<usize>() + 3 * count.saturating_sub(1) > width {
        let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > 3) else { break };
        *widest -= 1;
    }
    let mut lines = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let parts: Vec<Vec<String>> = (0..count).map(|column| wrapped(&cell(row, column), widths[column])).collect();
        for line in 0..parts.iter().map(Vec::len).max().unwrap_or(0) {
            let cells: Vec<String> = (0..count)
                .map(|column| {
                    let part = parts[column].get(line).map_or("", String::as_str);
                    let shown = if index == 0 { Tone::Strong.paint(part) } else { part.to_owned() };
                    let mut padded = shown;
                    pad(&mut padded, part, widths[column]);
                    padded
                })
                .collect();
            lines.push(cells.join(&Tone::Faint.paint(" │ ")));
        }
        if index == 0 {
            let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
            lines.push(Tone::Faint.paint(&cut(&rule.join("─┼─"), width)));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, width: usize) -> String {
        anstream::adapter::strip_str(&markdown(text, width)).to_string()
    }

    #[test]
    fn markdown_reads_well_at_any_width() {
        let text = "# A task\n\nSome **strong** words, *others*, `code` and a [link](https://example.org/a).\n\n\
                    - [x] 1. done, and long enough to be wrapped twice\n- [ ] 2. open\n  - below\n\n\
                    1. one\n2. two\n\n> quoted, and 健康检查 again and again\n\n```sh\ncargo test --locked   # never wrapped\n```\n\n\
                    | key | means |\n|---|---|\n| `state` | where it is, in a sentence that is long |\n| p | now |\n\n---\n\n## Log\n\n- one\\\n  two\n";
        insta::assert_snapshot!(plain(text, 36), @"
        A task
        ══════

        Some strong words, others, code and
        a link (https://example.org/a).

        - [x] 1. done, and long enough to be
              wrapped twice
        - [ ] 2. open
          - below

        1. one
        2. two

        │ quoted, and 健康检查 again and
        │ again

            cargo test --locked   # never wrapped

        key   │ means
        ──────┼─────────────────────────────
        state │ where it is, in a sentence
              │ that is long
        p     │ now

        ────────────────────────────────────

        Log
        ───

        - one
          two
        ");
        for width in 1..60 {
            for line in plain(text, width).lines().filter(|line| !line.starts_with("    ") && width > 24) {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(plain("a\u{1b}[31m `\u{202e}b` <!-- x -->", 80), "a\\u{1b}[31m \\u{202e}b\n");
        assert_eq!(plain("```\n\u{7}x\n```", 80), "    \\u{7}x\n");
    }
}

//! Makes any markdown fit to stand in a section, without losing a word of it.

use super::outline::{Heading, headings};
use super::piece::checked_piece;

/// The level of the highest heading that a section may hold.
const HIGHEST: usize = 3;
/// What closes what a text may leave open.
const ENDS: &[&str] =
    &["```", "~~~", "-->", "````", "`````", "~~~~", "</pre>", "</script>", "</style>", "?>", ">", "]]>"];

/// Lowers the headings of a markdown text below those of sections, and closes what it leaves open; what does not fit then is
/// quoted.
pub fn fitted(markdown: &str) -> String {
    let unified = markdown.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
    let text = lowered(unified.trim_end());
    if let Ok(piece) = checked_piece(&text) {
        return piece;
    }
    let closed = ENDS.iter().map(|end| format!("{text}\n{end}"));
    closed.filter_map(|text| checked_piece(&text).ok()).next().unwrap_or_else(|| quoted(&text))
}

/// The same text as a quotation, out of which nothing leaks.
fn quoted(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
    lines.join("\n")
}

fn lowered(text: &str) -> String {
    let found: Vec<Heading> = headings(text).collect();
    let highest = found.iter().map(|heading| heading.level as usize).min().unwrap_or(HIGHEST);
    if highest >= HIGHEST {
        return text.to_owned();
    }
    let mut lowered = text.to_owned();
    for heading in found.iter().rev() {
        let level = (heading.level as usize + HIGHEST - highest).min(6);
        let lines = &text[heading.range.clone()];
        let end = if lines.ends_with('\n') { "\n" } else { "" };
        let words = match heading.is_underlined {
            true => lines.trim_end().rsplit_once('\n').map_or("", |(title, _)| title).replace('\n', " "),
            false => lines.trim().trim_start_matches('#').to_owned(),
        };
        let line = format!("{} {}{end}", "#".repeat(level), words.trim());
        lowered.replace_range(heading.range.clone(), &line);
    }
    lowered
}

#[cfg(test)]
mod tests {
    use super::super::document::Document;
    use super::*;

    #[test]
    fn headings_go_below_those_of_sections() {
        assert_eq!(fitted("# A\nx\n### B\n"), "### A\nx\n##### B");
        assert_eq!(fitted("A\n===\n\nB\nb\n---\nx"), "### A\n\n#### B b\nx");
        assert_eq!(fitted("### A\n\n```\n# no\n```"), "### A\n\n```\n# no\n```");
    }

    #[test]
    fn what_is_left_open_is_closed() {
        assert_eq!(fitted("x\n```sh\n# y"), "x\n```sh\n# y\n```");
        assert_eq!(fitted("<!-- x"), "<!-- x\n-->");
    }

    #[test]
    fn every_text_can_stand_in_a_section() {
        for text in [
            "",
            "\0",
            "~~~~~~\n## x",
            "<pre>\n# x\n\n## y",
            "- a\n\n      ```\n## b\n",
            "\u{feff}# x",
            "    # x\n===\n",
        ] {
            let mut document = Document::parse("---\nid: t\n---\n## Goal\n\nx\n\n## Log\n\n- a\n").unwrap();
            document.replace_section("Goal", &fitted(text), &["Goal", "Log"]).unwrap();
            assert_eq!(document.section_text("Log"), Some("- a"), "{text}");
        }
    }
}

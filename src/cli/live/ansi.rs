//! Painted text of our own views as ratatui has it: the few colour codes that they write, and nothing else.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

/// One line, its codes turned into styles.
pub fn line(painted: &str) -> Line<'static> {
    let mut spans = Vec::new();
    let mut style = Style::new();
    for (index, part) in painted.split("\u{1b}[").enumerate() {
        // What stands before the first code has none.
        let text = match (index, part.split_once('m')) {
            (0, _) | (_, None) => part,
            (_, Some((codes, text))) => {
                style = codes.split(';').fold(style, changed);
                text
            }
        };
        if !text.is_empty() {
            spans.push(Span::styled(text.to_owned(), style));
        }
    }
    Line::from(spans)
}

fn changed(style: Style, code: &str) -> Style {
    match code {
        "" | "0" => Style::new(),
        "1" => style.add_modifier(Modifier::BOLD),
        "2" => style.add_modifier(Modifier::DIM),
        "3" => style.add_modifier(Modifier::ITALIC),
        "4" => style.add_modifier(Modifier::UNDERLINED),
        "9" => style.add_modifier(Modifier::CROSSED_OUT),
        "31" => style.fg(Color::Red),
        "32" => style.fg(Color::Green),
        "33" => style.fg(Color::Yellow),
        "36" => style.fg(Color::Cyan),
        _ => style,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Tone;

    #[test]
    fn every_tone_of_a_view_is_kept() {
        for tone in [Tone::Strong, Tone::Faint, Tone::Active, Tone::Good, Tone::Attention, Tone::Bad] {
            let line = line(&format!("a{}b", tone.paint("x[1m y")));
            let texts: Vec<_> = line.spans.iter().map(|span| span.content.as_ref()).collect();
            assert_eq!(texts, ["a", "x[1m y", "b"], "{tone:?}");
            assert_ne!(line.spans[1].style, Style::new(), "{tone:?}");
            assert_eq!(line.spans[2].style, Style::new(), "{tone:?}");
        }
    }
}

//! Text cut, padded and wrapped by the columns that a terminal gives it.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr as _;

use super::visible::is_plain;

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.width() }
}

/// The text cut to a width, with an ellipsis where something is gone.
pub fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if self::width(text) <= width {
        return text.into();
    }
    if width == 0 {
        return "".into();
    }
    let kept = head(text, width - 1);
    format!("{}…", kept.trim_end()).into()
}

/// Adds the blanks that bring a text to a width.
pub fn pad(line: &mut String, text: &str, width: usize) {
    line.extend(std::iter::repeat_n(' ', width.saturating_sub(self::width(text))));
}

/// The text in lines of at most a width, broken between words where that is possible.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut word = word;
        let last = lines.last_mut().expect("there is always a line");
        let gap = usize::from(!last.is_empty());
        if last.width() + gap + word.width() <= width {
            if gap == 1 {
                last.push(' ');
            }
            last.push_str(word);
            continue;
        }
        if last.is_empty() {
            lines.pop();
        }
        while word.width() > width {
            let part = head(word, width);
            // A character wider than the line gets it for itself.
            let length = if part.is_empty() { word.chars().next().map_or(0, char::len_utf8) } else { part.len() };
            lines.push(word[..length].to_owned());
            word = &word[length..];
        }
        lines.push(word.to_owned());
    }
    lines
}

/// The longest start of a text that is no wider than a width.
///
/// What joins the character before it, such as an accent, adds no width or changes it: the text so far is measured as a whole.
fn head(text: &str, width: usize) -> &str {
    let ends = text.char_indices().map(|(start, c)| start + c.len_utf8());
    let end = ends.take_while(|end| text[..*end].width() <= width).last().unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_ends_in_an_ellipsis_and_fits() {
        assert_eq!(cut("Grüße an alle", 6), "Grüße…");
        assert_eq!(cut("健康检查", 5), "健康…");
        assert_eq!(cut("健康检查", 4), "健…");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!((cut("ab", 0), cut("ab", 1), cut("ab", 2)), ("".into(), "…".into(), "ab".into()));
    }

    #[test]
    fn no_wrapped_line_is_too_wide_and_no_word_is_lost() {
        let text = "a long/path/without/any/blank 健康检查 and Grüße, e\u{301}e\u{301}";
        for width in 2..40 {
            let lines = wrapped(text, width);
            assert!(lines.iter().all(|line| line.width() <= width), "{width}: {lines:#?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""), "{width}");
        }
        assert_eq!(wrapped("", 5), [""]);
    }
}

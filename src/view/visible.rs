//! Text from strangers, made safe to show: what a terminal would obey or hide is escaped.

/// One line: control, bidi and zero-width characters are shown as escapes, line breaks too.
pub fn visible(text: &str) -> String {
    text.chars().map(|c| if is_hidden(c) { escaped(c) } else { c.to_string() }).collect()
}

/// Several lines: the same, but line breaks and tabs stay.
pub fn visible_lines(text: &str) -> String {
    let is_kept = |c: char| c == '\n' || c == '\t';
    if text.lines().all(is_plain) && !text.contains('\r') {
        return text.to_owned();
    }
    let text = text.replace("\r\n", "\n");
    text.chars().map(|c| if is_hidden(c) && !is_kept(c) { escaped(c) } else { c.to_string() }).collect()
}

/// Whether a text is one line of ASCII, as most are: it is as wide as it is long, and nothing in it is hidden.
pub(super) fn is_plain(text: &str) -> bool {
    // All bytes at once, as processors like it.
    !text.as_bytes().iter().fold(false, |any, byte| any | (byte.wrapping_sub(b' ') > b'~' - b' '))
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn escaped(c: char) -> String {
    match c {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        c => c.escape_unicode().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        assert_eq!(visible("a\u{1b}]0;x\u{7}\u{202e}b\nc"), "a\\u{1b}]0;x\\u{7}\\u{202e}b\\nc");
        assert_eq!(visible_lines("a\n\tb\r\nc\u{9b}"), "a\n\tb\nc\\u{9b}");
        assert_eq!(visible("Grüße, 健康 👩‍🚀"), "Grüße, 健康 👩\\u{200d}🚀");
    }
}

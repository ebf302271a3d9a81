//! Text as a reader would see it: without colours, progress lines and control characters, and with nothing invisible in it.

use std::iter::Peekable;
use std::str::Chars;

/// Strips escape sequences, overwritten lines and control characters; shows what is invisible as `\u{..}`.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.bytes().all(|byte| matches!(byte, b'\n' | b'\t' | b' '..=b'~')) {
            out.push_str(line);
        } else {
            clean_line(line, &mut out);
        }
    }
    out
}

fn clean_line(line: &str, out: &mut String) {
    let start = out.len();
    let mut returned = false;
    let mut chars = line.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\n' => out.push('\n'),
            '\r' => returned = true,
            '\u{1b}' => skip_escape(&mut chars),
            '\u{9b}' => skip_control(&mut chars),
            '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => skip_string(&mut chars),
            '\t' => restart(out, start, &mut returned).push('\t'),
            _ if char.is_control() => {}
            _ if is_invisible(char) => {
                restart(out, start, &mut returned).extend(char.escape_unicode());
            }
            _ => restart(out, start, &mut returned).push(char),
        }
    }
}

/// Drops what a carriage return let the new text overwrite.
fn restart<'a>(out: &'a mut String, line: usize, returned: &mut bool) -> &'a mut String {
    if std::mem::take(returned) {
        out.truncate(line);
    }
    out
}

fn skip_escape(chars: &mut Peekable<Chars<'_>>) {
    match chars.peek() {
        Some('[') => {
            chars.next();
            skip_control(chars);
        }
        Some(']' | 'P' | 'X' | '^' | '_') => {
            chars.next();
            skip_string(chars);
        }
        _ => {
            while chars.next_if(|char| matches!(char, ' '..='/')).is_some() {}
            chars.next_if(|char| matches!(char, '0'..='~'));
        }
    }
}

fn skip_control(chars: &mut Peekable<Chars<'_>>) {
    while chars.next_if(|char| matches!(char, ' '..='?')).is_some() {}
    chars.next_if(|char| matches!(char, '@'..='~'));
}

/// Skips to the end of a string sequence, but never past its line.
fn skip_string(chars: &mut Peekable<Chars<'_>>) {
    while let Some(char) = chars.next_if(|char| *char != '\n') {
        match char {
            '\u{7}' | '\u{9c}' => return,
            '\u{1b}' => {
                chars.next_if_eq(&'\\');
                return;
            }
            _ => {}
        }
    }
}

fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dirty: &str, expected: &str) {
        assert_eq!(clean(dirty), expected, "{dirty:?}");
    }

    #[test]
    fn strips_escape_sequences() {
        check("\u{1b}[1m\u{1b}[38;5;196mred\u{1b}[0m", "red");
        check("\u{1b}]0;title\u{7}text\u{1b}]8;;https://example.test\u{1b}\\link\u{1b}]8;;\u{1b}\\", "textlink");
        check("\u{1b}(Bplain\u{1b}=\u{1b}7\u{9b}31mred", "plainred");
        check("\u{1b}Pq#0;2\u{1b}\\after", "after");
        check("a\u{1b}", "a");
        check("a\u{1b}[", "a");
    }

    #[test]
    fn keeps_only_what_a_carriage_return_left() {
        check("10%\r50%\r100%\ndone\r\nlast\r\r\n", "100%\ndone\nlast\n");
        check("first\n50%\r\u{1b}[Kdone", "first\ndone");
    }

    #[test]
    fn an_open_sequence_swallows_no_more_than_its_line() {
        check("\u{1b}]0;never ended\nnext", "\nnext");
    }

    #[test]
    fn shows_what_is_invisible() {
        check("a\u{202e}b\u{200b}c\u{feff}\u{0}\u{8}\u{7f}\td", "a\\u{202e}b\\u{200b}c\\u{feff}\td");
    }
}

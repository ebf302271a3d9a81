//! Writes YAML values on one line: plain where that is safe, quoted where it is needed.

use serde_yaml::Value;

use super::problem::EditRefused;

/// The quotes a text is written in when it could do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Quotes {
    #[default]
    None,
    Single,
    Double,
}

impl Quotes {
    /// Tells the quotes that a written value starts with.
    pub(super) fn of(written: &str) -> Quotes {
        match written.as_bytes().first() {
            Some(b'\'') => Quotes::Single,
            Some(b'"') => Quotes::Double,
            _ => Quotes::None,
        }
    }
}

/// Writes a value on one line; lists and maps in flow style.
pub(super) fn write_value(value: &Value, quotes: Quotes, is_in_flow: bool) -> Result<String, EditRefused> {
    Ok(match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => write_text(text, quotes, is_in_flow),
        Value::Sequence(items) => {
            let written: Result<Vec<String>, EditRefused> =
                items.iter().map(|item| write_value(item, quotes, true)).collect();
            format!("[{}]", written?.join(", "))
        }
        Value::Mapping(pairs) => {
            let written: Result<Vec<String>, EditRefused> = pairs
                .iter()
                .map(|(key, value)| {
                    let key = write_value(key, Quotes::None, true)?;
                    Ok(format!("{key}: {}", write_value(value, quotes, true)?))
                })
                .collect();
            format!("{{{}}}", written?.join(", "))
        }
        Value::Tagged(_) => return Err(EditRefused::because("a tagged value cannot be written")),
    })
}

/// Writes a text, quoted if it must be or if `quotes` ask for it.
pub(super) fn write_text(text: &str, quotes: Quotes, is_in_flow: bool) -> String {
    let needs_escapes = text.chars().any(needs_escape);
    let is_plain =
        is_plain_text(text) && !(is_in_flow && text.contains([',', '[', ']', '{', '}', ':']) && !is_time(text));
    match quotes {
        _ if needs_escapes => double_quoted(text),
        Quotes::None if is_plain => text.to_owned(),
        Quotes::None if text.contains(['"', '\\']) => single_quoted(text),
        Quotes::Single => single_quoted(text),
        Quotes::None | Quotes::Double => double_quoted(text),
    }
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double_quoted(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for character in text.chars() {
        match character {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            _ if needs_escape(character) => {
                let code = u32::from(character);
                written.push_str(&match code {
                    0..=0xff => format!("\\x{code:02x}"),
                    0x100..=0xffff => format!("\\u{code:04x}"),
                    _ => format!("\\U{code:08x}"),
                });
            }
            _ => written.push(character),
        }
    }
    written.push('"');
    written
}

/// Whether a character can only be written as an escape.
pub(super) fn needs_escape(character: char) -> bool {
    matches!(
        character,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}'
            | '\u{fffe}' | '\u{ffff}'
    )
}

/// Whether a text that is written without quotes is read as that text by every YAML reader.
pub(super) fn is_plain_text(text: &str) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let is_marked = "-?:,[]{}#&*!|>'\"%@`=~".contains(first) || text.starts_with("<<");
    let is_split = text.contains(": ") || text.contains(" #") || text.ends_with(':');
    !is_marked
        && !is_split
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && !text.chars().any(needs_escape)
        && !is_word_of_yaml(text)
        && !looks_like_a_number(text)
        && !text.starts_with("...")
}

/// Whether YAML 1.1 or 1.2 reads a word as a boolean, a null or a special number.
fn is_word_of_yaml(text: &str) -> bool {
    const WORDS: [&str; 13] =
        ["null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", "+.inf", "-.inf", ".nan"];
    text.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether a text could be taken for a number or a date, such as `1e3`, `0x1f` or `2024-01-01`.
fn looks_like_a_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    // By its digits, not by its beginning alone: every 256th commit id begins with `0b`.
    let prefix = digits.get(..2).map(str::to_ascii_lowercase);
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find(|(with, _)| prefix.as_deref() == Some(with));
    if let Some((_, radix)) = radix {
        return digits[2..].chars().all(|character| character.is_digit(radix) || character == '_');
    }
    digits.contains(|character: char| character.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || b"_.:,eE+- ".contains(&byte))
}

/// Whether a text is a point in time such as `2026-11-20T09:12:03Z`, which may stand unquoted.
fn is_time(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"-:.TZ+".contains(&byte))
}

//! The ways in which a value may be written down: quoted, in a URL, in base64, or cut short before an ellipsis.

use std::fmt::Write;

use super::redact::MASK;

/// As many characters of a secret as give it away before or after an ellipsis.
const PIECE: usize = 6;

/// Adds every spelling of a value, itself among them.
pub(super) fn add(value: &str, spellings: &mut Vec<String>) {
    let quoted = value.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
    let lower = encoded(value, false);
    spellings.extend([quoted.replace('"', "\\\""), quoted.replace('\'', "\\'"), quoted.replace('/', "\\/"), quoted]);
    spellings.extend([lower.replace("%20", "+"), lower, encoded(value, true)]);
    for shift in 0..3 {
        let whole = base64(value.as_bytes(), shift);
        spellings.extend([whole.replace('+', "-").replace('/', "_"), whole]);
    }
    spellings.push(value.to_owned());
}

fn encoded(value: &str, upper: bool) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        let _ = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                write!(out, "{}", char::from(byte))
            }
            _ if upper => write!(out, "%{byte:02X}"),
            _ => write!(out, "%{byte:02x}"),
        };
    }
    out
}

/// Returns the base64 digits that depend on the value alone when it stands `shift` bytes into a text.
fn base64(value: &[u8], shift: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = (shift + value.len()) * 8;
    let bit = |at: usize| {
        at.checked_sub(shift * 8).and_then(|at| value.get(at / 8).map(|byte| usize::from(byte >> (7 - at % 8) & 1)))
    };
    let first = (shift * 8).div_ceil(6);
    let digits = (first..bits / 6).map(|digit| (0..6).fold(0, |sum, at| sum * 2 + bit(digit * 6 + at).unwrap_or(0)));
    digits.map(|digit| char::from(DIGITS[digit & 63])).collect()
}

/// Masks the beginning of a secret before an ellipsis, and its end behind one.
pub(super) fn without_pieces(text: &str, secret: &str) -> String {
    let (Some((start, _)), Some((end, _))) =
        (secret.char_indices().nth(PIECE), secret.char_indices().rev().nth(PIECE - 1))
    else {
        return text.to_owned();
    };
    let (start, end) = (&secret[..start], &secret[end..]);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(start) {
        let length: usize = rest[at..]
            .chars()
            .zip(secret.chars())
            .take_while(|(one, other)| one == other)
            .map(|(one, _)| one.len_utf8())
            .sum();
        let after = &rest[at + length..];
        out.push_str(&rest[..at]);
        let is_cut = after.starts_with("...") || after.starts_with('…');
        out.push_str(if is_cut { MASK } else { &rest[at..at + length] });
        rest = after;
    }
    out.push_str(rest);
    let text = out;
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(end) {
        let before = &rest[..at + end.len()];
        let length: usize = before
            .chars()
            .rev()
            .zip(secret.chars().rev())
            .take_while(|(one, other)| one == other)
            .map(|(one, _)| one.len_utf8())
            .sum();
        let kept = &before[..before.len() - length];
        let is_cut = kept.ends_with("...") || kept.ends_with('…');
        out.push_str(if is_cut { kept } else { before });
        out.push_str(if is_cut { MASK } else { "" });
        rest = &rest[at + end.len()..];
    }
    out + rest
}

//! The clipboard, through whichever of the usual programs this machine has.

use anyhow::Result;

use crate::model::Refusal;
use crate::process::{feed, output_of};

/// Programs that put stdin into the clipboard, in the order in which they are tried.
const COPY: &[&[&str]] = &[
    &["wl-copy"],
    &["xclip", "-selection", "clipboard"],
    &["xsel", "--clipboard", "--input"],
    &["pbcopy"],
    &["termux-clipboard-set"],
    &["clip.exe"],
];

/// Programs that print what is in it.
const PASTE: &[&[&str]] = &[
    &["wl-paste", "--no-newline"],
    &["xclip", "-selection", "clipboard", "-out"],
    &["xsel", "--clipboard", "--output"],
    &["pbpaste"],
    &["termux-clipboard-get"],
];

/// Puts a text into the clipboard; `file_way` tells how to do without.
pub fn copy(text: &str, file_way: &str) -> Result<()> {
    let copied = COPY.iter().any(|program| feed(program, text.as_bytes()));
    if copied { Ok(()) } else { Err(none(COPY, file_way)) }
}

/// The text in the clipboard.
pub fn paste(file_way: &str) -> Result<String> {
    let bytes = PASTE.iter().find_map(|program| output_of(program)).ok_or_else(|| none(PASTE, file_way))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn none(programs: &[&[&str]], file_way: &str) -> anyhow::Error {
    let names: Vec<_> = programs.iter().map(|program| program[0]).collect();
    let message = format!("no clipboard could be reached; tried {}", names.join(", "));
    Refusal::BadInput { message, hint: Some(file_way.to_owned()) }.into()
}

//! A board that is this clone's own: git is told by `info/exclude`, which no other clone sees, to leave it out.

use anyhow::Result;

use crate::git::Repository;
use crate::model::Refusal;
use crate::store::{BOARD, CONFIG};

const BEGIN: &str = "# mcp-handoff, begin: what is this clone's own";
const END: &str = "# mcp-handoff, end";

/// Keeps the board out of the repository, and these further paths.
pub(super) fn keep_out(repository: &Repository, more: &[String]) -> Result<()> {
    if repository.is_tracked(CONFIG)? {
        let message = "the board is in the repository already, so it cannot be this clone's own".to_owned();
        let hint = Some("`mcp init` without --private goes on with it".to_owned());
        return Err(Refusal::BadInput { message, hint }.into());
    }
    let path = repository.common_dir().join("info/exclude");
    let found = read(&path)?;
    let mut lines: Vec<String> = kept_out(&found);
    for path in [format!("{BOARD}/")].iter().chain(more) {
        let line = format!("/{path}");
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let block = format!("{BEGIN}\n{}\n{END}", lines.join("\n"));
    let rest = without(&found).unwrap_or(found.clone());
    let text = match rest.is_empty() || rest.ends_with('\n') {
        true => format!("{rest}{block}\n"),
        // It ends without a line break afterwards as before.
        false => format!("{rest}\n{block}"),
    };
    if text != found {
        if let Some(folder) = path.parent() {
            fs_err::create_dir_all(folder)?;
        }
        fs_err::write(&path, text)?;
    }
    Ok(())
}

/// Whether the board is this clone's own.
pub(super) fn is_private(repository: &Repository) -> Result<bool> {
    Ok(read(&repository.common_dir().join("info/exclude"))?.contains(BEGIN))
}

/// Takes our lines out again; the file is as before, byte for byte. Says whether there were any.
pub(super) fn let_in(repository: &Repository) -> Result<bool> {
    let path = repository.common_dir().join("info/exclude");
    let Some(rest) = without(&read(&path)?) else { return Ok(false) };
    fs_err::write(path, rest)?;
    Ok(true)
}

fn read(path: &std::path::Path) -> Result<String> {
    match fs_err::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        read => Ok(read?),
    }
}

/// The lines between our marks.
fn kept_out(text: &str) -> Vec<String> {
    let inner = text.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).map_or("", |(inner, _)| inner);
    inner.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The text without our lines, if it has them.
fn without(text: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(match after.strip_prefix('\n') {
        Some(after) => format!("{before}{after}"),
        None => before.strip_suffix('\n').unwrap_or(before).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_out_without_a_trace() {
        for text in ["", "*.o\n", "*.o", "\n", "# a\n\n"] {
            let with = match text.is_empty() || text.ends_with('\n') {
                true => format!("{text}{BEGIN}\n/.mcp/\n{END}\n"),
                false => format!("{text}\n{BEGIN}\n/.mcp/\n{END}"),
            };
            assert_eq!(without(&with).as_deref(), Some(text));
            assert_eq!(kept_out(&with), ["/.mcp/"]);
            assert_eq!(without(text), None);
        }
    }
}

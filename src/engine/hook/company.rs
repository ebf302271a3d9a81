//! Whose the hooks are that git finds: nobody's, ours, the user's own, or those of a manager; and where ours has its place beside them.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::git::Repository;

/// By this a file is known as ours.
pub(super) const MARK: &str = "# mcp-handoff hook";
/// What a file of the user's folder begins with that we made for our line alone.
pub(super) const MADE: &str = "# Made by mcp-handoff; `mcp hooks uninstall` removes it.\n";
/// The settings of lefthook that are one clone's own.
const LEFTHOOK: &str = "lefthook-local.yml";

/// Where a hook of ours has its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In a file of its own.
    File {
        /// Which.
        path: PathBuf,
        /// Others get it with the repository, so it may not speak of this machine.
        is_shared: bool,
    },
    /// As a line of a script, which may not be there yet.
    Line {
        /// Which.
        path: PathBuf,
        /// Of whom.
        of: &'static str,
    },
    /// As a job in lefthook's settings.
    Job {
        /// The file for it.
        path: PathBuf,
    },
    /// In something that is no shell script.
    Program {
        /// Which.
        path: PathBuf,
    },
}

/// Where our hook of this name has its place, when git looks for hooks in this folder.
pub(super) fn way(repository: &Repository, folder: &Path, hook: &str) -> Result<Way> {
    let path = folder.join(hook);
    let Some(found) = text_of(&path)? else {
        let is_shared = is_shared(repository, &path)?;
        return Ok(Way::File { path, is_shared });
    };
    if found.contains(MARK) {
        let is_shared = is_shared(repository, &path)?;
        return Ok(Way::File { path, is_shared });
    }
    if let Some(of) = chains_legacy(&found) {
        // What was there before them they keep under this name, and run first.
        let path = folder.join(format!("{hook}.legacy"));
        return Ok(match text_of(&path)? {
            Some(found) if !found.contains(MARK) => Way::Line { path, of },
            _ => Way::File { path, is_shared: false },
        });
    }
    if found.contains("call_lefthook") {
        return Ok(Way::Job { path: repository.work_dir().join(LEFTHOOK) });
    }
    if let Some(own) = folder.parent().filter(|_| folder.ends_with("_") && folder.join("h").exists()) {
        return Ok(Way::Line { path: own.join(hook), of: "husky" });
    }
    match is_shell(&found) {
        true => Ok(Way::Line { path, of: "you" }),
        false => Ok(Way::Program { path }),
    }
}

/// The text of a hook, if there is one; of a program, nothing that one could read.
pub(super) fn text_of(path: &Path) -> Result<Option<String>> {
    match fs_err::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8(bytes).unwrap_or_else(|_| "#!program".to_owned()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The line that calls our hook from a script. Where `mcp hooks install` was never run it does nothing, whoever has it.
pub(super) fn line(hook: &str) -> String {
    format!("{} # mcp-handoff: {hook}", call(hook, "\"$@\""))
}

fn call(hook: &str, arguments: &str) -> String {
    format!(
        "mcp_hook=\"$(git rev-parse --git-common-dir)/mcp/hooks/{hook}\"; [ ! -x \"$mcp_hook\" ] || \"$mcp_hook\" {arguments} || exit $?"
    )
}

/// The job that calls our hook, for lefthook's settings.
pub(super) fn job(hook: &str) -> String {
    // Lefthook names arguments, and one too many would be taken literally.
    let count = match hook {
        "prepare-commit-msg" | "post-checkout" => 3,
        "commit-msg" | "post-merge" | "post-rewrite" => 1,
        _ => 0,
    };
    let arguments: Vec<_> = (1..=count).map(|number| format!("\"{{{number}}}\"")).collect();
    let run = call(hook, &arguments.join(" ")).replace('\'', "''").replace("  ", " ");
    // Without files of its own lefthook leaves the job out of commits that only remove something.
    let files = if hook == "pre-commit" { "      files: git ls-files | head -n 20\n" } else { "" };
    format!("{hook}:\n  jobs:\n    - name: mcp\n{files}      run: '{run}'\n")
}

/// Whether our line or job is there.
pub(super) fn is_called(text: &str, hook: &str) -> bool {
    let is_call = |line: &str| line.contains(&format!("mcp/hooks/{hook}\"")) && !line.trim_start().starts_with('#');
    text.lines().any(is_call)
}

/// The text with our line: at its end, or before all that it does.
pub(super) fn with_line(text: &str, hook: &str, is_last: bool) -> String {
    let line = line(hook);
    let first = text.split_inclusive('\n').next().filter(|first| first.starts_with("#!")).unwrap_or_default();
    match text.ends_with('\n') || text.is_empty() {
        _ if !is_last && (first.is_empty() || first.ends_with('\n')) => {
            format!("{first}{line}\n{}", &text[first.len()..])
        }
        true => format!("{text}{line}\n"),
        // It ends without a line break afterwards as before.
        false => format!("{text}\n{line}"),
    }
}

/// The text without our line, byte for byte as it was before; `None` when it is not there.
pub(super) fn without_line(text: &str, hook: &str) -> Option<String> {
    let line = line(hook);
    let start = text.match_indices(&line).map(|(at, _)| at).find(|at| *at == 0 || text[..*at].ends_with('\n'))?;
    let end = start + line.len();
    Some(match text[end..].strip_prefix('\n') {
        Some(rest) => format!("{}{rest}", &text[..start]),
        None if text[end..].is_empty() => text[..start].strip_suffix('\n').unwrap_or_default().to_owned(),
        None => return None,
    })
}

/// Whether a hook was written by a manager that keeps the one before it and runs it first.
fn chains_legacy(text: &str) -> Option<&'static str> {
    ["pre-commit", "prek"].into_iter().find(|name| text.contains(&format!("# File generated by {name}: ")))
}

fn is_shell(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let words: Vec<&str> = first.strip_prefix("#!").unwrap_or("sh").split([' ', '/']).collect();
    words.iter().any(|word| ["sh", "bash", "dash", "zsh", "ksh"].contains(word))
}

/// Whether a file would come to others with the repository.
fn is_shared(repository: &Repository, path: &Path) -> Result<bool> {
    let Ok(below) = path.strip_prefix(repository.work_dir()) else { return Ok(false) };
    let below = below.to_string_lossy();
    Ok(!below.starts_with(".git/") && !path.starts_with(repository.common_dir()) && !repository.is_ignored(&below)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_in_and_out_without_a_trace() {
        for text in
            ["", "#!/bin/sh\nnpm test\n", "npm test", "#!/bin/sh", "#!/bin/sh\r\nx\r\n", "\n\n", "# mcp-handoff: x\n"]
        {
            for is_last in [true, false] {
                let with = with_line(text, "pre-commit", is_last);
                assert!(is_called(&with, "pre-commit"), "{with}");
                assert!(!is_called(&with, "commit-msg"), "{with}");
                assert_eq!(without_line(&with, "pre-commit").as_deref(), Some(text));
            }
            assert_eq!(without_line(text, "pre-commit"), None);
        }
        assert_eq!(with_line("#!/bin/sh\nx\n", "commit-msg", false).lines().nth(1), Some(line("commit-msg").as_str()));
    }

    #[test]
    fn shells_are_told_from_other_programs() {
        for text in ["#!/bin/sh\n", "#!/usr/bin/env bash\n", "#!/bin/sh -e\n", "npm test\n"] {
            assert!(is_shell(text), "{text}");
        }
        for text in ["#!/usr/bin/env python3\n", "#!/usr/bin/node\n", "#!program"] {
            assert!(!is_shell(text), "{text}");
        }
    }
}

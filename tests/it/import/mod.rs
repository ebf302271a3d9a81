//! Other tools' boards and plans, brought onto the board: each format whole, again without a change, and after a change.

mod batch;
mod export;
mod formats;
mod plans;
mod update;

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::support::Sandbox;

/// What an import said, and that a second one changes no byte.
fn imported(sandbox: &Sandbox, line: &str) -> String {
    let first = sandbox.mcp(&format!("import {line} --all"));
    let said = with_sources(sandbox, &first.to_string());
    let before = digests(sandbox);
    let again = sandbox.mcp(&format!("import {line}")).success();
    assert!(again.stdout.contains("\n0 created, 0 updated, "), "{again}");
    assert_eq!(digests(sandbox), before, "a second import changes no byte");
    said
}

/// What every file of the board has in it.
fn digests(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let files = sandbox.files().into_iter().filter(|path| path.starts_with(".mcp/") && !path.contains("/tmp/"));
    files
        .map(|path| (path.clone(), format!("{:x}", Sha256::digest(fs_err::read(sandbox.path(&path)).expect("bytes")))))
        .collect()
}

/// The tasks of the board: where they stand, by the value of `source`.
fn places(sandbox: &Sandbox) -> String {
    let document = sandbox.mcp("list --all --json").success().json();
    let tasks = document["tasks"].as_array().expect("tasks");
    let mut lines: Vec<_> = tasks
        .iter()
        .map(|task| {
            let text = sandbox.read(task["path"].as_str().expect("a path"));
            format!("{} {}", source_of(&text), task["state"].as_str().expect("a state"))
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

fn source_of(text: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix("source: "));
    line.unwrap_or("none").trim_matches('"').to_owned()
}

/// The file of the task with this source, ids as sources, imprints left out.
fn text_of(sandbox: &Sandbox, source: &str) -> String {
    let files = sandbox.files().into_iter().filter(|path| path.starts_with(".mcp/tasks/") && path.ends_with(".md"));
    let mut texts = files.map(|path| sandbox.read(&path)).filter(|text| source_of(text) == source);
    let text = texts.next().unwrap_or_else(|| panic!("no task comes from {source}"));
    assert!(texts.next().is_none(), "one task comes from {source}");
    let text = sandbox.filtered(&with_sources(sandbox, &text));
    let prints = regex::Regex::new(r"imported: \{[^}]*\}").expect("a pattern");
    prints.replace(&text, "imported: {…}").into_owned()
}

/// The path of the task with this source.
fn path_of(sandbox: &Sandbox, source: &str) -> String {
    let mut files = sandbox.files().into_iter().filter(|path| path.starts_with(".mcp/tasks/") && path.ends_with(".md"));
    files.find(|path| source_of(&sandbox.read(path)) == source).unwrap_or_else(|| panic!("no task comes from {source}"))
}

/// The text with ids as the sources that they come from.
fn with_sources(sandbox: &Sandbox, text: &str) -> String {
    let files = sandbox.files().into_iter().filter(|path| path.starts_with(".mcp/tasks/") && path.ends_with(".md"));
    files.fold(text.to_owned(), |text, path| {
        let name = path.rsplit('/').next().expect("a name");
        text.replace(&name[..8], &format!("<{}>", source_of(&sandbox.read(&path))))
    })
}

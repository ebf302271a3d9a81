//! Every page of help as it stands at 80 columns, in `tests/it/verbs/snapshots/help/`, each read before it was accepted.

use clap::Command;

use crate::support::Sandbox;

/// The words that lead to each command that help names, `mcp` itself first.
fn all(command: &Command, words: &[String]) -> Vec<Vec<String>> {
    let below = command.get_subcommands().filter(|sub| !sub.is_hide_set()).flat_map(|sub| {
        let words: Vec<String> = words.iter().cloned().chain([sub.get_name().to_owned()]).collect();
        all(sub, &words)
    });
    [words.to_owned()].into_iter().chain(below).collect()
}

fn shown(sandbox: &Sandbox, words: &[&str]) -> String {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_mcp"));
    command.env("COLUMNS", "80").args(words);
    let output = command.output().expect("a process");
    assert!(output.status.success() && output.stderr.is_empty(), "{words:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn every_command_has_one_page_that_fits_80_columns() {
    let sandbox = Sandbox::empty();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/help");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for words in all(&mcp_handoff::cli::command(), &[]) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let page = shown(&sandbox, &[&words[..], &["--help"]].concat());
        assert_eq!(shown(&sandbox, &[&words[..], &["-h"]].concat()), page, "{words:?}");
        let wide: Vec<&str> = page.lines().filter(|line| line.chars().count() > 80).collect();
        assert_eq!(wide, Vec::<&str>::new(), "{words:?}");
        assert!(!page.contains("\n\n\n") && page.lines().all(|line| line == line.trim_end()), "{words:?}: {page}");
        // A topic has the same name, and ends by naming the command.
        if !words.is_empty() && words[0] != "hooks" {
            assert_eq!(shown(&sandbox, &[&["help"], &words[..]].concat()).trim_end(), page.trim_end(), "{words:?}");
        }
        insta::assert_snapshot!([&["mcp"], &words[..]].concat().join("-"), page);
    }
}

#[test]
fn a_topic_is_its_document_without_what_is_there_for_tests() {
    let sandbox = Sandbox::empty();
    let hidden = regex::Regex::new(r"(?ms)^<!-- run$.*?^-->\n\n?").expect("a pattern");
    for (topic, file) in [
        ("format", "docs/format.md"),
        ("query", "docs/query.md"),
        ("hooks", "docs/hooks.md"),
        ("ci", "docs/ci.md"),
        ("claims", "docs/claims.md"),
        ("clones", "docs/clones.md"),
        ("agents", "agents/guide.md"),
        ("exit-codes", "docs/errors.md"),
    ] {
        let document = fs_err::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
        let document = hidden.replace_all(&document.expect("a document"), "").into_owned();
        let shown = shown(&sandbox, &["help", topic]);
        let named = format!("\n`mcp {topic} --help` explains the command of that name.\n");
        let shown = shown.strip_suffix(&named).unwrap_or(&shown);
        let differing = shown.trim_end().lines().zip(document.trim_end().lines()).find(|(shown, line)| shown != line);
        assert_eq!(differing, None, "{topic}");
        assert_eq!(shown.trim_end().lines().count(), document.trim_end().lines().count(), "{topic}");
    }
}

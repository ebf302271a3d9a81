//! The rules of the house that a machine can check: who may name whom, which words have one home, what no file may hold.

use std::path::Path;
use std::process::Command;

/// Which rooms a room may name. `docs/architecture.md` shows the same as a picture.
const STAIRS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("report", &[]),
    ("process", &[]),
    ("steps", &[]),
    ("git", &["process", "steps"]),
    ("model", &["text"]),
    ("store", &["model", "text", "steps"]),
    ("view", &["model", "git", "text"]),
    ("import", &["model", "text"]),
    ("engine", &["store", "import", "model", "git", "process", "report", "text", "steps"]),
    ("setup", &["store", "view"]),
    ("serve", &["engine", "view", "model", "process"]),
    ("cli", &["serve", "setup", "engine", "view", "store", "import", "model", "git", "process", "text", "steps"]),
    ("main", &["cli"]),
];

/// Words that stand in one place only: the word, and where it may stand.
const HOMES: &[(&str, &[&str])] = &[
    ("git2::", &["src/git/"]),
    ("serde_yaml", &["src/text/"]),
    ("pulldown_cmark", &["src/text/"]),
    ("notify::", &["src/store/watch.rs"]),
    ("ratatui::", &["src/cli/live/"]),
    ("process::Command", &["src/process.rs", "src/git/program.rs", "src/git/private_worktree.rs"]),
    ("println!", &[]),
    ("eprintln!", &[]),
    ("writeln!(anstream", &["src/cli/ui.rs"]),
    ("env::var", &["src/cli/context.rs", "src/git/"]),
    ("Utc::now", &["src/cli/context.rs"]),
    ("SystemTime::now", &["src/git/"]),
    ("process::exit", &[]),
    ("process::abort", &["src/steps.rs"]),
    ("unsafe", &["src/git/loose.rs", "src/store/arrivals.rs", "src/store/own_files.rs", "src/store/writers.rs"]),
    ("todo!", &[]),
    ("unimplemented!", &[]),
    ("dbg!", &[]),
    ("async fn", &["src/serve/protocol.rs"]),
    ("rmcp::", &["src/serve/protocol.rs"]),
    ("tokio::", &["src/serve/protocol.rs"]),
    // Test runners print the word.
    ("TODO", &["src/report/"]),
    ("FIXME", &[]),
];

/// Files of the rooms that hold tests alone.
const TEST_FILES: &[&str] = &[
    "random_edits.rs",
    "random_bytes.rs",
    "random_looks.rs",
    "random_plain.rs",
    "sample.rs",
    "fixtures.rs",
    "hostile_test.rs",
    "secrets_test.rs",
    "schemas_test.rs",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The source files, as path below the top and text without its unit tests.
fn sources() -> Vec<(String, String)> {
    let walk = walkdir::WalkDir::new(root().join("src")).sort_by_file_name();
    let files = walk.into_iter().flatten().filter(|entry| entry.path().extension().is_some_and(|end| end == "rs"));
    // Files that a door declares for tests only.
    let is_for_tests = |path: &str| TEST_FILES.iter().any(|name| path.ends_with(name));
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(root()).expect("below").display().to_string();
            let text = fs_err::read_to_string(entry.path()).expect("a file");
            let code = text.split("\n#[cfg(test)]\nmod ").next().expect("a part").to_owned();
            (path, code)
        })
        .filter(|(path, _)| !is_for_tests(path))
        .collect()
}

fn room_of(path: &str) -> String {
    let rest = path.trim_start_matches("src/").trim_end_matches(".rs");
    rest.split('/').next().expect("a part").to_owned()
}

#[test]
fn stairs_only_go_down() {
    let mut breaches = Vec::new();
    for (path, code) in sources() {
        let room = room_of(&path);
        if room == "lib" {
            continue;
        }
        let Some((_, allowed)) = STAIRS.iter().find(|(name, _)| *name == room) else {
            panic!("{path}: the room `{room}` is not in the table");
        };
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for (start, _) in line.match_indices("crate::") {
                let named: String =
                    line[start + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let is_room = STAIRS.iter().any(|(name, _)| *name == named);
                if is_room && named != room && !allowed.contains(&named.as_str()) {
                    breaches.push(format!("{path} names {named}"));
                }
            }
        }
    }
    assert_eq!(breaches, Vec::<String>::new());
}

#[test]
fn words_with_one_home_stay_there() {
    let mut breaches = Vec::new();
    for (path, code) in sources() {
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for (word, homes) in HOMES {
                if line.contains(word) && !homes.iter().any(|home| path.starts_with(home)) {
                    breaches.push(format!("{path}:{}: {word}", number + 1));
                }
            }
            // The types that stand for errors and modes of the system are no file access.
            let is_access = line.contains("std::fs::")
                && !line.contains("std::fs::TryLockError")
                && !line.contains("std::fs::Permissions");
            if is_access {
                breaches.push(format!("{path}:{}: std::fs", number + 1));
            }
            if line.contains(".unwrap()") {
                breaches.push(format!("{path}:{}: unwrap", number + 1));
            }
        }
    }
    assert_eq!(breaches, Vec::<String>::new());
}

#[test]
fn every_source_file_says_what_lives_in_it() {
    let is_command = |path: &str| path.starts_with("src/cli/commands/");
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|(path, code)| !code.starts_with("//! ") && !is_command(path))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn no_test_file_is_forgotten() {
    let folder = root().join("tests/it");
    let main = fs_err::read_to_string(folder.join("main.rs")).expect("a file");
    for entry in fs_err::read_dir(&folder).expect("a folder").flatten() {
        let name = entry.file_name().into_string().expect("UTF-8").trim_end_matches(".rs").to_owned();
        if name.starts_with('.') {
            // A snapshot that waits to be read.
            continue;
        }
        let is_named = main.contains(&format!("mod {name};"));
        assert!(name == "main" || is_named, "tests/it/main.rs does not name {name}");
    }
}

#[test]
fn every_command_file_is_in_the_list_of_commands() {
    let args = fs_err::read_to_string(root().join("src/cli/args.rs")).expect("a file");
    for entry in fs_err::read_dir(root().join("src/cli/commands")).expect("a folder").flatten() {
        let name = entry.file_name().into_string().expect("UTF-8").trim_end_matches(".rs").to_owned();
        let is_shared = ["mod", "event", "force", "listing", "prompt"].contains(&name.as_str());
        assert!(is_shared || args.contains(&format!("({name})")), "src/cli/args.rs does not list {name}");
    }
}

#[test]
fn tracked_files_are_fit_to_be_published() {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    // A package taken from a registry has no git beside it.
    let Some(listed) = listed.ok().filter(|listed| listed.status.success()) else { return };
    // Put together here, so that this file does not hold them.
    let homes = ["/ho", "/ro", "/wo", "/Us"].map(String::from).into_iter().zip(["me/", "ot/", "rk/", "ers/"]);
    let homes: Vec<String> = homes.map(|(start, end)| start + end).collect();
    let mut breaches = Vec::new();
    for path in String::from_utf8_lossy(&listed.stdout).split_terminator('\0') {
        // The room that strips paths of other machines is full of them.
        if path == "Cargo.lock"
            || path.starts_with("src/report/")
            || path.starts_with("tests/fixtures/")
            || path.starts_with("LICENSE")
        {
            continue;
        }
        let Ok(text) = fs_err::read_to_string(root().join(path)) else { continue };
        for (number, line) in text.lines().enumerate() {
            let starts_path = |home: &String| {
                line.match_indices(home.as_str())
                    .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '.' || c == '_'))
            };
            if homes.iter().any(starts_path) {
                breaches.push(format!("{path}:{}: {line}", number + 1));
            }
        }
        if !text.is_empty() && !text.ends_with('\n') {
            breaches.push(format!("{path}: no line break at its end"));
        }
    }
    assert_eq!(breaches, Vec::<String>::new());
}

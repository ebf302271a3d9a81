//! Finding out how a project is tested, for `init`.

use std::path::Path;

use anyhow::Result;
use walkdir::{DirEntry, WalkDir};

use crate::model::Check;

use super::detect_python::{bare_python_command, python_command};

/// How deep below the top parts of a project are looked for.
const DEPTH: usize = 4;
/// Folders that hold other people's projects, or what was built.
const PASSED_OVER: &[&str] = &[
    "node_modules",
    "target",
    "vendor",
    "third_party",
    "dist",
    "build",
    "venv",
    "site-packages",
    "testdata",
    "fixtures",
];

/// The test commands of a project, the top first, at most one a kind and folder.
pub fn test_commands(root: &Path) -> Result<Vec<Check>> {
    let mut found = commands_below(root, commands_in);
    if found.is_empty() {
        // Only where nothing says how it is tested: elsewhere such files may belong to something else.
        found =
            commands_below(root, |folder| bare_python_command(folder).map(|run| ("python", run)).into_iter().collect());
    }
    let several = found.len() > 1;
    let checks = found.into_iter().map(|(dir, kind, run)| {
        let place = dir.replace(['/', ' '], "-");
        let name = match (several, place.as_str()) {
            (false, _) => "tests".to_owned(),
            (true, "") => format!("{kind}-tests"),
            (true, place) => format!("{place}-{kind}-tests"),
        };
        let name = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
        let dir = (!dir.is_empty()).then_some(dir);
        Check { name, run, dir, on: Default::default(), when: Vec::new(), timeout: Default::default() }
    });
    Ok(checks.collect())
}

/// What a folder or one below it is tested with, by its path, its kind and the command.
fn commands_below(
    root: &Path,
    commands_in: impl Fn(&Path) -> Vec<(&'static str, String)>,
) -> Vec<(String, &'static str, String)> {
    let mut found: Vec<(String, &'static str, String)> = Vec::new();
    let folders = WalkDir::new(root).max_depth(DEPTH).sort_by_file_name().into_iter().filter_entry(is_looked_at);
    for folder in folders.flatten().filter(|entry| entry.file_type().is_dir()) {
        let below = folder.path().strip_prefix(root).unwrap_or(Path::new("")).to_string_lossy().replace('\\', "/");
        for (kind, command) in commands_in(folder.path()) {
            // A workspace's own command covers its members.
            let is_covered = found
                .iter()
                .any(|(dir, other, _)| *other == kind && (dir.is_empty() || below.starts_with(&format!("{dir}/"))));
            if !is_covered {
                found.push((below.clone(), kind, command));
            }
        }
    }
    found
}

/// What the checks need that git does not track: installed packages, for the private worktree to borrow.
pub fn untracked_inputs(root: &Path, checks: &[Check]) -> Vec<String> {
    let mut inputs = Vec::new();
    for check in checks {
        let below = |path: &str| check.dir.as_ref().map_or_else(|| path.to_owned(), |dir| format!("{dir}/{path}"));
        let folder = root.join(check.dir.as_deref().unwrap_or_default());
        if ["npm ", "pnpm ", "yarn ", "bun "].iter().any(|manager| check.run.starts_with(manager)) {
            inputs.push(below("node_modules"));
            let package = fs_err::read_to_string(folder.join("package.json")).unwrap_or_default();
            inputs.extend(workspaces(&package).iter().map(|member| below(&format!("{member}/node_modules"))));
        }
        if check.run.ends_with("pytest") || check.run.starts_with("PATH=\"$PWD/") {
            let environments = [".venv", "venv"].into_iter().filter(|name| folder.join(name).is_dir());
            inputs.extend(environments.map(below));
        }
    }
    inputs
}

/// The folders, as globs, of a package's own members.
fn workspaces(package: &str) -> Vec<String> {
    let package: serde_json::Value = serde_json::from_str(package).unwrap_or_default();
    let members = match &package["workspaces"] {
        serde_json::Value::Object(long) => long.get("packages").cloned().unwrap_or_default(),
        short => short.clone(),
    };
    let members = members.as_array().cloned().unwrap_or_default();
    let members = members.iter().filter_map(|member| member.as_str()).map(|member| member.trim_start_matches("./"));
    let is_below = |member: &&str| !member.starts_with(['!', '/', '.']) && !member.contains("..");
    members.filter(is_below).map(|member| member.trim_end_matches('/').to_owned()).collect()
}

fn is_looked_at(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() == 0 || !(name.starts_with('.') || PASSED_OVER.contains(&name.as_ref()))
}

fn commands_in(folder: &Path) -> Vec<(&'static str, String)> {
    let has = |name: &str| folder.join(name).is_file();
    let read = |name: &str| fs_err::read_to_string(folder.join(name)).unwrap_or_default();
    let mut commands = Vec::new();
    if has("Cargo.toml") {
        let locked = if has("Cargo.lock") { " --locked" } else { "" };
        let workspace =
            if read("Cargo.toml").lines().any(|line| line.trim() == "[workspace]") { " --workspace" } else { "" };
        commands.push(("cargo", format!("cargo test{workspace}{locked}")));
    }
    if let Some(command) = has("package.json").then(|| node_command(&read("package.json"), &has)).flatten() {
        commands.push(("node", command));
    }
    if has("go.mod") {
        commands.push(("go", "go test ./...".to_owned()));
    }
    if let Some(command) = python_command(folder, &has, &read) {
        commands.push(("python", command));
    }
    if commands.is_empty() {
        for (names, runner) in [(["Makefile", "makefile"], "make"), (["justfile", "Justfile"], "just")] {
            let has_target = |name: &&str| {
                has(name) && read(name).lines().any(|line| line.starts_with("test:") || line.starts_with("test "))
            };
            if names.iter().any(has_target) {
                commands.push((runner, format!("{runner} test")));
            }
        }
    }
    commands
}

fn node_command(package: &str, has: &impl Fn(&str) -> bool) -> Option<String> {
    let package: serde_json::Value = serde_json::from_str(package).ok()?;
    let script = package.get("scripts")?.get("test")?.as_str()?;
    if script.contains("no test specified") {
        return None;
    }
    let manager = package.get("packageManager").and_then(|manager| manager.as_str()).unwrap_or_default();
    let runner = if has("pnpm-lock.yaml") || manager.starts_with("pnpm") {
        "pnpm test"
    } else if has("yarn.lock") || manager.starts_with("yarn") {
        "yarn test"
    } else if has("bun.lock") || has("bun.lockb") || manager.starts_with("bun") {
        "bun run test"
    } else {
        "npm test"
    };
    Some(runner.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)], wanted: &[(&str, Option<&str>)]) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs_err::write(path, text).expect("a file");
        }
        let found = test_commands(folder.path()).expect("found");
        let found: Vec<_> = found.iter().map(|check| (check.run.as_str(), check.dir.as_deref())).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn each_kind_of_project_is_known() {
        check(&[("Cargo.toml", "[package]"), ("Cargo.lock", "")], &[("cargo test --locked", None)]);
        check(
            &[("package.json", r#"{"scripts":{"test":"node --test"}}"#), ("pnpm-lock.yaml", "")],
            &[("pnpm test", None)],
        );
        check(&[("package.json", r#"{"scripts":{"test":"echo \"Error: no test specified\" && exit 1"}}"#)], &[]);
        check(&[("pyproject.toml", "[project]"), ("tests/test_a.py", "")], &[("python3 -m pytest", None)]);
        check(&[("tests/test_a.py", "def test_a(): pass")], &[("python3 -m pytest", None)]);
        check(&[("a.py", ""), ("test_a.py", "import pytest\nimport unittest")], &[("python3 -m pytest", None)]);
        check(
            &[("tests/test_a.py", "class A(unittest.TestCase):")],
            &[("python3 -m unittest discover -s tests", None)],
        );
        check(
            &[("tests/__init__.py", ""), ("tests/test_a.py", "class A(unittest.TestCase):")],
            &[("python3 -m unittest", None)],
        );
        check(&[("test_a.py", "class A(unittest.TestCase):")], &[("python3 -m unittest", None)]);
        check(&[("part/tests/test_a.py", "")], &[("python3 -m pytest", Some("part"))]);
        check(
            &[("tests/test_a.py", "def test_a(): pass"), (".venv/bin/python3", "")],
            &[("PATH=\"$PWD/.venv/bin:$PATH\" python3 -m pytest", None)],
        );
        check(
            &[("api/pytest.ini", ""), ("api/venv/bin/python3", "")],
            &[("PATH=\"$PWD/venv/bin:$PATH\" python3 -m pytest", Some("api"))],
        );
        check(&[("pytest.ini", ""), ("uv.lock", ""), (".venv/bin/python3", "")], &[("uv run pytest", None)]);
        check(&[("Makefile", "test:\n"), ("tests/test_a.py", "")], &[("make test", None)]);
        check(&[("go.mod", "module x")], &[("go test ./...", None)]);
        check(&[("Makefile", "build:\n\ntest: build\n")], &[("make test", None)]);
        check(&[("justfile", "test *args:\n")], &[("just test", None)]);
        check(&[("README.md", "")], &[]);
    }

    #[test]
    fn installed_packages_are_borrowed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let package = r#"{"workspaces":["packages/*","!packages/old"],"scripts":{"test":"vitest"}}"#;
        fs_err::write(folder.path().join("package.json"), package).expect("a file");
        fs_err::create_dir_all(folder.path().join("api/.venv")).expect("a folder");
        fs_err::write(folder.path().join("api/pytest.ini"), "").expect("a file");
        let checks = test_commands(folder.path()).expect("found");
        let inputs = untracked_inputs(folder.path(), &checks);
        assert_eq!(inputs, ["node_modules", "packages/*/node_modules", "api/.venv"]);
    }

    #[test]
    fn parts_of_a_project_are_found_but_not_what_it_borrowed() {
        check(
            &[
                ("server/Cargo.toml", "[package]"),
                ("server/member/Cargo.toml", "[package]"),
                ("web/package.json", r#"{"scripts":{"test":"vitest"}}"#),
                ("web/node_modules/x/package.json", r#"{"scripts":{"test":"x"}}"#),
            ],
            &[("cargo test", Some("server")), ("npm test", Some("web"))],
        );
    }
}

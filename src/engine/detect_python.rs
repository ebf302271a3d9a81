//! Finding out how Python code is tested, which often nothing says but the names of files.

use std::path::{Path, PathBuf};

/// What runs the tests unless something says otherwise.
const PYTEST: &str = "python3 -m pytest";

/// The test command of a Python project.
pub fn python_command(folder: &Path, has: &impl Fn(&str) -> bool, read: &impl Fn(&str) -> String) -> Option<String> {
    let is_configured = has("pytest.ini")
        || read("pyproject.toml").contains("pytest")
        || read("setup.cfg").contains("[tool:pytest]")
        || read("tox.ini").contains("pytest");
    let is_project = has("pyproject.toml") || has("setup.py") || has("setup.cfg") || has("requirements.txt");
    let is_tested = is_configured || (is_project && !python_tests(folder).is_empty());
    is_tested.then(|| if has("uv.lock") { "uv run pytest".to_owned() } else { in_own_environment(folder, PYTEST) })
}

/// The test command of a folder with Python tests, in which nothing else says that it is a project.
pub fn bare_python_command(folder: &Path) -> Option<String> {
    let tests = python_tests(folder);
    let first = tests.first()?;
    let texts: Vec<String> = tests.iter().map(|test| fs_err::read_to_string(test).unwrap_or_default()).collect();
    // What comes with Python is enough for these, and needs nothing to be installed.
    let is_found_by_it =
        |test: &PathBuf| test.file_name().is_some_and(|name| name.to_string_lossy().starts_with("test"));
    let is_unittest = tests.iter().all(is_found_by_it)
        && texts.iter().all(|text| text.contains("unittest.TestCase") && !text.contains("pytest"));
    let parent = first.parent()?;
    let below = parent.strip_prefix(folder).ok()?.to_str()?;
    let command = match is_unittest {
        false => PYTEST.to_owned(),
        true if below.is_empty() || parent.join("__init__.py").is_file() => "python3 -m unittest".to_owned(),
        true => format!("python3 -m unittest discover -s {below}"),
    };
    Some(in_own_environment(folder, &command))
}

/// A command that prefers the virtual environment of the folder, where there is one: whoever commits from an editor, or as an agent,
/// has not activated it. Where there is none, on another machine, it does as before.
fn in_own_environment(folder: &Path, command: &str) -> String {
    let has_python = |name: &&str| folder.join(name).join("bin/python3").exists();
    match [".venv", "venv"].into_iter().find(has_python) {
        Some(name) => format!("PATH=\"$PWD/{name}/bin:$PATH\" {command}"),
        None => command.to_owned(),
    }
}

/// The files of Python tests in a folder, or in the one below it that is for them.
fn python_tests(folder: &Path) -> Vec<PathBuf> {
    let is_test =
        |name: &str| name.strip_suffix(".py").is_some_and(|stem| stem.starts_with("test_") || stem.ends_with("_test"));
    let tests_in = |folder: PathBuf| {
        let entries = fs_err::read_dir(folder).into_iter().flatten().flatten();
        let tests = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_test));
        let mut tests: Vec<PathBuf> = tests.map(|entry| entry.path()).collect();
        tests.sort();
        tests
    };
    let mut places = [folder.to_owned(), folder.join("tests"), folder.join("test")].into_iter().map(tests_in);
    places.find(|tests| !tests.is_empty()).unwrap_or_default()
}

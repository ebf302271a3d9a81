//! The programs that are compared: how each makes its board, and which command does what.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::tasks::{self, RARE, Task};

/// What is measured, in the order of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Start,
    Next,
    ListState,
    ListOpen,
    ListAll,
    Show,
    Search,
    Claim,
    Note,
    Release,
    Create,
}

impl Operation {
    pub const ALL: [Operation; 11] = [
        Operation::Start,
        Operation::Next,
        Operation::ListState,
        Operation::ListOpen,
        Operation::ListAll,
        Operation::Show,
        Operation::Search,
        Operation::Claim,
        Operation::Note,
        Operation::Release,
        Operation::Create,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Operation::Start => "start (`--version`)",
            Operation::Next => "next",
            Operation::ListState => "list one state",
            Operation::ListOpen => "list open tasks",
            Operation::ListAll => "list all tasks",
            Operation::Show => "show",
            Operation::Search => "search",
            Operation::Claim => "claim",
            Operation::Note => "note",
            Operation::Release => "release",
            Operation::Create => "create",
        }
    }

    /// The ratio to the floor that is aimed at, at 10,000 tasks.
    pub fn goal(self) -> f64 {
        match self {
            Operation::Next | Operation::ListAll | Operation::ListOpen | Operation::Show => 1.3,
            Operation::Search => 1.1,
            Operation::ListState => 1.6,
            _ => 1.5,
        }
    }
}

/// A program, with its own board of the same tasks.
pub struct Tool {
    pub name: &'static str,
    pub program: PathBuf,
    pub board: PathBuf,
    prefix: Vec<String>,
}

/// The ids of tasks that can be claimed, for the rounds.
pub fn claimable(tasks: &[Task]) -> Vec<String> {
    let is_free = |task: &&Task| task.state == "ready";
    tasks.iter().filter(is_free).map(|task| tasks::id(task.number)).collect()
}

/// Our own board in a repository of its own.
pub fn ours(program: &Path, tasks: &[Task], board: PathBuf) -> Tool {
    repository(&board);
    run(&board, program, &["init", "--quiet"]);
    tasks::write_ours(tasks, &board);
    commit(&board);
    Tool { name: "mcp", program: program.to_owned(), board, prefix: Vec::new() }
}

/// The others that are installed, each with its board below a folder. Says which are not.
pub fn rivals(tasks: &[Task], folder: &Path) -> Vec<Tool> {
    let known = [("br", "br"), ("tk", "tk"), ("Taskwarrior", "task"), ("Backlog.md", "backlog")];
    let mut tools = Vec::new();
    for (name, program) in known {
        let Some(found) = in_path(program) else {
            println!("passed over: {name}, since there is no `{program}` in PATH");
            continue;
        };
        let board = folder.join(program);
        repository(&board);
        let mut prefix = Vec::new();
        match name {
            "br" => {
                run(&board, &found, &["init", "--prefix", "bn"]);
                tasks::write_beads(tasks, &board);
                run(&board, &found, &["sync", "--import-only"]);
            }
            "tk" => tasks::write_tickets(tasks, &board),
            "Taskwarrior" => {
                tasks::write_taskwarrior(tasks, &board);
                prefix.push(format!("rc:{}/taskrc", board.display()));
            }
            _ => {
                run(&board, &found, &["init", "bench", "--defaults", "--integration-mode", "none"]);
                run(&board, &found, &["config", "set", "checkActiveBranches", "false"]);
                run(&board, &found, &["config", "set", "remoteOperations", "false"]);
                tasks::write_backlog(tasks, &board);
            }
        }
        commit(&board);
        tools.push(Tool { name, program: found, board, prefix });
    }
    tools
}

impl Tool {
    /// The command line for an operation in some round; `None` where the tool has none like it.
    pub fn command(&self, operation: Operation, round: usize, ids: &[String]) -> Option<Vec<String>> {
        let (id, title) = (ids[round % ids.len()].clone(), format!("New task {round}"));
        let text = "A body of some length.";
        let words: Vec<&str> = match self.name {
            "mcp" => match operation {
                Operation::Start => vec!["--version"],
                Operation::Next => vec!["next"],
                Operation::ListState => vec!["list", "--state", "ready"],
                Operation::ListOpen => vec!["list"],
                Operation::ListAll => vec!["list", "--all"],
                Operation::Show => vec!["show", &id],
                Operation::Search => vec!["search", RARE],
                Operation::Claim => vec!["claim", &id],
                Operation::Note => vec!["note", &id, "-m", "tried"],
                Operation::Release => vec!["release", &id],
                Operation::Create => vec!["create", &title, "--goal", text],
            },
            "br" => match operation {
                Operation::Start => vec!["--version"],
                Operation::Next => vec!["ready", "--limit", "1"],
                Operation::ListState => vec!["list", "--status", "in_progress", "--limit", "0"],
                Operation::ListAll => vec!["list", "--all", "--limit", "0"],
                Operation::Show => return Some(self.words(&["show", &format!("bn-{}", &tasks::id(7)[2..])])),
                Operation::Search => vec!["search", RARE],
                Operation::Create => vec!["create", &title, "-d", text],
                _ => return None,
            },
            "tk" => match operation {
                Operation::Start => vec!["--help"],
                Operation::Next => vec!["ready"],
                Operation::ListState => vec!["ls", "--status=in_progress"],
                Operation::ListAll => vec!["ls"],
                Operation::Show => vec!["show", "t-000007"],
                Operation::Create => vec!["create", &title, "-d", text],
                _ => return None,
            },
            "Taskwarrior" => match operation {
                Operation::Start => return Some(vec![self.program.display().to_string(), "--version".to_owned()]),
                Operation::Next => vec!["limit:1", "next"],
                Operation::ListState => vec!["+ACTIVE", "list"],
                Operation::ListAll => vec!["all"],
                Operation::Show => vec!["7", "info"],
                Operation::Search => return Some(self.words(&[&format!("/{RARE}/"), "list"])),
                Operation::Create => vec!["add", &title],
                _ => return None,
            },
            _ => match operation {
                Operation::Start => vec!["--version"],
                Operation::Next => vec!["task", "list", "--ready", "--limit", "1", "--plain"],
                Operation::ListState => vec!["task", "list", "--plain", "-s", "In Progress"],
                Operation::ListAll => vec!["task", "list", "--plain"],
                Operation::Show => vec!["task", "view", "7", "--plain"],
                Operation::Search => vec!["search", RARE, "--plain", "--limit", "20"],
                Operation::Create => vec!["task", "create", &title, "-d", text, "--plain"],
                _ => return None,
            },
        };
        Some(self.words(&words))
    }

    fn words(&self, words: &[&str]) -> Vec<String> {
        let program = self.program.display().to_string();
        [program].into_iter().chain(self.prefix.clone()).chain(words.iter().map(|word| (*word).to_owned())).collect()
    }
}

/// Gives each of the tasks a cell, as if each had been through the tool's hands; packed on demand.
pub fn add_cells(tasks: &[Task], board: &Path, is_packed: bool) {
    let scratch = board.join(".git/claims");
    fs_err::create_dir_all(&scratch).expect("a folder");
    let mut paths = String::new();
    for task in tasks {
        let id = tasks::id(task.number);
        let claim = serde_json::json!({
            "version": 1, "id": id, "state": task.state, "rev": 2, "epoch": 0,
            "path": tasks::path(task), "nonce": format!("{:032x}", task.number),
        });
        fs_err::write(scratch.join(&id), format!("{claim:#}\n")).expect("a file");
        paths += &format!(".git/claims/{id}\n{}\n", tasks::path(task));
    }
    let blobs = git_fed(board, &["hash-object", "-w", "--stdin-paths"], &paths);
    let blobs: Vec<&str> = blobs.lines().collect();
    let trees: String = blobs
        .chunks(2)
        .map(|pair| format!("100644 blob {}\tclaim\n100644 blob {}\ttask.md\n\n", pair[0], pair[1]))
        .collect();
    let trees = git_fed(board, &["mktree", "--batch"], &trees);
    let refs = tasks.iter().zip(trees.lines());
    let refs: String =
        refs.map(|(task, tree)| format!("create refs/mcp/tasks/{} {tree}\n", tasks::id(task.number))).collect();
    git_fed(board, &["update-ref", "--stdin"], &refs);
    fs_err::remove_dir_all(scratch).expect("removed");
    if is_packed {
        run(board, Path::new("git"), &["gc", "--quiet"]);
    }
}

/// Where a program lies that one could start by its name.
pub fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn repository(folder: &Path) {
    let _ = fs_err::remove_dir_all(folder);
    fs_err::create_dir_all(folder).expect("a folder");
    let git = Path::new("git");
    run(folder, git, &["init", "--quiet", "--initial-branch", "main"]);
    for (key, value) in [
        ("user.name", "bench"),
        ("user.email", "bench@example.invalid"),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
    ] {
        run(folder, git, &["config", key, value]);
    }
}

fn commit(board: &Path) {
    run(board, Path::new("git"), &["add", "--all"]);
    run(board, Path::new("git"), &["commit", "--quiet", "--no-verify", "--allow-empty", "-m", "board"]);
}

fn run(folder: &Path, program: &Path, words: &[&str]) {
    let mut command = Command::new(program);
    let output = super::measure::surrounded(command.args(words).current_dir(folder)).output().expect("a program");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} {}: {told}", program.display(), words.join(" "));
}

fn git_fed(folder: &Path, words: &[&str], text: &str) -> String {
    let file = folder.join(".git/fed");
    fs_err::write(&file, text).expect("a file");
    let mut command = Command::new("git");
    command.args(words).current_dir(folder).stdin(fs_err::File::open(&file).expect("a file").into_parts().0);
    let output = super::measure::surrounded(&mut command).output().expect("git");
    assert!(output.status.success(), "git {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr));
    fs_err::remove_file(file).expect("removed");
    String::from_utf8(output.stdout).expect("text")
}

//! The world of a test: a temporary folder with its own home, git and program, and nothing of the machine's settings.

#[cfg(unix)]
pub mod picture;
#[cfg(unix)]
pub mod terminal;
mod typed;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

/// A repository in a world of its own.
pub struct Sandbox {
    world: tempfile::TempDir,
    dir: PathBuf,
    formats: Formats,
    /// The ids of tasks in the order in which commands first named them.
    seen: Mutex<Vec<String>>,
}

/// What a command printed and how it ended; its `Display` is what snapshots hold.
pub struct Run {
    pub stdout: String,
    pub stderr: String,
    pub code: Option<i32>,
}

/// The formats in which git keeps the repository of a test, and the way in which it is reached.
#[derive(Clone, Debug)]
pub struct Formats(String);

impl Formats {
    /// What `MCP_TEST_REPOSITORY` names, with a plus between: `reftable`, `sha256`, `split`, `sparse`; and `program` when
    /// `MCP_GIT` says so.
    pub fn of_all_tests() -> Formats {
        let mut names = std::env::var("MCP_TEST_REPOSITORY").unwrap_or_default();
        if std::env::var_os("MCP_GIT").is_some_and(|way| way == "program") {
            names += "+program";
        }
        Formats(names)
    }

    /// Whether the repository is reached by the program, be it that libgit2 could not read it.
    pub fn are_for_the_program(&self) -> bool {
        ["reftable", "sha256", "program"].iter().any(|name| self.has(name))
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.split('+').any(|found| found == name)
    }

    /// The call that makes a repository.
    pub fn init(&self) -> String {
        let reftable = if self.has("reftable") { " --ref-format=reftable" } else { "" };
        let sha256 = if self.has("sha256") { " --object-format=sha256" } else { "" };
        format!("init -q -b main{reftable}{sha256}")
    }

    /// Further lines of git's settings.
    pub fn settings(&self) -> &'static str {
        if self.has("split") { "[core]\n\tsplitIndex = true\n" } else { "" }
    }
}

/// The number of the first random round, which is its seed: `MCP_SEED=40` goes on where `MCP_ROUNDS=40` ended.
pub fn first_round() -> usize {
    std::env::var("MCP_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0)
}

/// What runs tests in the background has them ignore Ctrl-C, and `nohup` the end of the terminal: called between fork and exec, a
/// program under test is not told so.
pub fn heed_signals() {
    // SAFETY: a plain system call that takes no pointer.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::signal(libc::SIGHUP, libc::SIG_DFL);
    }
}

impl Sandbox {
    /// An empty repository on `main`, without a commit and without a board.
    pub fn empty() -> Sandbox {
        Sandbox::empty_in(Formats::of_all_tests())
    }

    fn empty_in(formats: Formats) -> Sandbox {
        let world = tempfile::tempdir().expect("a temporary folder");
        let dir = world.path().canonicalize().expect("a real path").join("repo");
        fs_err::create_dir(&dir).expect("a folder");
        fs_err::create_dir(dir.with_file_name("home")).expect("a folder");
        let sandbox = Sandbox { world, dir, formats, seen: Mutex::default() };
        let config =
            "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n[core]\n\tfsync = none\n";
        fs_err::write(sandbox.global_config(), format!("{config}{}", sandbox.formats.settings())).expect("a file");
        sandbox.git(&sandbox.formats.init());
        sandbox
    }

    /// A repository with a board, committed; its only check runs `sh check.sh`, which passes.
    pub fn with_board() -> Sandbox {
        Sandbox::with_board_over(Sandbox::empty())
    }

    /// The same in formats of the test's own choice.
    pub fn with_board_in(formats: &str) -> Sandbox {
        Sandbox::with_board_over(Sandbox::empty_in(Formats(formats.to_owned())))
    }

    fn with_board_over(sandbox: Sandbox) -> Sandbox {
        sandbox.write("check.sh", "exit 0\n");
        sandbox.write("code.txt", "one\n");
        let _ = sandbox.mcp("init --quiet").success();
        sandbox.set_checks(&[("tests", "sh check.sh")]);
        if sandbox.formats.has("sparse") {
            sandbox.write("outside/deep/code.txt", "far\n");
        }
        sandbox.git("add -A");
        sandbox.git("commit -q -m start");
        if sandbox.formats.has("sparse") {
            sandbox.git("sparse-checkout set --cone --sparse-index .mcp deep");
        }
        sandbox
    }

    /// Names the board's checks and trusts them.
    pub fn set_checks(&self, checks: &[(&str, &str)]) {
        let list: String = checks.iter().map(|(name, run)| format!("  - name: {name}\n    run: {run}\n")).collect();
        self.write(".mcp/config.yaml", &format!("version: 1\nchecks:\n{list}"));
        let _ = self.mcp("trust --quiet").success();
    }

    /// Adds lines to the board's settings.
    pub fn add_config(&self, lines: &str) {
        let text = self.read(".mcp/config.yaml");
        self.write(".mcp/config.yaml", &format!("{text}{lines}\n"));
    }

    /// The same repository seen from a linked worktree on the branch `side`.
    pub fn linked(self) -> Sandbox {
        let dir = self.dir.with_file_name("linked tree");
        self.git_args(&["worktree", "add", "-q", "-b", "side", dir.to_str().expect("UTF-8")]);
        Sandbox { dir, ..self }
    }

    /// The same world seen from another folder of it.
    pub fn moved_to(self, dir: &Path) -> Sandbox {
        Sandbox { dir: dir.to_owned(), ..self }
    }

    /// Another linked worktree on a branch of its own, by its path; this sandbox stays where it is.
    pub fn worktree(&self, name: &str) -> PathBuf {
        let dir = self.dir.with_file_name(name);
        self.git_args(&["worktree", "add", "-q", "-b", name, dir.to_str().expect("UTF-8")]);
        dir
    }

    /// A task that is ready to be claimed; gives its id.
    pub fn ready_task(&self, title: &str) -> String {
        let run =
            self.mcp_args(&["create", title, "--ready", "--goal", "It works", "--ac", "It works", "--kind", "chore"]);
        run.success().stdout.trim().to_owned()
    }

    /// A task claimed by Ada; gives its id.
    pub fn claimed_task(&self, title: &str) -> String {
        let id = self.ready_task(title);
        let _ = self.mcp(&format!("claim {id}")).success();
        id
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn home(&self) -> PathBuf {
        self.world.path().canonicalize().expect("a real path").join("home")
    }

    fn global_config(&self) -> PathBuf {
        self.home().join("gitconfig")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs_err::write(path, text).expect("a file");
    }

    pub fn read(&self, name: &str) -> String {
        fs_err::read_to_string(self.path(name)).expect("a file")
    }

    /// The one file of a task, as a path below the top.
    pub fn file_of(&self, id: &str) -> String {
        let files = self.files();
        let mut found = files.iter().filter(|path| path.starts_with(".mcp/tasks/") && path.contains(id));
        let file = found.next().unwrap_or_else(|| panic!("{id} has no file in {files:#?}"));
        assert_eq!(found.next(), None, "{id} has one file");
        file.clone()
    }

    /// The folder that a task's file lies in.
    pub fn state_of(&self, id: &str) -> String {
        self.file_of(id).split('/').nth(2).expect("a state").to_owned()
    }

    /// All files of the working tree but git's own, sorted.
    pub fn files(&self) -> Vec<String> {
        let walk = walkdir::WalkDir::new(&self.dir).sort_by_file_name();
        let files = walk.into_iter().flatten().filter(|entry| !entry.file_type().is_dir());
        let paths = files.map(|entry| entry.path().strip_prefix(&self.dir).expect("below").display().to_string());
        paths.filter(|path| !path.starts_with(".git/") && path != ".git").collect()
    }

    /// The task files and retrospectives, for snapshots.
    pub fn tree(&self) -> String {
        let files = self.files();
        let shown = files.iter().filter(|path| path.starts_with(".mcp/") && path.ends_with(".md"));
        self.filtered(&shown.map(|path| format!("{}\n", path.trim_start_matches(".mcp/"))).collect::<String>())
    }

    /// Copies our program. By a process of its own: while this one writes a file, another test may start a program that holds it
    /// open for writing, and then it cannot be run.
    pub fn copy_program(&self, to: &Path) {
        let mut copy = self.command("cp");
        copy.arg(env!("CARGO_BIN_EXE_mcp")).arg(to);
        let _ = self.run(copy).success();
    }

    /// A command in the repository, in the world of the test.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        let bin = Path::new(env!("CARGO_BIN_EXE_mcp")).parent().expect("a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        command.current_dir(&self.dir).env_clear();
        command.env("PATH", format!("{}:{path}", bin.display())).env("HOME", self.home());
        command.env("GIT_CONFIG_GLOBAL", self.global_config()).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("GIT_EDITOR", "true").env("LC_ALL", "C.UTF-8").env("TZ", "UTC").env("MCP_HOST", "box");
        if self.formats.has("program") {
            command.env("MCP_GIT", "program");
        }
        for name in ["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        // Toolchains that live in the real home are found there.
        if let (Some(home), None) = (std::env::var_os("HOME"), std::env::var_os("RUSTUP_HOME")) {
            command.env("RUSTUP_HOME", Path::new(&home).join(".rustup"));
            command.env(
                "CARGO_HOME",
                std::env::var_os("CARGO_HOME").unwrap_or_else(|| Path::new(&home).join(".cargo").into()),
            );
        }
        command.stdin(Stdio::null());
        command
    }

    /// Runs `mcp` with words split at blanks, as Ada, a person.
    #[must_use = "a run is snapshot, or its success is asserted"]
    pub fn mcp(&self, line: &str) -> Run {
        self.mcp_args(&line.split_ascii_whitespace().collect::<Vec<_>>())
    }

    /// Runs `mcp` as an agent of that name.
    #[must_use = "a run is snapshot, or its success is asserted"]
    pub fn mcp_as(&self, name: &str, line: &str) -> Run {
        let mut command = self.command(env!("CARGO_BIN_EXE_mcp"));
        command.env("MCP_AGENT", name).args(line.split_ascii_whitespace());
        self.run(command)
    }

    #[must_use = "a run is snapshot, or its success is asserted"]
    pub fn mcp_args(&self, arguments: &[&str]) -> Run {
        let mut command = self.command(env!("CARGO_BIN_EXE_mcp"));
        command.args(arguments);
        self.run(command)
    }

    /// Runs `mcp` with a text on stdin.
    #[must_use = "a run is snapshot, or its success is asserted"]
    pub fn mcp_with_input(&self, line: &str, input: &str) -> Run {
        use std::io::Write as _;
        let mut command = self.command(env!("CARGO_BIN_EXE_mcp"));
        command.args(line.split_ascii_whitespace()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a process");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("written");
        self.told(&child.wait_with_output().expect("an end"))
    }

    /// Runs any command to its end.
    #[must_use = "a run is snapshot, or its success is asserted"]
    pub fn run(&self, mut command: Command) -> Run {
        self.told(&command.output().expect("a process"))
    }

    /// Waits for the end of a process whose words go into pipes.
    #[must_use = "a run is snapshot, or its success is asserted"]
    pub fn ended(&self, child: std::process::Child) -> Run {
        self.told(&child.wait_with_output().expect("an end"))
    }

    /// Runs git, which must succeed, and gives its stdout.
    pub fn git(&self, line: &str) -> String {
        self.git_args(&line.split(' ').collect::<Vec<_>>())
    }

    pub fn git_args(&self, arguments: &[&str]) -> String {
        let output = self.command("git").args(arguments).output().expect("a process");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {stderr}");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Runs git, which may fail.
    #[must_use = "a run is snapshot, or its success is asserted"]
    pub fn try_git(&self, arguments: &[&str]) -> Run {
        let mut command = self.command("git");
        command.args(arguments);
        self.run(command)
    }

    /// `git status --short`, for snapshots.
    pub fn status(&self) -> String {
        self.filtered(&self.git("status --short"))
    }

    pub fn told(&self, output: &Output) -> Run {
        self.remember(&String::from_utf8_lossy(&output.stdout));
        self.remember(&String::from_utf8_lossy(&output.stderr));
        Run {
            stdout: self.filtered(&String::from_utf8_lossy(&output.stdout)),
            stderr: self.filtered(&String::from_utf8_lossy(&output.stderr)),
            code: output.status.code(),
        }
    }

    /// The text with what differs from run to run made the same: the folder, times, durations and commit ids. Task ids stay.
    pub fn filtered(&self, text: &str) -> String {
        let world = self.world.path().canonicalize().expect("a real path").display().to_string();
        let mut text = text.replace(&world, "[WORLD]");
        for (pattern, replacement) in [
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "[TIME]"),
            (r"\b\d+\.\d+s\b", "[SECONDS]"),
            (r"\bfor \d+s\b", "for [SPAN]"),
            (r"\b\d+s ago\b", "[SPAN] ago"),
            (r"\b([0-9a-f]{64}|[0-9a-f]{40})\b", "[OID]"),
            (r"\bindex [0-9a-f]{7}\.\.[0-9a-f]{7}\b", "index [SHORT]..[SHORT]"),
            (r"\b[0-9a-f]{8}\b", "[SHORT]"),
        ] {
            let pattern = regex::Regex::new(pattern).expect("a pattern");
            text = pattern.replace_all(&text, replacement).into_owned();
        }
        text
    }
}

/// The text with each task id replaced by its rank of first appearance among the given ones: `[T1]`, `[T2]`, …
pub fn named(text: &str, ids: &[&str]) -> String {
    ids.iter().enumerate().fold(text.to_owned(), |text, (index, id)| text.replace(id, &format!("[T{}]", index + 1)))
}

impl Run {
    /// Asserts that it ended well.
    #[track_caller]
    pub fn success(self) -> Run {
        assert_eq!(self.code, Some(0), "{self}");
        self
    }

    /// Asserts the exit code.
    #[track_caller]
    pub fn code(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// The JSON document on stdout.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// Its words with task ids named by rank.
    pub fn named(&self, ids: &[&str]) -> String {
        named(&self.to_string(), ids)
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stdout)?;
        if !self.stderr.is_empty() {
            write!(f, "--- stderr ---\n{}", self.stderr)?;
        }
        match self.code {
            Some(0) => Ok(()),
            Some(code) => write!(f, "--- exit {code} ---"),
            None => write!(f, "--- killed ---"),
        }
    }
}

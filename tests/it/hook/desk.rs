//! A claimed task in a worktree, and the one look at everything that a commit must leave right.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use crate::support::{Run, Sandbox};

/// Fails while `code.txt` says so, and then names the place.
pub const CHECK: &str = "if grep -q broken code.txt; then echo 'code.txt:1: it is broken'; exit 1; fi\n";

/// A worktree in which a task is claimed, and what it held before the commit.
pub struct Desk {
    pub sandbox: Sandbox,
    pub task: String,
}

/// What a commit must not change.
pub struct Before {
    head: String,
    index: BTreeMap<String, String>,
    files: BTreeMap<String, Vec<u8>>,
}

impl Before {
    /// Whether HEAD is where it was.
    pub fn is_at(&self, desk: &Desk) -> bool {
        self.head == desk.head()
    }
}

impl Desk {
    /// The main worktree with one claimed task, all of it committed.
    pub fn main() -> Desk {
        Desk::over(repository())
    }

    /// The same in a linked worktree.
    pub fn linked() -> Desk {
        Desk::over(repository().linked())
    }

    /// Claims a task in a sandbox whose board is committed.
    pub fn over(sandbox: Sandbox) -> Desk {
        let task = sandbox.claimed_task("Mend the code");
        sandbox.git("add -A");
        sandbox.git("commit -q -m board");
        Desk { sandbox, task }
    }

    /// Runs a test in the main worktree and in a linked one.
    pub fn each(test: impl Fn(&Desk)) {
        insta::allow_duplicates! {
            for desk in [Desk::main(), Desk::linked()] {
                test(&desk);
            }
        }
    }

    /// Changes the code that the task is about.
    pub fn mend(&self) {
        self.sandbox.write("code.txt", "mended\n");
    }

    /// Breaks it, so that the check fails.
    pub fn spoil(&self) {
        self.sandbox.write("code.txt", "broken\n");
    }

    /// Runs `git commit` with these arguments.
    #[must_use]
    pub fn commit(&self, arguments: &[&str]) -> Run {
        self.sandbox.run(self.committing(arguments))
    }

    /// A `git commit`, to be given an environment or input.
    pub fn committing(&self, arguments: &[&str]) -> Command {
        let mut command = self.sandbox.command("git");
        command.arg("commit").args(arguments);
        command
    }

    /// The state's folder in which the working tree has the task.
    pub fn state(&self) -> String {
        self.sandbox.state_of(&self.task)
    }

    /// The text of the task's file.
    pub fn text(&self) -> String {
        self.sandbox.read(&self.sandbox.file_of(&self.task))
    }

    /// The message of the last commit.
    pub fn message(&self) -> String {
        self.sandbox.git("log -1 --format=%B").replace(&self.task, "[T1]")
    }

    /// The output of a run with the task's id replaced.
    pub fn told(&self, run: &Run) -> String {
        run.named(&[&self.task])
    }

    /// Looks at everything before a commit.
    pub fn before(&self) -> Before {
        Before { head: self.head(), index: self.index(), files: self.bytes() }
    }

    /// Asserts what holds after every commit, made or refused.
    #[track_caller]
    pub fn is_whole(&self, before: &Before) {
        self.keeps_the_users_work(before);
        self.has_each_task_once();
        let is_in_review = self.committed_task().contains("/review/");
        let moves = "the file moves if and only if HEAD has it there";
        match before.head == self.head() {
            // A commit that is refused may send a task back that was in review.
            true => assert!(is_in_review || self.state() != "review", "{moves}"),
            false => assert_eq!(is_in_review, self.state() == "review", "{moves}"),
        }
        self.leaves_nothing_behind();
    }

    /// Asserts that a commit was made in which the task moved to `review/`, on evidence for just this code.
    #[track_caller]
    pub fn moved(&self, before: &Before) {
        assert_ne!(self.head(), before.head, "a commit was made");
        assert_eq!(self.state(), "review");
        assert!(self.committed_task().starts_with(".mcp/tasks/review/"), "{}", self.committed_task());
        assert_eq!(self.text(), self.committed_text(), "the file is as the commit has it");
        let code = self.code_tree();
        let evidence = self.text();
        let evidence = evidence.lines().rev().find(|line| line.contains(" tree:")).expect("evidence");
        assert!(evidence.contains(&format!("tree:{code}")), "{evidence} does not speak for {code}");
        let trailers = self.sandbox.git("log -1 --format=%(trailers:key=Task,valueonly,separator=%x2C)");
        assert_eq!(trailers, self.task, "one trailer");
        assert!(!self.sandbox.git("status --short").contains(".mcp"), "{}", self.sandbox.git("status --short"));
        self.is_whole(before);
    }

    /// Asserts that no commit was made, and where the task is now.
    #[track_caller]
    pub fn stayed(&self, before: &Before, state: &str) {
        assert_eq!(self.head(), before.head, "no commit was made");
        assert_eq!(self.state(), state);
        self.is_whole(before);
    }

    /// Asserts that a commit was made that left the task where it was.
    #[track_caller]
    pub fn passed_by(&self, before: &Before, state: &str) {
        assert_ne!(self.head(), before.head, "a commit was made");
        assert_eq!(self.state(), state);
        assert!(!self.committed_task().contains("/review/"), "{}", self.committed_task());
        self.is_whole(before);
    }

    #[track_caller]
    fn keeps_the_users_work(&self, before: &Before) {
        assert_eq!(self.bytes(), before.files, "the files of the user are as they were");
        let committed = match before.head.as_str() {
            "" => self.sandbox.git("ls-tree -r --name-only HEAD"),
            head if head == self.head() => String::new(),
            head => self.sandbox.git(&format!("diff --name-only --no-renames {head} HEAD")),
        };
        let is_other = |path: &&String| !committed.lines().any(|changed| changed == path.as_str());
        let (now, then) = (self.index(), before.index.clone());
        let now: BTreeMap<_, _> = now.iter().filter(|(path, _)| is_other(path)).collect();
        let then: BTreeMap<_, _> = then.iter().filter(|(path, _)| is_other(path)).collect();
        assert_eq!(now, then, "entries of the index that the commit is not about are as they were");
        if before.head != self.head() {
            let staged = self.sandbox.git("diff --cached --name-only");
            assert!(!staged.contains(".mcp/"), "the next commit would take a move back: {staged}");
        }
    }

    #[track_caller]
    pub fn has_each_task_once(&self) {
        let tracked = self.sandbox.git("ls-tree -r --name-only HEAD");
        let files = self.sandbox.files();
        for paths in [tracked.lines().map(str::to_owned).collect(), files] {
            let mut ids: Vec<_> = paths.iter().filter_map(|path| id_of(path)).collect();
            let all = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!(all, ids.len(), "each task once in {paths:#?}");
            assert!(ids.contains(&self.task) || self.committed_task().is_empty(), "the task is in {paths:#?}");
        }
    }

    #[track_caller]
    pub fn leaves_nothing_behind(&self) {
        let common = self.sandbox.git("rev-parse --path-format=absolute --git-common-dir");
        let walk = walkdir::WalkDir::new(common).into_iter().flatten().filter(|entry| !entry.file_type().is_dir());
        let paths: Vec<_> = walk.map(|entry| entry.path().display().to_string()).collect();
        let is_left = |path: &&String| {
            path.ends_with(".lock")
                || path.contains("mcp/intents/")
                || path.contains("mcp/commit")
                || path.contains("mcp/index")
        };
        let left: Vec<_> = paths.iter().filter(is_left).collect();
        assert!(left.is_empty(), "{left:#?}");
        let files = self.sandbox.files();
        let left: Vec<_> = files.iter().filter(|path| path.starts_with(".mcp/tmp/")).collect();
        assert!(left.is_empty(), "{left:#?}");
    }

    /// The commit at HEAD, or nothing before the first.
    pub fn head(&self) -> String {
        let run =
            self.sandbox.command("git").args(["rev-parse", "--verify", "-q", "HEAD"]).output().expect("a process");
        String::from_utf8_lossy(&run.stdout).trim().to_owned()
    }

    /// The path at which HEAD has the task.
    pub fn committed_task(&self) -> String {
        let tracked = self.sandbox.git("ls-tree -r --name-only HEAD");
        tracked.lines().find(|path| id_of(path).as_ref() == Some(&self.task)).unwrap_or_default().to_owned()
    }

    /// The text that HEAD has of the task.
    pub fn committed_text(&self) -> String {
        let output = self.sandbox.command("git").args(["show", &format!("HEAD:{}", self.committed_task())]).output();
        String::from_utf8(output.expect("a process").stdout).expect("UTF-8")
    }

    /// The tree of HEAD without the board, as anybody can compute it.
    pub fn code_tree(&self) -> String {
        let mut command = self.sandbox.command("sh");
        command.args(["-c", "git ls-tree HEAD | grep -v '\t.mcp$' | git mktree"]);
        String::from_utf8(command.output().expect("a process").stdout).expect("an id").trim().to_owned()
    }

    fn index(&self) -> BTreeMap<String, String> {
        let listed = self.sandbox.git("ls-files -s");
        let entries = listed.lines().filter_map(|line| line.split_once('\t'));
        entries
            .filter(|(_, path)| !path.starts_with(".mcp/"))
            .map(|(entry, path)| (path.into(), entry.into()))
            .collect()
    }

    fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        let files = self.sandbox.files().into_iter().filter(|path| !path.starts_with(".mcp/"));
        files.map(|path| (path.clone(), fs_err::read(self.sandbox.path(&path)).expect("a file"))).collect()
    }
}

/// A repository with a board whose check fails while the code is broken.
pub fn repository() -> Sandbox {
    let sandbox = Sandbox::with_board();
    sandbox.write("check.sh", CHECK);
    sandbox.write("other.txt", "one\n");
    sandbox.git("add -A");
    sandbox.git("commit -q -m check");
    sandbox
}

/// Answers for an interactive command.
pub fn input(text: &str) -> Stdio {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    std::io::Write::write_all(&mut writer, text.as_bytes()).expect("written");
    reader.into()
}

fn id_of(path: &str) -> Option<String> {
    let name = path.strip_prefix(".mcp/tasks/")?.split_once('/')?.1;
    name.starts_with("t-").then(|| name[..8].to_owned())
}

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mcp_handoff::git::{Oid, Repository};

use crate::support::Formats;

pub struct Sandbox {
    pub root: tempfile::TempDir,
    pub dir: PathBuf,
}

impl Sandbox {
    pub fn unborn() -> Self {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().canonicalize().unwrap().join("repo");
        std::fs::create_dir(&dir).unwrap();
        let sandbox = Self { root, dir };
        sandbox.git(&Formats::of_all_tests().init());
        sandbox.git("config user.name Ada");
        sandbox.git("config user.email ada@example.org");
        // Calls made inside the test process see the settings of whoever runs it.
        for setting in ["commit.gpgsign false", "core.autocrlf false", "gc.auto 0"] {
            sandbox.git(&format!("config {setting}"));
        }
        sandbox
    }

    pub fn new() -> Self {
        let sandbox = Self::unborn();
        sandbox.write("a.txt", "a\n");
        sandbox.write("b.txt", "b\n");
        sandbox.write("box/todo/one.md", "one\n");
        sandbox.write("box/todo/two.md", "two\n");
        sandbox.git("add .");
        sandbox.git("commit -qm first");
        sandbox
    }

    /// The same repository seen from a linked work tree.
    pub fn linked(self) -> Self {
        let dir = self.dir.parent().unwrap().join("linked tree");
        self.git_args(&["worktree", "add", "-q", "-b", "side", dir.to_str().unwrap()]);
        Self { dir, ..self }
    }

    pub fn repository(&self) -> Repository {
        Repository::discover(&self.dir).unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.dir).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", self.root.path());
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_EDITOR", "true");
        command.env("LC_ALL", "C");
        if Formats::of_all_tests().has("program") {
            command.env("MCP_GIT", "program");
        }
        command
    }

    pub fn try_git(&self, arguments: &[&str]) -> Output {
        self.command("git").args(arguments).output().unwrap()
    }

    pub fn git_args(&self, arguments: &[&str]) -> String {
        let output = self.try_git(arguments);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "git {arguments:?}: {text}");
        text.trim_end().to_owned()
    }

    pub fn git(&self, line: &str) -> String {
        self.git_args(&line.split(' ').collect::<Vec<_>>())
    }

    pub fn oid(&self, revision: &str) -> Oid {
        self.git_args(&["rev-parse", revision]).parse().unwrap()
    }

    pub fn hook(&self, name: &str, script: &str) {
        let path = self.git_args(&["rev-parse", "--path-format=absolute", "--git-path", &format!("hooks/{name}")]);
        std::fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
        std::fs::write(&path, format!("#!/bin/sh\nset -e\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
}

pub fn probe() -> PathBuf {
    // target/debug/deps/it-… beside target/debug/examples/probe
    let me = std::env::current_exe().unwrap();
    me.parent().unwrap().parent().unwrap().join("examples/probe")
}

//! A bare remote and clones of it, side by side in one world.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{Run, Sandbox};

/// The remote, and the first clone of it, which is the sandbox's own repository.
pub struct World {
    pub sandbox: Sandbox,
    hub: PathBuf,
}

impl World {
    /// A board whose claims are settled by `origin`, and nothing on it.
    pub fn new() -> World {
        World::with_remote(&[])
    }

    /// The same, the remote made by `git init --bare` with these flags.
    pub fn with_remote(flags: &[&str]) -> World {
        World::around(Sandbox::with_board(), flags)
    }

    /// The same around a board that is there.
    pub fn around(sandbox: Sandbox, flags: &[&str]) -> World {
        let hub = sandbox.dir().with_file_name("hub.git");
        let path = hub.to_str().expect("UTF-8").to_owned();
        let format = format!("--object-format={}", sandbox.git("rev-parse --show-object-format"));
        sandbox.git_args(&[&["init", "-q", "--bare", &format], flags, &[&path]].concat());
        sandbox.git_args(&["remote", "add", "origin", &format!("file://{path}")]);
        sandbox.add_config("claims: { remote: origin, lease: 2h }");
        sandbox.git("add -A");
        sandbox.git("commit -q -m settings");
        sandbox.git("push -q origin main");
        World { sandbox, hub }
    }

    /// Another clone, beside the first.
    pub fn clone(&self, name: &str) -> PathBuf {
        let dir = self.sandbox.dir().with_file_name(name);
        self.sandbox.git_args(&["clone", "-q", self.hub.to_str().expect("UTF-8"), dir.to_str().expect("UTF-8")]);
        let address = format!("file://{}", self.hub.display());
        self.git(&dir, &["remote", "set-url", "origin", &address]);
        let _ = self.run(&dir, name, "init --quiet").success();
        let _ = self.run(&dir, name, "trust --quiet").success();
        dir
    }

    /// A command of `mcp` in a clone, as a worker of that name.
    pub fn mcp(&self, dir: &Path, name: &str, words: &[&str]) -> Command {
        let mut command = self.sandbox.command(env!("CARGO_BIN_EXE_mcp"));
        command.current_dir(dir).env("MCP_AGENT", name).args(words);
        command
    }

    /// Runs it.
    #[must_use = "a run is snapshot, or its success is asserted"]
    pub fn run(&self, dir: &Path, name: &str, line: &str) -> Run {
        self.sandbox.run(self.mcp(dir, name, &line.split_ascii_whitespace().collect::<Vec<_>>()))
    }

    /// Runs git in a clone, which must succeed, and gives its stdout.
    pub fn git(&self, dir: &Path, words: &[&str]) -> String {
        let output = self.sandbox.command("git").current_dir(dir).args(words).output().expect("a process");
        assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// The claim of a task as the remote has it.
    pub fn claim_on_remote(&self, id: &str) -> serde_json::Value {
        let text = self.git(&self.hub, &["cat-file", "blob", &format!("refs/mcp/tasks/{id}:claim")]);
        serde_json::from_str(&text).expect("a claim")
    }
}

/// How often something is tried: few times by default, for a night as often as one likes.
pub fn rounds(short: usize) -> usize {
    std::env::var("MCP_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(short)
}

/// Starts all commands before it waits for any.
pub fn at_once(world: &World, commands: Vec<Command>) -> Vec<Run> {
    let start =
        |mut command: Command| command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a process");
    let children: Vec<_> = commands.into_iter().map(start).collect();
    children.into_iter().map(|child| world.sandbox.ended(child)).collect()
}

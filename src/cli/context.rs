//! What one run of the program knows of its surroundings: the environment, the clock, the folder. Nothing else reads them.

use std::cell::Cell;
use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};

use crate::engine::{Clock, Named, Network, PROBE, Places, Workspace, open_repository};
use crate::git::Repository;
use crate::model::{Actor, BoardProblem, Holder, Identity, Refusal, TaskId};
use crate::process::{output_of, page};
use crate::steps::Steps;

use super::args::Global;
use super::ui::Ui;

/// The surroundings.
#[derive(Debug)]
pub struct Context {
    /// The streams.
    pub ui: Ui,
    folder: PathBuf,
    acts_as: Option<String>,
    steps: Steps,
    needs_actor: Cell<bool>,
    global: Global,
    may_page: bool,
}

/// The variables by which agents mark the environment of the commands that they run.
const AGENTS: &[(&str, &str)] = &[
    ("CLAUDECODE", "claude"),
    ("CURSOR_AGENT", "cursor"),
    ("CODEX_SANDBOX", "codex"),
    ("CODEX_THREAD_ID", "codex"),
    ("GEMINI_CLI", "gemini"),
    ("OPENCODE", "opencode"),
    ("AMP_CURRENT_THREAD_ID", "amp"),
    ("COPILOT_CLI", "copilot"),
    ("AUGMENT_AGENT", "augment"),
];

/// The variables without which a compiler may not be found or not work.
const TOOLCHAIN: &[&str] = &[
    "PATH",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "RUSTFLAGS",
    "CC",
    "AR",
    "SDKROOT",
    "DEVELOPER_DIR",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "TMPDIR",
    "TMP",
    "TEMP",
    "SystemRoot",
    "ComSpec",
];

impl Context {
    /// Looks around once.
    pub fn new(global: &Global) -> Context {
        Context {
            ui: Ui::new(global.json, global.quiet, global.color),
            folder: global.folder.clone().unwrap_or_else(|| PathBuf::from(".")),
            acts_as: global.acts_as.clone(),
            // For the crash tests alone: the step of a change after which this process dies.
            steps: variable("MCP_TEST_DIE_AFTER_STEP")
                .and_then(|step| step.parse().ok())
                .map_or_else(Steps::default, Steps::dying_after),
            needs_actor: Cell::new(false),
            global: global.clone(),
            may_page: !global.no_pager,
        }
    }

    /// For the test of what a panic leaves of the terminal alone: panics.
    pub fn panic_if_tested(&self) {
        assert!(variable("MCP_TEST_PANIC").is_none(), "as the test wants it");
    }

    /// The flags that this run was given.
    pub fn global(&self) -> &Global {
        &self.global
    }

    /// The folder that the command is about.
    pub fn folder(&self) -> Result<PathBuf> {
        fs_err::canonicalize(&self.folder).map_err(|_| {
            let message = format!("{} is not a folder", self.folder.display());
            Refusal::BadInput { message, hint: None }.into()
        })
    }

    /// The repository around it.
    pub fn repository(&self) -> Result<Repository> {
        open_repository(&self.folder()?)
    }

    /// The board around it, for commands that only read.
    pub fn workspace(&self) -> Result<Workspace> {
        let repository = self.repository()?;
        self.workspace_of(&repository)
    }

    /// The board around it, for commands that write: what a crash left is finished first.
    pub fn writing(&self) -> Result<Workspace> {
        self.needs_actor.set(true);
        let workspace = self.workspace()?;
        for note in workspace.tidy()? {
            self.ui.say(&note);
        }
        Ok(workspace)
    }

    /// The board for a client of ours: in the name that we were given, else in the client's own. It is never taken for the person
    /// whose git this is.
    pub fn workspace_of_client(&self, client: Option<&str>) -> Result<Workspace> {
        let repository = self.repository()?;
        let mut identity = self.identity(&repository)?;
        if self.acts_as.is_none() && variable("MCP_AGENT").is_none() && agent().is_none() {
            identity.holder.actor = client.and_then(agent_named).unwrap_or_else(|| Actor::from("agent".to_owned()));
            identity.is_person = false;
        }
        Workspace::open(&repository, identity, Clock(Utc::now), self.places()?)
    }

    /// Whether a hook written for one agent is run by another, which reads that one's settings, too, and has a hook of its own.
    pub fn is_hook_for_another(&self, agent: &str) -> bool {
        agent != "cursor" && variable("CURSOR_VERSION").is_some()
    }

    /// The board of an opened repository.
    pub fn workspace_of(&self, repository: &Repository) -> Result<Workspace> {
        Workspace::open(repository, self.identity(repository)?, Clock(now), self.places()?)
    }

    /// The board of a repository in which git runs a hook: with the settings that the commit will have.
    pub fn workspace_of_hook(&self, repository: &Repository) -> Result<Workspace> {
        Workspace::open_in_hook(repository, self.identity(repository)?, Clock(now), self.places()?)
    }

    /// The same once the commit is made.
    pub fn workspace_after_commit(&self, repository: &Repository) -> Result<Workspace> {
        Workspace::open_after_commit(repository, self.identity(repository)?, Clock(now), self.places()?)
    }

    /// The same for hooks that only read tasks: neither the user's name nor a setting is asked for, which costs time.
    pub fn workspace_of_reading_hook(&self, repository: &Repository) -> Result<Workspace> {
        Workspace::open_without_settings(repository, Identity::nobody(), Clock(now), self.places()?)
    }

    /// The clock.
    pub fn clock(&self) -> Clock {
        Clock(now)
    }

    /// Who acts, and in which session.
    pub fn identity(&self, repository: &Repository) -> Result<Identity> {
        let person = repository.user_name()?.as_deref().and_then(Actor::named);
        let said = self.acts_as.clone().or_else(|| variable("MCP_AGENT"));
        let actor = match said {
            Some(name) => {
                let hint = Some("a name has letters or digits".to_owned());
                Some(
                    Actor::named(&name)
                        .ok_or(Refusal::BadInput { message: format!("`{name}` is not a name"), hint })?,
                )
            }
            None => agent().or_else(|| person.clone()),
        };
        let actor = match actor {
            Some(actor) => actor,
            None if self.needs_actor.get() => return Err(Refusal::NoActor.into()),
            // Reading needs no name, and a commit is made in the name that git was given for it.
            None => {
                let author = variable("GIT_AUTHOR_NAME").or_else(|| variable("GIT_COMMITTER_NAME"));
                author.as_deref().and_then(Actor::named).unwrap_or_else(|| Actor::from("unknown".to_owned()))
            }
        };
        let session = variable("MCP_SESSION").unwrap_or_else(|| repository.work_dir().display().to_string());
        let is_person = person.as_ref() == Some(&actor);
        Ok(Identity { holder: Holder { actor, session, clone_id: None }, is_person })
    }

    /// Where things outside the repository go.
    pub fn places(&self) -> Result<Places> {
        let home = variable("HOME").or_else(|| variable("USERPROFILE")).map(PathBuf::from);
        let below_home = |path: &str| home.as_ref().map(|home| home.join(path));
        let folder = |name: &str, default: &str| {
            variable(name).map(PathBuf::from).filter(|path| path.is_absolute()).or_else(|| below_home(default))
        };
        // Without a home nothing is trusted and nothing can be; what can be made again goes where temporary things go.
        let nowhere = || PathBuf::from("/nonexistent");
        Ok(Places {
            cache: folder("XDG_CACHE_HOME", ".cache").unwrap_or_else(std::env::temp_dir).join("mcp-handoff"),
            state: folder("XDG_STATE_HOME", ".local/state").unwrap_or_else(nowhere).join("mcp-handoff"),
            environment: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
            host: variable("MCP_HOST").or_else(machine),
            network: if self.global.offline { Network::Offline } else { Network::Asked },
            steps: self.steps.clone(),
        })
    }

    /// What `MCP_TASK` says of the commit that is being made.
    pub fn named_task(&self) -> Named {
        Named::read(variable("MCP_TASK").as_deref())
    }

    /// The folder for the mark of a hook that only is to show that git reaches it.
    pub fn probe(&self) -> Option<String> {
        variable(PROBE)
    }

    /// Whether this runs in a check of ours on the same repository: a commit made there must not be checked again.
    ///
    /// A test suite that works on repositories of its own gets hooks as it would anywhere.
    pub fn is_inside_check_of(&self, repository: &Repository) -> bool {
        variable("MCP_HOOK").is_some_and(|checked| Path::new(&checked) == repository.common_dir())
    }

    /// Makes a folder of the user's choice, which must not be there yet, or be empty.
    pub fn new_folder(&self, folder: &Path) -> Result<PathBuf> {
        let folder = self.folder()?.join(folder);
        fs_err::create_dir_all(&folder)?;
        if fs_err::read_dir(&folder)?.next().is_some() {
            let message = format!("{} is not empty", folder.display());
            return Err(
                Refusal::BadInput { message, hint: Some("name a folder that does not exist yet".to_owned()) }.into()
            );
        }
        Ok(fs_err::canonicalize(&folder)?)
    }

    /// Makes a folder among the system's temporary ones, for the user alone.
    pub fn temporary_folder(&self, name: &str) -> Result<PathBuf> {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("asking the system for random bytes: {error}"))?;
        let parent = fs_err::canonicalize(std::env::temp_dir())?;
        let folder = parent.join(format!("{name}-{:016x}", u64::from_le_bytes(bytes)));
        fs_err::create_dir(&folder)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mut permissions = fs_err::metadata(&folder)?.permissions();
            permissions.set_mode(0o700);
            fs_err::set_permissions(&folder, permissions)?;
        }
        Ok(folder)
    }

    /// What a world of its own needs of our environment to find and run a toolchain, and the names of all the rest.
    pub fn bare_environment(&self) -> (Vec<(String, String)>, Vec<String>) {
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let (kept, rest): (Vec<_>, Vec<_>) = names.partition(|name| TOOLCHAIN.contains(&name.as_str()));
        let mut kept: Vec<_> = kept.into_iter().filter_map(|name| Some((name.clone(), variable(&name)?))).collect();
        // Toolchains lie in the real home, unless they say otherwise.
        for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            let home = std::env::home_dir().map(|home| home.join(folder)).filter(|folder| folder.is_dir());
            if let Some(folder) = home.filter(|_| !kept.iter().any(|(other, _)| other == name)) {
                kept.push((name.to_owned(), folder.display().to_string()));
            }
        }
        (kept, rest)
    }

    /// The editor of the user's choice.
    pub fn editor(&self, repository: &Repository) -> Result<String> {
        let said = variable("GIT_EDITOR").or(repository.config("core.editor")?);
        Ok(said.or_else(|| variable("VISUAL")).or_else(|| variable("EDITOR")).unwrap_or_else(|| "vi".to_owned()))
    }

    /// Whether nobody has said which editor to use.
    pub fn is_editor_unset(&self, repository: &Repository) -> Result<bool> {
        let said = ["GIT_EDITOR", "VISUAL", "EDITOR"].iter().any(|name| variable(name).is_some());
        Ok(!said && repository.config("core.editor")?.is_none())
    }

    /// The program's own path, for the hooks: the one by which it is found on the PATH, if it is, for that stays the same when
    /// another version is put in its place.
    pub fn program(&self) -> Result<PathBuf> {
        let own = std::env::current_exe().context("finding out where this program lies")?;
        let path = std::env::var_os("PATH").unwrap_or_default();
        let named = std::env::split_paths(&path).map(|folder| folder.join(own.file_name().unwrap_or_default()));
        let real = fs_err::canonicalize(&own)?;
        let same = named
            .filter(|path| path.is_absolute())
            .find(|path| fs_err::canonicalize(path).is_ok_and(|path| path == real));
        Ok(same.unwrap_or(own))
    }

    /// The program that people and agents get when they type our name, if it is another.
    pub fn other_program(&self) -> Result<Option<BoardProblem>> {
        let own = std::env::current_exe().context("finding out where this program lies")?;
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&path).map(|folder| folder.join("mcp")).find(|path| path.is_file());
        let Some(found) = found else { return Ok(None) };
        if fs_err::canonicalize(&found)? == fs_err::canonicalize(own)? {
            return Ok(None);
        }
        let place = found.display().to_string();
        let version = output_of(&[&place, "--version"]).unwrap_or_default();
        let version = String::from_utf8_lossy(&version).trim().to_owned();
        if version.ends_with("(mcp-handoff)") {
            return Ok(None);
        }
        let version = version.lines().next().unwrap_or_default();
        let said = if version.is_empty() { "it does not say which".to_owned() } else { version.to_owned() };
        Ok(Some(BoardProblem {
            place,
            code: "other_program",
            message: format!("`mcp` on the PATH is another program ({said})"),
            hint: Some("put the folder of this one before it on the PATH, for agents type `mcp`, too".to_owned()),
        }))
    }

    /// Whether somebody is there to answer.
    pub fn can_ask(&self) -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Whether a person sits at a terminal that a program can have for itself.
    pub fn has_terminal(&self) -> bool {
        std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
    }

    /// How many columns the terminal has; `None` when stdout is none.
    pub fn width(&self) -> Option<usize> {
        if !std::io::stdout().is_terminal() {
            return None;
        }
        variable("COLUMNS").and_then(|columns| columns.parse().ok()).or_else(|| {
            let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
            (size.ws_col > 0).then_some(usize::from(size.ws_col))
        })
    }

    /// Prints data that a view has made fit to be shown; on a terminal too low for it through the user's pager.
    pub fn page(&self, text: &str) {
        let height = rustix::termios::tcgetwinsize(std::io::stdout()).map_or(0, |size| usize::from(size.ws_row));
        let is_long = self.may_page && self.width().is_some() && height > 0 && text.lines().count() >= height;
        if !is_long || self.ui.is_json() {
            return self.ui.painted(text);
        }
        let pager = variable("MCP_PAGER").or_else(|| variable("PAGER")).unwrap_or_else(|| "less".to_owned());
        // As git has it: quit when it fits, keep colours, leave the text on the screen.
        let settings: &[(&str, &str)] = if variable("LESS").is_none() { &[("LESS", "FRX")] } else { &[] };
        if !page(&pager, settings, self.ui.fit_for_stdout(text).as_bytes()) {
            self.ui.painted(text);
        }
    }

    /// Prints a manual page; on a terminal as `man` shows it.
    pub fn manual(&self, page_text: &str) {
        let is_shown = self.width().is_some() && !self.ui.is_json() && page("man -l -", &[], page_text.as_bytes());
        if !is_shown {
            self.ui.painted(page_text);
        }
    }

    /// Whether a path on stdout may lead to its file.
    pub fn has_links(&self) -> bool {
        self.ui.is_painted() && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout)
    }

    /// The text of a file, or of stdin for `-`.
    pub fn text_of(&self, path: &Path) -> Result<String> {
        if path == Path::new("-") {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).context("reading stdin")?;
            return Ok(text);
        }
        fs_err::read_to_string(path).map_err(|error| {
            let message = match error.kind() {
                std::io::ErrorKind::NotFound => format!("there is no file {}", path.display()),
                std::io::ErrorKind::InvalidData => format!("{} is not UTF-8", path.display()),
                _ => error.to_string(),
            };
            Refusal::BadInput { message, hint: Some("`-` reads stdin".to_owned()) }.into()
        })
    }

    /// Resolves a word to a task of the board.
    pub fn task(&self, workspace: &Workspace, word: &str) -> Result<TaskId> {
        workspace.resolve(&workspace.repository()?, word)
    }
}

/// The clock; for tests of what tells ages it can be stopped.
fn now() -> DateTime<Utc> {
    let stopped = variable("MCP_TEST_NOW").and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
    stopped.map_or_else(Utc::now, |moment| moment.with_timezone(&Utc))
}

/// The name of this machine.
fn machine() -> Option<String> {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    Some(name).filter(|name| !name.is_empty() && name != "localhost")
}

pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// The agent that a client of the protocol says it is, by the name that we use for it.
fn agent_named(client: &str) -> Option<Actor> {
    let known = AGENTS.iter().find(|(_, agent)| client.to_lowercase().starts_with(agent));
    Actor::named(known.map_or(client, |(_, agent)| agent))
}

fn agent() -> Option<Actor> {
    let marked = AGENTS.iter().find(|(name, _)| variable(name).is_some());
    marked.and_then(|(_, agent)| Actor::named(agent))
}

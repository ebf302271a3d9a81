//! What one run of the program knows of its surroundings: the environment, the clock, the folder. Nothing else reads them.

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use chrono::Utc;

use crate::engine::{Clock, Named, Places, Workspace, open_repository};
use crate::git::Repository;
use crate::model::{Actor, Holder, Identity, Refusal, TaskId};

use super::args::Global;
use super::ui::Ui;

/// The surroundings.
#[derive(Debug)]
pub struct Context {
    /// The streams.
    pub ui: Ui,
    folder: PathBuf,
    acts_as: Option<String>,
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

impl Context {
    /// Looks around once.
    pub fn new(global: &Global) -> Context {
        Context {
            ui: Ui::new(global.json, global.quiet, global.color),
            folder: global.folder.clone().unwrap_or_else(|| PathBuf::from(".")),
            acts_as: global.acts_as.clone(),
        }
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
        let workspace = self.workspace()?;
        for note in workspace.tidy()? {
            self.ui.say(&note);
        }
        Ok(workspace)
    }

    /// The board of an opened repository.
    pub fn workspace_of(&self, repository: &Repository) -> Result<Workspace> {
        Workspace::open(repository, self.identity(repository)?, Clock(Utc::now), self.places()?)
    }

    /// The clock.
    pub fn clock(&self) -> Clock {
        Clock(Utc::now)
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
        let actor = actor.ok_or(Refusal::NoActor)?;
        let session = variable("MCP_SESSION").unwrap_or_else(|| repository.work_dir().display().to_string());
        let is_person = person.as_ref() == Some(&actor);
        Ok(Identity { holder: Holder { actor, session }, is_person })
    }

    /// Where things outside the repository go.
    pub fn places(&self) -> Result<Places> {
        let home = variable("HOME").or_else(|| variable("USERPROFILE")).map(PathBuf::from);
        let below_home = |path: &str| home.as_ref().map(|home| home.join(path));
        let folder = |name: &str, default: &str| {
            variable(name).map(PathBuf::from).filter(|path| path.is_absolute()).or_else(|| below_home(default))
        };
        let missing = "neither HOME nor the XDG folders are set";
        Ok(Places {
            cache: folder("XDG_CACHE_HOME", ".cache").context(missing)?.join("mcp-handoff"),
            state: folder("XDG_STATE_HOME", ".local/state").context(missing)?.join("mcp-handoff"),
            environment: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        })
    }

    /// What `MCP_TASK` says of the commit that is being made.
    pub fn named_task(&self) -> Named {
        Named::read(variable("MCP_TASK").as_deref())
    }

    /// Whether a check or a hook of ours has started this program.
    pub fn is_inside_hook(&self) -> bool {
        variable("MCP_HOOK").is_some()
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

    /// The program's own path, for the hooks.
    pub fn program(&self) -> Result<PathBuf> {
        std::env::current_exe().context("finding out where this program lies")
    }

    /// Whether somebody is there to answer.
    pub fn can_ask(&self) -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
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

    /// The text of a file, or of stdin for `-`.
    pub fn text_of(&self, path: &Path) -> Result<String> {
        if path == Path::new("-") {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).context("reading stdin")?;
            return Ok(text);
        }
        Ok(fs_err::read_to_string(path)?)
    }

    /// Resolves a word to a task of the board.
    pub fn task(&self, workspace: &Workspace, word: &str) -> Result<TaskId> {
        workspace.resolve(&workspace.repository()?, word)
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn agent() -> Option<Actor> {
    let marked = AGENTS.iter().find(|(name, _)| variable(name).is_some());
    marked.and_then(|(_, agent)| Actor::named(agent))
}

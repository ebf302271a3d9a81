//! The scratch world of the tour: a folder with its own home, git settings and program, and nothing of the user's.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::model::State;
use crate::process::{self, Command, Interrupt, Outcome};
use crate::store::folder_path;
use crate::view::twins::{TourCommand, TourDocument, TourStep, TourTwin};

use super::super::context::Context;
use super::super::ui::Ui;
use super::changes::{changed_lines, folded};
use super::project::Edit;

/// No single command of the tour takes longer than this on any machine that could be used for work.
const PATIENCE: Duration = Duration::from_secs(600);

/// As many lines of a change as are worth showing.
const MOST_LINES: usize = 16;

/// The settings of the scratch world's git: an identity, and no hooks, signatures or templates of the user's.
const GIT_SETTINGS: &str =
    "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n[core]\n\tautocrlf = false\n";

/// What a command of the tour did.
#[derive(Debug)]
pub struct Ran {
    /// What it printed, both streams.
    pub output: String,
    /// Its exit code; none when a signal or the time limit ended it.
    code: Option<i32>,
}

impl Ran {
    fn ended(&self) -> String {
        self.code.map_or_else(|| "did not end by itself".to_owned(), |code| format!("ended with {code}"))
    }
}

/// The task's file as it was last looked at.
#[derive(Debug)]
pub struct TaskFile {
    /// By its folder.
    pub state: State,
    /// Below the top of the repository.
    path: String,
    /// All of it.
    pub text: String,
}

/// The scratch world, and what was told of it so far.
#[derive(Debug)]
pub struct Stage<'a> {
    ui: &'a Ui,
    interrupt: &'a Interrupt,
    world: PathBuf,
    is_kept: bool,
    environment: Vec<(String, String)>,
    foreign: Vec<String>,
    width: usize,
    last_text: String,
    steps: Vec<TourStep>,
}

impl<'a> Stage<'a> {
    /// Makes the world: in the folder that is to be kept, which must be new or empty, or in a temporary one.
    pub fn set(context: &'a Context, keep: Option<&Path>, interrupt: &'a Interrupt) -> Result<Stage<'a>> {
        let world = match keep {
            Some(folder) => context.new_folder(folder)?,
            None => context.temporary_folder("mcp-tour")?,
        };
        let mut stage = Stage {
            ui: &context.ui,
            interrupt,
            world,
            is_kept: keep.is_some(),
            environment: Vec::new(),
            foreign: Vec::new(),
            width: context.width().map_or(80, |width| width.clamp(40, 100)),
            last_text: String::new(),
            steps: Vec::new(),
        };
        // From here on the world is removed again, whatever goes wrong.
        stage.furnish(context)?;
        Ok(stage)
    }

    fn furnish(&mut self, context: &Context) -> Result<()> {
        for folder in ["home", "bin", "repository"] {
            fs_err::create_dir(self.world.join(folder))?;
        }
        let settings = self.world.join("home/.gitconfig");
        fs_err::write(&settings, GIT_SETTINGS)?;
        let name = if cfg!(windows) { "mcp.exe" } else { "mcp" };
        let program = self.world.join("bin").join(name);
        #[cfg(unix)]
        fs_err::os::unix::fs::symlink(context.program()?, &program)?;
        #[cfg(not(unix))]
        fs_err::copy(context.program()?, &program)?;
        let scratch = |name: &str| self.world.join(name).display().to_string();
        let (environment, foreign) = context.bare_environment();
        self.foreign = foreign;
        self.environment = environment;
        let path = self.environment.iter().find(|(name, _)| name == "PATH").map_or("", |(_, path)| path.as_str());
        let path = format!("{}:{path}", scratch("bin"));
        for (name, value) in [
            ("PATH", path),
            ("HOME", scratch("home")),
            ("XDG_CONFIG_HOME", scratch("home/config")),
            ("XDG_STATE_HOME", scratch("home/state")),
            ("XDG_CACHE_HOME", scratch("home/cache")),
            ("GIT_CONFIG_GLOBAL", settings.display().to_string()),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
            ("GIT_TERMINAL_PROMPT", "0".to_owned()),
            ("GIT_PAGER", "cat".to_owned()),
            ("LC_ALL", "C".to_owned()),
            ("CARGO_TERM_COLOR", "never".to_owned()),
        ] {
            self.environment.retain(|(other, _)| other != name);
            self.environment.push((name.to_owned(), value));
        }
        Ok(())
    }

    /// Where the scratch repository lies.
    pub fn repository(&self) -> PathBuf {
        self.world.join("repository")
    }

    /// Begins a step of the tour.
    pub fn step(&mut self, title: &str, words: &str) {
        let number = self.steps.len() + 1;
        self.ui.title(&format!("\n{number}. {title}"));
        self.say(words);
        self.steps.push(TourStep {
            title: title.to_owned(),
            words: words.split_whitespace().collect::<Vec<_>>().join(" "),
            commands: Vec::new(),
        });
    }

    /// Tells something.
    pub fn say(&self, words: &str) {
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        self.ui.data(&folded(&words, self.width, ""));
    }

    /// Runs a command as a user would type it, and shows what it prints; it must end with this code.
    pub fn run(&mut self, line: &str, code: i32) -> Result<Ran> {
        self.show(&format!("\n$ {line}"));
        let ran = self.ran(line)?;
        let shown = if ran.output.trim().is_empty() { "(prints nothing)" } else { ran.output.as_str() };
        self.show(shown);
        if let Some(step) = self.steps.last_mut() {
            step.commands.push(TourCommand { command: line.to_owned(), exit: ran.code, output: ran.output.clone() });
        }
        self.must(ran.code == Some(code), || format!("`{line}` {}, not with {code}", ran.ended()))?;
        Ok(ran)
    }

    /// Runs a command of which only the first lines are worth showing.
    pub fn run_shortened(&mut self, line: &str, lines: usize) -> Result<Ran> {
        self.show(&format!("\n$ {line}"));
        let ran = self.ran(line)?;
        let count = ran.output.lines().count();
        let shown: Vec<_> = ran.output.lines().take(lines).collect();
        self.show(&shown.join("\n"));
        self.show(&format!("({} lines more)", count.saturating_sub(lines)));
        self.must(ran.code == Some(0), || format!("`{line}` {}", ran.ended()))?;
        Ok(ran)
    }

    /// Tells something between two commands.
    pub fn say_next(&self, words: &str) {
        self.ui.data("\n");
        self.say(words);
    }

    /// Runs what is no part of the story; it must end well.
    pub fn run_quietly(&self, line: &str) -> Result<Ran> {
        let ran = self.ran(line)?;
        self.must(ran.code == Some(0), || format!("`{line}` {}: {}", ran.ended(), ran.output.trim()))?;
        Ok(ran)
    }

    /// Whether a command can be run at all.
    pub fn has(&self, line: &str) -> Result<bool> {
        Ok(self.ran(line)?.code == Some(0))
    }

    fn ran(&self, line: &str) -> Result<Ran> {
        let finished = process::run(
            &Command {
                line: line.to_owned(),
                dir: self.repository(),
                env: self.environment.clone(),
                drop_env: self.foreign.clone(),
                timeout: PATIENCE,
                log: None,
            },
            self.interrupt,
        )?;
        let code = match finished.outcome {
            Outcome::Passed => Some(0),
            Outcome::Failed(code) => Some(code),
            Outcome::NotFound => Some(127),
            Outcome::Interrupted => return Err(crate::model::Refusal::Interrupted.into()),
            Outcome::Killed(_) | Outcome::TimedOut => None,
        };
        Ok(Ran { output: finished.output, code })
    }

    /// Writes a file below the world.
    pub fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.world.join(path);
        if let Some(folder) = path.parent() {
            fs_err::create_dir_all(folder)?;
        }
        Ok(fs_err::write(path, text)?)
    }

    /// Changes files of the project as a worker's editor would, and shows how.
    pub fn edit(&self, edits: &[Edit]) -> Result<()> {
        for Edit { path, old, new } in edits {
            let file = self.repository().join(path);
            let before = fs_err::read_to_string(&file)?;
            let after = if old.is_empty() { before.clone() + new } else { before.replacen(old, new, 1) };
            self.must(before != after, || format!("{path} holds no `{old}`"))?;
            fs_err::write(&file, &after)?;
            self.show_change(path, &before, &after);
        }
        Ok(())
    }

    /// The one task's file.
    pub fn task(&self) -> Result<TaskFile> {
        let mut found = Vec::new();
        for state in State::ALL {
            for entry in fs_err::read_dir(self.repository().join(folder_path(state)))? {
                let name = entry?.file_name().to_string_lossy().into_owned();
                if name.ends_with(".md") {
                    let path = format!("{}/{name}", folder_path(state));
                    found.push(TaskFile { state, text: fs_err::read_to_string(self.repository().join(&path))?, path });
                }
            }
        }
        self.must(found.len() == 1, || format!("the task has {} files", found.len()))?;
        found.pop().context("the task has a file")
    }

    /// Shows what changed in the task's file since it was last shown; it must lie in this state now, and hold these words.
    pub fn show_task(&mut self, state: State, words: &[&str]) -> Result<()> {
        let task = self.task()?;
        self.show_change(&format!("in {}", task.path), &self.last_text, &task.text);
        self.must(task.state == state, || format!("the task is in {}, not in {state}", task.state))?;
        for word in words {
            self.must(task.text.contains(word), || format!("the task's file does not say `{word}`"))?;
        }
        self.last_text = task.text;
        Ok(())
    }

    /// Fails the tour when something is not as it is told.
    pub fn must(&self, is_so: bool, what: impl FnOnce() -> String) -> Result<()> {
        if !is_so {
            bail!("the tour did not go as it is told: {}", what());
        }
        Ok(())
    }

    /// The twin of all that was told.
    pub fn twin(&self) -> TourDocument<'_> {
        let repository = self.is_kept.then(|| self.repository().display().to_string());
        TourDocument { tour: TourTwin { repository, steps: &self.steps } }
    }

    /// The folder that stays, if it does.
    pub fn kept(&self) -> Option<PathBuf> {
        self.is_kept.then(|| self.repository())
    }

    fn show_change(&self, name: &str, before: &str, after: &str) {
        self.show(&format!("\n{name}:"));
        let lines = changed_lines(before, after);
        self.show(&lines[..lines.len().min(MOST_LINES)].join("\n"));
        if lines.len() > MOST_LINES {
            self.show(&format!("({} lines more)", lines.len() - MOST_LINES));
        }
    }

    fn show(&self, text: &str) {
        let indented: String =
            text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect();
        self.ui.data(&folded(&indented, self.width, "    "));
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        if !self.is_kept {
            // Left-overs in the temporary folder are the system's to sweep.
            let _ = fs_err::remove_dir_all(&self.world);
        }
    }
}

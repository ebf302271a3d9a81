//! The `git` program as a child: never through a shell, no terminal, a time limit, and its words in our
//! errors.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::answer::Answer;
use super::environment::{is_kept_for_git, scrubbed_environment};

/// What most calls may take; on a slow disk a `git status` of a large repository takes many seconds.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(120);

/// How long a pipe may stay open after `git` ended: a daemon that it started may hold it.
const LINGER: Duration = Duration::from_millis(500);

/// One call of `git`, to be run.
pub(super) struct Program {
    command: Command,
    call: String,
    input: Option<Vec<u8>>,
    time_limit: Duration,
    held: Option<Stdio>,
}

/// What our own calls are made with: `git` runs hooks even for plumbing, such as reference-transaction.
pub(super) const SETTINGS: &[&str] = &["core.quotePath=false", "core.hooksPath=/dev/null"];

impl Program {
    /// Prepares a call of `git` in a folder, which alone says what repository is meant.
    pub(super) fn in_directory<S: AsRef<OsStr>>(
        directory: &Path,
        settings: &[&str],
        arguments: impl IntoIterator<Item = S>,
    ) -> Self {
        let mut program = Self::in_environment(directory, settings, arguments);
        for name in scrubbed_environment().iter().filter(|name| !is_kept_for_git(name)) {
            program.command.env_remove(name);
        }
        program
    }

    /// Prepares a call of `git` in a folder, as the environment wants it: what repository is meant it may say.
    pub(super) fn in_environment<S: AsRef<OsStr>>(
        directory: &Path,
        settings: &[&str],
        arguments: impl IntoIterator<Item = S>,
    ) -> Self {
        let arguments: Vec<OsString> = arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
        let words: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
        let call = words.join(" ");
        let mut command = Command::new("git");
        command.current_dir(directory);
        command.args(settings.iter().flat_map(|setting| ["-c", setting])).args(arguments);
        command.env("GIT_TERMINAL_PROMPT", "0");
        Self { command, call, input: None, time_limit: TIME_LIMIT, held: None }
    }

    pub(super) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Works on this index instead of the repository's own.
    pub(super) fn index(self, file: &Path) -> Self {
        self.variable("GIT_INDEX_FILE", file)
    }

    pub(super) fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Some(bytes.into());
        self
    }

    /// Gives the call another time limit.
    pub(super) fn within(mut self, time_limit: Duration) -> Self {
        self.time_limit = time_limit;
        self
    }

    /// Leaves an open file with the call, which holds the locks of the system on it as long as it runs.
    pub(super) fn holding(mut self, file: &fs_err::File) -> Result<Self> {
        self.held = Some(Stdio::from(file.file().try_clone()?));
        Ok(self)
    }

    /// Starts the call, to be talked to.
    pub(super) fn started(mut self) -> Result<Child> {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        self.command.spawn().with_context(|| format!("starting `git {}`", self.call))
    }

    /// Runs the call, and returns what it wrote; a status other than zero is an error.
    pub(super) fn output(self) -> Result<Vec<u8>> {
        let answer = self.answer()?;
        if answer.code != Some(0) {
            return Err(answer.failure().into());
        }
        Ok(answer.stdout)
    }

    /// Runs the call, and returns its output as one line of text.
    pub(super) fn line(self) -> Result<String> {
        let output = String::from_utf8_lossy(&self.output()?).into_owned();
        Ok(output.strip_suffix('\n').unwrap_or(&output).to_owned())
    }

    /// Runs the call; any status is an answer.
    pub(super) fn answer(self) -> Result<Answer> {
        self.answer_while(|| {})
    }

    /// The same, and does something else while it runs.
    pub(super) fn answer_while(mut self, meanwhile: impl FnOnce()) -> Result<Answer> {
        let call = self.call;
        let piped = if self.input.is_some() { Stdio::piped() } else { Stdio::null() };
        self.command.stdin(self.held.take().unwrap_or(piped));
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().with_context(|| format!("starting `git {call}`"))?;
        if let (Some(mut pipe), Some(input)) = (child.stdin.take(), self.input.take()) {
            // `git` may end without reading everything; its status tells, not the broken pipe.
            thread::spawn(move || pipe.write_all(&input).ok());
        }
        let pipes = [collected(child.stdout.take()), collected(child.stderr.take())];
        meanwhile();
        let ended = ended(&mut child, &pipes, Instant::now() + self.time_limit);
        let Some((code, [stdout, stderr])) = ended.with_context(|| format!("waiting for `git {call}`"))? else {
            bail!("`git {call}` did not end within {} s", self.time_limit.as_secs());
        };
        let stderr = String::from_utf8_lossy(&stderr).trim().to_owned();
        Ok(Answer { code, stdout, stderr, call })
    }
}

/// Reads a pipe to its end in a thread of its own, lest the child block on a full pipe.
fn collected(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    if let Some(mut pipe) = pipe {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            // What came before an error is still worth showing; the status tells whether it is whole.
            pipe.read_to_end(&mut bytes).ok();
            sender.send(bytes).ok();
        });
    }
    receiver
}

/// A status, and what came through the two pipes.
type Ended = (Option<i32>, [Vec<u8>; 2]);

/// Waits until the pipes are closed and the child has ended; `None` when it had to be killed.
fn ended(child: &mut Child, pipes: &[Receiver<Vec<u8>>; 2], deadline: Instant) -> std::io::Result<Option<Ended>> {
    let mut collected = [Vec::new(), Vec::new()];
    for (pipe, bytes) in pipes.iter().zip(&mut collected) {
        loop {
            match pipe.recv_timeout(Duration::from_millis(50)) {
                Ok(all) => *bytes = all,
                Err(RecvTimeoutError::Timeout) if Instant::now() >= deadline => {
                    child.kill()?;
                    child.wait()?;
                    return Ok(None);
                }
                Err(RecvTimeoutError::Timeout) if child.try_wait()?.is_none() => continue,
                Err(RecvTimeoutError::Timeout) => *bytes = pipe.recv_timeout(LINGER).unwrap_or_default(),
                Err(RecvTimeoutError::Disconnected) => {}
            }
            break;
        }
    }
    Ok(Some((child.wait()?.code(), collected)))
}

//! Running a command: time limit, process group, chosen environment, bounded output. Longer than most, so that all that
//! is particular to an operating system stays in one file.
//!
//! The command is run by a shell in a process group of its own. Nothing of it outlives us: when it has ended the rest of
//! its group is killed, and should we be killed ourselves, a second small shell does it, which waits on a pipe that only we
//! hold open. That needs no unsafe code between fork and exec, reaches grandchildren, and works on every Unix; a process
//! that leaves the group (`setsid`) escapes it.

use std::collections::VecDeque;
use std::io::{PipeReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How long the group may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(2);
/// How much of the beginning and of the end of the output is kept.
const KEPT_HEAD: usize = 512 * 1024;
const KEPT_TAIL: usize = 1536 * 1024;
/// How much of the output goes to the log.
const LOG_LIMIT: usize = 64 * 1024 * 1024;

/// A command to be run.
#[derive(Debug, Clone)]
pub struct Command {
    /// The line for the shell.
    pub line: String,
    /// Where to run it.
    pub dir: PathBuf,
    /// Variables to add to our own environment.
    pub env: Vec<(String, String)>,
    /// Variables of our own environment to leave out.
    pub drop_env: Vec<String>,
    /// After this time it is stopped.
    pub timeout: Duration,
    /// A file for the output, readable by the user alone; one that is there is replaced.
    pub log: Option<PathBuf>,
}

/// A command that has ended.
#[derive(Debug, Clone)]
pub struct Finished {
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took.
    pub duration: Duration,
    /// Its two output streams as they were interleaved; of very long ones the middle is left out.
    pub output: String,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// With status zero.
    Passed,
    /// With this status.
    Failed(i32),
    /// By this signal, which we did not send.
    Killed(i32),
    /// It took too long.
    TimedOut,
    /// We were asked to stop.
    Interrupted,
    /// There is no such command, or no such folder to run it in.
    NotFound,
}

/// Whether someone has asked this process to stop.
#[derive(Debug, Clone)]
pub struct Interrupt {
    flag: Arc<AtomicBool>,
}

impl Interrupt {
    /// Notes the signals INT, TERM and HUP from now on, instead of dying of them.
    pub fn install() -> Result<Self> {
        let interrupt = Self::none();
        for signal in signals::heard() {
            signal_hook::flag::register(signal, Arc::clone(&interrupt.flag)).context("catching signals")?;
        }
        Ok(interrupt)
    }

    /// Returns one that is never set.
    pub fn none() -> Self {
        Self { flag: Arc::new(AtomicBool::new(false)) }
    }

    /// Asks whatever watches this one to stop, as a signal would.
    pub fn stop(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }

    /// Whether a signal has come.
    pub fn is_set(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }
}

/// Which signal has asked this process to end.
#[derive(Debug, Clone)]
pub struct Signal {
    /// Zero until one comes.
    number: Arc<AtomicUsize>,
}

impl Signal {
    /// Notes the signals INT, TERM and HUP from now on, instead of dying of them.
    pub fn install() -> Result<Self> {
        let number = Arc::new(AtomicUsize::new(0));
        for signal in signals::heard() {
            let value = usize::try_from(signal).context("catching signals")?;
            signal_hook::flag::register_usize(signal, Arc::clone(&number), value).context("catching signals")?;
        }
        Ok(Self { number })
    }

    /// The signal that came last, if one has.
    pub fn came(&self) -> Option<u8> {
        u8::try_from(self.number.load(Ordering::Relaxed)).ok().filter(|number| *number > 0)
    }

    /// Forgets an interrupt, and no other signal: who sits at the terminal meant another program.
    pub fn forget_interrupt(&self) {
        let interrupt = signals::INTERRUPT.and_then(|signal| usize::try_from(signal).ok()).unwrap_or(0);
        self.number.compare_exchange(interrupt, 0, Ordering::Relaxed, Ordering::Relaxed).ok();
    }
}

/// Runs a command to its end, to its time limit, or until we are asked to stop.
pub fn run(command: &Command, interrupt: &Interrupt) -> Result<Finished> {
    let start = Instant::now();
    if !command.dir.is_dir() {
        let output = format!("no such folder: {}\n", command.dir.display());
        return Ok(Finished { outcome: Outcome::NotFound, duration: start.elapsed(), output });
    }
    let log = command.log.as_deref().map(private_file).transpose()?;
    let (reader, writer) = std::io::pipe().context("making a pipe")?;
    let mut shell = shell(&command.line);
    shell.current_dir(&command.dir).stdin(Stdio::null());
    shell.stdout(writer.try_clone().context("sharing a pipe")?).stderr(writer);
    for name in &command.drop_env {
        shell.env_remove(name);
    }
    shell.envs(command.env.iter().map(|(name, value)| (name, value)));
    let mut watchdog = Watchdog::start().context("starting a watchdog")?;
    let mut child = shell.spawn().with_context(|| format!("starting `{}`", command.line))?;
    watchdog.guard(&child);
    // It holds our copies of the pipe's writing end; as long as they are open there is no end to read.
    drop(shell);
    let output = Arc::new(Mutex::new(Output::default()));
    let end_of_output = collect(reader, Arc::clone(&output), log);

    let stopped = wait(&mut child, start, command.timeout, interrupt)?;
    if stopped.is_some() {
        group::terminate(&mut child);
        let asked = Instant::now();
        // The leader may end before its children have tidied up; they are done when the pipe is closed.
        while asked.elapsed() < GRACE && !(group::has_ended(&mut child)? && is_closed(&end_of_output)) {
            thread::sleep(Duration::from_millis(5));
        }
    }
    // Before the leader is reaped: as long as it is not, nobody else can get the number of its group.
    group::kill(&mut child);
    let status = child.wait().context("waiting for a command")?;
    drop(watchdog);
    // A process that left the group may hold the pipe for ever.
    end_of_output.recv_timeout(Duration::from_millis(500)).ok();
    let outcome = stopped.unwrap_or_else(|| outcome(status));
    let output = output.lock().unwrap_or_else(PoisonError::into_inner).text();
    Ok(Finished { outcome, duration: start.elapsed(), output })
}

/// Has the system end this process when the one that started it dies, where that exists.
///
/// A hook must not go on, and publish something, after its `git` was interrupted.
pub fn die_with_parent() -> Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, getpid, getppid, kill_process, set_parent_process_death_signal};
        let parent = getppid();
        set_parent_process_death_signal(Some(Signal::TERM)).context("asking to die with the parent")?;
        if getppid() != parent {
            // It died in between, and no signal will come.
            kill_process(getpid(), Signal::TERM).context("following the parent")?;
        }
    }
    Ok(())
}

/// Whether a process with this number runs now.
pub fn is_running(process: i32) -> bool {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, test_kill_process};
        let answer = Pid::from_raw(process).map(test_kill_process);
        matches!(answer, Some(Ok(()) | Err(rustix::io::Errno::PERM))) && !has_died(process)
    }
    #[cfg(not(unix))]
    {
        let _ = process;
        false
    }
}

/// Whether a process has ended and nobody has asked yet how.
#[cfg(unix)]
fn has_died(process: i32) -> bool {
    let stat = fs_err::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with(['Z', 'X']))
}

/// Runs the user's editor on a file, on the terminal, and says whether it ended well.
///
/// The editor is a line for the shell, as in git; the file is handed over as an argument.
pub fn edit(editor: &str, file: &Path) -> Result<bool> {
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", &format!("{editor} \"$@\""), "editor"]).arg(file);
    let status = shell.status().with_context(|| format!("starting the editor `{editor}`"))?;
    Ok(status.success())
}

/// Runs a program with a text on its stdin, and says whether it could be started and ended well.
pub fn feed(program: &[&str], text: &[u8]) -> bool {
    let Some((name, arguments)) = program.split_first() else { return false };
    let mut command = std::process::Command::new(name);
    // A clipboard program stays behind to serve the text; it must not hold our streams open.
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else { return false };
    let is_written = child.stdin.take().is_some_and(|mut pipe| pipe.write_all(text).is_ok());
    child.wait().is_ok_and(|status| status.success()) && is_written
}

/// Shows a text through the user's pager, a line for the shell, and says whether that could be started.
pub fn page(pager: &str, settings: &[(&str, &str)], text: &[u8]) -> bool {
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", pager]).envs(settings.iter().copied()).stdin(Stdio::piped());
    let Ok(mut child) = shell.spawn() else { return false };
    if let Some(mut pipe) = child.stdin.take() {
        // Who has read enough closes the pager before its end.
        let _ = pipe.write_all(text);
    }
    // The shell says 126 or 127 when there is no such program: then nothing was shown.
    child.wait().is_ok_and(|status| !matches!(status.code(), Some(126 | 127)))
}

/// What a program prints, if it could be started and ended well.
pub fn output_of(program: &[&str]) -> Option<Vec<u8>> {
    let (name, arguments) = program.split_first()?;
    let mut command = std::process::Command::new(name);
    let output = command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// The number of the process that started this one.
pub fn parent() -> i32 {
    #[cfg(unix)]
    return rustix::process::getppid().map_or(0, |parent| parent.as_raw_nonzero().get());
    #[cfg(not(unix))]
    0
}

/// The number of the nearest process above this one that runs a program of this name, or of the parent if there is none.
///
/// Between `git` and its hook there may be the shell of a hook manager, which lives on when `git` is killed. Zero, which no process
/// has, stands for one that is gone: whoever adopts orphans is not waiting for them.
pub fn ancestor(program: &str) -> i32 {
    let direct = parent();
    let mut above = direct;
    // Managers start a handful of processes, not dozens.
    for _ in 0..16 {
        match relatives(above) {
            Some(found) if found.name == program => return above,
            Some(found) if found.parent > 1 => above = found.parent,
            _ => break,
        }
    }
    if is_adopted(direct) { 0 } else { direct }
}

/// Whether the process that started this one has died, and this one stands in its place. A process begins in the group of the one
/// that starts it, or leads one of its own; it is not told which processes adopt the children of others, and the first of all may
/// be one that starts hooks, as in a container.
fn is_adopted(parent: i32) -> bool {
    #[cfg(unix)]
    {
        let own = std::process::id().cast_signed();
        let group = relatives(own).map(|found| found.group);
        group != Some(own) && relatives(parent).map(|found| found.group) != group
    }
    #[cfg(not(unix))]
    false
}

/// Where a process stands among the others.
struct Relatives {
    name: String,
    parent: i32,
    /// The process that leads its group; zero if that one is in another namespace.
    group: i32,
}

fn relatives(process: i32) -> Option<Relatives> {
    #[cfg(target_os = "linux")]
    {
        // `pid (name) state ppid pgrp …`, where the name may hold anything.
        let stat = fs_err::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let (start, rest) = (stat.find('(')?, stat.rfind(')')?);
        let mut fields = stat.get(rest + 1..)?.split_ascii_whitespace().skip(1);
        let (parent, group) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some(Relatives { name: stat.get(start + 1..rest)?.to_owned(), parent, group })
    }
    #[cfg(not(target_os = "linux"))]
    {
        let process = process.to_string();
        let output =
            std::process::Command::new("ps").args(["-o", "ppid=,pgid=,comm=", "-p", &process]).output().ok()?;
        let line = String::from_utf8_lossy(&output.stdout).into_owned();
        let (parent, rest) = line.trim().split_once(char::is_whitespace)?;
        let (group, path) = rest.trim().split_once(char::is_whitespace)?;
        let name = path.trim().rsplit('/').next()?.to_owned();
        Some(Relatives { name, parent: parent.parse().ok()?, group: group.parse().ok()? })
    }
}

/// The command line of a process, word by word; on systems that tell it as one line, parted at the blanks.
pub fn words_of(process: i32) -> Option<Vec<String>> {
    #[cfg(target_os = "linux")]
    {
        let line = fs_err::read(format!("/proc/{process}/cmdline")).ok()?;
        let words = line.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
        Some(words.collect())
    }
    #[cfg(not(target_os = "linux"))]
    {
        let process = process.to_string();
        let output = std::process::Command::new("ps").args(["-o", "args=", "-p", &process]).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).split_ascii_whitespace().map(str::to_owned).collect())
    }
}

/// Waits until the command has ended (`None`), or says why it must be stopped.
fn wait(child: &mut Child, start: Instant, timeout: Duration, interrupt: &Interrupt) -> Result<Option<Outcome>> {
    loop {
        if group::has_ended(child)? {
            return Ok(None);
        }
        let elapsed = start.elapsed();
        if interrupt.is_set() {
            return Ok(Some(Outcome::Interrupted));
        }
        if elapsed >= timeout {
            return Ok(Some(Outcome::TimedOut));
        }
        // A fiftieth of the time so far: short commands are noticed at once, long ones cost nothing.
        let pause = (elapsed / 50).clamp(Duration::from_micros(200), Duration::from_millis(20));
        thread::sleep(pause.min(timeout - elapsed));
    }
}

fn outcome(status: std::process::ExitStatus) -> Outcome {
    match status.code() {
        Some(0) => Outcome::Passed,
        Some(127) => Outcome::NotFound,
        Some(code) => Outcome::Failed(code),
        None => Outcome::Killed(group::signal(status)),
    }
}

/// The beginning and the end of what was written.
#[derive(Default)]
struct Output {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    left_out: usize,
}

impl Output {
    fn add(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(bytes.len().min(KEPT_HEAD - self.head.len()));
        self.head.extend(first);
        self.tail.extend(rest);
        let excess = self.tail.len().saturating_sub(KEPT_TAIL);
        self.tail.drain(..excess);
        self.left_out += excess;
    }

    fn text(&self) -> String {
        let mut bytes = self.head.clone();
        if self.left_out > 0 {
            bytes.extend(format!("\n[{} bytes left out]\n", self.left_out).into_bytes());
        }
        bytes.extend(&self.tail);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Reads the pipe to its end in a thread; the receiver is told when that is reached.
fn collect(mut reader: PipeReader, output: Arc<Mutex<Output>>, mut log: Option<fs_err::File>) -> Receiver<()> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        let mut logged = 0;
        loop {
            let bytes = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => &buffer[..count],
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            output.lock().unwrap_or_else(PoisonError::into_inner).add(bytes);
            let room = bytes.len().min(LOG_LIMIT - logged);
            // A full disk must not stop the command: the log ends, the output goes on.
            let is_logged = log.as_mut().is_some_and(|log| log.write_all(&bytes[..room]).is_ok());
            logged += room;
            if !is_logged || logged == LOG_LIMIT {
                log = None;
            }
        }
        sender.send(()).ok();
    });
    receiver
}

fn is_closed(end_of_output: &Receiver<()>) -> bool {
    !matches!(end_of_output.try_recv(), Err(std::sync::mpsc::TryRecvError::Empty))
}

/// Makes an empty file that only the user can read, never writing through a link that stands there.
fn private_file(path: &Path) -> Result<fs_err::File> {
    match fs_err::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).context("replacing a log");
        }
        _ => {}
    }
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).context("making a log")
}

fn shell(line: &str) -> std::process::Command {
    #[cfg(unix)]
    {
        let mut shell = std::process::Command::new("/bin/sh");
        shell.args(["-c", line]);
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        shell
    }
    #[cfg(not(unix))]
    {
        let mut shell = std::process::Command::new("cmd");
        shell.args(["/D", "/S", "/C", line]);
        shell
    }
}

/// A shell that kills the group of a command when the pipe from us closes before we have stopped it.
struct Watchdog {
    shell: Option<(Child, ChildStdin)>,
}

impl Watchdog {
    fn start() -> Result<Self> {
        if cfg!(not(unix)) {
            return Ok(Self { shell: None });
        }
        // In a group of its own, for an interrupt from the terminal must not end it before the command.
        let mut shell = shell(r#"read -r group && { read -r _; kill -9 "-$group"; }"#);
        let mut child = shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let pipe = child.stdin.take().context("the watchdog has no pipe")?;
        Ok(Self { shell: Some((child, pipe)) })
    }

    fn guard(&mut self, child: &Child) {
        if let Some((_, pipe)) = &mut self.shell {
            // Without a watchdog the command still runs, and we stop it as long as we live.
            writeln!(pipe, "{}", child.id()).ok();
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        if let Some((child, _)) = &mut self.shell {
            // While the pipe is still open: closing it is the signal to kill.
            child.kill().ok();
            child.wait().ok();
        }
    }
}

#[cfg(unix)]
mod group {
    use std::process::{Child, ExitStatus};

    use anyhow::{Context, Result};
    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

    /// Whether the leader has ended; it is not reaped, so its number stays its own.
    pub(super) fn has_ended(child: &mut Child) -> Result<bool> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        loop {
            match waitid(WaitId::Pid(Pid::from_child(child)), options) {
                Err(rustix::io::Errno::INTR) => {}
                status => return Ok(status.context("waiting for a command")?.is_some()),
            }
        }
    }

    pub(super) fn terminate(child: &mut Child) {
        // Fails only when nobody is left.
        kill_process_group(Pid::from_child(child), Signal::TERM).ok();
    }

    pub(super) fn kill(child: &mut Child) {
        kill_process_group(Pid::from_child(child), Signal::KILL).ok();
    }

    pub(super) fn signal(status: ExitStatus) -> i32 {
        std::os::unix::process::ExitStatusExt::signal(&status).unwrap_or_default()
    }
}

#[cfg(not(unix))]
mod group {
    use std::process::{Child, ExitStatus};

    use anyhow::{Context, Result};

    pub(super) fn has_ended(child: &mut Child) -> Result<bool> {
        Ok(child.try_wait().context("waiting for a command")?.is_some())
    }

    pub(super) fn terminate(child: &mut Child) {
        kill(child);
    }

    pub(super) fn kill(child: &mut Child) {
        child.kill().ok();
    }

    pub(super) fn signal(_: ExitStatus) -> i32 {
        0
    }
}

mod signals {
    use signal_hook::consts;

    pub(super) const INTERRUPT: Option<i32> = Some(consts::SIGINT);
    pub(super) const TERMINATE: Option<i32> = Some(consts::SIGTERM);
    #[cfg(unix)]
    pub(super) const HANG_UP: Option<i32> = Some(consts::SIGHUP);
    #[cfg(not(unix))]
    pub(super) const HANG_UP: Option<i32> = None;

    /// Those that we listen to: what we were started to ignore, by `nohup` or in the background of a script, stays ignored, as
    /// `git` has it.
    pub(super) fn heard() -> impl Iterator<Item = i32> {
        let all = [INTERRUPT, TERMINATE, HANG_UP].into_iter().flatten();
        all.filter(|signal| !is_ignored(*signal))
    }

    /// Told by the system's own list; elsewhere none is taken for ignored.
    #[cfg(target_os = "linux")]
    fn is_ignored(signal: i32) -> bool {
        let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored = ignored.and_then(|ignored| u64::from_str_radix(ignored.trim(), 16).ok()).unwrap_or(0);
        (ignored >> (signal - 1)) & 1 == 1
    }

    #[cfg(not(target_os = "linux"))]
    fn is_ignored(_: i32) -> bool {
        false
    }
}

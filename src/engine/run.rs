//! Running several checks: those of one folder after each other, in their order; those of different folders side by side.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::git::scrubbed_environment;
use crate::model::{Check, Refusal, TaskId};
use crate::process::{self, Command, Finished, Interrupt, Outcome};

use super::checks::{Ended, Progress, Ran, Running, Source, Watch};
use super::workspace::Workspace;

/// How often it is told what is running.
const TICK: Duration = Duration::from_millis(100);

/// The folder in which checks run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// Where the tree lies that they are to speak for.
    pub top: &'a Path,
    /// The user's own working tree.
    pub root: &'a Path,
    /// A link leads from the one into the other.
    pub is_linked: bool,
}

/// One check, ready to be run.
struct Job<'a> {
    /// Its place in the order of the settings.
    at: usize,
    check: &'a Check,
    command: Command,
}

/// What a thread that runs checks has to say.
enum Word {
    Started(usize),
    Ended(usize, Result<Finished>),
}

impl Workspace {
    /// Runs all of these checks, or those up to the first failure if the settings say `fail_fast`.
    pub(super) fn run_all(
        &self,
        place: Place<'_>,
        open: &[&Check],
        task: Option<&TaskId>,
        watch: &Watch<'_>,
    ) -> Result<Vec<Ran>> {
        let lanes = Mutex::new(self.lanes(place, open, task)?);
        let count = lanes.lock().map_or(1, |lanes| lanes.len());
        let workers = thread::available_parallelism().map_or(1, usize::from).min(count);
        let stop = Interrupt::none();
        let mut ran: Vec<Ran> = Vec::new();
        let mut running: Vec<(usize, Instant, Option<f64>)> = Vec::new();
        thread::scope(|scope| {
            let (sender, words) = channel();
            for _ in 0..workers {
                let (sender, lanes, stop, fail_fast) = (sender.clone(), &lanes, &stop, self.config.fail_fast);
                scope.spawn(move || work(lanes, stop, fail_fast, &sender));
            }
            drop(sender);
            loop {
                match words.recv_timeout(TICK) {
                    Ok(Word::Started(at)) => {
                        (watch.tell)(Progress::Started(open[at]));
                        running.push((at, Instant::now(), self.usual_time(open[at])));
                    }
                    Ok(Word::Ended(at, finished)) => {
                        running.retain(|(other, _, _)| *other != at);
                        let finished = match finished {
                            Ok(finished) => finished,
                            Err(error) => {
                                stop.stop();
                                return Err(error);
                            }
                        };
                        let Some(one) = self.ran(place, open[at], finished) else { continue };
                        (watch.tell)(Progress::Ended(&one));
                        ran.push(one);
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return Ok(()),
                }
                if watch.interrupt.is_set() {
                    stop.stop();
                }
                let now = |(at, since, usual): &(usize, Instant, Option<f64>)| Running {
                    name: &open[*at].name,
                    seconds: since.elapsed().as_secs_f64(),
                    usual: *usual,
                };
                (watch.tell)(Progress::Running(&running.iter().map(now).collect::<Vec<_>>()));
            }
        })?;
        if watch.interrupt.is_set() {
            return Err(Refusal::Interrupted.into());
        }
        ran.sort_by_key(|ran| open.iter().position(|check| check.name == ran.check.name));
        Ok(ran)
    }

    /// The checks by their folders: each lane is run by one thread, from its beginning to its end.
    fn lanes<'a>(&self, place: Place<'_>, open: &[&'a Check], task: Option<&TaskId>) -> Result<VecDeque<Vec<Job<'a>>>> {
        let mut lanes: VecDeque<Vec<Job<'a>>> = VecDeque::new();
        for (at, check) in open.iter().enumerate() {
            let job = Job { at, check, command: self.command_of(place, check, task)? };
            match lanes.iter_mut().find(|lane| lane[0].check.dir == check.dir) {
                Some(lane) => lane.push(job),
                None => lanes.push_back(vec![job]),
            }
        }
        Ok(lanes)
    }

    fn command_of(&self, place: Place<'_>, check: &Check, task: Option<&TaskId>) -> Result<Command> {
        let log = self.common_dir.join("mcp/logs").join(format!("{}.log", check.name));
        if let Some(folder) = log.parent() {
            fs_err::create_dir_all(folder)?;
        }
        let mut env = vec![
            ("MCP_HOOK".to_owned(), self.common_dir.display().to_string()),
            ("MCP_CHECK".to_owned(), check.name.clone()),
        ];
        env.extend(task.map(|task| ("MCP_TASK".to_owned(), task.to_string())));
        Ok(Command {
            line: check.run.clone(),
            dir: check.dir.as_ref().map_or_else(|| place.top.to_owned(), |dir| place.top.join(dir)),
            env,
            drop_env: scrubbed_environment(),
            timeout: check.timeout.0,
            log: Some(log),
        })
    }

    /// What came of one check; `None` when it was stopped and says nothing.
    fn ran(&self, place: Place<'_>, check: &Check, finished: Finished) -> Option<Ran> {
        let ended = match finished.outcome {
            Outcome::Passed => Ended::Passed,
            Outcome::Failed(code) => Ended::Failed(code),
            Outcome::Killed(signal) => Ended::Killed(signal),
            Outcome::TimedOut => Ended::TimedOut,
            Outcome::NotFound => Ended::NotFound,
            Outcome::Interrupted => return None,
        };
        let mut output = finished.output;
        if ended == Ended::TimedOut {
            output.push_str(&format!("\nstopped after {}s, the check's timeout\n", check.timeout.0.as_secs()));
        }
        Some(Ran {
            check: check.clone(),
            ended,
            seconds: finished.duration.as_secs_f64(),
            source: Source::Fresh,
            is_linked: place.is_linked,
            output,
            roots: [place.top, place.root].iter().map(|path| path.display().to_string()).collect(),
            log: Some(self.common_dir.join("mcp/logs").join(format!("{}.log", check.name))),
        })
    }
}

/// Takes lanes until none is left, or until all are to stop.
fn work(lanes: &Mutex<VecDeque<Vec<Job<'_>>>>, stop: &Interrupt, fail_fast: bool, words: &Sender<Word>) {
    let next = || lanes.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    while let Some(lane) = next() {
        for job in lane {
            if stop.is_set() || words.send(Word::Started(job.at)).is_err() {
                return;
            }
            let finished = process::run(&job.command, stop);
            // Here and not by whoever listens, who may do so after the next one has begun.
            if fail_fast && !finished.as_ref().is_ok_and(|finished| finished.outcome == Outcome::Passed) {
                stop.stop();
            }
            if words.send(Word::Ended(job.at, finished)).is_err() {
                return;
            }
        }
    }
}

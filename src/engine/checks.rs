//! Running checks on exactly one tree: in place when the working tree is that tree, else in a private worktree.

use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use crate::git::{Oid, Repository, scrubbed_environment};
use crate::model::{Check, Evidence, Isolate, Outcome, Refusal, Stage, Task, TaskId};
use crate::process::{self, Command, Interrupt};
use crate::store::BOARD;

use super::evidence::Passed;
use super::links::link_inputs;
use super::trust::hex;
use super::workspace::Workspace;

/// What the checks are to speak for.
#[derive(Clone, Debug)]
pub enum Subject {
    /// The index that git is about to commit; its file, if it is not the ordinary one.
    Index(Option<PathBuf>),
    /// The commit at HEAD.
    Head,
    /// Everything that `git add -A` would commit.
    WorkingTree,
    /// A commit that is not checked out here.
    Elsewhere,
}

/// How one check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Well.
    Passed,
    /// With this exit code.
    Failed(i32),
    /// By this signal.
    Killed(i32),
    /// It took longer than it may.
    TimedOut,
    /// Its command, or the folder to run it in, does not exist: that says nothing about the code.
    NotFound,
}

impl Ended {
    /// In words, after the check's name.
    pub fn words(self) -> String {
        match self {
            Ended::Passed => "passed".to_owned(),
            Ended::Failed(code) => format!("failed (exit code {code})"),
            Ended::Killed(signal) => format!("was killed by signal {signal}"),
            Ended::TimedOut => "timed out".to_owned(),
            Ended::NotFound => "could not be run".to_owned(),
        }
    }

    /// Whether it says that the code is wrong.
    pub fn is_about_code(self) -> bool {
        matches!(self, Ended::Failed(_) | Ended::Killed(_) | Ended::TimedOut)
    }
}

/// Where a verdict comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// It ran just now.
    Fresh,
    /// It passed on this very tree before.
    Known,
    /// It passed on an ancestor, and nothing that it looks at has changed since.
    Inherited,
}

/// One check and its verdict.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Which.
    pub check: Check,
    /// How it ended.
    pub ended: Ended,
    /// How long it took.
    pub seconds: f64,
    /// Where the verdict comes from.
    pub source: Source,
    /// A link led into the working tree while it ran.
    pub is_linked: bool,
    /// What it printed.
    pub output: String,
    /// Folders that stand before the project's own paths in the output.
    pub roots: Vec<String>,
    /// The file with all of its output.
    pub log: Option<PathBuf>,
}

impl Ran {
    /// The verdict in a line.
    pub fn verdict(&self) -> String {
        let name = &self.check.name;
        match (self.source, self.ended) {
            (Source::Known, _) => format!("{name} passed on this tree before"),
            (Source::Inherited, _) => format!("{name} passed before, and nothing that it looks at has changed"),
            (Source::Fresh, Ended::Passed) => format!("{name} passed in {:.1}s", self.seconds),
            (Source::Fresh, ended) => format!("{name} {} after {:.1}s", ended.words(), self.seconds),
        }
    }
}

/// The verdict of all checks on one tree.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// The code tree, in full.
    pub tree: String,
    /// In the order of the configuration.
    pub runs: Vec<Ran>,
}

impl Verdict {
    /// Whether all are content.
    pub fn is_pass(&self) -> bool {
        self.runs.iter().all(|ran| ran.ended == Ended::Passed)
    }

    /// Those that are not.
    pub fn failed(&self) -> Vec<&Ran> {
        self.runs.iter().filter(|ran| ran.ended != Ended::Passed).collect()
    }
}

/// What happens while checks run, for whoever watches.
#[derive(Clone, Debug)]
pub enum Progress<'a> {
    /// Where they run, and why not in place.
    Place(Option<&'a str>),
    /// One begins.
    Started(&'a Check),
    /// One has its verdict.
    Ended(&'a Ran),
    /// A line about something else.
    Note(String),
}

/// Who watches the checks, and who may stop them.
pub struct Watch<'a> {
    /// Told what happens.
    pub tell: &'a dyn Fn(Progress<'_>),
    /// Set by the signals that ask us to stop.
    pub interrupt: &'a Interrupt,
}

impl Workspace {
    /// The configured checks that a task uses up to a moment.
    pub fn checks_for(&self, task: Option<&Task>, stage: Stage) -> Vec<&Check> {
        used(&self.config.checks, task, stage)
    }

    /// The full tree of a subject.
    pub fn tree_of(&self, repository: &Repository, subject: &Subject) -> Result<Option<Oid>> {
        Ok(match subject {
            Subject::Index(_) => Some(crate::git::Index::open(repository)?.write_tree()?),
            Subject::Head => repository.head()?.commit.map(|commit| repository.tree_of(commit)).transpose()?,
            Subject::WorkingTree => Some(repository.tree_of_everything()?),
            Subject::Elsewhere => None,
        })
    }

    /// Has every check speak for the tree of the subject, running only those that have not yet.
    pub fn run_checks(
        &self,
        repository: &Repository,
        subject: &Subject,
        tree: Oid,
        checks: &[&Check],
        task: Option<&Task>,
        watch: &Watch<'_>,
    ) -> Result<Verdict> {
        let code = self.code_tree(repository, tree)?.to_string();
        let mut verdict = Verdict { tree: code.clone(), runs: Vec::new() };
        let mut open = Vec::new();
        for check in checks {
            match self.known_verdict(repository, check, &code)? {
                Some(ran) => {
                    (watch.tell)(Progress::Ended(&ran));
                    verdict.runs.push(ran);
                }
                None => open.push(*check),
            }
        }
        if !open.is_empty() {
            self.must_trust(&open)?;
            let task = task.map(|task| &task.id);
            verdict.runs.extend(self.run_anew(repository, subject, tree, &open, task, watch)?);
        }
        let order = |ran: &Ran| checks.iter().position(|check| check.name == ran.check.name);
        verdict.runs.sort_by_key(order);
        Ok(verdict)
    }

    /// Runs checks whatever is known about them, and remembers those that pass. They must be trusted.
    pub(crate) fn run_anew(
        &self,
        repository: &Repository,
        subject: &Subject,
        tree: Oid,
        checks: &[&Check],
        task: Option<&TaskId>,
        watch: &Watch<'_>,
    ) -> Result<Vec<Ran>> {
        let code = self.code_tree(repository, tree)?.to_string();
        let ran = self.run_open(repository, subject, tree, checks, task, watch)?;
        for ran in ran.iter().filter(|ran| ran.ended == Ended::Passed) {
            let passed = Passed { at: self.now(), seconds: ran.seconds, is_linked: ran.is_linked };
            self.remember_pass(&ran.check, &code, &passed)?;
        }
        Ok(ran)
    }

    fn run_open(
        &self,
        repository: &Repository,
        subject: &Subject,
        tree: Oid,
        open: &[&Check],
        task: Option<&TaskId>,
        watch: &Watch<'_>,
    ) -> Result<Vec<Ran>> {
        let obstacle = match self.config.isolate {
            _ if matches!(subject, Subject::Elsewhere) => Some("it is not checked out".to_owned()),
            Isolate::None => {
                let differs = self.difference(repository, subject, tree)?;
                if let Some(what) = &differs {
                    (watch.tell)(Progress::Note(format!("checking in place, as the board asks, though {what}")));
                }
                // Then the working tree has had a part in it, as it has by a link.
                return self.run_all(&self.root, &self.root, open, differs.is_some(), task, watch);
            }
            Isolate::Worktree => Some("the board asks for it".to_owned()),
            Isolate::Auto => self.difference(repository, subject, tree)?,
        };
        let why = match obstacle {
            Some(why) => why,
            None => {
                (watch.tell)(Progress::Place(None));
                let ran = self.run_all(&self.root, &self.root, open, false, task, watch)?;
                let differs = self.difference(repository, subject, tree)?;
                // A failure beside mere left-overs stays a failure; a pass must be one on exactly this tree.
                let is_failure = ran.iter().any(|ran| ran.ended != Ended::Passed);
                match differs {
                    None => return Ok(ran),
                    Some(what) if is_failure && what.contains("not in .gitignore") => return Ok(ran),
                    Some(what) => format!("{what}, since the checks began"),
                }
            }
        };
        (watch.tell)(Progress::Place(Some(&why)));
        let place = self.private_place();
        let private = repository.private_worktree(&place, tree)?.ok_or_else(|| {
            anyhow::anyhow!("another process is using the private worktree of this checkout; try again when it is done")
        })?;
        let is_linked = link_inputs(&self.root, private.path(), &self.config.link)?;
        self.run_all(private.path(), &self.root, open, is_linked, task, watch)
    }

    /// Where this checkout's private worktree lies: outside any working tree and any `.git`, where some test runners find nothing.
    pub(crate) fn private_place(&self) -> PathBuf {
        let key = hex(&Sha256::digest(self.root.as_os_str().as_encoded_bytes())[..8]);
        let name = self.root.file_name().and_then(|name| name.to_str()).unwrap_or("work");
        self.places.cache.join("worktrees").join(format!("{key}/{name}"))
    }

    /// How the working tree differs from the subject, if it does, in words.
    fn difference(&self, repository: &Repository, subject: &Subject, tree: Oid) -> Result<Option<String>> {
        let index = match subject {
            Subject::Index(index) => index.as_deref(),
            Subject::Head => {
                let staged = crate::git::Index::open(repository)?.write_tree()?;
                if self.code_tree(repository, staged)? != self.code_tree(repository, tree)? {
                    return Ok(Some("something is staged".to_owned()));
                }
                None
            }
            Subject::Elsewhere => return Ok(Some("it is not checked out".to_owned())),
            Subject::WorkingTree => {
                let now = repository.tree_of_everything()?;
                let is_same = self.code_tree(repository, now)? == self.code_tree(repository, tree)?;
                return Ok((!is_same).then(|| "files in the working tree have changed".to_owned()));
            }
        };
        let different = repository.unstaged(BOARD, index)?;
        let Some(first) = different.first() else { return Ok(None) };
        let what = match different.len() - 1 {
            0 => first.clone(),
            more => format!("{first} and {more} more"),
        };
        let is_one = different.len() == 1;
        let staged = crate::git::Index::open(repository)?;
        let is_new = different.iter().all(|path| staged.blob(path).is_none());
        Ok(Some(match is_new {
            true if is_one => format!("{what} is not tracked, and not in .gitignore"),
            true => format!("{what} are not tracked, and not in .gitignore"),
            false if is_one => format!("{what} has changes that are not part of it"),
            false => format!("{what} have changes that are not part of it"),
        }))
    }

    fn run_all(
        &self,
        place: &Path,
        root: &Path,
        open: &[&Check],
        is_linked: bool,
        task: Option<&TaskId>,
        watch: &Watch<'_>,
    ) -> Result<Vec<Ran>> {
        let mut ran = Vec::new();
        for check in open {
            (watch.tell)(Progress::Started(check));
            let log = self.common_dir.join("mcp/logs").join(format!("{}.log", check.name));
            if let Some(folder) = log.parent() {
                fs_err::create_dir_all(folder)?;
            }
            let mut env = vec![
                ("MCP_HOOK".to_owned(), self.common_dir.display().to_string()),
                ("MCP_CHECK".to_owned(), check.name.clone()),
            ];
            if let Some(task) = task {
                env.push(("MCP_TASK".to_owned(), task.to_string()));
            }
            let command = Command {
                line: check.run.clone(),
                dir: check.dir.as_ref().map_or_else(|| place.to_owned(), |dir| place.join(dir)),
                env,
                drop_env: scrubbed_environment(),
                timeout: check.timeout.0,
                log: Some(log.clone()),
            };
            let finished = process::run(&command, watch.interrupt)?;
            let ended = match finished.outcome {
                process::Outcome::Passed => Ended::Passed,
                process::Outcome::Failed(code) => Ended::Failed(code),
                process::Outcome::Killed(signal) => Ended::Killed(signal),
                process::Outcome::TimedOut => Ended::TimedOut,
                process::Outcome::NotFound => Ended::NotFound,
                process::Outcome::Interrupted => return Err(Refusal::Interrupted.into()),
            };
            let mut output = finished.output;
            if ended == Ended::TimedOut {
                output.push_str(&format!("\nstopped after {}s, the check's timeout\n", check.timeout.0.as_secs()));
            }
            let roots = [place, root].iter().map(|path| path.display().to_string()).collect();
            let seconds = finished.duration.as_secs_f64();
            let one = Ran {
                check: (*check).clone(),
                ended,
                seconds,
                source: Source::Fresh,
                is_linked,
                output,
                roots,
                log: Some(log),
            };
            (watch.tell)(Progress::Ended(&one));
            ran.push(one);
        }
        Ok(ran)
    }

    /// The verdict that needs no run: on this very tree, or on an ancestor that looks the same to the check.
    fn known_verdict(&self, repository: &Repository, check: &Check, code: &str) -> Result<Option<Ran>> {
        let (passed, source) = match self.known_pass(check, code) {
            Some(passed) => (passed, Source::Known),
            None => match self.inherited_pass(repository, check, code)? {
                Some(passed) => (passed, Source::Inherited),
                None => return Ok(None),
            },
        };
        Ok(Some(Ran {
            check: check.clone(),
            ended: Ended::Passed,
            seconds: passed.seconds,
            source,
            is_linked: passed.is_linked,
            output: String::new(),
            roots: Vec::new(),
            log: None,
        }))
    }

    fn inherited_pass(&self, repository: &Repository, check: &Check, code: &str) -> Result<Option<Passed>> {
        if check.when.is_empty() {
            return Ok(None);
        }
        let Some(head) = repository.head()?.commit else { return Ok(None) };
        let globs = super::links::globs(&check.when)?;
        let code: Oid = code.parse().map_err(|_| anyhow::anyhow!("{code} is not an object id"))?;
        for commit in repository.log(head, None, 200)? {
            let ancestor = self.code_tree(repository, commit.tree)?;
            let Some(passed) = self.known_pass(check, &ancestor.to_string()) else { continue };
            let has_changed = repository.diff_paths(ancestor, code)?.iter().any(|path| globs.is_match(path));
            return Ok((!has_changed).then_some(passed));
        }
        Ok(None)
    }

    /// The evidence that a verdict makes.
    pub(crate) fn evidence_of(&self, verdict: &Verdict, is_red: bool) -> Vec<Evidence> {
        let runs = verdict.runs.iter().filter(|ran| ran.ended == Ended::Passed || is_red);
        runs.map(|ran| Evidence {
            at: self.now(),
            actor: self.actor().clone(),
            check: ran.check.name.clone(),
            outcome: if ran.ended == Ended::Passed { Outcome::Passed } else { Outcome::Failed },
            seconds: ran.seconds,
            tree: verdict.tree.clone(),
            command: ran.check.run.clone(),
            is_inherited: ran.source == Source::Inherited,
            is_linked: ran.is_linked,
            is_red: is_red && ran.ended != Ended::Passed,
        })
        .collect()
    }
}

/// The checks that a task uses up to a moment.
pub(super) fn used<'config>(checks: &'config [Check], task: Option<&Task>, stage: Stage) -> Vec<&'config Check> {
    let names = task.map(|task| task.front.checks.as_slice()).unwrap_or_default();
    // A name that no check has, misspelt or no longer there, must not turn the others off.
    let are_known = names.iter().all(|name| checks.iter().any(|check| check.name == *name));
    let is_used = |check: &&Check| check.on <= stage && (names.is_empty() || !are_known || names.contains(&check.name));
    checks.iter().filter(is_used).collect()
}

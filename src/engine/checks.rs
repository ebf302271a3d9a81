//! Running checks on exactly one tree: in place when the working tree is that tree, else in a private worktree.

use std::path::PathBuf;

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use crate::git::{Oid, Repository};
use crate::model::{Check, Evidence, Isolate, Outcome, Stage, Task, TaskId};
use crate::process::Interrupt;
use crate::store::BOARD;

use super::evidence::Passed;
use super::links::link_inputs;
use super::run::Place;
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
    /// Some are running, each for so long already; told again and again.
    Running(&'a [Running<'a>]),
    /// One has its verdict.
    Ended(&'a Ran),
    /// A line about something else.
    Note(String),
}

/// One check that is running.
#[derive(Clone, Copy, Debug)]
pub struct Running<'a> {
    /// Its name.
    pub name: &'a str,
    /// For how long already, in seconds.
    pub seconds: f64,
    /// How long it took when it passed last.
    pub usual: Option<f64>,
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
            self.note_time(&ran.check, ran.seconds)?;
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
                return self.run_all(self.here(differs.is_some()), open, task, watch);
            }
            Isolate::Worktree => Some("the board asks for it".to_owned()),
            Isolate::Auto => self.difference(repository, subject, tree)?,
        };
        let why = match obstacle {
            Some(why) => why,
            None => {
                (watch.tell)(Progress::Place(None));
                let ran = self.run_all(self.here(false), open, task, watch)?;
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
        self.run_all(Place { top: private.path(), root: &self.root, is_linked }, open, task, watch)
    }

    fn here(&self, is_linked: bool) -> Place<'_> {
        Place { top: &self.root, root: &self.root, is_linked }
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
                if self.code_tree(repository, now)? != self.code_tree(repository, tree)? {
                    return Ok(Some("files in the working tree have changed".to_owned()));
                }
                return self.in_words(repository, &repository.hidden_changes(BOARD)?);
            }
        };
        self.in_words(repository, &repository.unstaged(BOARD, index)?)
    }

    /// What differs, in words.
    fn in_words(&self, repository: &Repository, different: &[String]) -> Result<Option<String>> {
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

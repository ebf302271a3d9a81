//! A workspace: one checkout, its board and who acts in it; paths and a clock, no handles.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use chrono::{DateTime, Utc};

use crate::git::{Index, Known, Oid, OpenError, Repository};
use crate::model::{Actor, Config, Identity, Refusal, Task, Timestamp};
use crate::steps::Steps;
use crate::store::{CONFIG, Intents, Listed, Looked, Store, config_from};

use super::clone_id::known_clone_id;

/// What was listed longer ago was listed for another command.
const JUST_NOW: Duration = Duration::from_secs(1);

/// Tells the time; handed in, so that nothing below the command line looks at a clock of its own.
#[derive(Clone, Copy, Debug)]
pub struct Clock(pub fn() -> DateTime<Utc>);

impl Clock {
    /// The present moment.
    pub fn now(self) -> Timestamp {
        Timestamp::new((self.0)())
    }
}

/// One checkout with a board, and the one who acts in it.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub(crate) store: Store,
    pub(crate) root: PathBuf,
    pub(crate) git_dir: PathBuf,
    pub(crate) common_dir: PathBuf,
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) identity: Identity,
    pub(crate) places: Places,
    /// Whether the board's paths are committed where the settings want it.
    pub(crate) commits: bool,
    known: Known,
    /// What was listed to find a task, for the change of it that follows.
    listed: Arc<Mutex<Option<(Instant, Listed)>>>,
}

/// What lies outside the repository, from the environment.
#[derive(Clone, Debug)]
pub struct Places {
    /// For what can be made again: private worktrees.
    pub cache: PathBuf,
    /// For what must be kept: which commands were trusted.
    pub state: PathBuf,
    /// The environment's variables, so that values of secret-looking ones can be masked.
    pub environment: Vec<(String, String)>,
    /// What this machine is called, for those who work on others.
    pub host: Option<String>,
    /// Whether a remote may be asked.
    pub network: Network,
    /// For tests: counts the steps of a change, to die after one of them.
    pub steps: Steps,
}

/// Whether the remote that settles claims is asked, where one is configured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// Before every change of state or holder.
    #[default]
    Asked,
    /// Not by this command: its changes are marked, and settled by the next `sync`.
    Offline,
    /// Nor while git runs a hook: a commit waits for nobody's network.
    Never,
}

/// Opens the repository around a folder; a refusal when there is none to work with.
pub fn open_repository(folder: &Path) -> Result<Repository> {
    Repository::discover(folder).map_err(|error| refusal_of(error, folder))
}

/// Opens the repository that git hands to a hook.
pub fn open_repository_of_hook() -> Result<Repository> {
    Repository::from_hook().map_err(|error| refusal_of(error, Path::new(".")))
}

fn refusal_of(error: OpenError, folder: &Path) -> anyhow::Error {
    match error {
        OpenError::NotFound => Refusal::NoRepository { folder: folder.display().to_string() }.into(),
        OpenError::Bare => Refusal::BareRepository.into(),
        OpenError::Unsupported { what } => Refusal::UnsupportedRepository { what }.into(),
        OpenError::Owner { path } => Refusal::ForeignRepository { path: path.display().to_string() }.into(),
        OpenError::Other(error) => error,
    }
}

impl Workspace {
    /// The workspace of a repository's checkout; it must have a board.
    pub fn open(repository: &Repository, identity: Identity, clock: Clock, places: Places) -> Result<Workspace> {
        let store = Store::at(repository.work_dir()).counting(places.steps.clone());
        store.must_be_sound()?;
        let config = store.config()?;
        Ok(Workspace::with(repository, store, config, identity, clock, places))
    }

    /// The same in one of git's hooks: what counts are the settings that the commit will have, not those in the working tree.
    pub fn open_in_hook(
        repository: &Repository,
        identity: Identity,
        clock: Clock,
        places: Places,
    ) -> Result<Workspace> {
        Store::at(repository.work_dir()).must_be_sound()?;
        let index = Index::open(repository)?;
        let staged = index.blob(CONFIG);
        index.keep(repository);
        Self::with_settings(repository, staged, identity, clock, places)
    }

    /// The same once the commit is made.
    pub fn open_after_commit(
        repository: &Repository,
        identity: Identity,
        clock: Clock,
        places: Places,
    ) -> Result<Workspace> {
        let head = repository.head()?.commit.map(|head| repository.tree_of(head)).transpose()?;
        let committed = head.map(|tree| repository.entry_at(tree, CONFIG)).transpose()?.flatten();
        Self::with_settings(repository, committed, identity, clock, places)
    }

    fn with_settings(
        repository: &Repository,
        settings: Option<Oid>,
        identity: Identity,
        clock: Clock,
        mut places: Places,
    ) -> Result<Workspace> {
        places.network = Network::Never;
        let store = Store::at(repository.work_dir()).counting(places.steps.clone());
        store.must_be_sound()?;
        let config = match settings {
            Some(blob) => config_from(&repository.blob(blob)?)?,
            // Removed by this very commit.
            None if repository.is_tracked(CONFIG)? => Config::default(),
            // Never added, or a board that is kept out of the repository.
            None => store.config()?,
        };
        Ok(Workspace::with(repository, store, config, identity, clock, places))
    }

    /// The same for hooks in which no setting matters.
    pub fn open_without_settings(
        repository: &Repository,
        identity: Identity,
        clock: Clock,
        mut places: Places,
    ) -> Result<Workspace> {
        places.network = Network::Never;
        let store = Store::at(repository.work_dir());
        store.must_be_sound()?;
        Ok(Workspace::with(repository, store, Config::default(), identity, clock, places))
    }

    fn with(
        repository: &Repository,
        store: Store,
        config: Config,
        mut identity: Identity,
        clock: Clock,
        places: Places,
    ) -> Workspace {
        identity.holder.clone_id = known_clone_id(repository.common_dir());
        Workspace {
            store,
            root: repository.work_dir().to_owned(),
            git_dir: repository.git_dir().to_owned(),
            common_dir: repository.common_dir().to_owned(),
            config,
            clock,
            identity,
            places,
            commits: true,
            known: repository.known(),
            listed: Arc::default(),
        }
    }

    /// The board's settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The files of the board.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The top of the checkout.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Who acts.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A number that is another one after every change to the board.
    pub fn pulse(&self) -> u64 {
        self.store.pulse(&self.common_dir)
    }

    /// Opens the repository.
    pub fn repository(&self) -> Result<Repository> {
        let opened = Repository::again(&self.root, &self.known).map_err(|error| refusal_of(error, &self.root))?;
        Ok(opened.counting(self.places.steps.clone()))
    }

    pub(crate) fn actor(&self) -> &Actor {
        self.identity.actor()
    }

    pub(super) fn keep_listed(&self, listed: Listed) {
        *self.listed.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), listed));
    }

    /// What was listed to find the task that is to be changed now.
    pub(super) fn take_listed(&self) -> Listed {
        let kept = self.listed.lock().unwrap_or_else(PoisonError::into_inner).take();
        kept.filter(|(at, _)| at.elapsed() < JUST_NOW).map(|(_, listed)| listed).unwrap_or_default()
    }

    pub(crate) fn intents(&self) -> Intents {
        Intents::below(&self.git_dir)
    }

    pub(super) fn looked(&self) -> Looked {
        Looked::below(&self.git_dir)
    }

    /// Says that one more step of a change is done.
    pub(crate) fn step_done(&self) {
        self.places.steps.done();
    }

    /// The same board seen from another checkout of the repository.
    pub(crate) fn at(&self, root: &Path) -> Result<Workspace> {
        let repository = open_repository(root)?;
        let store = Store::at(repository.work_dir()).counting(self.places.steps.clone());
        store.must_be_sound()?;
        let (config, identity, places) = (self.config.clone(), self.identity.clone(), self.places.clone());
        let commits = self.commits;
        Ok(Workspace { commits, ..Workspace::with(&repository, store, config, identity, self.clock, places) })
    }

    /// The kinds that a task can have.
    pub fn kinds(&self) -> Result<Vec<String>> {
        self.store.kinds()
    }

    /// Everybody whom the board knows as a worker: by its settings, its open tasks and those given.
    pub fn known_workers(&self, tasks: &[Task]) -> BTreeSet<Actor> {
        let mut known: BTreeSet<Actor> = self.config.workers.keys().cloned().collect();
        known.extend(tasks.iter().flat_map(Task::workers));
        known.extend(tasks.iter().flat_map(Task::reviewers));
        known
    }
}

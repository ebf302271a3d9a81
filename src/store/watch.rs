//! Waking up when something may have changed on disk. Whether something has, the board's pulse tells: events get lost, and some
//! file systems send none.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::board::{BOARD, Store};

/// Everything has been quiet for this long: an editor that saves in several steps is done.
const QUIET: Duration = Duration::from_millis(150);
/// On a board that is never quiet, what is there is told after this time.
const LONG: Duration = Duration::from_secs(2);
/// The same while somebody has a file open for writing.
const VERY_LONG: Duration = Duration::from_secs(10);

/// Watches the files of a board and the refs of its cells.
#[derive(Debug)]
pub struct Watcher {
    places: Vec<(PathBuf, RecursiveMode)>,
    watched: Vec<PathBuf>,
    /// `None` where the system has nothing to watch with, or no more of it.
    inner: Option<RecommendedWatcher>,
    woken: Receiver<()>,
    /// Held, so that waiting never ends for the want of anybody who could wake us.
    _waker: Sender<()>,
}

impl Watcher {
    /// Begins to watch; what is not there yet is watched once it is.
    pub fn of(store: &Store, common_dir: &Path) -> Watcher {
        let (waker, woken) = channel();
        let sender = waker.clone();
        let inner = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Reading, which we do ourselves, changes nothing.
            let is_change = event.map_or(true, |event| match event.kind {
                EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
                _ => true,
            });
            if is_change {
                // Nobody waits any more when the program ends.
                let _ = sender.send(());
            }
        });
        let places = vec![
            (store.path(BOARD), RecursiveMode::Recursive),
            (common_dir.join("refs/mcp"), RecursiveMode::Recursive),
            (common_dir.join("reftable"), RecursiveMode::NonRecursive),
            (common_dir.to_owned(), RecursiveMode::NonRecursive),
        ];
        let mut watcher = Watcher { places, watched: Vec::new(), inner: inner.ok(), woken, _waker: waker };
        watcher.follow();
        watcher
    }

    /// Watches what has come into being since, and what was made anew.
    fn follow(&mut self) {
        let Some(inner) = &mut self.inner else { return };
        self.watched.retain(|place| place.is_dir());
        for (place, mode) in &self.places {
            if !self.watched.contains(place) && place.is_dir() && inner.watch(place, *mode).is_ok() {
                self.watched.push(place.clone());
            }
        }
    }

    /// Waits until something may have changed, at most so long.
    pub fn wait(&mut self, at_most: Duration) {
        self.follow();
        let _ = self.woken.recv_timeout(at_most);
    }

    /// Waits until the board is quiet, and nobody has a task's file open for writing: a half of what an editor saves is no truth.
    pub fn wait_for_quiet(&mut self, store: &Store) {
        let start = Instant::now();
        loop {
            while self.woken.try_recv().is_ok() {}
            let is_noisy = self.woken.recv_timeout(QUIET).is_ok();
            let is_written = store.is_being_written();
            let patience = if is_written { VERY_LONG } else { LONG };
            if !(is_noisy || is_written) || start.elapsed() >= patience {
                return;
            }
        }
    }
}

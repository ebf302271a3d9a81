//! The error that says which lock file is in the way, and for how long it has been there.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long we wait for a lock that another process holds.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// Another process holds a lock file, or died holding it.
#[derive(Debug, Clone)]
pub struct Locked {
    /// The lock file.
    pub path: PathBuf,
    /// How long the file has existed, when that can be told.
    pub age: Option<Duration>,
}

impl Locked {
    pub(super) fn by(path: &Path) -> Self {
        Self { path: path.to_owned(), age: age(path) }
    }
}

impl fmt::Display for Locked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is held by another process", self.path.display())?;
        match self.age {
            Some(age) => write!(formatter, ", or left by one that died {} s ago", age.as_secs()),
            None => Ok(()),
        }
    }
}

impl Error for Locked {}

/// Returns how long ago a file was last written; `None` when it is gone.
pub(super) fn age(path: &Path) -> Option<Duration> {
    let modified = fs_err::metadata(path).ok()?.modified().ok()?;
    // A clock that was set back makes a file from the future: it counts as new.
    Some(modified.elapsed().unwrap_or_default())
}

/// Pauses that grow from a fifth of a millisecond to ten, until patience ends.
pub(super) struct Pauses {
    deadline: std::time::Instant,
    next: Duration,
}

impl Pauses {
    pub(super) fn new() -> Self {
        Self { deadline: std::time::Instant::now() + PATIENCE, next: Duration::from_micros(200) }
    }

    /// Sleeps a moment, or says that the time is up.
    pub(super) fn pause(&mut self) -> bool {
        if std::time::Instant::now() >= self.deadline {
            return false;
        }
        std::thread::sleep(self.next);
        self.next = (self.next * 2).min(Duration::from_millis(10));
        true
    }
}

//! The lock of one task: held while the task is changed, freed by the system when its process dies.

use std::fs::TryLockError;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// A held lock; dropping it frees it.
#[derive(Debug)]
pub struct Lock {
    _file: fs_err::File,
}

/// Takes the lock file at `path`, waiting at most so long; `None` when another process keeps it.
pub fn lock(path: &Path, wait: Duration) -> Result<Option<Lock>> {
    if let Some(folder) = path.parent() {
        fs_err::create_dir_all(folder)?;
    }
    // Descriptors are opened close-on-exec: a child that inherited it would keep the lock after we are gone.
    let file = fs_err::OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
    let start = Instant::now();
    let mut pause = Duration::from_micros(200);
    loop {
        match file.file().try_lock() {
            Ok(()) => return Ok(Some(Lock { _file: file })),
            Err(TryLockError::WouldBlock) if start.elapsed() >= wait => return Ok(None),
            Err(TryLockError::WouldBlock) => std::thread::sleep(pause),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("locking {}", path.display()));
            }
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

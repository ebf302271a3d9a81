//! Whether somebody has a file open for writing: what an editor or `echo >>` is about to put into it would be lost with the file.

use std::time::{Duration, Instant, SystemTime};

/// How long after a change somebody may still be in the middle of saving.
const FRESH: Duration = Duration::from_secs(2);

/// Whether somebody may be in the middle of saving a file: it was changed a moment ago, or by a clock that is not ours. To ask
/// for one that has long been as it is would cost more than to read it.
pub fn may_be_at_work(changed: Option<SystemTime>) -> bool {
    let age = changed.and_then(|changed| changed.elapsed().ok());
    age.is_none_or(|age| age < FRESH)
}

/// Waits until nobody has the file open for writing; `false` when somebody still has after that time. Where the system
/// cannot tell, nobody has.
pub fn are_gone(file: &fs_err::File, patience: Duration) -> bool {
    let start = Instant::now();
    let mut pause = Duration::from_micros(100);
    while has_writers(file) {
        if start.elapsed() >= patience {
            return false;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(5));
    }
    true
}

/// `F_SETSIG`, which the crate does not name.
#[cfg(target_os = "linux")]
const SET_SIGNAL: libc::c_int = 10;

#[cfg(target_os = "linux")]
fn has_writers(file: &fs_err::File) -> bool {
    use std::os::fd::AsRawFd as _;
    let descriptor = file.as_raw_fd();
    // A read lease is granted only while nobody has the file open for writing, which nothing else tells in one step. Should
    // one come in the moment in which we hold it, the signal is URG, which is ignored, and not IO, which kills.
    // SAFETY: the descriptor is open as long as `file` is borrowed, and these commands take numbers, no pointers.
    unsafe {
        if libc::fcntl(descriptor, SET_SIGNAL, libc::SIGURG) != 0 {
            return false;
        }
        if libc::fcntl(descriptor, libc::F_SETLEASE, libc::F_RDLCK) == 0 {
            libc::fcntl(descriptor, libc::F_SETLEASE, libc::F_UNLCK);
            return false;
        }
    }
    // Any other error: another user's file, or a file system without leases.
    std::io::Error::last_os_error().raw_os_error() == Some(libc::EAGAIN)
}

#[cfg(not(target_os = "linux"))]
fn has_writers(_: &fs_err::File) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_just_changed_is_asked_about() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = fs_err::File::create(folder.path().join("a.md")).expect("a file");
        let now = file.metadata().and_then(|metadata| metadata.modified()).expect("a time");
        assert!(may_be_at_work(Some(now)));
        assert!(!may_be_at_work(Some(now - FRESH * 2)));
        assert!(may_be_at_work(Some(now + FRESH * 2)));
        assert!(may_be_at_work(None));
    }

    #[test]
    fn an_open_writer_is_seen_and_a_reader_is_not() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.md");
        let writer = fs_err::File::create(&path).expect("a file");
        let file = fs_err::File::open(&path).expect("a file");
        assert!(!are_gone(&file, Duration::ZERO));
        drop(writer);
        let _reader = fs_err::File::open(&path).expect("a file");
        assert!(are_gone(&file, Duration::ZERO));
    }
}

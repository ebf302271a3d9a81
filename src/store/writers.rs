//! Whether somebody has a file open for writing: what an editor or `echo >>` is about to put into it would be lost with the file.

use std::time::{Duration, Instant};

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

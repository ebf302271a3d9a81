//! A thread with a table of open files of its own: two that share one wait for each other whenever they open or close a file.

/// Gives this thread an empty table of open files, where the system has such and allows it; it is as right without, and slower.
///
/// Nothing but the streams is open in it then, so that a lock which is held by an open file ends with the thread that took it. What
/// this thread opens from now on is known to it alone: it must close that itself, and hand none of it to another.
pub fn with_own_files() {
    #[cfg(target_os = "linux")]
    {
        /// `CLOSE_RANGE_UNSHARE`, which the crate does not name everywhere.
        const APART: libc::c_uint = 2;
        let (first, last): (libc::c_uint, _) = (3, libc::c_uint::MAX);
        // SAFETY: numbers alone, no pointers; those who call it neither use what others have opened nor hand out what they open.
        unsafe {
            libc::syscall(libc::SYS_close_range, first, last, APART);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_have_open_stays_open_for_them_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        fs_err::write(&path, "text").expect("written");
        let file = fs_err::File::open(&path).expect("open");
        let read = || {
            with_own_files();
            fs_err::read_to_string(&path).expect("read")
        };
        let read = std::thread::scope(|scope| scope.spawn(read).join()).expect("no panic");
        assert_eq!(read, "text");
        assert_eq!(std::io::read_to_string(file).expect("still open"), "text");
    }
}

//! Counts the names that come into folders while we work in them, whoever brings them: the system's own notice, by a signal.
//!
//! A watch of the newer kind (inotify) tells the names as well, but to end it takes the system some fifteen milliseconds.

#[cfg(target_os = "linux")]
pub use linux::Arrivals;
#[cfg(not(target_os = "linux"))]
pub use none::Arrivals;

#[cfg(target_os = "linux")]
mod linux {
    use std::marker::PhantomData;
    use std::mem::MaybeUninit;
    use std::os::fd::{AsRawFd as _, OwnedFd};
    use std::ptr::null_mut;

    // What fcntl(2) has and the crate does not name.
    const SET_SIGNAL: libc::c_int = 10;
    const SET_OWNER: libc::c_int = 15;
    const OWNER_IS_THREAD: libc::c_int = 0;
    const NOTIFY: libc::c_int = 1026;
    const NAMES_THAT_COME: libc::c_int = 0x4;
    const EACH_TIME: libc::c_int = 1 << 31;

    #[repr(C)]
    struct Owner {
        kind: libc::c_int,
        thread: libc::pid_t,
    }

    /// A count that goes on, of the names that come into some folders: made there, or renamed to there.
    #[derive(Debug)]
    pub struct Arrivals {
        folders: Vec<OwnedFd>,
        signals: Signals,
        /// The signals are for the thread that began to count.
        _thread: PhantomData<*const ()>,
    }

    impl Arrivals {
        /// Begins to count; `None` where the system does not tell.
        pub fn counted(folders: Vec<OwnedFd>) -> Option<Arrivals> {
            let arrivals = Arrivals { folders, signals: Signals::block()?, _thread: PhantomData };
            arrivals.folders.iter().all(told).then_some(arrivals)
        }

        /// The folders, in the order in which they were given.
        pub fn folders(&self) -> &[OwnedFd] {
            &self.folders
        }

        /// How many names have come since this was last asked; `None` when that is not sure.
        pub fn count(&self) -> Option<usize> {
            self.signals.taken()
        }
    }

    impl Drop for Arrivals {
        fn drop(&mut self) {
            // From a closed folder no signal comes, and those that came must not be left when they are let in again.
            self.folders.clear();
            self.signals.taken();
        }
    }

    /// Asks for a signal to this thread for each name that comes into a folder.
    fn told(folder: &OwnedFd) -> bool {
        let folder = folder.as_raw_fd();
        // SAFETY: the descriptor is open, and the one pointer is to what this command reads, which lives long enough.
        unsafe {
            let owner = Owner { kind: OWNER_IS_THREAD, thread: libc::gettid() };
            libc::fcntl(folder, SET_SIGNAL, signal()) == 0
                && libc::fcntl(folder, SET_OWNER, &raw const owner) == 0
                && libc::fcntl(folder, NOTIFY, NAMES_THAT_COME | EACH_TIME) == 0
        }
    }

    /// One that nothing else uses, and of which each that comes is kept.
    fn signal() -> libc::c_int {
        libc::SIGRTMAX() - 1
    }

    /// Our signal, and the one that comes instead when too many wait, kept from this thread until they are asked for.
    struct Signals {
        ours: libc::sigset_t,
        before: libc::sigset_t,
    }

    impl Signals {
        fn block() -> Option<Signals> {
            let (mut ours, mut before) = (MaybeUninit::uninit(), MaybeUninit::uninit());
            // SAFETY: each set is written by the first call that gets it, and read only after that.
            unsafe {
                libc::sigemptyset(ours.as_mut_ptr());
                libc::sigaddset(ours.as_mut_ptr(), signal());
                libc::sigaddset(ours.as_mut_ptr(), libc::SIGIO);
                let is_blocked = libc::pthread_sigmask(libc::SIG_BLOCK, ours.as_ptr(), before.as_mut_ptr()) == 0;
                is_blocked.then(|| Signals { ours: ours.assume_init(), before: before.assume_init() })
            }
        }

        fn taken(&self) -> Option<usize> {
            let at_once = libc::timespec { tv_sec: 0, tv_nsec: 0 };
            let (mut count, mut is_sure) = (0, true);
            loop {
                // SAFETY: the set and the time live long enough; what else is known of the signal is not asked for.
                let taken = unsafe { libc::sigtimedwait(&raw const self.ours, null_mut(), &raw const at_once) };
                match taken {
                    -1 if std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted => {}
                    -1 => return is_sure.then_some(count),
                    libc::SIGIO => is_sure = false,
                    _ => count += 1,
                }
            }
        }
    }

    impl Drop for Signals {
        fn drop(&mut self) {
            // SAFETY: the set was written when the signals were blocked.
            unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.before, null_mut()) };
        }
    }

    impl std::fmt::Debug for Signals {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Signals").finish_non_exhaustive()
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod none {
    use std::os::fd::OwnedFd;

    /// Elsewhere nothing tells.
    #[derive(Debug)]
    pub struct Arrivals(Vec<OwnedFd>);

    impl Arrivals {
        pub fn counted(_: Vec<OwnedFd>) -> Option<Arrivals> {
            None
        }

        pub fn folders(&self) -> &[OwnedFd] {
            &self.0
        }

        pub fn count(&self) -> Option<usize> {
            None
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::store::exchange;

    #[test]
    fn what_comes_is_counted_in_whichever_way_it_comes() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| place.path().join(name);
        for folder in ["one", "other", "aside"] {
            fs_err::create_dir(path(folder)).expect("a folder");
        }
        fs_err::write(path("one/there"), "").expect("a file");
        let opened =
            ["one", "other"].map(|folder| fs_err::File::open(path(folder)).expect("a folder").into_parts().0.into());
        let arrivals = Arrivals::counted(opened.into()).expect("this system tells");
        assert_eq!(arrivals.count(), Some(0));
        let write = |name: &str| fs_err::write(path(name), "x").expect("written");
        write("one/made");
        assert_eq!(arrivals.count(), Some(1));
        // What stays under its name, or goes, has not come.
        write("one/made");
        fs_err::remove_file(path("one/made")).expect("removed");
        write("aside/elsewhere");
        assert_eq!(arrivals.count(), Some(0));
        exchange::rename_to_free(&path("aside/elsewhere"), &path("other/moved")).expect("renamed");
        fs_err::rename(path("other/moved"), path("other/renamed")).expect("renamed");
        fs_err::rename(path("other/renamed"), path("one/moved")).expect("renamed");
        fs_err::hard_link(path("one/moved"), path("one/linked")).expect("linked");
        assert_eq!(arrivals.count(), Some(4));
        write("aside/new");
        exchange::exchange(&path("aside/new"), &path("one/there")).expect("exchanged");
        assert_eq!(arrivals.count(), Some(1));
        std::thread::scope(|scope| scope.spawn(|| write("one/by-another-thread")).join()).expect("written");
        assert_eq!(arrivals.count(), Some(1));
        write("one/last");
        drop(arrivals);
        write("one/after");
    }
}

//! A real pseudo-terminal with a program in it, and its screen as a person would see it.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, ioctl_tiocsctty, kill_process, setsid};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

/// Longer than any machine needs; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// The terminal.
pub struct Terminal {
    master: File,
    child: Child,
    screen: Arc<(Mutex<vt100::Parser>, Condvar)>,
}

impl Terminal {
    /// Runs a command in a terminal of so many rows and columns.
    pub fn run(mut command: Command, rows: u16, columns: u16) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&master).expect("a terminal");
        unlockpt(&master).expect("a terminal");
        let name = ptsname(&master, Vec::new()).expect("a name").into_string().expect("UTF-8");
        let slave = File::options().read(true).write(true).open(name).expect("a terminal");
        tcsetwinsize(&slave, size(rows, columns)).expect("a size");
        let stream = || Stdio::from(OwnedFd::from(slave.try_clone().expect("a descriptor")));
        command.stdin(stream()).stdout(stream()).stderr(stream()).env("TERM", "xterm-256color");
        // SAFETY: both are plain system calls, which may be made between fork and exec.
        unsafe {
            command.pre_exec(|| {
                setsid()?;
                ioctl_tiocsctty(std::io::stdin())?;
                super::heed_signals();
                Ok(())
            });
        }
        let child = command.spawn().expect("a process");
        drop(slave);
        drop(command);
        let master = File::from(master);
        let screen = Arc::new((Mutex::new(vt100::Parser::new(wide(rows), wide(columns), 0)), Condvar::new()));
        let (mut reader, seen) = (master.try_clone().expect("a descriptor"), Arc::clone(&screen));
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            let mut unseen: Vec<u8> = Vec::new();
            // The system says that the terminal is gone once the last program in it has ended.
            while let Ok(length @ 1..) = reader.read(&mut bytes) {
                unseen.extend(&bytes[..length]);
                let shown: Vec<u8> = unseen.drain(..whole_frames(&unseen)).collect();
                seen.0.lock().expect("no panic").process(&shown);
                seen.1.notify_all();
            }
            seen.0.lock().expect("no panic").process(&unseen);
            seen.1.notify_all();
        });
        Terminal { master, child, screen }
    }

    /// Types.
    pub fn send(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).expect("a terminal");
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, rows: u16, columns: u16) {
        self.screen.0.lock().expect("no panic").screen_mut().set_size(wide(rows), wide(columns));
        tcsetwinsize(&self.master, size(rows, columns)).expect("a size");
    }

    /// What stands on the screen, without blanks at the ends of lines.
    pub fn contents(&self) -> String {
        contents(&self.screen.0.lock().expect("no panic"))
    }

    /// Whether the program has the screen for itself.
    pub fn is_alternate(&self) -> bool {
        self.screen.0.lock().expect("no panic").screen().alternate_screen()
    }

    /// Looks at the screen itself.
    pub fn seen<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.screen.0.lock().expect("no panic").screen())
    }

    /// What is not as a shell wants to find its terminal.
    pub fn left_over(&self) -> Vec<&'static str> {
        let modes = tcgetattr(&self.master).expect("a terminal").local_modes;
        let parser = self.screen.0.lock().expect("no panic");
        let screen = parser.screen();
        let found = [
            ("no echo", !modes.contains(LocalModes::ECHO)),
            ("no lines", !modes.contains(LocalModes::ICANON)),
            ("no signals by keys", !modes.contains(LocalModes::ISIG)),
            ("another screen", screen.alternate_screen()),
            ("no cursor", screen.hide_cursor()),
            ("a mouse that writes", screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None),
        ];
        found.into_iter().filter(|(_, is_so)| *is_so).map(|(what, _)| what).collect()
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("a process");
    }

    /// Waits until the screen is as it should be, and gives it.
    #[track_caller]
    pub fn wait(&self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut parser = self.screen.0.lock().expect("no panic");
        loop {
            let shown = contents(&parser);
            if is_so(&shown) {
                return shown;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for {what}:\n{shown}");
            parser = self.screen.1.wait_timeout(parser, left).expect("no panic").0;
        }
    }

    /// Waits until a text is on the screen.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> String {
        self.wait(text, |shown| shown.contains(text))
    }

    /// Waits for the end of the program, and gives its exit code.
    pub fn ended(&mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().expect("a process") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it does not end:\n{}", self.contents());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How much of what was printed a terminal shows that knows synchronized updates: a frame that has begun and not ended waits.
fn whole_frames(bytes: &[u8]) -> usize {
    let last = |mark: &[u8]| bytes.windows(mark.len()).rposition(|window| window == mark);
    let begin = b"\x1b[?2026h";
    match (last(begin), last(b"\x1b[?2026l")) {
        (Some(begin), end) if end.is_none_or(|end| end < begin) => begin,
        // The mark itself may come in two pieces.
        _ => bytes.len() - (1..begin.len()).rev().find(|&length| bytes.ends_with(&begin[..length])).unwrap_or(0),
    }
}

fn size(rows: u16, columns: u16) -> Winsize {
    Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }
}

fn contents(parser: &vt100::Parser) -> String {
    let text = parser.screen().contents();
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned()
}

fn wide(length: u16) -> NonZeroU16 {
    NonZeroU16::new(length).expect("a screen has rows and columns")
}

//! The floor: what a program must do at least, and no more. It also starts the programs that are measured, since it is small.
//!
//! Built by `main.rs` as a static program of its own, with the standard library alone:
//!
//! ```text
//! floor nop                              start and end
//! floor board FOLDER... -- FOLDER...     names of all these folders, and every file of those behind the dashes
//! floor durable FOLDER FILES FOLDERS FOLDER...   write so many files of 1.5 KB, each flushed and renamed, and flush so many
//!                                        folders; before that list the names of the last ones
//! floor spawn LOG COMMAND...             run a command, and tell: microseconds, of the processor too, peak KiB, exit code
//! ```

use std::ffi::{CStr, CString, c_char, c_int, c_long, c_void};
use std::time::Instant;

unsafe extern "C" {
    fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    fn openat(folder: c_int, path: *const c_char, flags: c_int, ...) -> c_int;
    fn read(file: c_int, bytes: *mut c_void, length: usize) -> isize;
    fn close(file: c_int) -> c_int;
    fn syscall(number: c_long, ...) -> c_long;
    fn vfork() -> c_int;
    fn execvp(file: *const c_char, arguments: *const *const c_char) -> c_int;
    fn dup2(old: c_int, new: c_int) -> c_int;
    fn _exit(code: c_int) -> !;
    fn wait4(process: c_int, status: *mut c_int, options: c_int, usage: *mut Usage) -> c_int;
}

/// What the system tells of a process that has ended.
#[repr(C)]
#[derive(Default)]
struct Usage {
    user: [i64; 2],
    system: [i64; 2],
    peak: i64,
    rest: [i64; 13],
}

const GETDENTS64: c_long = if cfg!(target_arch = "x86_64") { 217 } else { 61 };
const IS_FOLDER: c_int = if cfg!(target_arch = "x86_64") { 0o200_000 } else { 0o40_000 };
const CLOSE_ON_EXEC: c_int = 0o2_000_000;
const REGULAR: u8 = 8;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["nop"] => {}
        ["board", folders @ ..] => board(folders),
        ["durable", folder, files, folders, listed @ ..] => {
            let number = |word: &str| word.parse().expect("a number");
            board(listed);
            durable(folder, number(files), number(folders));
        }
        ["spawn", log, command @ ..] => spawn(log, command),
        _ => panic!("the first lines of floor.rs tell what it does"),
    }
}

fn board(folders: &[&str]) {
    let (mut is_read, mut names, mut bytes) = (false, 0_usize, 0_usize);
    let mut buffer = vec![0; 1 << 16];
    for folder in folders {
        if *folder == "--" {
            is_read = true;
            continue;
        }
        each(folder, |open_folder, name| {
            names += 1;
            if is_read {
                bytes += read_file(open_folder, name, &mut buffer);
            }
        });
    }
    println!("{names} names, {bytes} bytes");
}

/// Calls a function for each regular file in a folder, with the open folder and the name.
fn each(folder: &str, mut visit: impl FnMut(c_int, &CStr)) {
    let path = CString::new(folder).expect("a path");
    // SAFETY: the path ends in NUL, and the kernel writes no more than the length that it is told.
    let open_folder = unsafe { open(path.as_ptr(), IS_FOLDER | CLOSE_ON_EXEC) };
    assert!(open_folder >= 0, "{folder} cannot be opened");
    let mut buffer = vec![0_u8; 1 << 18];
    loop {
        // SAFETY: as above.
        let length = unsafe { syscall(GETDENTS64, open_folder, buffer.as_mut_ptr(), buffer.len()) };
        let length = usize::try_from(length).expect("a listing");
        if length == 0 {
            break;
        }
        let mut entry = 0;
        while entry < length {
            let size = usize::from(u16::from_ne_bytes([buffer[entry + 16], buffer[entry + 17]]));
            if buffer[entry + 18] == REGULAR {
                visit(open_folder, CStr::from_bytes_until_nul(&buffer[entry + 19..]).expect("a name"));
            }
            entry += size;
        }
    }
    // SAFETY: it was opened above.
    unsafe { close(open_folder) };
}

/// Reads a file to its end, which a short read is, and tells its length.
fn read_file(folder: c_int, name: &CStr, buffer: &mut [u8]) -> usize {
    let mut total = 0;
    // SAFETY: the name ends in NUL, and reading goes no farther than the buffer.
    unsafe {
        let file = openat(folder, name.as_ptr(), CLOSE_ON_EXEC);
        assert!(file >= 0, "a file cannot be opened");
        loop {
            let length = read(file, buffer.as_mut_ptr().cast(), buffer.len());
            let length = usize::try_from(length).expect("a file that can be read");
            total += length;
            if length < buffer.len() {
                break;
            }
        }
        close(file);
    }
    total
}

fn durable(folder: &str, files: usize, folders: usize) {
    let text = [b'x'; 1500];
    let (aside, target) = (format!("{folder}/.floor-aside"), format!("{folder}/.floor"));
    for _ in 0..files {
        let mut file = std::fs::File::create(&aside).expect("a file");
        std::io::Write::write_all(&mut file, &text).expect("written");
        file.sync_all().expect("flushed");
        std::fs::rename(&aside, &target).expect("renamed");
    }
    for _ in 0..folders {
        std::fs::File::open(folder).and_then(|folder| folder.sync_all()).expect("flushed");
    }
    let _ = std::fs::remove_file(&target);
}

fn spawn(log: &str, command: &[&str]) {
    let words: Vec<CString> = command.iter().map(|word| CString::new(*word).expect("a word")).collect();
    let mut pointers: Vec<*const c_char> = words.iter().map(|word| word.as_ptr()).collect();
    pointers.push(std::ptr::null());
    let log = CString::new(log).expect("a path");
    let (mut status, mut usage) = (0, Usage::default());
    // SAFETY: between vfork and exec the child calls nothing but what it may, and all pointers live on.
    let start = unsafe {
        let nothing = open(c"/dev/null".as_ptr(), 0o2);
        let output = open(log.as_ptr(), 0o1101, 0o644 as c_int);
        let start = Instant::now();
        let process = vfork();
        if process == 0 {
            dup2(nothing, 0);
            dup2(nothing, 1);
            dup2(output, 2);
            execvp(pointers[0], pointers.as_ptr());
            _exit(127)
        }
        assert!(process > 0, "no process could be made");
        wait4(process, &mut status, 0, &mut usage);
        start
    };
    let wall = start.elapsed().as_micros();
    let code = if status & 0x7f == 0 { (status >> 8) & 0xff } else { 128 + (status & 0x7f) };
    let micros = |time: [i64; 2]| time[0] * 1_000_000 + time[1];
    println!("{wall} {} {} {code}", micros(usage.user) + micros(usage.system), usage.peak);
}

//! A working tree and an index in any state that people bring them into, by chance.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use super::chance::Chance;
use super::desk::Desk;

/// Names of files, some of them in folders that become files and the other way round.
const NAMES: &[&[u8]] = &[
    b"f0.txt",
    b"f1.txt",
    b"f2.txt",
    b"dir/a.txt",
    b"dir/b.txt",
    b"dir/deep/c.txt",
    b"dir",
    b"f0.txt/inner.txt",
    b"run.sh",
    b"empty",
    b"link",
    b"lines.crlf",
    b"lines.lf",
    b"sp ace",
    b"new\nline",
    b"caf\xe9",
    b"\"quoted\"",
    "größe".as_bytes(),
    b"-dash",
    b"later.txt",
    b"ignored.tmp",
    b"sub",
];

/// What a commit of everything must hold at the beginning.
pub fn furnish(desk: &Desk) {
    let sandbox = &desk.sandbox;
    sandbox.write(".gitattributes", "*.crlf text eol=crlf\n*.lf text eol=lf\n");
    sandbox.write(".gitignore", "*.tmp\n");
    let is_plain =
        |name: &&&[u8]| !matches!(**name, b"dir" | b"f0.txt/inner.txt" | b"later.txt" | b"ignored.tmp" | b"sub");
    for name in NAMES.iter().filter(is_plain) {
        put(desk, name, if *name == b"empty" { b"" } else { b"first\nsecond\n" });
    }
    link(desk, b"link");
    set_mode(desk, b"run.sh", 0o755);
    new_repository(desk);
    git(desk, &[b"-c", b"advice.addEmbeddedRepo=false", b"add", b"-A"]);
    sandbox.git("commit -q --no-verify -m furnished");
}

/// Does a few things of many to the working tree and the index.
pub fn disorder(desk: &Desk, chance: &mut Chance) {
    for _ in 0..=chance.below(6) {
        one(desk, chance);
    }
    let words = if chance.below(2) == 0 { "broken" } else { "mended" };
    let text = format!("{words} {}\n", chance.below(1_000_000));
    let other = if words == "broken" { "mended meanwhile\n" } else { "broken meanwhile\n" };
    put(desk, b"code.txt", text.as_bytes());
    match chance.below(8) {
        0 => {}
        1 => put(desk, b"code.txt", b"mended by nobody\n"),
        2 | 3 => {
            git(desk, &[b"add", b"code.txt"]);
            put(desk, b"code.txt", other.as_bytes());
            let hidden: [&[u8]; 3] = [b"--no-assume-unchanged", b"--assume-unchanged", b"--skip-worktree"];
            git(desk, &[b"update-index", *chance.of(&hidden), b"code.txt"]);
        }
        _ => git(desk, &[b"add", b"code.txt"]),
    }
}

fn one(desk: &Desk, chance: &mut Chance) {
    let name = *chance.of(NAMES);
    let other = *chance.of(NAMES);
    let text = format!("{}\nsecond\n", chance.below(1_000_000));
    let ended = text.replace('\n', "\r\n");
    match chance.below(24) {
        0 => put(desk, name, text.as_bytes()),
        1 | 2 => {
            put(desk, name, text.as_bytes());
            git(desk, &[b"add", b"--", name]);
            put(desk, name, format!("{text}and more\n").as_bytes());
        }
        3 => put(desk, name, ended.as_bytes()),
        4 => {
            put(desk, name, ended.as_bytes());
            git(desk, &[b"add", b"--", name]);
        }
        5 => git(desk, &[b"rm", b"-q", b"-r", b"--cached", b"--", name]),
        6 => gone(&path(desk, name)),
        7 => git(desk, &[b"update-index", b"--chmod=+x", b"--", name]),
        8 => git(desk, &[b"update-index", b"--chmod=-x", b"--", name]),
        9 => set_mode(desk, name, if chance.below(2) == 0 { 0o755 } else { 0o644 }),
        10 | 11 => {
            put(desk, name, text.as_bytes());
            git(desk, &[b"rm", b"-q", b"-r", b"--cached", b"--", name]);
            git(desk, &[b"add", b"-f", b"-N", b"--", name]);
        }
        12 => git(desk, &[b"mv", b"-f", b"--", name, other]),
        13 => link(desk, name),
        14 => {
            link(desk, name);
            git(desk, &[b"add", b"--", name]);
        }
        15 => put(desk, name, b""),
        16 => {
            git(desk, &[b"update-index", b"--skip-worktree", b"--", name]);
            if chance.below(2) == 0 { gone(&path(desk, name)) } else { put(desk, name, text.as_bytes()) }
        }
        17 => {
            git(desk, &[b"update-index", b"--assume-unchanged", b"--", name]);
            put(desk, name, text.as_bytes());
        }
        18 => {
            git(desk, &[b"update-index", b"--no-assume-unchanged", b"--", name]);
            git(desk, &[b"update-index", b"--no-skip-worktree", b"--", name]);
        }
        19 => git(desk, &[b"add", b"-f", b"--", name]),
        20 => git(desk, &[b"reset", b"-q", b"--", name]),
        21 => git(desk, &[b"checkout", b"-q", b"--", name]),
        22 => {
            new_repository(desk);
            if chance.below(2) == 0 {
                git(desk, &[b"-c", b"advice.addEmbeddedRepo=false", b"add", b"sub"]);
            }
        }
        _ => put(desk, b".gitattributes", [&b"*.txt text eol=crlf\n"[..], b"*.crlf -text\n"][chance.below(2) as usize]),
    }
}

/// Runs git, which may say no.
fn git(desk: &Desk, arguments: &[&[u8]]) {
    let mut command = desk.sandbox.command("git");
    command.args(arguments.iter().map(|argument| OsStr::from_bytes(argument)));
    let _ = command.output().expect("a process");
}

fn path(desk: &Desk, name: &[u8]) -> PathBuf {
    desk.sandbox.dir().join(OsStr::from_bytes(name))
}

/// Writes a file, whatever stands in its way, each a second after the one before.
///
/// Many a git sees whole seconds alone, and takes a file that it was told not to look at for unchanged when it was written twice in
/// one: in the copy, whose files are new to it, it sees more than here.
fn put(desk: &Desk, name: &[u8], bytes: &[u8]) {
    static WRITTEN: AtomicU64 = AtomicU64::new(1_600_000_000);
    let path = path(desk, name);
    clear(desk, &path);
    fs_err::write(&path, bytes).expect("a file");
    let time = UNIX_EPOCH + Duration::from_secs(WRITTEN.fetch_add(1, Ordering::Relaxed));
    let file = fs_err::OpenOptions::new().write(true).open(path).expect("a file");
    file.file().set_modified(time).expect("a time");
}

fn link(desk: &Desk, name: &[u8]) {
    let path = path(desk, name);
    clear(desk, &path);
    gone(&path);
    fs_err::os::unix::fs::symlink("no such/target", path).expect("a link");
}

fn set_mode(desk: &Desk, name: &[u8], mode: u32) {
    let path = path(desk, name);
    if path.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
        fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    }
}

/// Makes room for a file: what is there goes, and so does a file where its folder has to be.
fn clear(desk: &Desk, path: &Path) {
    let is_file = path.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
    if !is_file {
        gone(path);
    }
    for folder in path.ancestors().skip(1).take_while(|folder| *folder != desk.sandbox.dir()) {
        if folder.symlink_metadata().is_ok_and(|metadata| !metadata.is_dir()) {
            gone(folder);
        }
    }
    fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
}

fn gone(path: &Path) {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => fs_err::remove_dir_all(path).expect("a folder"),
        Ok(_) => fs_err::remove_file(path).expect("a file"),
        Err(_) => {}
    }
}

/// A repository inside this one, at a new commit.
fn new_repository(desk: &Desk) {
    let sub = path(desk, b"sub");
    if !sub.join(".git").is_dir() {
        clear(desk, &sub);
        gone(&sub);
        fs_err::create_dir_all(&sub).expect("a folder");
        git(desk, &[b"init", b"-q", b"sub"]);
    }
    fs_err::write(sub.join("inner.txt"), b"inner\n").expect("a file");
    git(desk, &[b"-C", b"sub", b"add", b"-A"]);
    git(desk, &[b"-C", b"sub", b"commit", b"-q", b"--allow-empty", b"-m", b"inner"]);
}

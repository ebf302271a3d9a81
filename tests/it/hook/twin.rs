//! The same repository once more, in which git is alone: what it leaves is what a commit with our hooks must leave.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::desk::Desk;
use crate::support::Run;

/// The mark of an entry that is only intended to be added, among the flags that git prints.
const INTENT_TO_ADD: u32 = 1 << 29;

/// All that is not the board's: each entry of the index with mode, id, stage and flags, each file with mode and bytes, and what
/// git says of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Look {
    index: BTreeMap<Vec<u8>, Vec<u8>>,
    files: BTreeMap<Vec<u8>, (u32, Vec<u8>)>,
    status: Vec<Vec<u8>>,
}

/// A working tree to look at and to commit in.
pub struct Tree<'desk> {
    desk: &'desk Desk,
    dir: PathBuf,
    is_twin: bool,
}

impl<'desk> Tree<'desk> {
    /// That of the desk.
    pub fn of(desk: &'desk Desk) -> Tree<'desk> {
        Tree { desk, dir: desk.sandbox.dir().to_owned(), is_twin: false }
    }

    /// A copy of it with its repository, whose hooks nobody calls.
    pub fn twin(desk: &'desk Desk) -> Tree<'desk> {
        let world = desk.sandbox.dir().parent().expect("a folder");
        let twin = world.join("twin");
        if twin.exists() {
            fs_err::remove_dir_all(&twin).expect("a folder");
        }
        fs_err::create_dir(&twin).expect("a folder");
        let linked = world.join("linked tree");
        for source in [&world.join("repo"), &linked] {
            if source.exists() {
                let copied = Command::new("cp").arg("-a").args([source, &twin]).status().expect("a process");
                assert!(copied.success());
            }
        }
        if linked.exists() {
            let pointer = fs_err::read_to_string(linked.join(".git")).expect("a file");
            let from = world.join("repo").display().to_string();
            let pointer = pointer.replace(&from, &twin.join("repo").display().to_string());
            fs_err::write(twin.join("linked tree/.git"), pointer).expect("a file");
        }
        let dir = twin.join(desk.sandbox.dir().file_name().expect("a name"));
        Tree { desk, dir, is_twin: true }
    }

    /// Commits, in the twin without any hook.
    pub fn commit(&self, arguments: &[&str]) -> Run {
        let mut command = self.git();
        if self.is_twin {
            command.args(["-c", "core.hooksPath=/dev/null"]);
        }
        command.arg("commit").args(arguments);
        self.desk.sandbox.run(command)
    }

    /// What a command of git prints, or nothing when it fails.
    pub fn asked(&self, arguments: &[&str]) -> Vec<u8> {
        self.git().args(arguments).output().expect("a process").stdout
    }

    pub fn head(&self) -> Vec<u8> {
        self.asked(&["rev-parse", "HEAD"])
    }

    /// What HEAD has been: one more with each commit, also with one that is amended into itself within a second.
    pub fn heads(&self) -> usize {
        self.asked(&["log", "--walk-reflogs", "--format=%H"]).split(|byte| *byte == b'\n').count()
    }

    /// What HEAD holds but the board.
    pub fn committed(&self) -> Vec<Vec<u8>> {
        let listed = self.asked(&["ls-tree", "-r", "-z", "HEAD"]);
        let is_other = |line: &&[u8]| !holds(line, b"\t.mcp/");
        listed.split(|byte| *byte == 0).filter(is_other).map(<[u8]>::to_vec).collect()
    }

    pub fn look(&self) -> Look {
        let (index, files) = (self.index(), self.files());
        let status = self.asked(&["status", "--porcelain=v2", "-z", "--ignored", "--no-renames", "-uall"]);
        let is_other = |line: &&[u8]| !holds(line, b" .mcp/");
        let status = status.split(|byte| *byte == 0).filter(is_other).map(<[u8]>::to_vec).collect();
        Look { index, files, status }
    }

    fn index(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let mut entries: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        let mut last = Vec::new();
        let listed = self.asked(&["ls-files", "--stage", "-v", "--debug", "-z"]);
        for mut part in listed.split(|byte| *byte == 0) {
            // Lines about the entry before it.
            while let Some(line) = part.strip_prefix(b"  ") {
                let end = line.iter().position(|byte| *byte == b'\n').expect("a line");
                let words = String::from_utf8_lossy(&line[..end]).into_owned();
                if let Some((_, flags)) = words.split_once("flags: ")
                    && u32::from_str_radix(flags, 16).expect("flags") & INTENT_TO_ADD != 0
                    && let Some(entry) = entries.get_mut(&last)
                {
                    entry.extend(b" intended");
                }
                part = &line[end + 1..];
            }
            let Some(tab) = part.iter().position(|byte| *byte == b'\t') else { continue };
            // Versions of one path differ in their stage, the last letter before the tab.
            last = [&part[tab + 1..], &part[tab - 1..tab]].join(&b'\t');
            if !part[tab + 1..].starts_with(b".mcp/") {
                entries.insert(last.clone(), part[..tab].to_vec());
            }
        }
        entries
    }

    fn files(&self) -> BTreeMap<Vec<u8>, (u32, Vec<u8>)> {
        let is_other =
            |path: &Path| !path.starts_with(".git") && !path.starts_with(".mcp") && !path.starts_with("sub/.git");
        let walk = walkdir::WalkDir::new(&self.dir).min_depth(1).into_iter().flatten();
        let entries = walk.filter_map(|entry| {
            let path = entry.path().strip_prefix(&self.dir).expect("below");
            let metadata = entry.path().symlink_metadata().expect("a file");
            let bytes = match metadata.file_type() {
                kind if kind.is_symlink() => {
                    fs_err::read_link(entry.path()).expect("a link").as_os_str().as_bytes().to_vec()
                }
                kind if kind.is_dir() => Vec::new(),
                _ => fs_err::read(entry.path()).expect("a file"),
            };
            is_other(path).then(|| (path.as_os_str().as_bytes().to_vec(), (metadata.permissions().mode(), bytes)))
        });
        entries.collect()
    }

    fn git(&self) -> Command {
        let mut command = self.desk.sandbox.command("git");
        command.current_dir(&self.dir);
        command
    }
}

impl Look {
    /// What is not the same in another look, to be read; nothing when all is.
    pub fn difference(&self, other: &Look) -> String {
        let of = |look: &Look| -> BTreeMap<String, String> {
            let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
            let index = look.index.iter().map(|(path, entry)| (format!("index {}", text(path)), text(entry)));
            let files = look
                .files
                .iter()
                .map(|(path, (mode, bytes))| (format!("file {}", text(path)), format!("{mode:o} {}", text(bytes))));
            let status = look.status.iter().map(|line| (format!("status {}", text(line)), String::new()));
            index.chain(files).chain(status).collect()
        };
        let (ours, theirs) = (of(self), of(other));
        let names: std::collections::BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
        let differing = names.into_iter().filter(|name| ours.get(*name) != theirs.get(*name));
        differing.map(|name| format!("{name}: {:?}, not {:?}\n", ours.get(name), theirs.get(name))).collect()
    }
}

fn holds(line: &[u8], part: &[u8]) -> bool {
    line.windows(part.len()).any(|window| window == part)
}

//! Every `console` block of the documents is run, and must print what it shows.
//!
//! The blocks of a document share one repository, from the top down; `<!-- run … -->` holds lines that are run and not
//! shown. What differs from run to run is written the same way each time: ids, object ids, times, spans, folders.
//! `UPDATE_DOCS=1 cargo test --test it docs` writes what was printed into the documents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::support::Sandbox;

/// The ids that documents use for tasks, in the order in which these are made.
const IDS: &[&str] = &["t-7k3f9q", "t-2mbc4d", "t-9pq2rs", "t-4xw8jk", "t-vz6n3h", "t-d5gtq7"];

const ID: &str = r"\bt-[2-9b-z]{6}\b";

/// A document's repository, and what its ids are called there.
struct Session {
    sandbox: Sandbox,
    names: Vec<(String, String)>,
    objects: BTreeMap<String, String>,
}

impl Session {
    fn new() -> Session {
        Session { sandbox: Sandbox::empty(), names: Vec::new(), objects: BTreeMap::new() }
    }

    /// Runs a line as a user would, and gives what both streams printed.
    fn run(&mut self, line: &str) -> String {
        let id = regex::Regex::new(ID).expect("a pattern");
        for typed in id.find_iter(line).map(|found| found.as_str().to_owned()) {
            // An id that the document makes up stays what it is.
            if !IDS.contains(&typed.as_str()) && !self.names.iter().any(|(real, _)| *real == typed) {
                self.names.push((typed.clone(), typed));
            }
        }
        let mut line = line.to_owned();
        for (real, name) in &self.names {
            line = line.replace(name, real);
            // The short form of an id, as people type it.
            let short = regex::Regex::new(&format!(r"\b{}\b", &name[2..5])).expect("a pattern");
            line = short.replace_all(&line, &real[2..5]).into_owned();
        }
        let mut command = self.sandbox.command("sh");
        command.args(["-c", &format!("exec 2>&1\n{line}")]);
        let output = command.output().expect("a process");
        self.told(&String::from_utf8_lossy(&output.stdout))
    }

    fn told(&mut self, text: &str) -> String {
        let pattern = |text: &str| regex::Regex::new(text).expect("a pattern");
        for found in pattern(ID).find_iter(text) {
            if !self.names.iter().any(|(real, _)| real == found.as_str()) {
                let is_free = |name: &&&str| !self.names.iter().any(|(_, taken)| taken == **name);
                let name = IDS.iter().find(is_free).expect("as many ids as a document makes tasks");
                self.names.push((found.as_str().to_owned(), (*name).to_owned()));
            }
        }
        let world = self.sandbox.dir().parent().expect("a folder").display().to_string();
        let mut text = text.replace(&world, "~");
        for (real, name) in &self.names {
            text = text.replace(real, name);
        }
        for (wanted, replacement) in [
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-11-20T09:12:03Z"),
            (r"\b\d+\.\d+s\b", "0.4s"),
            (r"\b\d{4}-\d\d-\d\d-[2-9b-z]{6}\b", "2026-11-20-wwybg9"),
            (r"\b\d+s ago\b", "2m ago"),
            (r"\bfor \d+s\b", "for 2m"),
        ] {
            text = pattern(wanted).replace_all(&text, replacement).into_owned();
        }
        let objects = &mut self.objects;
        let name_object = |found: &regex::Captures<'_>| {
            let length = found[0].len();
            let known = objects.iter().find(|(real, _)| real.starts_with(&found[0][..7])).map(|(_, name)| name.clone());
            let name = known.unwrap_or_else(|| {
                let name = spread(objects.len());
                objects.insert(found[0].to_owned(), name.clone());
                name
            });
            name[..length].to_owned()
        };
        pattern(r"\b(?:[0-9a-f]{40}|[0-9a-f]{7,8})\b").replace_all(&text, name_object).into_owned()
    }

    /// Runs all commands of a block, and gives it as it should be.
    fn block(&mut self, block: &str) -> String {
        let mut out = String::new();
        for line in block.lines().filter(|line| line.starts_with("$ ")) {
            let printed = self.run(&line[2..]);
            let end = if printed.is_empty() || printed.ends_with('\n') { "" } else { "\n" };
            out.push_str(&format!("{line}\n{printed}{end}"));
        }
        out
    }
}

/// Forty digits that look like an object id, always the same for the same number.
fn spread(number: usize) -> String {
    let mut state = number as u64 + 1;
    let mut digits = String::new();
    while digits.len() < 40 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        digits.push_str(&format!("{:08x}", state >> 32));
    }
    digits
}

/// The document with every block as it was printed now.
fn rerun(text: &str) -> String {
    let mut session = Session::new();
    let mut out = String::new();
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        out.push_str(line);
        let end = match line.trim_end() {
            "```console" => "```",
            // For output that holds a fence of its own.
            "````console" => "````",
            "<!-- run" => "-->",
            _ => continue,
        };
        let inner: String = lines.by_ref().take_while(|line| line.trim_end() != end).collect();
        match end {
            "-->" => {
                session.run(&inner);
                out.push_str(&inner);
            }
            _ => out.push_str(&session.block(&inner)),
        }
        out.push_str(&format!("{end}\n"));
    }
    out
}

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = walkdir::WalkDir::new(root.join("docs")).sort_by_file_name().into_iter().flatten();
    let documents =
        folder.map(|entry| entry.path().to_owned()).filter(|path| path.extension().is_some_and(|e| e == "md"));
    std::iter::once(root.join("README.md")).chain(documents).collect()
}

#[test]
fn documents_show_what_is_really_printed() {
    for path in documents() {
        let text = fs_err::read_to_string(&path).expect("a document");
        let now = rerun(&text);
        if now != text && std::env::var_os("UPDATE_DOCS").is_some() {
            fs_err::write(&path, &now).expect("a document");
            continue;
        }
        let hint = "`UPDATE_DOCS=1 cargo test --test it docs` writes what was printed into the document; read it then";
        let differs = text.lines().zip(now.lines()).position(|(old, new)| old != new).map_or(0, |line| line + 1);
        assert!(
            now == text,
            "{}:{differs} shows something else than what is printed now\n{hint}\n{now}",
            path.display()
        );
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    let link = regex::Regex::new(r"\]\(([^)#\s]+)(?:#[^)]*)?\)").expect("a pattern");
    for path in documents() {
        let text = fs_err::read_to_string(&path).expect("a document");
        let folder = path.parent().expect("a folder");
        for found in link.captures_iter(&text).filter(|found| !found[1].contains("://")) {
            assert!(folder.join(&found[1]).exists(), "{} links to {}", path.display(), &found[1]);
        }
    }
}

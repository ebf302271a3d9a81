//! Other tools' files and plans, as drafts of tasks. Reads what it is pointed at; writes nothing.
//!
//! A file a format; `foreign.rs` is what all of them make, `link.rs` what becomes of its references, `document.rs` its text.

mod backlog;
mod backlog_body;
mod batch_plan;
mod beads;
mod body;
mod document;
mod file;
mod foreign;
mod github;
mod json;
mod legacy;
mod link;
mod own;
mod plan;
mod plan_boxes;
mod plan_fields;
mod plan_heads;
mod plan_labels;
mod plan_table;
mod task_master;
mod words;
mod yaml;

use std::fmt;

pub use batch_plan::read_batch;
pub use document::{IMPRINT, Imprint, caught_up, document_of, imprint, imprint_edit, imprint_of};
pub use file::{SourceFile, gather};
pub use foreign::{ForeignTask, Oddity, Own, Source};
pub use link::link;
pub use own::{MARK, NO_BREAK};

/// The formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A folder of Backlog.md.
    Backlog,
    /// JSON Lines of beads.
    Beads,
    /// JSON of task-master.
    TaskMaster,
    /// The first tool that kept tasks in `.mcp/tasks/`.
    Legacy,
    /// Issues as GitHub's command line prints them.
    Github,
    /// Plans in markdown.
    Plan,
    /// What `mcp export` wrote.
    Mcp,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 7] =
        [Format::Backlog, Format::Beads, Format::TaskMaster, Format::Legacy, Format::Github, Format::Plan, Format::Mcp];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Backlog => "backlog",
            Format::Beads => "beads",
            Format::TaskMaster => "task-master",
            Format::Legacy => "legacy",
            Format::Github => "github",
            Format::Plan => "plan",
            Format::Mcp => "mcp",
        }
    }

    /// How the names of its files end, where a folder is named.
    pub fn ends(self) -> &'static [&'static str] {
        match self {
            Format::Backlog => &[".md", "config.yml", "config.yaml"],
            Format::Beads => &[".jsonl"],
            Format::TaskMaster => &["tasks.json"],
            Format::Legacy | Format::Plan => &[".md"],
            Format::Github => &[".json"],
            Format::Mcp => &[".jsonl", ".md"],
        }
    }

    /// Reads the files of a source.
    pub fn read(self, files: &[SourceFile]) -> Result<Source, Unreadable> {
        match self {
            Format::Backlog => backlog::read(files),
            Format::Beads => beads::read(files),
            Format::TaskMaster => task_master::read(files),
            Format::Legacy => legacy::read(files),
            Format::Github => github::read(files),
            Format::Plan => plan::read(files),
            Format::Mcp => own::read(files),
        }
    }
}

/// A source that is not of the format that it was said to be.
#[derive(Debug)]
pub struct Unreadable {
    /// A file, or a file and a line.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

impl Unreadable {
    fn at(place: &str, message: impl fmt::Display) -> Unreadable {
        Unreadable { place: place.to_owned(), message: message.to_string() }
    }
}

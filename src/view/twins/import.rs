//! What came in, and what went out.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::model::{State, TaskId};

use super::task::TaskTwin;

/// What became of another tool's tasks.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ImportDocument<'a> {
    /// What became of them.
    pub import: ImportTwin<'a>,
}

/// What became of another tool's tasks.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ImportTwin<'a> {
    /// The format that was read.
    pub format: &'a str,
    /// Nothing was written.
    pub dry_run: bool,
    /// Tasks in the source.
    pub tasks: usize,
    /// How many of them stand where, by state.
    pub states: &'a BTreeMap<State, usize>,
    /// Boxes of criteria and definitions of done.
    pub boxes: usize,
    /// How many of them are ticked.
    pub boxes_ticked: usize,
    /// References to what must be done first.
    pub dependencies: usize,
    /// References to what a task is a part of.
    pub parents: usize,
    /// What was said about tasks.
    pub comments: usize,
    /// Fields that have no place of their own, and how often: they are in the section Imported.
    pub kept_as_text: &'a BTreeMap<String, usize>,
    /// New here.
    pub created: Vec<BroughtTwin<'a>>,
    /// Changed at the source since the last import.
    pub updated: Vec<UpdatedTwin<'a>>,
    /// As they were.
    pub unchanged: usize,
    /// Changed both here and there, and left as they are here.
    pub conflicts: Vec<ConflictTwin<'a>>,
    /// Imported before, and no longer in the source.
    pub gone: Vec<GoneTwin<'a>>,
    /// What a person should know about the source.
    pub oddities: Vec<OddityTwin<'a>>,
}

/// A task that was new.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BroughtTwin<'a> {
    /// Its id here.
    pub id: &'a TaskId,
    /// Where it comes from: the format, then its id there.
    pub source: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Where it stands.
    pub state: State,
}

/// A task that had changed there.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UpdatedTwin<'a> {
    /// Its id here.
    pub id: &'a TaskId,
    /// Where it comes from: the format, then its id there.
    pub source: &'a str,
    /// Keys, sections, `state` or `comments`.
    pub fields: &'a [String],
}

/// A field that had changed both here and there.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConflictTwin<'a> {
    /// Its id here.
    pub id: &'a TaskId,
    /// Where it comes from: the format, then its id there.
    pub source: &'a str,
    /// A key, a section or `state`.
    pub field: &'a str,
}

/// A task that the source no longer has.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct GoneTwin<'a> {
    /// Its id here.
    pub id: &'a TaskId,
    /// Where it comes from: the format, then its id there.
    pub source: &'a str,
}

/// What a person should know about the source.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OddityTwin<'a> {
    /// A stable word.
    pub code: &'a str,
    /// A file, perhaps with a line.
    pub place: &'a str,
    /// In words.
    pub message: &'a str,
}

/// What was written.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExportDocument<'a> {
    /// What was written.
    pub export: ExportTwin<'a>,
}

/// What was written.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExportTwin<'a> {
    /// The form.
    #[cfg_attr(test, schemars(extend("enum" = ["jsonl", "markdown", "backlog"])))]
    pub form: &'a str,
    /// How many.
    pub tasks: usize,
    /// Where to.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub path: Option<&'a Path>,
    /// All of it, when it was not written to a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<&'a str>,
}

/// A line of `mcp export jsonl`: a task, whole.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExportLine<'a> {
    #[serde(flatten)]
    pub task: TaskTwin<'a>,
    /// Where it was imported from.
    pub source: Option<&'a str>,
    /// Its file, byte for byte.
    pub text: &'a str,
}

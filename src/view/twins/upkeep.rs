//! What the commands of upkeep made, found, mended and put away.

use std::path::Path;

use serde::Serialize;

use crate::model::{BoardProblem, Check, Entry, TaskId};

/// Printed by `archive`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ArchiveDocument<'a> {
    /// What was put away.
    pub archive: ArchiveTwin<'a>,
}

/// What was put away.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ArchiveTwin<'a> {
    /// What was put away.
    pub archived: Vec<ArchivedTwin<'a>>,
    /// What stays although it was asked for.
    pub kept: Vec<KeptTwin<'a>>,
    /// The commit of the board, in short, if there is one.
    pub commit: Option<&'a str>,
    /// Nothing was done.
    pub dry_run: bool,
}

/// A task that was put away.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ArchivedTwin<'a> {
    /// Its id.
    pub id: &'a TaskId,
    /// Its title.
    pub title: String,
    /// Where it lay.
    pub from: &'a str,
    /// Where it lies now.
    pub path: &'a str,
}

/// A task that stays.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct KeptTwin<'a> {
    /// Its id.
    pub id: &'a TaskId,
    /// Why.
    pub why: &'a str,
}

/// What is not as it should be.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DoctorDocument<'a> {
    /// What was found.
    pub doctor: DoctorTwin<'a>,
}

/// What was found.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DoctorTwin<'a> {
    /// Each finding.
    pub findings: &'a [BoardProblem],
    /// What `--fix` mended.
    pub mended: &'a [String],
    /// With `--remote`: the remote that was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<ProbedTwin<'a>>,
}

/// A remote that was tried.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProbedTwin<'a> {
    /// As it is called in this clone.
    pub name: &'a str,
    /// Whether it can settle claims.
    pub takes: bool,
}

/// Printed by `resolve`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ResolveDocument<'a> {
    /// What was settled.
    pub resolve: ResolveTwin<'a>,
}

/// What was settled.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ResolveTwin<'a> {
    /// Tasks that lie in one place again.
    pub resolved: Vec<ResolvedTwin<'a>>,
    /// What is left to you.
    pub problems: &'a [BoardProblem],
}

/// A task that lies in one place again.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ResolvedTwin<'a> {
    /// Its id.
    pub task: &'a TaskId,
    /// Where it lies now.
    pub path: &'a str,
    /// Where it lay as well.
    pub others: &'a [String],
}

/// The git hooks.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HooksDocument<'a> {
    /// The git hooks.
    pub hooks: HooksTwin<'a>,
}

/// The git hooks.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HooksTwin<'a> {
    /// Each hook, after `install` or for `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hooks: Option<Vec<HookTwin<'a>>>,
    /// After `install`: git was seen to reach our pre-commit hook. Absent where that could not be tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached: Option<bool>,
    /// Files that `uninstall` removed, or took a line out of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<&'a [String]>,
}

/// A git hook.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HookTwin<'a> {
    /// Git's name for it.
    pub hook: &'a str,
    /// What became of it, or what git finds.
    #[cfg_attr(test, schemars(extend("enum" = ["written", "installed", "current", "foreign", "missing"])))]
    pub state: &'a str,
}

/// Printed by `uninstall`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UninstallDocument<'a> {
    /// What was taken out.
    pub uninstall: UninstallTwin<'a>,
}

/// What was taken out.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UninstallTwin<'a> {
    /// Files and folders that are gone, or as they were before.
    pub removed: &'a [String],
    /// What stays.
    pub kept: &'a [&'a str],
}

/// What `init` made.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InitDocument<'a> {
    /// What was made.
    pub init: InitTwin<'a>,
}

/// What `init` made.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InitTwin<'a> {
    /// Files that it made.
    pub made: &'a [String],
    /// Checks.
    pub checks: &'a [Check],
    /// Each hook.
    pub hooks: Vec<HookTwin<'a>>,
    /// With `--remote`: the remote that was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<SettlerTwin<'a>>,
}

/// A remote that is to settle claims.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SettlerTwin<'a> {
    /// As it is called in this clone.
    pub name: &'a str,
    /// Whether the settings name it now.
    pub settles_claims: bool,
}

/// What happened to a task.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogDocument<'a> {
    /// What happened.
    pub log: LogTwin<'a>,
}

/// What happened to a task.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogTwin<'a> {
    /// Which task.
    pub task: &'a TaskId,
    /// Oldest first.
    pub entries: &'a [Entry],
    /// With `--commits`: those of the task, oldest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commits: Option<Vec<super::show::CommitTwin>>,
}

/// Printed by `man`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ManDocument<'a> {
    /// A page, or where all of them were written.
    pub man: ManTwin<'a>,
}

/// A manual page, or where all of them were written.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ManTwin<'a> {
    /// Of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// In roff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<&'a str>,
    /// Into which all pages were written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub folder: Option<&'a Path>,
    /// Their names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<&'a [String]>,
}

//! What checks said, which may run, and the settings in force.

use serde::Serialize;

use crate::model::{Check, Config};

/// The verdict of `check`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckDocument<'a> {
    /// The verdict.
    pub check: CheckTwin<'a>,
}

/// A verdict on a code tree.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckTwin<'a> {
    /// The code tree.
    tree: &'a str,
    /// All of them passed.
    passed: bool,
    /// Each check.
    runs: Vec<RunTwin<'a>>,
    /// What failed, a line each.
    failures: &'a [String],
}

/// One check that ran.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RunTwin<'a> {
    /// Its name.
    pub check: &'a str,
    /// It passed.
    pub passed: bool,
    /// How long it ran.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub seconds: f64,
}

/// The verdict of checks on a code tree; and what failed, a line each.
pub fn check_document<'a>(
    tree: &'a str,
    runs: impl Iterator<Item = RunTwin<'a>>,
    failures: &'a [String],
) -> CheckDocument<'a> {
    let runs: Vec<_> = runs.collect();
    CheckDocument { check: CheckTwin { tree, passed: runs.iter().all(|run| run.passed), runs, failures } }
}

/// What may run on this machine.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrustDocument<'a> {
    /// What was trusted, or is no longer.
    pub trust: TrustTwin<'a>,
}

/// What was trusted, or is no longer.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrustTwin<'a> {
    /// Checks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checks: Option<&'a [Check]>,
    /// Something had been trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<bool>,
}

/// The settings in force.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConfigDocument<'a> {
    /// As in .mcp/config.yaml, every key with its value.
    pub config: &'a Config,
}

//! What agents are told, for programs.

use serde::Serialize;

/// What coding agents are told about the board, and in which files.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SetupDocument<'a> {
    /// What was done, or is found.
    pub setup: SetupTwin<'a>,
}

/// What was done, or is found.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SetupTwin<'a> {
    /// The agents that leave traces in this repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Vec<&'a str>>,
    /// The agents that setup knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<Vec<&'a str>>,
    /// Each thing that is put into a file.
    pub parts: Vec<SetupPartTwin<'a>>,
    /// What only a person can do.
    pub steps: Vec<SetupStepTwin<'a>>,
}

/// A thing that is put into a file.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SetupPartTwin<'a> {
    /// For which agent it is.
    pub agent: &'a str,
    /// What it is, in a word or two.
    pub what: &'a str,
    /// The file, below the top of the repository.
    pub file: &'a str,
    /// What became of it, or how it stands.
    #[cfg_attr(test, schemars(extend("enum" = ["written", "updated", "current", "missing", "stale", "changed", "unfit", "removed", "absent", "printed"])))]
    pub state: &'a str,
    /// Why, where that is not plain.
    pub why: Option<&'a str>,
    /// What would be put there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What only a person can do.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SetupStepTwin<'a> {
    /// For which agent.
    pub agent: &'a str,
    /// In words.
    pub text: &'a str,
}

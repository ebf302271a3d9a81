//! Whether commits are vouched for.

use serde::Serialize;

use crate::model::TaskId;

/// Printed by `verify`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VerifyDocument<'a> {
    /// What was found out.
    pub verify: VerifyTwin<'a>,
}

/// What was found out about a range.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VerifyTwin<'a> {
    /// The range, in words for git.
    pub range: &'a str,
    /// No commit is `unverified` or `failed`.
    pub verified: bool,
    /// The checks were run again.
    pub rerun: bool,
    /// Newest first.
    pub commits: Vec<VerifiedTwin<'a>>,
}

/// A commit, and what vouches for it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VerifiedTwin<'a> {
    /// Its id.
    pub id: String,
    /// The first paragraph of its message.
    pub subject: &'a str,
    /// The tasks that it belongs to; none for a commit that names none and touches no task's file.
    pub tasks: &'a [TaskId],
    /// Its code tree: its tree without .mcp/.
    pub tree: &'a str,
    /// `verified`: each check is content with its code. `unverified`: some check is not known to be. `failed`: one was run
    /// again and failed. `earlier`: nothing vouches for it, and a later commit counts instead. `board`: it brings no code.
    /// `exempt`: there is nothing to ask it for.
    #[cfg_attr(test, schemars(extend("enum" = ["verified", "unverified", "failed", "earlier", "board", "exempt"])))]
    pub state: &'a str,
    /// Why, in words.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub why: &'a str,
    /// What vouches for it.
    pub proofs: Vec<ProofTwin<'a>>,
}

/// That a check is content with a commit's code.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProofTwin<'a> {
    /// The check's name.
    pub check: &'a str,
    /// Who tells: evidence in a task's file, this clone's own memory, or a run just now.
    #[cfg_attr(test, schemars(extend("enum" = ["task", "clone", "run"])))]
    pub told_by: &'a str,
    /// Taken over from an ancestor, since nothing that the check looks at has changed.
    pub inherited: bool,
    /// A link led into a working tree while it ran.
    pub linked: bool,
    /// It failed, as a test written before its code should.
    pub red: bool,
}

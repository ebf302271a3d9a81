//! A refusal, or an error that nobody foresaw.

use serde::Serialize;

use crate::model::{Refusal, TaskId};

/// Printed by any command that refuses or fails; the codes are in ../errors.md.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ErrorDocument {
    /// What is wrong, and what to do next.
    error: ErrorTwin,
}

/// What is wrong, and what to do next.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ErrorTwin {
    /// A stable word.
    #[cfg_attr(test, schemars(regex(pattern = "^[a-z_]+$")))]
    code: &'static str,
    /// What is wrong.
    message: String,
    /// What to do next.
    hint: Option<String>,
    /// The task that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<TaskId>,
    /// What is missing, one by one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
}

/// A refusal, or an error that nobody foresaw.
pub fn error_document(error: &anyhow::Error) -> ErrorDocument {
    let refusal = error.downcast_ref::<Refusal>();
    ErrorDocument {
        error: ErrorTwin {
            code: refusal.map_or("internal", Refusal::code),
            message: refusal.map_or_else(|| format!("{error:#}"), Refusal::to_string),
            hint: refusal.and_then(Refusal::hint),
            task: refusal.and_then(Refusal::task).cloned(),
            missing: refusal.map(Refusal::missing).unwrap_or_default().to_vec(),
        },
    }
}

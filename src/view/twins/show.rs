//! One task, whole.

use serde::Serialize;
use serde_json::Map;

use crate::git::Commit;
use crate::model::{Actor, ERRORS, Entry, Evidence, LOG, Outcome, Task, Timestamp};

use super::task::{TaskTwin, task_twin};

/// Printed by `show`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ShowDocument<'a> {
    /// The task.
    pub task: WholeTask<'a>,
}

/// A task with all that its text says.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WholeTask<'a> {
    #[serde(flatten)]
    task: TaskTwin<'a>,
    /// Each section's text by its heading.
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, String>"))]
    sections: Map<String, serde_json::Value>,
    /// Acceptance criteria and definition of done, as `edit --check` counts them.
    criteria: Vec<CriterionTwin>,
    /// Open questions.
    questions: Vec<String>,
    /// Which check passed, or failed as it should, on which code tree.
    evidence: Vec<EvidenceTwin>,
    /// What failed, oldest first.
    feedback: Vec<Entry>,
    /// The task's commits, newest first.
    commits: Vec<CommitTwin>,
    /// What happened, oldest first.
    log: Vec<Entry>,
}

/// A criterion, or a line of the definition of done.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CriterionTwin {
    /// For `edit --check`.
    number: usize,
    /// Where it stands.
    section: &'static str,
    /// Ticked.
    met: bool,
    /// Its words.
    text: String,
}

/// How a check ended.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EvidenceTwin {
    /// When it ended.
    at: Timestamp,
    /// Who ran it.
    actor: Actor,
    /// Which check.
    check: String,
    /// How it ended.
    outcome: Outcome,
    /// How long it ran.
    #[cfg_attr(test, schemars(range(min = 0)))]
    seconds: f64,
    /// The code tree.
    tree: String,
    /// The command that ran.
    command: String,
    /// Taken over from an ancestor, since nothing that the check looks at has changed.
    inherited: bool,
    /// A link led into the working tree.
    linked: bool,
    /// It failed as tdd's phase red asks.
    red: bool,
}

/// A commit of the task.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CommitTwin {
    /// The commit.
    pub id: String,
    /// Its first line.
    pub subject: String,
    /// Who made it.
    pub author: String,
    /// When it was made.
    pub at: Timestamp,
}

impl CommitTwin {
    /// A commit.
    pub fn of(commit: &Commit) -> CommitTwin {
        CommitTwin {
            id: commit.id.to_string(),
            subject: commit.subject.clone(),
            author: commit.author.clone(),
            at: Timestamp::from_unix(commit.time),
        }
    }
}

/// One task, whole.
pub fn show_document<'a>(task: &'a Task, commits: &[Commit]) -> ShowDocument<'a> {
    let text = task.document.as_str();
    let sections = task.document.sections().into_iter();
    let criteria = task.criteria().into_iter();
    ShowDocument {
        task: WholeTask {
            task: task_twin(task),
            sections: sections.map(|section| (section.title, text[section.content].trim().into())).collect(),
            criteria: criteria
                .map(|one| CriterionTwin { number: one.number, section: one.section, met: one.is_met, text: one.text })
                .collect(),
            questions: task.open_questions(),
            evidence: task.evidence().into_iter().map(evidence_twin).collect(),
            feedback: task.entries(ERRORS),
            commits: commits.iter().map(CommitTwin::of).collect(),
            log: task.entries(LOG),
        },
    }
}

fn evidence_twin(line: Evidence) -> EvidenceTwin {
    EvidenceTwin {
        at: line.at,
        actor: line.actor,
        check: line.check,
        outcome: line.outcome,
        seconds: line.seconds,
        tree: line.tree,
        command: line.command,
        inherited: line.is_inherited,
        linked: line.is_linked,
        red: line.is_red,
    }
}

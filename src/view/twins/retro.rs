//! A retrospective, for programs.

use serde::Serialize;

use crate::model::{
    Actor, BoardProblem, FACTS, FOLLOW_UP, PLAN, Part, Remark, Retro, RetroId, TOTALS, TaskId, Timestamp,
    without_comments,
};

/// One retrospective, whole; or what `retro list` tells.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RetroDocument<'a> {
    /// One, or all.
    pub retro: OneOrAll<'a>,
}

/// One retrospective, whole; or what `retro list` tells.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum OneOrAll<'a> {
    /// One, whole.
    One(Box<WholeRetro<'a>>),
    /// What `retro list` tells.
    All(RetroListTwin<'a>),
}

/// One retrospective, as lists hold it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RetroTwin<'a> {
    /// Its id.
    id: &'a RetroId,
    /// Its file.
    path: &'a str,
    /// When it was written.
    created: Option<Timestamp>,
    /// When it was closed.
    closed: Option<Timestamp>,
    /// The done tasks that it looks back on.
    tasks: &'a [TaskId],
    /// Failed tasks that it looks back on.
    given_up: &'a [TaskId],
    /// Who has a say.
    participants: &'a [Actor],
    /// Who has not said anything yet.
    not_heard: Vec<Actor>,
    /// The one before.
    previous: Option<&'a str>,
    /// What went well.
    well: Vec<RemarkTwin>,
    /// What to improve.
    improve: Vec<RemarkTwin>,
    /// What somebody shall do about it.
    actions: Vec<ActionTwin>,
}

/// One thing that somebody said.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RemarkTwin {
    /// Who says so; null when the file does not tell.
    actor: Option<Actor>,
    /// The first line.
    text: String,
    /// The lines below it.
    details: String,
}

/// An action item.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ActionTwin {
    #[serde(flatten)]
    remark: RemarkTwin,
    /// The task that it became.
    task: Option<TaskId>,
}

/// One retrospective with its facts, and what was done to it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WholeRetro<'a> {
    #[serde(flatten)]
    retro: RetroTwin<'a>,
    /// What happened to each task, as markdown.
    facts: String,
    /// The same in numbers.
    totals: String,
    /// What became of the last one's action items.
    follow_up: String,
    /// What comes next.
    plan: String,
    /// What happened to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'a str>,
    /// It had happened before.
    #[serde(skip_serializing_if = "Option::is_none")]
    noop: Option<bool>,
}

/// All retrospectives.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RetroListTwin<'a> {
    /// All of them, oldest first.
    pub retros: Vec<RetroTwin<'a>>,
    /// One is due.
    pub due: bool,
    /// Done tasks that are in none yet.
    pub waiting: &'a [TaskId],
    /// Files that could not be read.
    pub problems: &'a [BoardProblem],
}

/// A retrospective.
pub fn retro_twin(retro: &Retro) -> RetroTwin<'_> {
    let front = &retro.front;
    let remarks = |part| retro.remarks(part).into_iter().map(|remark| remark_twin(remark).remark).collect();
    RetroTwin {
        id: &retro.id,
        path: &retro.path,
        created: front.created,
        closed: front.closed,
        tasks: &front.tasks,
        given_up: &front.given_up,
        participants: &front.participants,
        not_heard: if front.closed.is_some() { Vec::new() } else { retro.silent() },
        previous: front.previous.as_deref(),
        well: remarks(Part::Well),
        improve: remarks(Part::Improve),
        actions: retro.remarks(Part::Actions).into_iter().map(remark_twin).collect(),
    }
}

fn remark_twin(remark: Remark) -> ActionTwin {
    let Remark { actor, text, details, task, .. } = remark;
    ActionTwin { remark: RemarkTwin { actor, text, details }, task }
}

/// One retrospective, whole; with what was done to it, and whether that had happened before.
pub fn retro_document<'a>(retro: &'a Retro, event: Option<(&'a str, bool)>) -> RetroDocument<'a> {
    let section = |name| without_comments(retro.document.section_text(name).unwrap_or_default()).trim().to_owned();
    RetroDocument {
        retro: OneOrAll::One(Box::new(WholeRetro {
            retro: retro_twin(retro),
            facts: section(FACTS),
            totals: section(TOTALS),
            follow_up: section(FOLLOW_UP),
            plan: section(PLAN),
            event: event.map(|(event, _)| event),
            noop: event.map(|(_, is_noop)| is_noop),
        })),
    }
}

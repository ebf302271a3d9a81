//! The JSON twins of what the program says; `docs/json/` has their schemas, and they only ever grow.

use serde_json::{Value, json};

use crate::git::Commit;
use crate::model::{BoardProblem, ERRORS, Event, LOG, Refusal, Task, Timestamp};

/// The number of the schemas.
const SCHEMA: u32 = 1;

/// A task.
pub fn task_twin(task: &Task) -> Value {
    let front = &task.front;
    json!({
        "id": task.id,
        "title": task.title(),
        "state": task.state,
        "priority": front.priority,
        "kind": front.kind,
        "labels": front.labels,
        "depends_on": front.depends_on,
        "needs": front.needs,
        "parent": front.parent,
        "assignee": task.assignee(),
        "created": front.created,
        "rev": task.rev(),
        "branch": task.branch(),
        "base": task.base(),
        "tested": front.tested,
        "attempts": front.attempts,
        "blocked": front.blocked,
        "path": task.path,
    })
}

/// What a verb about one task did.
pub fn event_document(event: &Event) -> Value {
    let mut document =
        json!({ "schema": SCHEMA, "event": event.event, "noop": event.is_noop, "task": task_twin(&event.task) });
    if !event.notes.is_empty() {
        document["notes"] = json!(event.notes);
    }
    document
}

/// A list of tasks and what could not be read.
pub fn tasks_document(tasks: &[&Task], problems: &[BoardProblem], why: Option<&str>) -> Value {
    let tasks: Vec<_> = tasks.iter().map(|task| task_twin(task)).collect();
    let problems: Vec<_> = problems.iter().map(problem_twin).collect();
    let mut document = json!({ "schema": SCHEMA, "tasks": tasks, "problems": problems });
    if let Some(why) = why {
        document["why"] = json!(why);
    }
    document
}

/// A problem of the board.
pub fn problem_twin(problem: &BoardProblem) -> Value {
    json!({ "place": problem.place, "code": problem.code, "message": problem.message, "hint": problem.hint })
}

/// One task, whole.
pub fn show_document(task: &Task, commits: &[Commit]) -> Value {
    let mut twin = task_twin(task);
    let text = task.document.as_str();
    let sections: serde_json::Map<String, Value> = task
        .document
        .sections()
        .into_iter()
        .map(|section| (section.title, json!(text[section.content].trim())))
        .collect();
    let criteria: Vec<_> = task
        .criteria()
        .into_iter()
        .map(|one| json!({ "number": one.number, "section": one.section, "met": one.is_met, "text": one.text }))
        .collect();
    let evidence: Vec<_> = task
        .evidence()
        .into_iter()
        .map(|line| {
            let outcome = format!("{:?}", line.outcome).to_lowercase();
            json!({
                "at": line.at, "actor": line.actor, "check": line.check, "outcome": outcome, "seconds": line.seconds,
                "tree": line.tree, "command": line.command, "inherited": line.is_inherited, "linked": line.is_linked,
                "red": line.is_red,
            })
        })
        .collect();
    let entries = |section: &str| -> Vec<Value> {
        let entries = task.entries(section).into_iter();
        entries
            .map(|entry| json!({ "at": entry.at, "actor": entry.actor, "text": entry.text, "details": entry.details }))
            .collect()
    };
    let commits: Vec<_> = commits
        .iter()
        .map(|commit| {
            let at = Timestamp::from_unix(commit.time);
            json!({ "id": commit.id.to_string(), "subject": commit.subject, "author": commit.author, "at": at })
        })
        .collect();
    twin["sections"] = Value::Object(sections);
    twin["criteria"] = json!(criteria);
    twin["questions"] = json!(task.open_questions());
    twin["evidence"] = json!(evidence);
    twin["feedback"] = json!(entries(ERRORS));
    twin["commits"] = json!(commits);
    twin["log"] = json!(entries(LOG));
    json!({ "schema": SCHEMA, "task": twin })
}

/// The verdict of checks on a code tree: for each its name, whether it passed, and the seconds; and what failed, a line each.
pub fn check_document<'a>(tree: &str, runs: impl Iterator<Item = (&'a str, bool, f64)>, failures: &[String]) -> Value {
    let runs: Vec<_> =
        runs.map(|(check, passed, seconds)| json!({ "check": check, "passed": passed, "seconds": seconds })).collect();
    let passed = runs.iter().all(|run| run["passed"] == true);
    json!({ "schema": SCHEMA, "check": { "tree": tree, "passed": passed, "runs": runs, "failures": failures } })
}

/// A refusal, or an error that nobody foresaw.
pub fn error_document(error: &anyhow::Error) -> Value {
    let refusal = error.downcast_ref::<Refusal>();
    let mut document = json!({
        "code": refusal.map_or("internal", Refusal::code),
        "message": refusal.map_or_else(|| format!("{error:#}"), Refusal::to_string),
        "hint": refusal.and_then(Refusal::hint),
    });
    if let Some(task) = refusal.and_then(Refusal::task) {
        document["task"] = json!(task);
    }
    if let Some(missing) = refusal.map(Refusal::missing).filter(|missing| !missing.is_empty()) {
        document["missing"] = json!(missing);
    }
    json!({ "schema": SCHEMA, "error": document })
}

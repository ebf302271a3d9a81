//! The tools that change a task: each is one verb of the engine.

use anyhow::Result;
use serde_json::{Value, json};

use crate::engine::{ClaimOptions, Draft, Edits, Force};
use crate::model::Refusal;
use crate::view::brief;
use crate::view::twins::task_twin;

use super::arguments::{Claim, Create, End, EndAction, One, Prepare, Review, ReviewAction, Update};
use super::calls::Call;

/// Tokens of the brief that comes with a claim.
const BUDGET: usize = 2000;

pub fn create(call: &Call<'_>, arguments: Create) -> Result<Value> {
    let draft = Draft {
        title: arguments.title,
        kind: arguments.kind,
        priority: arguments.priority,
        labels: arguments.labels,
        depends_on: arguments.depends_on,
        needs: arguments.needs,
        parent: arguments.parent,
        assignee: None,
        goal: arguments.goal,
        criteria: arguments.criteria,
        body: arguments.body,
        source: None,
    };
    let mut event = call.workspace.create(&draft)?;
    let mut left = None;
    if arguments.ready {
        match call.workspace.prep(event.id(), None, &Force::default()) {
            Ok(prepared) => event = prepared,
            // What is written down stays written down when the gate refuses.
            Err(error) if error.is::<Refusal>() => left = Some(error.to_string()),
            Err(error) => return Err(error),
        }
    }
    let mut document = call.told(&event, false)?;
    if let Some(why) = left {
        document["notes"] = json!([format!("it is written down, but stays in pending: {why}")]);
    }
    Ok(document)
}

pub fn prepare(call: &Call<'_>, arguments: Prepare) -> Result<Value> {
    let id = call.task(&arguments.id)?;
    let event = call.workspace.prep(&id, arguments.sections.as_deref(), &Force::default())?;
    call.told(&event, false)
}

pub fn claim(call: &Call<'_>, arguments: Claim) -> Result<Value> {
    let id = match &arguments.id {
        Some(word) => Some(call.task(word)?),
        None if arguments.branch => Some(call.workspace.next_task()?),
        None => None,
    };
    let branch = id.as_ref().filter(|_| arguments.branch).map(|id| format!("task/{id}"));
    let options = ClaimOptions { branch, ..ClaimOptions::default() };
    let event = call.workspace.claim(id.as_ref(), &options)?;
    let mut document = call.told(&event, false)?;
    let facts = call.workspace.brief(event.id(), false)?;
    document["brief"] = json!(brief(&facts, BUDGET).text);
    Ok(document)
}

pub fn update(call: &Call<'_>, arguments: Update) -> Result<Value> {
    let id = call.task(&arguments.id)?;
    let is_edit = !(arguments.check.is_empty() && arguments.uncheck.is_empty() && arguments.set.is_empty());
    let words = [&arguments.note, &arguments.ask, &arguments.answer, &arguments.block];
    let things =
        usize::from(is_edit) + usize::from(arguments.unblock) + words.iter().filter(|word| word.is_some()).count();
    if things != 1 {
        let message = match things {
            0 => "update_task: nothing is said to change".to_owned(),
            _ => "update_task: one thing at a time, so that a refusal leaves nothing half done".to_owned(),
        };
        let hint = Some("check, uncheck and set go together; note, ask, answer, block, unblock alone".to_owned());
        return Err(Refusal::BadInput { message, hint }.into());
    }
    let workspace = &call.workspace;
    let event = if let Some(note) = &arguments.note {
        workspace.note(&id, note)?
    } else if let Some(question) = &arguments.ask {
        workspace.ask(&id, question, "needs input")?
    } else if let Some(answer) = &arguments.answer {
        workspace.answer(&id, arguments.question, answer)?
    } else if let Some(reason) = &arguments.block {
        workspace.block(&id, "blocked", reason)?
    } else if arguments.unblock {
        workspace.unblock(&id)?
    } else {
        let edits = Edits {
            set: arguments.set.into_iter().collect(),
            check: arguments.check,
            uncheck: arguments.uncheck,
            ..Edits::default()
        };
        workspace.edit(&id, &edits)?
    };
    call.told(&event, false)
}

pub fn review(call: &Call<'_>, arguments: Review) -> Result<Value> {
    let id = call.task(&arguments.id)?;
    let message = arguments.message.as_deref();
    let event = match arguments.action {
        ReviewAction::Request => call.watched(|watch| call.workspace.submit(&id, &Force::default(), watch))?,
        ReviewAction::Approve => call.workspace.approve(&id, message)?,
        ReviewAction::Reject => call.workspace.reject(&id, message.unwrap_or_default())?,
    };
    call.told(&event, false)
}

pub fn complete(call: &Call<'_>, arguments: One) -> Result<Value> {
    let workspace = &call.workspace;
    let id = call.task(&arguments.id)?;
    let event = call.watched(|watch| workspace.complete(&id, &Force::default(), watch))?;
    let mut document = call.told(&event, true)?;
    if !event.is_noop
        && let Some(parent) = workspace.parent_to_complete(&event.task)?
        && let Ok(event) = workspace.complete_parent(&parent)?
    {
        document["parent"] = json!(task_twin(&event.task));
        workspace.commit_event(&event, true)?;
    }
    Ok(document)
}

pub fn end(call: &Call<'_>, arguments: End) -> Result<Value> {
    let id = call.task(&arguments.id)?;
    let (event, ends_task) = match arguments.action {
        EndAction::Release => (call.workspace.release(&id, &arguments.reason, &Force::default())?, false),
        EndAction::Fail => (call.workspace.fail(&id, &arguments.reason, &Force::default())?, true),
        EndAction::Retry => (call.workspace.retry(&id)?, false),
    };
    call.told(&event, ends_task)
}

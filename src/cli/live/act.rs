//! What the keys of the live board do: the same verbs of the engine, with the same refusals.

use anyhow::Result;

use crate::engine::{ClaimOptions, Committed, Draft, Force, Workspace};
use crate::model::{Event, Refusal, TaskId};

use super::super::commands::edit::open_in_editor;
use super::super::context::Context;
use super::super::progress::watched;
use super::desk::Desk;
use super::screen::Screen;
use super::wish::{Ask, Message, Verb, Wish};

/// Does what was wished for; says whether the board stays.
pub fn act(context: &Context, workspace: &Workspace, screen: &mut Screen, desk: &mut Desk, wish: Wish) -> Result<bool> {
    let done = match wish {
        Wish::Quit => return Ok(false),
        Wish::Edit(id) => screen.outside(|| edit(context, workspace, &id)),
        Wish::Create(title) => screen.outside(|| create(context, workspace, desk, &title)),
        // Checks run with their words on the plain terminal, where Ctrl-C stops them.
        Wish::Verb(verb @ (Verb::Review | Verb::Complete), id) => {
            screen.outside(|| verb_with_checks(context, workspace, verb, &id))
        }
        Wish::Verb(verb, id) => plain_verb(workspace, verb, &id).and_then(|event| told(workspace, &event, false)),
        Wish::Said(ask, id, text) => said(workspace, ask, &id, &text),
    };
    desk.message = Some(match done {
        Ok(text) => Message { text, is_refusal: false },
        Err(error) => Message { text: refused(&error), is_refusal: true },
    });
    Ok(true)
}

fn edit(context: &Context, workspace: &Workspace, id: &TaskId) -> Result<String> {
    Ok(open_in_editor(context, workspace, id)?.unwrap_or_else(|| format!("{id} edited")))
}

fn create(context: &Context, workspace: &Workspace, desk: &mut Desk, title: &str) -> Result<String> {
    let event = workspace.create(&Draft { title: title.to_owned(), ..Draft::default() })?;
    let text = told(workspace, &event, false)?;
    desk.follow = Some(event.id().clone());
    Ok(open_in_editor(context, workspace, event.id())?.unwrap_or(text))
}

fn plain_verb(workspace: &Workspace, verb: Verb, id: &TaskId) -> Result<Event> {
    match verb {
        Verb::Prep => workspace.prep(id, None, &Force::default()),
        Verb::Claim => workspace.claim(Some(id), &ClaimOptions::default()),
        Verb::Approve => workspace.approve(id, None),
        Verb::Retry => workspace.retry(id),
        Verb::Reopen => workspace.reopen(id, ""),
        Verb::Unblock => workspace.unblock(id),
        Verb::Review | Verb::Complete => Err(anyhow::anyhow!("checks run outside of the board")),
    }
}

fn verb_with_checks(context: &Context, workspace: &Workspace, verb: Verb, id: &TaskId) -> Result<String> {
    let force = Force::default();
    let event = watched(&context.ui, |watch| match verb {
        Verb::Complete => workspace.complete(id, &force, watch),
        _ => workspace.submit(id, &force, watch),
    })?;
    told(workspace, &event, verb == Verb::Complete)
}

fn said(workspace: &Workspace, ask: Ask, id: &TaskId, text: &str) -> Result<String> {
    let force = Force::default();
    let event = match ask {
        Ask::Note => workspace.note(id, text),
        Ask::Question => workspace.ask(id, text, "needs input"),
        Ask::Answer => workspace.answer(id, None, text),
        Ask::Reject => workspace.reject(id, text),
        Ask::Block => workspace.block(id, "other", text),
        Ask::Fail => workspace.fail(id, text, &force),
        Ask::Drop => workspace.drop_task(id, text, None, &force),
        Ask::Release => workspace.release(id, text, &force),
        Ask::Filter | Ask::Title => return Ok(String::new()),
    }?;
    told(workspace, &event, matches!(ask, Ask::Fail | Ask::Drop))
}

/// What a verb did, in a line; the board's paths are committed where the settings want it.
fn told(workspace: &Workspace, event: &Event, ends_task: bool) -> Result<String> {
    let committed = workspace.commit_event(event, ends_task)?;
    let mut text = match event.is_noop {
        true => format!("{} is so already", event.task.id),
        false => format!("{} {} ({} → {})", event.task.id, event.event, event.from, event.task.state),
    };
    match committed {
        Committed::As(commit) => text.push_str(&format!(", committed as {commit}")),
        Committed::Left(why) => text.push_str(&format!("; not committed: {why}")),
        Committed::NotAsked => {}
    }
    Ok(text)
}

fn refused(error: &anyhow::Error) -> String {
    match error.downcast_ref::<Refusal>() {
        Some(refusal) => match refusal.hint() {
            Some(hint) => format!("{refusal}; {hint}"),
            None => refusal.to_string(),
        },
        None => format!("{error:#}"),
    }
}

//! The way to a chat agent that sees no files, and back: by the terminal, a file or the clipboard.

use std::path::Path;

use anyhow::Result;

use crate::model::TaskId;
use crate::view::twins::{PromptDocument, PromptTwin};

use super::super::clipboard;
use super::super::context::Context;

/// Prints the prompt of a verb, or puts it into the clipboard, and tells how the answer comes back.
pub fn hand_out(context: &Context, verb: &str, id: &TaskId, prompt: &str, is_copy: bool) -> Result<()> {
    let ui = &context.ui;
    if is_copy {
        clipboard::copy(prompt, &format!("print it instead: `mcp {verb} {id} --prompt`"))?;
    }
    // A verdict is somebody's; whoever types it here need not be who gave it.
    let acting = if verb == "review" { "--as NAME " } else { "" };
    let twin = PromptTwin { task: Some(id), retro: None, text: prompt, copied: Some(is_copy) };
    ui.document(&PromptDocument { prompt: twin });
    match is_copy {
        true => ui.say(&format!("the prompt is in the clipboard ({} characters)", prompt.chars().count())),
        false => ui.data(prompt),
    }
    let way = if is_copy { "--paste` with the answer in the clipboard" } else { "--from FILE` with the answer" };
    ui.hint(&format!("paste it into the chat, then `mcp {acting}{verb} {id} {way}"));
    Ok(())
}

/// A chat agent's answer, if one was named.
pub fn answer(context: &Context, from: Option<&Path>, is_paste: bool) -> Result<Option<String>> {
    match (from, is_paste) {
        (Some(path), _) => context.text_of(path).map(Some),
        (None, true) => clipboard::paste("save the answer and take it with `--from FILE`").map(Some),
        (None, false) => Ok(None),
    }
}

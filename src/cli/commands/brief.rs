use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use crate::view::twins::brief_document;
use crate::view::{LEAST_BUDGET, brief};

use super::super::context::Context;

/// Print all that the next worker needs, within a budget of tokens
///
/// Goal, open criteria, what failed last and the next step are always there; of the rest, what does not fit is cut and
/// named. Without an id: the task that `mcp next` would name. Pasted into a chat, it lets an agent work that sees no files.
#[derive(Debug, Args)]
pub struct Brief {
    /// Task: any unique start of its id
    id: Option<String>,
    /// How many tokens it may cost, by an estimate that errs on the high side; 600 at least
    #[arg(long, value_name = "TOKENS", default_value_t = 2000)]
    budget: usize,
    /// Add the text of the files that the task names, as far as the budget goes
    #[arg(long)]
    files: bool,
    /// Answer as a hook at the start of a session of this agent; never fails, and says nothing where there is nothing to say
    #[arg(long, value_name = "AGENT", conflicts_with_all = ["json", "files", "id"],
        value_parser = ["claude", "codex", "cursor", "gemini", "copilot"])]
    hook: Option<String>,
}

impl Brief {
    pub fn run(self, context: &Context) -> Result<()> {
        if let Some(agent) = &self.hook {
            // Whatever is wrong here is no reason to spoil the start of somebody's session.
            let text = hook_text(context, agent, self.budget).unwrap_or_default();
            context.ui.raw(format!("{}\n", session_start(agent, &text)).as_bytes());
            return Ok(());
        }
        let workspace = context.workspace()?;
        let id = match &self.id {
            Some(word) => context.task(&workspace, word)?,
            None => workspace.next_task()?,
        };
        let facts = workspace.brief(&id, self.files)?;
        let brief = brief(&facts, self.budget);
        if self.budget < LEAST_BUDGET {
            context.ui.warn(&format!("a brief takes {LEAST_BUDGET} tokens at least"));
        }
        context.ui.document(&brief_document(&facts, &brief));
        context.ui.data(&brief.text);
        Ok(())
    }
}

/// What a session's start is told; empty when another agent's hook tells it.
fn hook_text(context: &Context, agent: &str, budget: usize) -> Result<String> {
    if context.is_hook_for_another(agent) {
        return Ok(String::new());
    }
    let workspace = context.workspace_of_client(Some(agent))?;
    let facts = workspace.brief(&workspace.next_task()?, false)?;
    let lead =
        "From the task board of this repository. Unless you are asked for something else, this is what to do next.";
    Ok(format!("{lead}\n\n{}", brief(&facts, budget).text))
}

/// The answer in the form that the agent reads.
fn session_start(agent: &str, text: &str) -> Value {
    match agent {
        _ if text.is_empty() => json!({}),
        "cursor" => json!({ "additional_context": text }),
        "copilot" => json!({ "additionalContext": text }),
        _ => json!({ "hookSpecificOutput": { "hookEventName": "SessionStart", "additionalContext": text } }),
    }
}

//! The prompts: what a person picks to have an agent prepare, implement or review a task, or look back.

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::view::brief;

use super::calls::open;
use super::{Caller, Door};

/// Tokens of the brief in a prompt.
const BUDGET: usize = 4000;

/// Name, description, and whether it is about one task.
const PROMPTS: &[(&str, &str, bool)] = &[
    ("prepare", "Fill a task in so that somebody can work on it", true),
    ("implement", "Take a task and carry it to review", true),
    ("review", "Look at a task's work and give a verdict", true),
    ("retrospective", "Look back on the last done tasks", false),
];

/// As `prompts/list` tells them.
pub fn listing() -> Value {
    let prompt = |(name, description, is_about_task): &(&str, &str, bool)| {
        let arguments = match is_about_task {
            true => {
                json!([{ "name": "id", "description": "Any unique start of the task's id; the next one if left out",
                "required": false }])
            }
            false => json!([]),
        };
        json!({ "name": name, "description": description, "arguments": arguments })
    };
    json!({ "prompts": PROMPTS.iter().map(prompt).collect::<Vec<_>>() })
}

/// The text of a prompt; `None` when there is none of that name.
pub fn get(door: &dyn Door, caller: &Caller, name: &str, arguments: &Map<String, Value>) -> Result<Option<Value>> {
    let Some((name, description, is_about_task)) = PROMPTS.iter().find(|(known, ..)| *known == name) else {
        return Ok(None);
    };
    let workspace = open(door, caller)?;
    let mut text = String::new();
    let mut task = String::new();
    if *is_about_task {
        let id = match arguments.get("id").and_then(Value::as_str).filter(|word| !word.is_empty()) {
            Some(word) => workspace.resolve(&workspace.repository()?, word)?,
            None => workspace.next_task()?,
        };
        task = id.to_string();
        text = match *name {
            "prepare" => workspace.prep_prompt(&id)?,
            "review" => workspace.review_prompt(&id)?,
            _ => brief(&workspace.brief(&id, false)?, BUDGET).text,
        };
    }
    let lead = match *name {
        "prepare" => format!("Fill in task {task}, then hand the sections to prepare_task."),
        "implement" => format!(
            "Take task {task} with claim_task, do what its goal says, tick what is met with update_task, and commit with git: \
             a passing commit moves it to review. If the commit is refused, mend what failed and commit again."
        ),
        "review" => format!(
            "Look at the work of task {task} in the repository, run what its validation says, then give the verdict with \
             review_task (approve, or reject with what is wrong and where)."
        ),
        _ => "Look back on the tasks done since the last retrospective. Run `mcp retro` to read the facts, then add what went \
              well, what to improve and what somebody shall do: `mcp retro add --well TEXT --improve TEXT --action TEXT`."
            .to_owned(),
    };
    let message = format!("{lead}\n\n{text}").trim_end().to_owned();
    Ok(Some(json!({
        "description": description,
        "messages": [{ "role": "user", "content": { "type": "text", "text": message } }],
    })))
}

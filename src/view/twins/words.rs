//! Documents that hold a text and little else, and the tour.

use serde::Serialize;

use crate::model::{RetroId, TaskId};

/// Printed by `help`, and by `--help` and `--version` of every command.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HelpDocument<'a> {
    /// What is explained.
    pub help: HelpTwin<'a>,
}

/// A command or a topic, explained.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HelpTwin<'a> {
    /// As it is printed, without colours; a topic is markdown.
    pub text: &'a str,
}

/// Printed by `completions`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CompletionsDocument<'a> {
    /// What the shell needs.
    pub completions: CompletionsTwin<'a>,
}

/// What a shell needs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CompletionsTwin<'a> {
    /// Which shell.
    pub shell: &'a str,
    /// What it has to read.
    pub script: &'a str,
}

/// What `prep`, `review` and `retro` hand out for a chat agent.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PromptDocument<'a> {
    /// What is handed out.
    pub prompt: PromptTwin<'a>,
}

/// What is handed out for a chat agent.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PromptTwin<'a> {
    /// The task that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<&'a TaskId>,
    /// The retrospective that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retro: Option<&'a RetroId>,
    /// The prompt.
    pub text: &'a str,
    /// It is in the clipboard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copied: Option<bool>,
}

/// What the tour did.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TourDocument<'a> {
    /// What it did.
    pub tour: TourTwin<'a>,
}

/// What the tour did.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TourTwin<'a> {
    /// The scratch repository, if it was kept.
    pub repository: Option<String>,
    /// What happened, in order.
    pub steps: &'a [TourStep],
}

/// A step of the tour.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TourStep {
    /// Its name.
    pub title: String,
    /// What it shows.
    pub words: String,
    /// What was typed.
    pub commands: Vec<TourCommand>,
}

/// What was typed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TourCommand {
    /// The line.
    pub command: String,
    /// How it ended; null when it was killed.
    pub exit: Option<i32>,
    /// What it printed.
    pub output: String,
}

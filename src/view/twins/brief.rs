//! A brief, for programs.

use serde::Serialize;

use crate::model::{BriefFacts, State, TaskId};

use super::super::brief::Brief;

/// All that the next worker on a task needs, within a budget of tokens.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BriefDocument<'a> {
    /// The brief.
    brief: BriefTwin<'a>,
}

/// A brief.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BriefTwin<'a> {
    /// Which task.
    task: &'a TaskId,
    /// Where the task stands.
    state: State,
    /// What to do now, or why there is nothing to do for this worker.
    next: &'a str,
    /// There is something to do for this worker.
    yours: bool,
    /// The brief as markdown.
    text: &'a str,
    /// The tokens that it may cost.
    #[cfg_attr(test, schemars(range(min = 600)))]
    budget: usize,
    /// The tokens that it is estimated to cost, on the high side.
    tokens: usize,
    /// The parts of the text, in order.
    parts: Vec<BriefPart<'a>>,
    /// The headings of what was left out, in whole or in part.
    left_out: &'a [String],
}

/// A part of a brief.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BriefPart<'a> {
    /// A stable word, such as `goal`, `criteria`, `failure`, `next`.
    name: &'a str,
    /// The part with its heading.
    text: &'a str,
    /// Not all of it is there.
    cut: bool,
}

/// The document of a brief.
pub fn brief_document<'a>(facts: &'a BriefFacts, brief: &'a Brief) -> BriefDocument<'a> {
    let parts = brief.parts.iter();
    let (Ok(next) | Err(next)) = &facts.next;
    BriefDocument {
        brief: BriefTwin {
            task: &facts.task.id,
            state: facts.task.state,
            next,
            yours: facts.next.is_ok(),
            text: &brief.text,
            budget: brief.budget,
            tokens: brief.tokens,
            parts: parts.map(|(name, text, is_cut)| BriefPart { name, text, cut: *is_cut }).collect(),
            left_out: &brief.left_out,
        },
    }
}

//! A brief: a task for its next worker, within a budget of tokens; what does not fit is cut by rank, and said.

use crate::model::BriefFacts;

use super::brief_parts::{Part, fixed, must, optional};
use super::tokens::{beginning, tokens};

/// The least budget: below it the parts that no brief goes without would say nothing.
pub const LEAST_BUDGET: usize = 600;
/// Kept free for the line that tells what was left out.
const FOOTER: usize = 110;
/// A part is not begun with less than this.
const CRUMB: usize = 24;

/// A brief, rendered.
#[derive(Clone, Debug)]
pub struct Brief {
    /// All of it, as markdown.
    pub text: String,
    /// The budget in tokens.
    pub budget: usize,
    /// What the text is estimated to cost; never more than the budget.
    pub tokens: usize,
    /// The parts, in their order: name, text, and whether it was cut.
    pub parts: Vec<(&'static str, String, bool)>,
    /// The names of the parts that were left out or cut.
    pub left_out: Vec<String>,
}

/// Renders a brief within a budget, of `LEAST_BUDGET` at least.
pub fn brief(facts: &BriefFacts, budget: usize) -> Brief {
    let budget = budget.max(LEAST_BUDGET);
    let fixed = fixed(facts);
    let must = must(facts);
    let optional = optional(facts);
    let left = budget.saturating_sub(FOOTER + fixed.iter().map(Part::cost).sum::<usize>());
    let wanted_by_others: usize = optional.iter().map(Part::cost).sum();
    // Two thirds for what no brief goes without, and what the others leave.
    let for_must = left.saturating_sub(wanted_by_others).max(left * 2 / 3);
    let mut shown: Vec<Shown> = fixed.iter().map(|part| part_within(part, usize::MAX)).collect();
    let mut used = 0;
    for (part, share) in must.iter().zip(shares(&must, for_must)) {
        let part = part_within(part, share);
        used += part.cost;
        shown.push(part);
    }
    for part in &optional {
        let room = left.saturating_sub(used);
        let part = if part.cost() <= room || room > CRUMB + part.head_cost() {
            part_within(part, room)
        } else {
            Shown::nothing_of(part)
        };
        used += part.cost;
        shown.push(part);
    }
    shown.sort_by_key(|part| part.order);
    compose(facts, budget, &shown)
}

fn compose(facts: &BriefFacts, budget: usize, shown: &[Shown]) -> Brief {
    let mut text: String = shown.iter().map(|part| part.text.as_str()).collect();
    let left_out: Vec<String> = shown
        .iter()
        .filter(|part| part.is_cut)
        .map(|part| {
            let title = part.title.split(" (").next().unwrap_or_default();
            if part.text.is_empty() { title.to_owned() } else { format!("{title} in part") }
        })
        .collect();
    if !left_out.is_empty() {
        let names = left_out.join(", ").to_lowercase();
        text.push_str(&format!(
            "\nLeft out to stay within {budget} tokens: {names}. `mcp show {}` has all of it.\n",
            facts.task.id
        ));
    }
    Brief {
        budget,
        tokens: tokens(&text),
        parts: shown
            .iter()
            .filter(|part| !part.text.is_empty())
            .map(|part| (part.name, part.text.trim().to_owned(), part.is_cut))
            .collect(),
        left_out,
        text,
    }
}

/// Divides tokens among parts: none gets more than it needs, and those that need more share alike.
fn shares(parts: &[Part], tokens: usize) -> Vec<usize> {
    let mut shares = vec![0; parts.len()];
    let mut by_need: Vec<usize> = (0..parts.len()).collect();
    by_need.sort_by_key(|&at| parts[at].cost());
    let mut left = tokens;
    for (taken, &at) in by_need.iter().enumerate() {
        shares[at] = parts[at].cost().min(left / (parts.len() - taken));
        left -= shares[at];
    }
    shares
}

/// A part as it stands in a brief.
struct Shown {
    name: &'static str,
    title: String,
    order: usize,
    text: String,
    cost: usize,
    is_cut: bool,
}

impl Shown {
    fn nothing_of(part: &Part) -> Shown {
        let title = part.title.clone();
        Shown { name: part.name, title, order: part.order, text: String::new(), cost: 0, is_cut: true }
    }
}

/// A part with as many of its lines as the tokens allow, the last one cut if need be, and a word about the rest.
fn part_within(part: &Part, room: usize) -> Shown {
    let mut text = part.head();
    if part.cost() <= room {
        part.lines.iter().for_each(|line| text.push_str(&format!("{line}\n")));
        return Shown { cost: tokens(&text), text, is_cut: false, ..Shown::nothing_of(part) };
    }
    let mut left = room.saturating_sub(part.head_cost() + rest_of(part.lines.len(), part.unit).map_or(0, cost));
    let mut taken = 0;
    for line in &part.lines {
        if cost(line) > left {
            // A line of which little would be left says nothing, unless there is no other.
            if taken == 0 || left >= CRUMB {
                let line = cut(line, left);
                text.push_str(&format!("{line}\n"));
                taken += usize::from(taken == 0);
            }
            break;
        }
        left -= cost(line);
        text.push_str(&format!("{line}\n"));
        taken += 1;
    }
    if let Some(rest) = rest_of(part.lines.len() - taken, part.unit) {
        text.push_str(&format!("{rest}\n"));
    }
    Shown { cost: tokens(&text), text, is_cut: true, ..Shown::nothing_of(part) }
}

fn rest_of(count: usize, unit: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("… and 1 more {unit}")),
        count if unit == "criterion" => Some(format!("… and {count} more criteria")),
        count => Some(format!("… and {count} more {unit}s")),
    }
}

/// What a line costs with its line break.
fn cost(line: impl AsRef<str>) -> usize {
    tokens(line.as_ref()) + 1
}

/// The beginning of a line, so that it costs no more than this, with an ellipsis.
fn cut(line: &str, room: usize) -> String {
    // The ellipsis and the line break cost three.
    beginning(line, room.saturating_sub(3)).trim_end().to_owned() + "…"
}

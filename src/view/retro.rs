//! The JSON twin of a retrospective.

use serde_json::{Value, json};

use crate::model::{FACTS, FOLLOW_UP, PLAN, Part, Retro, TOTALS, without_comments};

/// A retrospective.
pub fn retro_twin(retro: &Retro) -> Value {
    let front = &retro.front;
    let remarks = |part| -> Vec<Value> {
        let remarks = retro.remarks(part).into_iter();
        let twin = |remark: crate::model::Remark| {
            let mut twin = json!({ "actor": remark.actor, "text": remark.text, "details": remark.details });
            if part == Part::Actions {
                twin["task"] = json!(remark.task);
            }
            twin
        };
        remarks.map(twin).collect()
    };
    json!({
        "id": retro.id,
        "path": retro.path,
        "created": front.created,
        "closed": front.closed,
        "tasks": front.tasks,
        "given_up": front.given_up,
        "participants": front.participants,
        "not_heard": if front.closed.is_some() { Vec::new() } else { retro.silent() },
        "previous": front.previous,
        "well": remarks(Part::Well),
        "improve": remarks(Part::Improve),
        "actions": remarks(Part::Actions),
    })
}

/// One retrospective, whole; with what was done to it, and whether that had happened before.
pub fn retro_document(retro: &Retro, event: Option<(&str, bool)>) -> Value {
    let mut twin = retro_twin(retro);
    for (key, section) in [("facts", FACTS), ("totals", TOTALS), ("follow_up", FOLLOW_UP), ("plan", PLAN)] {
        twin[key] = json!(without_comments(retro.document.section_text(section).unwrap_or_default()).trim());
    }
    if let Some((event, is_noop)) = event {
        twin["event"] = json!(event);
        twin["noop"] = json!(is_noop);
    }
    json!({ "schema": 1, "retro": twin })
}

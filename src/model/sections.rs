//! The sections of a task file that the program knows, in the order in which missing ones are made.

/// What should be true in the end.
pub const GOAL: &str = "Goal";
/// Checkboxes a reviewer can tick.
pub const CRITERIA: &str = "Acceptance criteria";
/// What must hold before the task may be claimed.
pub const READY: &str = "Definition of ready";
/// Checkboxes about the work as a whole.
pub const DONE: &str = "Definition of done";
/// Paths, one a list item.
pub const FILES: &str = "Files affected";
/// How to see that it works.
pub const VALIDATION: &str = "Validation";
/// What the next worker should know.
pub const NOTES: &str = "Implementation notes";
/// Open and answered questions.
pub const QUESTIONS: &str = "Questions";
/// Approvals and rejections.
pub const REVIEW: &str = "Review feedback";
/// What failed, newest last.
pub const ERRORS: &str = "Error context";
/// Which checks passed on which code tree.
pub const EVIDENCE: &str = "Evidence";
/// One line an event.
pub const LOG: &str = "Log";

/// All of them, in order.
pub const ORDER: &[&str] =
    &[GOAL, CRITERIA, READY, DONE, FILES, VALIDATION, NOTES, QUESTIONS, REVIEW, ERRORS, EVIDENCE, LOG];

/// The front matter's known keys, in the order in which missing ones are put.
pub const KEYS: &[&str] = &[
    "id",
    "title",
    "priority",
    "kind",
    "phase",
    "functional",
    "size",
    "risk",
    "labels",
    "milestone",
    "due",
    "depends_on",
    "needs",
    "parent",
    "assignee",
    "reviewer",
    "created",
    "rev",
    "branch",
    "base",
    "pr",
    "tested",
    "attempts",
    "blocked",
    "resolution",
    "checks",
    "evidence",
    "source",
    "imported",
];

/// Whether text says nothing yet: empty but for comments, or what people and templates write until they know.
pub fn is_placeholder(text: &str) -> bool {
    let text = without_comments(text);
    let text = text.trim().trim_end_matches('.').trim();
    let bracketed = (text.starts_with('[') && text.ends_with(']') && !text.contains("]["))
        || (text.starts_with('<') && text.ends_with('>') && !text.starts_with("<http"));
    let word = text.to_lowercase();
    text.is_empty()
        || (bracketed && !text.contains('\n'))
        || matches!(word.as_str(), "tbd" | "todo" | "to be defined" | "to be done" | "…" | "xxx" | "-")
}

/// The text without its HTML comments.
pub fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("<!--") {
        kept.push_str(&rest[..start]);
        let Some(length) = rest[start..].find("-->") else { return kept };
        rest = &rest[start + length + 3..];
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_says_nothing_yet() {
        for text in ["", " \n", "<!-- why? -->", "[Goal to be defined]", "TBD", "...", "todo.", "<goal>", "…"] {
            assert!(is_placeholder(text), "{text:?}");
        }
        for text in ["Retry <!-- really --> it", "[x](y) works", "Do what <https://a.example> says", "a"] {
            assert!(!is_placeholder(text), "{text:?}");
        }
    }
}

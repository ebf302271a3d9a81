//! What the words of other tools mean here: states, priorities, kinds, sections.

use crate::model::{CRITERIA, DONE, ERRORS, FILES, GOAL, NOTES, Priority, QUESTIONS, READY, REVIEW, State, VALIDATION};

use super::foreign::ForeignTask;

/// Where a task stands by another tool's word for it; `None` for a word that is not known.
///
/// A word may say more than a state: that the task is blocked, or was given up.
pub fn set_state(task: &mut ForeignTask, word: &str) -> Option<State> {
    let word = plain(word);
    let state = match word.as_str() {
        "to do" | "todo" | "open" | "pending" | "backlog" | "new" | "draft" | "planned" | "not started"
        | "proposed" | "inbox" | "later" | "icebox" => State::Pending,
        "ready" | "next" | "selected" | "feedback" => State::Ready,
        "in progress" | "inprogress" | "started" | "doing" | "active" | "wip" | "hooked" | "working" | "ongoing" => {
            State::InProgress
        }
        "review" | "in review" | "needs review" | "testing" | "qa" | "verify" => State::Review,
        "done" | "completed" | "complete" | "closed" | "finished" | "resolved" | "merged" | "shipped" => State::Done,
        "failed" => State::Failed,
        "cancelled" | "canceled" | "dropped" | "wontfix" | "won't fix" | "abandoned" | "archived" | "not planned"
        | "tombstone" | "rejected" => {
            task.set("resolution", "dropped");
            State::Failed
        }
        "blocked" | "on hold" | "waiting" | "paused" => {
            task.block("other", &format!("{word} where it was imported from"));
            State::Pending
        }
        "deferred" | "postponed" | "someday" => {
            task.block("other", "deferred where it was imported from");
            State::Pending
        }
        _ => return None,
    };
    task.state = state;
    Some(state)
}

/// Lower case, without signs: `✅ COMPLETED - see #3` is `completed`.
pub fn plain(word: &str) -> String {
    let words = word.to_lowercase().replace(['_', '-'], " ");
    let words: String = words.chars().map(|c| if c.is_alphanumeric() || c == '\'' { c } else { ' ' }).collect();
    words.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// The priority that a word or number means. Tools with three keep their order; of those with five the last three are one.
pub fn priority(word: &str) -> Option<Priority> {
    Some(match plain(word).trim_start_matches("priority ").trim_start_matches('p') {
        "0" | "critical" | "urgent" | "highest" | "high" | "blocker" => Priority::P0,
        "1" | "medium" | "normal" | "moderate" => Priority::P1,
        "2" | "3" | "4" | "low" | "lowest" | "minor" | "trivial" => Priority::P2,
        _ => return None,
    })
}

/// Whether the word says more than our three priorities can.
pub fn is_lossless(word: &str) -> bool {
    matches!(plain(word).trim_start_matches('p'), "0" | "1" | "2" | "high" | "medium" | "low")
}

/// The template that another tool's kind of task comes nearest to.
pub fn kind(word: &str) -> Option<&'static str> {
    Some(match plain(word).as_str() {
        "bug" | "defect" | "fix" => "bug",
        "feature" | "enhancement" | "story" | "user story" => "feature",
        "chore" | "maintenance" | "refactor" => "chore",
        "docs" | "documentation" => "docs",
        "research" | "spike" | "investigation" => "research",
        "ops" => "ops",
        _ => return None,
    })
}

/// Our name for a section of another tool, if it is one of those that tools have.
pub fn section(title: &str) -> Option<&'static str> {
    let title = plain(title);
    // `Acceptance criteria (must all pass)`
    let title = title.strip_suffix(" must all pass").unwrap_or(&title);
    Some(match title {
        "goal" | "goals" | "description" | "overview" | "objective" | "summary" | "what" | "problem" | "context" => {
            GOAL
        }
        "acceptance criteria" | "criteria" | "acceptance" | "success criteria" | "ac" => CRITERIA,
        "definition of ready" | "dor" => READY,
        "definition of done" | "dod" | "done when" => DONE,
        "files affected" | "files" | "affected files" | "modified files" | "files to modify" => FILES,
        "validation" | "test strategy" | "test plan" | "how to test" | "verification" | "how to validate" => VALIDATION,
        "implementation notes" | "notes" | "details" | "technical notes" => NOTES,
        "questions" | "open questions" => QUESTIONS,
        "review feedback" | "feedback" => REVIEW,
        "error context" => ERRORS,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_however_they_are_written() {
        let state = |word: &str| set_state(&mut ForeignTask::new("1", "x", "x"), word);
        assert_eq!(state("✅ COMPLETED"), Some(State::Done));
        assert_eq!(state("In_Progress"), Some(State::InProgress));
        assert_eq!(state("To Do"), Some(State::Pending));
        assert_eq!(state("somewhere"), None);
        assert_eq!(priority("High"), Some(Priority::P0));
        assert_eq!(priority("P3"), Some(Priority::P2));
        assert_eq!(priority("priority: low"), Some(Priority::P2));
    }
}

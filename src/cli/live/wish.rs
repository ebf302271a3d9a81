//! What somebody at the live board wishes for that the board cannot do itself.

use crate::model::TaskId;

/// What is to be done that the desk cannot do itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Leave.
    Quit,
    /// Open the task in the user's editor.
    Edit(TaskId),
    /// Make a task of this title and open it in the editor.
    Create(String),
    /// Do a verb.
    Verb(Verb, TaskId),
    /// Do a verb that has something to say.
    Said(Ask, TaskId, String),
}

/// The verbs that have a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Prep,
    Claim,
    Review,
    Approve,
    Complete,
    Retry,
    Reopen,
    Unblock,
}

/// What a typed line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Filter,
    Title,
    Note,
    Question,
    Answer,
    Reject,
    Block,
    Fail,
    Drop,
    Release,
}

impl Ask {
    /// What stands before the line.
    pub fn label(self) -> &'static str {
        match self {
            Ask::Filter => "filter",
            Ask::Title => "new task",
            Ask::Note => "note",
            Ask::Question => "question",
            Ask::Answer => "answer",
            Ask::Reject => "why reject",
            Ask::Block => "why blocked",
            Ask::Fail => "why failed",
            Ask::Drop => "why dropped",
            Ask::Release => "why released",
        }
    }
}

/// What is told at the foot of the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// In words.
    pub text: String,
    /// Something was refused.
    pub is_refusal: bool,
}

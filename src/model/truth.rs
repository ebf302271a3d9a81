//! Which of two tellings of one task counts: the file in this checkout, or the cell.

use super::claim::Claim;
use super::state::State;

/// What a file in this checkout says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    /// The folder it lies in.
    pub state: State,
    /// The `rev` in its front matter.
    pub rev: u64,
    /// The tool wrote the task's present text in this very checkout.
    pub is_last_written: bool,
}

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// Both say the same, or there is no cell yet: the file counts.
    Agree,
    /// The file was moved by a person, or comes from a newer history: it counts, and the cell follows.
    File,
    /// The file is an older copy: what the cell says counts, and nothing moves.
    Cell,
}

/// Decides between file and cell. `is_heads` tells whether the file's bytes are simply what HEAD has at its path; it is asked only
/// in doubt. `text` is the file's.
pub fn truth(file: Sight, cell: Option<&Claim>, text: &[u8], is_heads: impl FnOnce() -> bool) -> Truth {
    let Some(cell) = cell else { return Truth::Agree };
    if file.rev > cell.rev {
        return Truth::File;
    }
    if file.rev < cell.rev {
        return Truth::Cell;
    }
    if file.state == cell.state {
        // A text that the tool itself has gone beyond since, in another checkout, or here, and HEAD has it: git put it back. What was
        // said later stands in the cell alone.
        let is_old = cell.wrote_before(text) && (!file.is_last_written || is_heads());
        return if is_old { Truth::Cell } else { Truth::Agree };
    }
    // The same revision in another folder: a person moved it, unless git put an old copy back.
    if is_heads() { Truth::Cell } else { Truth::File }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TaskId;

    fn cell(state: State, rev: u64) -> Claim {
        let id = TaskId::parse("t-7k3f9q").expect("a whole id");
        Claim::unheld(id, state, rev, "x.md".to_owned())
    }

    fn check(state: State, rev: u64, is_heads: bool, wanted: Truth) {
        let cell = cell(State::InProgress, 4);
        assert_eq!(truth(Sight { state, rev, is_last_written: true }, Some(&cell), b"", || is_heads), wanted);
    }

    #[test]
    fn a_file_without_cell_counts() {
        let file = Sight { state: State::Ready, rev: 9, is_last_written: true };
        assert_eq!(truth(file, None, b"", || true), Truth::Agree);
    }

    #[test]
    fn the_higher_revision_counts() {
        check(State::Review, 5, true, Truth::File);
        check(State::Ready, 3, false, Truth::Cell);
    }

    #[test]
    fn a_move_by_hand_is_told_from_an_old_copy_by_heads_bytes() {
        check(State::InProgress, 4, true, Truth::Agree);
        check(State::Review, 4, false, Truth::File);
        check(State::Review, 4, true, Truth::Cell);
    }

    #[test]
    fn an_earlier_text_of_the_same_revision_is_an_old_copy_unless_a_person_made_it_where_it_was_written() {
        let mut cell = cell(State::InProgress, 4);
        cell.remember(b"earlier");
        let check = |text: &[u8], is_last_written, is_heads| {
            truth(Sight { state: State::InProgress, rev: 4, is_last_written }, Some(&cell), text, || is_heads)
        };
        assert_eq!(check(b"earlier", true, true), Truth::Cell);
        assert_eq!(check(b"earlier", true, false), Truth::Agree);
        assert_eq!(check(b"earlier", false, false), Truth::Cell);
        assert_eq!(check(b"by hand", false, true), Truth::Agree);
    }
}

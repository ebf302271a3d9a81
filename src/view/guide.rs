//! What agents are told about working with a board: the one source of all such texts.

/// A few lines for the file of instructions that an agent reads at every start.
pub const INSTRUCTIONS: &str = include_str!("../../agents/instructions.md");
/// The skill: when to use the board, and how.
pub const SKILL: &str = include_str!("../../agents/skill.md");
/// The whole way of a task, for those who ask.
pub const GUIDE: &str = include_str!("../../agents/guide.md");

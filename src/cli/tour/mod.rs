//! The tour: one task's whole life in a scratch repository, run for real and checked while it is told.

mod changes;
mod project;
mod stage;
mod story;

pub use stage::Stage;
pub use story::tell;

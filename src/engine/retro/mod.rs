//! Retrospectives: due after so many done tasks, written from facts, filled by those who did the work, closed into tasks.

mod add;
mod begin;
mod close;
mod due;
mod file;

pub use add::Words;
pub use begin::Begun;
pub use close::Closed;
pub use due::Due;

//! Pure functions from the model to what is shown: JSON twins and text. No I/O, no terminal.

mod json;
mod retro;
mod show;
mod table;
mod visible;

pub use json::{error_document, event_document, problem_twin, show_document, task_twin, tasks_document};
pub use retro::{retro_document, retro_twin};
pub use show::show;
pub use table::{Align, table};
pub use visible::{visible, visible_lines};

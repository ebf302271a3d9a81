//! Pure functions from the model to what is shown: JSON twins and text. No I/O, no terminal.

mod board;
mod brief;
mod brief_history;
mod brief_parts;
mod export;
mod export_backlog;
mod flow;
mod guide;
mod happening;
mod json;
mod list;
mod markdown;
mod query;
mod retro;
mod show;
mod stats;
mod table;
mod tokens;
mod tone;
mod visible;
mod width;

pub use board::{BoardColumn, board, card_lines};
pub use brief::{Brief, LEAST_BUDGET, brief, brief_document};
pub use export::{export_chapter, export_line};
pub use export_backlog::export_backlog;
pub use flow::flow_svg;
pub use guide::{GUIDE, INSTRUCTIONS, SKILL};
pub use happening::{happening_line, happening_twin};
pub use json::{
    check_document, error_document, event_document, problem_twin, show_document, task_twin, tasks_document,
};
pub use list::{FIELDS, Field, Row, blocked_by, file_address, task_table};
pub use markdown::markdown;
pub use query::pointed;
pub use retro::{retro_document, retro_twin};
pub use show::{show, show_page};
pub use stats::{stats, stats_csv, stats_twin};
pub use table::{Align, Column, Fit, table};
pub use tokens::tokens;
pub use tone::{Cell, Tone};
pub use visible::{visible, visible_lines};

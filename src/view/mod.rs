//! Pure functions from the model to what is shown: text, and twins for programs. No I/O, no terminal.

mod board;
mod brief;
mod brief_history;
mod brief_parts;
mod export;
mod export_backlog;
mod flow;
mod guide;
mod happening;
mod list;
mod markdown;
mod query;
mod show;
mod stats;
mod table;
mod tokens;
mod tone;
pub mod twins;
mod visible;
mod width;

pub use board::{BoardColumn, board, card_lines};
pub use brief::{Brief, LEAST_BUDGET, brief};
pub use export::{export_chapter, export_line};
pub use export_backlog::export_backlog;
pub use flow::flow_svg;
pub use guide::{GUIDE, INSTRUCTIONS, SKILL};
pub use happening::happening_line;
pub use list::{FIELDS, Field, Row, blocked_by, file_address, task_table};
pub use markdown::markdown;
pub use query::pointed;
pub use show::{show, show_page};
pub use stats::{stats, stats_csv};
pub use table::{Align, Column, Fit, table};
pub use tokens::tokens;
pub use tone::{Cell, Tone};
pub use visible::{visible, visible_lines};

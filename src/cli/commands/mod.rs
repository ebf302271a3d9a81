//! One file a command: its flags on top, a short translation below; the work is the engine's.

pub mod answer;
pub mod ask;
pub mod attach;
pub mod block;
pub mod check;
pub mod claim;
pub mod complete;
pub mod config;
pub mod create;
pub mod doctor;
pub mod drop;
pub mod edit;
pub mod fail;
pub mod hook;
pub mod hooks;
pub mod init;
pub mod list;
pub mod log;
pub mod next;
pub mod note;
pub mod prep;
pub mod release;
pub mod reopen;
pub mod retro;
pub mod retry;
pub mod review;
pub mod search;
pub mod show;
pub mod split;
pub mod status;
pub mod tour;
pub mod trust;
pub mod unblock;

mod event;
mod force;
mod prompt;

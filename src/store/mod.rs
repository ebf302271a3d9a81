//! `.mcp/` on disk: names, files, locks, settings; nothing of git, and nothing is printed.

mod answers;
mod arrivals;
mod aside;
mod batch;
mod board;
mod config;
mod exchange;
mod file;
mod folder;
mod intent;
mod listed;
mod lock;
mod looked;
mod made;
mod mount;
mod names;
mod pulse;
mod templates;
mod watch;
mod writers;

pub use answers::{ANSWERS, StandingAnswer};
pub use aside::text_aside;
pub use batch::{Batch, Batches, NewTask};
pub use board::{ARCHIVE, BOARD, Store, TASKS, folder_path, is_archived};
pub use config::{CONFIG, config_from, with_claims_remote};
pub use file::{Renamed, Replaced, Sighted, write_durably, writer_of};
pub use folder::Folders;
pub use intent::{Intent, Intents, Offered};
pub use listed::Listed;
pub use lock::{Lock, lock};
pub use looked::{Looked, Watched};
pub use made::{MadeWorktree, MadeWorktrees};
pub use mount::Mount;
pub use templates::{KINDS, RETRO_TEMPLATE, built_in};
pub use watch::Watcher;

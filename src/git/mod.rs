//! The few git operations that we need, each with context: the index, trees, refs as compare-and-swap cells,
//! worktrees.
//!
//! Nothing here knows what the paths and refs are used for: names are handed in. What a repository holds is
//! read and written through a `backend`; what depends on the user's configuration, hooks or signing goes
//! through the `git` program. A repository that cannot be read is told by [`OpenError::Unsupported`].

mod answer;
mod backend;
mod branches;
mod by_program;
mod cache_tree;
mod cells;
mod changes;
mod commit_paths;
mod config;
mod config_files;
mod diff_text;
mod durable;
mod edited_tree;
mod environment;
mod everything;
mod fingerprint;
mod head;
mod head_file;
mod hidden;
mod history;
mod ignoring;
mod index;
mod index_lock;
mod index_rewrite;
mod libgit2;
mod line_counts;
mod linked_worktree;
mod locked;
mod look;
mod loose;
mod merging;
mod objects;
mod oid;
mod open;
mod operation;
mod packed_refs;
mod places;
mod plain_index;
mod plain_places;
mod private_worktree;
mod program;
#[cfg(test)]
mod random_looks;
mod ref_lock;
mod regular;
mod remote;
mod remote_call;
mod repository;
mod scratch_index;
mod status;
mod trailers;
mod tree;
mod trees;
mod worktrees;

pub use answer::GitFailed;
pub use branches::is_branch_name;
pub use cells::{Cell, Swap};
pub use changes::Change;
pub use commit_paths::NoIdentity;
pub use environment::{is_scrubbed, scrubbed_environment};
pub use fingerprint::fingerprint;
pub use head::Head;
pub use history::Commit;
pub use index::{Conflicts, Index};
pub use line_counts::LineCount;
pub use linked_worktree::Difference;
pub use locked::Locked;
pub use merging::Sides;
pub use oid::Oid;
pub use open::OpenError;
pub use operation::Operation;
pub use packed_refs::Listing;
pub use private_worktree::PrivateWorktree;
pub use remote::{Pushed, RefPush};
pub use remote_call::{Remote, Unreachable};
pub use repository::{Known, Repository};
pub use trailers::{trailer_values, with_trailer};
pub use worktrees::Worktree;

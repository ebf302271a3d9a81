//! What git's hooks do: which task a commit belongs to, its checks, its move in the same commit, its trailer.

mod amend;
mod company;
mod concern;
mod driven;
mod driver;
mod halves;
mod install;
mod journal;
mod message;
mod post_commit;
mod post_merge;
mod pre_commit;
mod proof;

pub use concern::Named;
pub(super) use driven::{Driven, Texts};
pub use driver::{ATTRIBUTES, MergeOf, merge_driver};
pub(super) use halves::paths_of;
pub use install::{HOOKS, Installed, Installing, shim};
pub use pre_commit::Report;
pub use proof::{PROBE, Reached, STOPPED, mark_reached};

//! The one integration binary: everything here runs real git, real processes and the real program.

mod git_room;
mod hook;
mod retro;
mod session;
mod support;
mod tidy;
mod tour;

//! The one integration binary: everything here runs real git and real processes.

mod git_room;

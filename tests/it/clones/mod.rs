//! Several clones of one repository, and the remote that settles claims between them.

mod copies;
mod cost;
mod crash;
mod race;
mod register;
mod remotes;
mod schedules;
mod session;
mod soak;
mod world;
